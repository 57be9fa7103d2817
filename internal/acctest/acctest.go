// Package acctest is what the CLI-driven tests share: a CloudWatch RUM to talk
// to, the provider under test, and two ways to drive a CLI with it: Env.Run,
// in the steps of terraform-plugin-testing, and Env.CLI, command by command.
//
// That service is fakerum, in the test's own process, unless RUM_ACC_REAL is 1:
// then it is AWS, with the credentials and the region of the environment. Tests
// named TestAcc run against both; the others need the fake, and say so by
// calling NewFake.
package acctest

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/acctest"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/provider"
)

// Region is the region of the provider block when the service is the fake, and
// OtherRegion is another one of the same partition.
const (
	Region      = "eu-west-1"
	OtherRegion = "us-east-1"
)

const accessKey = "AKIAACCTEST"

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
	monitors []string
}

// New returns the service a TestAcc test talks to: the fake, or AWS.
func New(t *testing.T) *Env {
	t.Helper()
	if !realService() {
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
func (e *Env) In(region string) *fakerum.Account { return e.Fake.In(accessKey, region) }

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
  access_key = %q
  secret_key = %q
  endpoints {
    rum = %q
    sts = %q
  }
  %s
}
`, region, accessKey, fakerum.SecretKey, e.Endpoint, e.Endpoint, more)
}

// Monitor creates an app monitor that accepts custom events for one test, and
// deletes it when the test ends. It returns its name.
func (e *Env) Monitor(t *testing.T) string {
	t.Helper()
	name := acctest.RandomWithPrefix("tf-acc-rum")
	_, err := e.SDK.CreateAppMonitor(t.Context(), &rum.CreateAppMonitorInput{
		Name: &name, Domain: aws.String("localhost"), CustomEvents: &types.CustomEvents{Status: types.CustomEventsStatusEnabled},
	})
	if err != nil {
		t.Fatal(err)
	}
	e.monitors = append(e.monitors, name)
	t.Cleanup(func() { // the test's own context is over by then
		_, err := e.SDK.DeleteAppMonitor(context.Background(), &rum.DeleteAppMonitorInput{Name: &name})
		if err != nil && !IsNotFound(err) {
			t.Errorf("app monitor %s is left behind: %s", name, err)
		}
	})
	return name
}

// IsNotFound reports whether err is the service's answer that something does not
// exist.
func IsNotFound(err error) bool {
	var absent *types.ResourceNotFoundException
	return errors.As(err, &absent)
}

// Run drives the CLI through the steps of a test, with the provider under test,
// and destroys what is left at the end. The test fails if the service then has
// a destination that it did not have at the start: whatever a test puts behind
// Terraform's back in between, Terraform is to remove, or the test itself.
func (e *Env) Run(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	e.run(t, resource.TestCase{Steps: steps})
}

// RunWithIdentity is Run for steps that need resource identity, which CLIs have
// since 1.12. It skips the test on others.
func (e *Env) RunWithIdentity(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	e.run(t, resource.TestCase{
		Steps:                  steps,
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
	})
}

// RunWithQuery is Run for steps that query, which Terraform can since 1.14 and
// OpenTofu can not. It skips the test on others.
func (e *Env) RunWithQuery(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	e.run(t, resource.TestCase{
		Steps:                  steps,
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
	})
}

func (e *Env) run(t *testing.T, c resource.TestCase) {
	t.Helper()
	CLIPath(t)
	before := e.destinations(t)
	c.ProtoV6ProviderFactories = e.factories()
	resource.UnitTest(t, c)
	for _, d := range e.destinations(t) {
		if !slices.Contains(before, d) {
			t.Errorf("left behind: %s", d)
		}
	}
}

// destinations lists all destinations that a test can have to do with: of every
// monitor of the fake, in AWS of those that Monitor made.
func (e *Env) destinations(t *testing.T) (all []string) {
	t.Helper()
	if e.Fake != nil {
		for _, region := range []string{Region, OtherRegion} {
			for _, monitor := range e.In(region).Monitors() {
				for _, d := range e.In(region).Destinations(monitor) {
					all = append(all, fmt.Sprintf("%s %s of %s in %s", d.Destination, d.DestinationARN, monitor, region))
				}
			}
		}
		return all
	}
	for _, monitor := range e.monitors {
		out, err := e.SDK.ListRumMetricsDestinations(t.Context(), &rum.ListRumMetricsDestinationsInput{AppMonitorName: &monitor})
		if err != nil && !IsNotFound(err) {
			t.Fatal(err)
		}
		if err == nil {
			for _, d := range out.Destinations {
				all = append(all, fmt.Sprintf("%s %s of %s", d.Destination, aws.ToString(d.DestinationArn), monitor))
			}
		}
	}
	return all
}

// factories make the provider under test and, if the service is the fake, the
// stand-ins for other providers that work on the same account.
func (e *Env) factories() map[string]func() (tfprotov6.ProviderServer, error) {
	servers := map[string]func() tfprotov6.ProviderServer{"rum": provider.New("test")}
	if e.Fake != nil {
		servers["aws"] = NewAWS(e.Account)
		servers["fakerum"] = providerserver.NewProtocol6(&monitorProvider{e.Account})
	}
	factories := map[string]func() (tfprotov6.ProviderServer, error){}
	for name, newServer := range servers {
		factories[name] = func() (tfprotov6.ProviderServer, error) { return newServer(), nil }
	}
	return factories
}

// Saying matches text however a CLI has wrapped it into lines.
func Saying(text string) *regexp.Regexp {
	words := strings.Fields(text)
	for i, word := range words {
		words[i] = regexp.QuoteMeta(word)
	}
	return regexp.MustCompile(strings.Join(words, `\s+`))
}
