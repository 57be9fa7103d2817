// Package acctest has what the tests of the provider share: the service that it talks
// to, and ways to run it.
//
// Env.Run takes a CLI through the steps of terraform-plugin-testing. Env.CLI runs a CLI
// command by command.
//
// The service is fakerum, in the process of the test. If RUM_ACC_REAL is 1, it is AWS,
// with the credentials and the region of the environment. Tests named TestAcc call New
// and run against both. Other tests need the fake and call NewFake.
//
//	acctest.go      Env: the service, and Run
//	cli.go          CLI: the commands
//	diagnostics.go  what a test wants of the diagnostics of a command
//	environment.go  the environment of the tests, and which CLI they use
//	server.go       Server: the plugin protocol, without a CLI
//	list.go         a list resource, in the plugin protocol
//	standin.go      stand-ins for other providers: hashicorp/aws, and one of app monitors
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
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/acctest"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/provider"
)

// The regions of the fake. Region is that of the provider block.
const (
	Region      = "eu-west-1"
	OtherRegion = "us-east-1"
)

const accessKey = "AKIAACCTEST"

// Env is the service that a test uses.
type Env struct {
	// Fake is nil when the service is AWS.
	Fake *fakerum.Service
	// Account is the fake's state in Region. It is nil when the service is AWS.
	Account *fakerum.Account
	// SDK is a client of the service. Tests use it to read the service, and to change
	// it behind the CLI's back.
	SDK *rum.Client
	// Region is the region of the provider block.
	Region string
	// Endpoint is the URL of the fake. It is "" when the service is AWS.
	Endpoint string

	provider string
	monitors []string
}

// New returns the service for a TestAcc test: a fake of the test's own, or AWS if
// RUM_ACC_REAL is 1.
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

// NewFake starts a fake of the test's own, and stops it when the test ends.
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

// In returns the fake's state in a region.
func (e *Env) In(region string) *fakerum.Account { return e.Fake.In(accessKey, region) }

// Config returns a configuration: the provider block for the service, and then what
// fmt.Sprintf makes of format and args.
func (e *Env) Config(format string, args ...any) string {
	return e.provider + fmt.Sprintf(format, args...)
}

// ProviderIn returns the provider block for the fake with a region and more arguments.
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

// Monitor creates an app monitor that accepts custom events, and deletes it when the
// test ends. It returns the name of the monitor.
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
	t.Cleanup(func() { // with another context, because that of the test has ended
		_, err := e.SDK.DeleteAppMonitor(context.Background(), &rum.DeleteAppMonitorInput{Name: &name})
		if err != nil && !IsNotFound(err) {
			t.Errorf("got the error %s, want the app monitor %s deleted", err, name)
		}
	})
	return name
}

// IsNotFound reports whether err is the answer that something does not exist.
func IsNotFound(err error) bool {
	_, ok := errors.AsType[*types.ResourceNotFoundException](err)
	return ok
}

// Run takes the CLI through the steps of a test, and then has it destroy what is left.
// The test fails if the service has a new destination after that. A test that puts a
// destination behind the CLI's back must therefore remove it, or have the CLI do so.
func (e *Env) Run(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	e.run(t, steps)
}

// RunWithIdentity is Run for steps that need resource identity. It skips the test on
// CLIs older than 1.12, which have none.
func (e *Env) RunWithIdentity(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	e.run(t, steps, tfversion.SkipBelow(tfversion.Version1_12_0))
}

// RunWithQuery is Run for steps that query. It skips the test on OpenTofu and on
// Terraform older than 1.14, which have no queries.
func (e *Env) RunWithQuery(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	e.run(t, steps, tfversion.SkipBelow(tfversion.Version1_14_0))
}

func (e *Env) run(t *testing.T, steps []resource.TestStep, checks ...tfversion.TerraformVersionCheck) {
	t.Helper()
	CLIPath(t)
	before := e.destinations(t)
	resource.UnitTest(t, resource.TestCase{Steps: steps, TerraformVersionChecks: checks, ProtoV6ProviderFactories: e.factories()})
	for _, d := range e.destinations(t) {
		if !slices.Contains(before, d) {
			t.Errorf("got the destination %s left behind, want none", d)
		}
	}
}

// destinations lists the destinations that a test may have made: those of every monitor
// of the fake, or in AWS of the monitors that Monitor made.
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

// factories returns the makers of the provider under test and, if the service is the
// fake, of the stand-ins for other providers of the same account.
func (e *Env) factories() map[string]func() (tfprotov6.ProviderServer, error) {
	factory := func(newServer func() tfprotov6.ProviderServer) func() (tfprotov6.ProviderServer, error) {
		return func() (tfprotov6.ProviderServer, error) { return newServer(), nil }
	}
	factories := map[string]func() (tfprotov6.ProviderServer, error){"rum": factory(provider.New("test"))}
	if e.Fake != nil {
		factories["aws"], factories["fakerum"] = factory(NewAWS(e.Account)), factory(newMonitors(e.Account))
	}
	return factories
}

// Saying returns an expression that matches text, however the CLI breaks it into lines.
func Saying(text string) *regexp.Regexp {
	words := strings.Fields(text)
	for i, word := range words {
		words[i] = regexp.QuoteMeta(word)
	}
	return regexp.MustCompile(strings.Join(words, `\s+`))
}
