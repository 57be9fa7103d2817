package appmonitor_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

const allMonitors = "data.rum_app_monitors.test"

// all returns a configuration with the data source rum_app_monitors.
func all(env *acctest.Env, arguments string) string {
	return env.Config("data \"rum_app_monitors\" \"test\" {\n%s\n}\n", arguments)
}

// wantMonitors returns checks that the data source has these monitors, in this
// order.
func wantMonitors(region string, names ...string) []statecheck.StateCheck {
	monitors := []knownvalue.Check{}
	for _, name := range names {
		monitors = append(monitors, knownvalue.ObjectPartial(map[string]knownvalue.Check{"name": knownvalue.StringExact(name)}))
	}
	return wantAttributes(allMonitors, map[string]knownvalue.Check{
		"region":       knownvalue.StringExact(region),
		"names":        knownvalue.SetExact(texts(names...)),
		"app_monitors": knownvalue.ListExact(monitors), // sorted by name
	})
}

func TestAppMonitorsReadsEveryPage(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1} { // of pages; 0 leaves it to the service
		t.Run(fmt.Sprintf("pages of %d", size), func(t *testing.T) {
			t.Parallel()
			env := acctest.NewFake(t)
			env.Fake.Behave(func(b *fakerum.Behavior) { b.PageSize = size })
			for _, name := range []string{"web", "api", "docs"} {
				env.Account.CreateMonitor(name)
			}
			env.Run(t, resource.TestStep{Config: all(env, ""), ConfigStateChecks: wantMonitors(acctest.Region, "api", "docs", "web")})
		})
	}
}

// The configuration is the first example on the page of the data source. It puts a
// destination on every monitor.
func TestAppMonitorsGiveEachADestination(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	example, err := os.ReadFile("../../examples/data-sources/rum_app_monitors/data-source.tf")
	if err != nil {
		t.Fatal(err)
	}
	cli := env.CLI(t)
	cli.Configure(env.Config("%s", example))
	wantDestinations := func(want int, monitors ...string) {
		t.Helper()
		for _, name := range monitors {
			if got := env.Account.Destinations(name); len(got) != want {
				t.Errorf("app monitor %s has %d destinations, want %d: %v", name, len(got), want, got)
			}
		}
	}

	// The first apply puts a destination on both monitors.
	env.Account.CreateMonitor("web")
	env.Account.CreateMonitor("api")
	cli.Run("apply", "-auto-approve")
	wantDestinations(1, "web", "api")

	// A monitor that was made since gets a destination from the next apply.
	env.Account.CreateMonitor("new")
	cli.Run("apply", "-auto-approve")
	wantDestinations(1, "web", "api", "new")
	if out := cli.Run("plan", "-no-color"); !strings.Contains(out, "No changes.") {
		t.Errorf("after the apply, the plan says\n%s\nwant %q", out, "No changes.")
	}

	cli.Run("destroy", "-auto-approve")
	wantDestinations(0, "web", "api", "new")
}

func TestAppMonitorsHasEveryValueOfTheService(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	env.Account.CreateMonitor("web")
	listed, err := env.SDK.ListAppMonitors(t.Context(), &rum.ListAppMonitorsInput{})
	if err != nil {
		t.Fatal(err)
	}
	web := listed.AppMonitorSummaries[0]
	env.Run(t,
		resource.TestStep{Config: all(env, ""), ConfigStateChecks: wantAttributes(allMonitors, map[string]knownvalue.Check{
			"app_monitors": knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{
				"name":          knownvalue.StringExact("web"),
				"id":            knownvalue.StringExact(*web.Id),
				"state":         knownvalue.StringExact("CREATED"),
				"platform":      knownvalue.StringExact("Web"),
				"created":       knownvalue.StringExact(*web.Created),
				"last_modified": knownvalue.StringExact(*web.LastModified),
			})}),
		})},
		resource.TestStep{
			PreConfig: func() { env.Fake.Behave(func(b *fakerum.Behavior) { b.BareMonitors = true }) },
			Config:    all(env, ""),
			ConfigStateChecks: wantAttributes(allMonitors, map[string]knownvalue.Check{
				"app_monitors": knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{
					"name":          knownvalue.StringExact("web"),
					"id":            knownvalue.Null(),
					"state":         knownvalue.Null(),
					"platform":      knownvalue.Null(),
					"created":       knownvalue.Null(),
					"last_modified": knownvalue.Null(),
				})}),
			}),
		},
	)
}

func TestAppMonitorsAreReadFromTheirRegion(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	env.In(acctest.OtherRegion).CreateMonitor("web")
	env.Run(t,
		resource.TestStep{Config: all(env, `region = "us-east-1"`), ConfigStateChecks: wantMonitors("us-east-1", "web")},
		resource.TestStep{Config: all(env, ""), ConfigStateChecks: wantMonitors(acctest.Region)}, // empty, not null
	)
}

// Each step without the permission checks another part of the same error. The last
// step shows that the permission which the error names is the only one needed.
func TestAppMonitorsErrorNamesTheOnlyPermissionNeeded(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	env.Account.CreateMonitor("web")
	var denied func()
	env.Run(t,
		resource.TestStep{
			PreConfig: func() {
				denied = env.Fake.Inject(fakerum.Fault{Operation: fakerum.OpListAppMonitors, Status: 403, Code: "AccessDeniedException"})
			},
			Config: all(env, ""), ExpectError: acctest.Saying("Cannot list RUM app monitors"),
		},
		resource.TestStep{Config: all(env, ""), ExpectError: acctest.Saying("App monitors in eu-west-1: CloudWatch RUM answered with AccessDeniedException")},
		resource.TestStep{Config: all(env, ""), ExpectError: acctest.Saying("The caller needs the IAM action rum:ListAppMonitors on *")},
		resource.TestStep{
			PreConfig: func() {
				denied()
				env.Fake.Inject(fakerum.Fault{Status: 403, Code: "AccessDeniedException", Match: func(r fakerum.Request) bool {
					return r.Operation != fakerum.OpListAppMonitors
				}})
			},
			Config: all(env, ""), ConfigStateChecks: wantMonitors(acctest.Region, "web"),
		},
	)
}
