package metricdefinition_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

const experiment = "arn:aws:evidently:eu-west-1:123456789012:project/shop/experiment/banner"

// inventory puts a definition of each kind on destinations of "web", behind
// Terraform's back, and returns their import IDs without a region.
func inventory(env *acctest.Env) (ids []string) {
	withDestinations(env, "web")
	env.Account.PutDestination("web", fakerum.Destination{
		Destination: "Evidently", DestinationARN: experiment, IAMRoleARN: "arn:aws:iam::123456789012:role/rum",
	})
	for _, d := range []fakerum.Definition{
		{Name: "SessionCount", EventPattern: `{ "event_type": ["com.amazon.rum.session_start_event"] }`},
		{
			Name: "JsErrorCount", UnitLabel: "Count", EventPattern: `{"event_type":["com.amazon.rum.js_error_event"],"metadata":{"browserName":["Chrome","Safari"]}}`,
			DimensionKeys: map[string]string{"metadata.browserName": "BrowserName"},
		},
		{Name: "TimeOnPage", EventPattern: `{"event_type":["new"]}`},
		{Name: "Checkouts", Namespace: "Shop", UnitLabel: "Count", EventPattern: `{"event_type":["checkout"]}`},
		{Name: "Total", Namespace: "Shop", ValueKey: "event_details.total"},
	} {
		ids = append(ids, "web,CloudWatch,"+env.Account.CreateDefinition("web", "CloudWatch", "", d))
	}
	id := env.Account.CreateDefinition("web", "Evidently", experiment, fakerum.Definition{
		Name: "PerformanceResourceDuration", ValueKey: "event_details.duration", EventPattern: `{"event_type":["com.amazon.rum.performance_resource_event"]}`,
	})
	return append(ids, "web,Evidently,"+experiment+","+id)
}

// The CLI generates the configuration of definitions of every kind, or of sets of them,
// while it imports them. A plan with that configuration has no change.
func TestImportWithGeneratedConfigurationChangesNothing(t *testing.T) {
	t.Parallel()
	for _, filled := range []bool{false, true} {
		for _, kind := range []string{resourceType, setType} {
			t.Run(fmt.Sprintf("%s, as AWS may fill them in: %t", kind, filled), func(t *testing.T) {
				t.Parallel()
				env := acctest.NewFake(t)
				env.Fake.Behave(func(b *fakerum.Behavior) { b.FillDefaults, b.RewritePatterns = filled, filled })
				ids := inventory(env)
				if kind == setType {
					withDestinations(env, "empty")
					ids = []string{"web,CloudWatch", "web,Evidently," + experiment, "empty"}
				}
				blocks := ""
				for i, id := range ids {
					blocks += imports(fmt.Sprintf("%s.found_%d", kind, i), id)
				}

				cli := env.CLI(t)
				// Newer versions of Terraform want the provider argument while they generate configuration. All versions refuse it
				// once the configuration exists.
				cli.Configure(env.Config("%s", strings.ReplaceAll(blocks, "import {", "import {\n  provider = rum")))
				want := fmt.Sprintf("%d to import, 0 to add, 0 to change, 0 to destroy", len(ids))
				if out := cli.Run("plan", "-no-color", "-generate-config-out=generated.tf"); !strings.Contains(out, want) {
					t.Fatalf("the plan says\n%s\nwant %q", out, want)
				}
				cli.Configure(env.Config("%s", blocks))
				cli.Run("apply", "-auto-approve")
				cli.Run("plan", "-detailed-exitcode") // fails if there is a change
				checkCalls(t, env)
				if generated, err := os.ReadFile(filepath.Join(cli.Dir, "generated.tf")); err != nil || !strings.Contains(string(generated), "Checkouts") {
					t.Errorf("got the error %v and the configuration\n%s\nwant Checkouts in it", err, generated)
				}
			})
		}
	}
}

// imported is a resource to import a definition into.
const imported = `
resource "rum_metric_definition" "test" {
  app_monitor_name = "web"
  destination      = "CloudWatch"
  name             = "SessionCount"
}
`

func TestImportByIDFindsOnlyAWholeID(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	ids := inventory(env)
	config := env.Config(imported)
	step := func(id, expected string) resource.TestStep {
		return resource.TestStep{
			Config: config, ResourceName: address, ImportState: true, ImportStateId: id,
			ExpectError: acctest.Saying(expected),
		}
	}
	env.Run(t,
		step("web", "An import ID is MONITOR,CloudWatch,ID or MONITOR,Evidently,ARN,ID, each with an optional @REGION at the end"),
		step("web,CloudWatch", `the ID "web,CloudWatch" means: it has too few parts`),
		step("web,Evidently,x", "the ARN of the Evidently destination is missing"),
		resource.TestStep{
			Config: config, ResourceName: address, ImportState: true, ImportStateId: ids[0] + "@" + env.Region, ImportStatePersist: true,
		},
		resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.StringExact(ids[0]+"@"+env.Region)),
		}},
	)
	checkCalls(t, env, opDelete) // that of the end of the test
}

// A row has the error of an import by ID. The monitor "many" has more definitions than an
// error lists.
func TestImportOfAnAbsentDefinitionSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	const region = "If it is in another region, end the import ID in @REGION, or set region in the identity."
	for id, want := range map[string]struct {
		summary string
		details []string
	}{
		"web,CloudWatch,x": {"No such RUM metric definition", []string{
			`Cannot import the metric definition x of the metrics destination CloudWatch of app monitor "web" in eu-west-1: the destination does not have this definition.`,
			region, "JsErrorCount by BrowserName (", "Checkouts in Shop (",
		}},
		"many,CloudWatch,x": {"No such RUM metric definition", []string{
			"none of the destination's 21 metric definitions has this ID. The data source rum_metric_definitions lists them.",
		}},
		"bare,CloudWatch,x": {"No such RUM metric definition", []string{"the destination has no metric definitions."}},
		"none,CloudWatch,x": {"No such RUM metrics destination", []string{
			`Cannot import the metric definition x of the metrics destination CloudWatch of app monitor "none" in eu-west-1: the app monitor has no metrics destinations.`,
		}},
		"web,Evidently,arn:aws:evidently:eu-west-1:123456789012:project/other,x": {"No such RUM metrics destination", []string{
			"the app monitor does not have this destination.", "web,CloudWatch@eu-west-1\n", "web,Evidently," + experiment + "@eu-west-1",
		}},
		"web,CloudWatch,x@us-east-1": {"No such RUM app monitor", []string{`us-east-1 has no app monitor "web".`}},
		// The caller may not list the destinations of this one.
		"denied,CloudWatch,x": {"No such RUM metrics destination", []string{"the destination or its app monitor does not exist."}},
		// The caller may not list the definitions of this one.
		"secret,CloudWatch,x": {"Cannot read RUM metric definitions", []string{"The caller needs the IAM action rum:BatchGetRumMetricDefinitions"}},
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			env := acctest.NewFake(t)
			inventory(env)
			withDestinations(env, "many", "bare", "secret")
			env.Account.CreateMonitor("none")
			env.Account.CreateMonitor("denied")
			env.Fake.Inject(fakerum.Fault{Operation: fakerum.OpListRumMetricsDestinations, Monitor: "denied", Status: 403, Code: "AccessDeniedException"})
			env.Fake.Inject(fakerum.Fault{Operation: opLook, Monitor: "secret", Status: 403, Code: "AccessDeniedException"})
			for range 21 {
				env.Account.CreateDefinition("many", "CloudWatch", "", fakerum.Definition{Name: "SessionCount"})
			}
			cli := env.CLI(t)
			cli.Configure(env.Config("%s", imported+imports(address, id)))
			acctest.WantOne(t, cli.Diagnostics("plan"), "error", want.summary, want.details...)
		})
	}
}

func TestImportByIdentityFindsOnlyAValidOneThatExists(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	ids := inventory(env)
	config := func(id string) string {
		return env.Config(imported+`
import {
  to = rum_metric_definition.test
  identity = {
    app_monitor_name     = "web"
    destination          = "CloudWatch"
    metric_definition_id = %q
  }
}`, id)
	}
	_, id, _ := strings.Cut(ids[0], "CloudWatch,")
	env.RunWithIdentity(t,
		resource.TestStep{Config: config("absent"), ExpectError: acctest.Saying("the destination does not have this definition")},
		resource.TestStep{Config: config("a,b"), ExpectError: acctest.Saying(
			`the identity of the metric definition a,b of the metrics destination CloudWatch of app monitor "web" in eu-west-1 means: "a,b" is not the ID of a metric definition`)},
		resource.TestStep{Config: config(id)},
	)
	checkCalls(t, env, opDelete) // that of the end of the test
}

// The definition is on an Evidently destination in another region than the provider's.
// A new ARN replaces both, in either order of destroy and create.
func TestEvidentlyDefinitionIsReplacedInItsRegion(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	for _, region := range []string{acctest.Region, acctest.OtherRegion} {
		env.In(region).CreateMonitor("web")
	}
	config := func(arn, lifecycle string) string {
		return env.Config(`
resource "rum_metrics_destination" "test" {
  app_monitor_name = "web"
  destination      = "Evidently"
  destination_arn  = %[1]q
  iam_role_arn     = "arn:aws:iam::123456789012:role/rum"
  region           = "us-east-1"
  %[2]s
}

resource "rum_metric_definition" "test" {
  app_monitor_name = rum_metrics_destination.test.app_monitor_name
  destination      = rum_metrics_destination.test.destination
  destination_arn  = rum_metrics_destination.test.destination_arn
  region           = rum_metrics_destination.test.region
  name             = "PerformanceResourceDuration"
  %[2]s
}`, arn, lifecycle)
	}
	only := func(arn string) resource.TestStep {
		return resource.TestStep{RefreshState: true, Check: resource.ComposeTestCheckFunc(
			resource.TestCheckResourceAttr(address, "destination_arn", arn),
			resource.TestCheckResourceAttr(address, "region", acctest.OtherRegion),
			resource.TestCheckResourceAttrWith(address, "id", func(id string) error {
				if want := "web,Evidently," + arn + ","; !strings.HasPrefix(id, want) || !strings.HasSuffix(id, "@us-east-1") {
					return fmt.Errorf("got the id %s, want %s...@us-east-1", id, want)
				}
				if n := len(env.In(acctest.OtherRegion).Definitions("web", "Evidently", arn)); n != 1 {
					return fmt.Errorf("%d definitions on the destination, want 1", n)
				}
				return nil
			}),
		)}
	}
	env.Run(t,
		resource.TestStep{Config: config(experiment, "")}, only(experiment),
		resource.TestStep{Config: config(experiment+"-2", "")}, only(experiment+"-2"),
		resource.TestStep{Config: config(experiment+"-3", "lifecycle {\n create_before_destroy = true\n }")}, only(experiment+"-3"),
	)
}
