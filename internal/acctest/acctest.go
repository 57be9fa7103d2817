// Package acctest is what the CLI-driven tests share: a CloudWatch RUM to talk
// to, and the provider under test.
//
// That service is fakerum, in the test's own process, unless RUM_ACC_REAL is 1:
// then it is AWS, with the credentials and the region of the environment. Tests
// named TestAcc run against both; the others need the fake, and say so by
// calling NewFake.
package acctest

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/acctest"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/provider"
)

// Region is the region of the provider block when the service is the fake, and
// OtherRegion is another one of the same partition.
const (
	Region      = "eu-west-1"
	OtherRegion = "us-east-1"
)

// Env is the service one test talks to.
type Env struct {
	// Fake is the service itself, nil when it is AWS.
	Fake *fakerum.Service
	// Account is the fake's state in Region, nil when the service is AWS.
	Account *fakerum.Account
	// SDK is a client of the service, to look at it and to change it behind
	// Terraform's back.
	SDK *rum.Client
	// Region is the provider's region.
	Region string
	// Endpoint is the fake's URL, "" when the service is AWS.
	Endpoint string

	provider string
}

// New returns the service a TestAcc test talks to: the fake, or AWS.
func New(t *testing.T) *Env {
	t.Helper()
	if os.Getenv("RUM_ACC_REAL") != "1" {
		return NewFake(t)
	}
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return &Env{SDK: rum.NewFromConfig(cfg), Region: cfg.Region, provider: `provider "rum" {}` + "\n"}
}

// NewFake starts a fake of the test's own and stops it when the test ends.
func NewFake(t *testing.T) *Env {
	t.Helper()
	fake := fakerum.New()
	endpoint, stop, err := fake.Listen(context.Background(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)

	const accessKey = "AKIAACCTEST"
	e := &Env{
		Fake:     fake,
		Account:  fake.In(accessKey, Region),
		Region:   Region,
		Endpoint: endpoint,
		SDK: rum.New(rum.Options{
			BaseEndpoint: aws.String(endpoint),
			Region:       Region,
			Credentials:  credentials.NewStaticCredentialsProvider(accessKey, fakerum.SecretKey, ""),
		}),
	}
	e.provider = e.ProviderIn(Region, "")
	return e
}

// In is the fake's state in a region.
func (e *Env) In(region string) *fakerum.Account { return e.Fake.In("AKIAACCTEST", region) }

// Config is a configuration that begins with the provider block for the
// service: format and args as fmt.Sprintf takes them.
func (e *Env) Config(format string, args ...any) string {
	return e.provider + fmt.Sprintf(format, args...)
}

// ProviderIn is the provider block for the fake with a region and, at its end,
// more arguments.
func (e *Env) ProviderIn(region, more string) string {
	return fmt.Sprintf(`
provider "rum" {
  region     = %q
  access_key = "AKIAACCTEST"
  secret_key = %q
  endpoints {
    rum = %q
    sts = %q
  }
  %s
}
`, region, fakerum.SecretKey, e.Endpoint, e.Endpoint, more)
}

// Monitor creates an app monitor for one test and deletes it when the test
// ends. It returns its name.
func (e *Env) Monitor(t *testing.T) string {
	t.Helper()
	name := acctest.RandomWithPrefix("tf-acc-rum")
	_, err := e.SDK.CreateAppMonitor(t.Context(), &rum.CreateAppMonitorInput{Name: &name, Domain: aws.String("localhost")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // the test's own context is over by then
		if err := e.deleteMonitor(context.Background(), name); err != nil {
			t.Errorf("app monitor %s is left behind: %s", name, err)
		}
	})
	return name
}

func (e *Env) deleteMonitor(ctx context.Context, name string) error {
	_, err := e.SDK.DeleteAppMonitor(ctx, &rum.DeleteAppMonitorInput{Name: &name})
	if err != nil && strings.Contains(err.Error(), "ResourceNotFoundException") {
		return nil // the test deleted it
	}
	return err
}

// Run drives the CLI through the steps of a test, with the provider under test.
// Where it is the fake that they run against, nothing may be left in it at the
// end but what the test put there itself behind Terraform's back: Foreign says
// what that is.
func (e *Env) Run(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: Factories(),
		Steps:                    steps,
	})
}

// Factories serve the provider under test, as "rum".
func Factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"rum": providerserver.NewProtocol6WithError(provider.New("test")()),
	}
}
