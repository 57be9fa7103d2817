package metricdefinition_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/metricdefinition"
)

const (
	address      = "rum_metric_definition.test"
	resourceType = "rum_metric_definition"
)

// withDestination is a configuration that has a CloudWatch destination, and
// rum_metric_definition.test on it with the given arguments.
func withDestination(env *acctest.Env, monitor, arguments string) string {
	return env.Config(`
resource "rum_metrics_destination" "test" {
  app_monitor_name = %q
  destination      = "CloudWatch"
}
%s`, monitor, definition("test", arguments))
}

// definition is a definition on rum_metrics_destination.test.
func definition(name, arguments string) string {
	return fmt.Sprintf(`
resource "rum_metric_definition" %q {
  app_monitor_name = rum_metrics_destination.test.app_monitor_name
  destination      = rum_metrics_destination.test.destination
  %s
}
`, name, arguments)
}

const (
	sessions  = `name = "SessionCount"`
	checkouts = `
  name           = "Checkouts"
  namespace      = "Shop"
  unit_label     = "Count"
  event_pattern  = jsonencode({ event_type = ["checkout"], metadata = { browserName = ["Chrome"] } })
  dimension_keys = { "metadata.browserName" = "BrowserName" }`
)

func TestAccMetricDefinition_basic(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	monitor := env.Monitor(t)
	env.Run(t,
		resource.TestStep{
			Config: withDestination(env, monitor, sessions),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				// The defaults are in the plan, not "known after apply".
				plancheck.ExpectKnownValue(address, tfjsonpath.New("event_pattern"), knownvalue.StringExact(`{"event_type":["com.amazon.rum.session_start_event"]}`)),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("value_key"), knownvalue.StringExact("")),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("cloudwatch_namespace"), knownvalue.StringExact("AWS/RUM")),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("metric_definition_id"), knownvalue.NotNull()),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("region"), knownvalue.StringExact(env.Region)),
			},
		},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true},
	)
}

func TestAccMetricDefinition_custom(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	monitor := env.Monitor(t)
	same := statecheck.CompareValue(compare.ValuesSame())
	env.Run(t,
		resource.TestStep{
			Config:            withDestination(env, monitor, checkouts),
			ConfigStateChecks: []statecheck.StateCheck{same.AddStateValue(address, tfjsonpath.New("metric_definition_id"))},
		},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true},
		resource.TestStep{
			Config: withDestination(env, monitor, `
  name          = "Checkouts"
  namespace     = "Store"
  event_pattern = jsonencode({ event_type = ["paid"] })`),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				same.AddStateValue(address, tfjsonpath.New("metric_definition_id")),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("unit_label"), knownvalue.Null()),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("cloudwatch_namespace"), knownvalue.StringExact("RUM/CustomMetrics/Store")),
			},
		},
	)
}

// TestOtherWordsForTheSameAreNoChange has the service give back what it was sent in other words, as it
// may, and a person write it in other words: none of it is a change.
func TestOtherWordsForTheSameAreNoChange(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	env.Fake.Behave(func(b *fakerum.Behavior) { b.FillDefaults, b.RewritePatterns = true, true })
	monitor := env.Monitor(t)
	env.Run(t,
		resource.TestStep{Config: withDestination(env, monitor, sessions)},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"unit_label", "event_pattern"}},
		resource.TestStep{RefreshState: true}, // the state then has the unit that the service filled in
		resource.TestStep{Config: withDestination(env, monitor, sessions+`
  event_pattern = "{ \"event_type\": [ \"com.amazon.rum.session_start_event\" ] }"
  namespace     = "AWS/RUM"
  unit_label    = "Count"`), PlanOnly: true},
		resource.TestStep{Config: withDestination(env, monitor, checkouts)},
		resource.TestStep{Config: withDestination(env, monitor, `
  name           = "Checkouts"
  namespace      = "Shop"
  unit_label     = "Count"
  event_pattern  = "{\"metadata\" : {\"browserName\" : [\"Chrome\"]}, \"event_type\" : [\"checkout\"]}"
  dimension_keys = { "metadata.browserName" = "BrowserName" }`), PlanOnly: true},
	)
	if n := env.Fake.Count(fakerum.OpUpdateRumMetricDefinition); n != 1 {
		t.Errorf("%d updates, and only one was a change", n)
	}
}

// TestValueKeyCanBeLeftOut leaves out a value key that AWS documents: CloudWatch RUM was
// seen to reject one.
func TestValueKeyCanBeLeftOut(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	env.Run(t,
		resource.TestStep{Config: withDestination(env, monitor, `name = "PerformanceNavigationDuration"`)},
		resource.TestStep{Config: withDestination(env, monitor, "name = \"PerformanceNavigationDuration\"\nvalue_key = \"\"\nnamespace = \"AWS/RUM\"")},
	)
	for _, r := range env.Fake.Requests() {
		switch {
		case r.Operation == fakerum.OpBatchCreateRumMetricDefinitions && !strings.Contains(r.Body, `"ValueKey":"event_details.duration"`),
			r.Operation == fakerum.OpUpdateRumMetricDefinition && (strings.Contains(r.Body, "ValueKey") || strings.Contains(r.Body, "Namespace")):
			t.Errorf("%s sent %s", r.Operation, r.Body)
		}
	}
}

func TestDefaultPatternHasDimensions(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	env.Run(t, resource.TestStep{
		Config: withDestination(env, monitor, `
  name           = "JsErrorCount"
  dimension_keys = { "metadata.browserName" = "BrowserName" }`),
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectKnownValue(address, tfjsonpath.New("event_pattern"), knownvalue.StringExact(
				`{"event_type":["com.amazon.rum.js_error_event"],"metadata":{"browserName":[{"exists":true}]}}`)),
		}},
	})
}

// TestEveryDocumentedMetricNeedsOnlyItsName creates each of the documented metrics with nothing but
// its name.
func TestEveryDocumentedMetricNeedsOnlyItsName(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	config := env.Config(`
resource "rum_metrics_destination" "test" {
  app_monitor_name = %q
  destination      = "CloudWatch"
}`, monitor)
	for name := range metricdefinition.ExtendedMetrics {
		config += definition(name, fmt.Sprintf("name = %q", name))
	}
	env.Run(t, resource.TestStep{Config: config})
	if n := env.Fake.Count(fakerum.OpUpdateRumMetricDefinition); n != 0 {
		t.Errorf("%d updates", n)
	}
}

func TestVanishedDefinitionIsPlannedAsCreate(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	for name, remove := range map[string]func(){
		"definition":  func() { removeDefinitions(env, monitor) },
		"destination": func() { env.Account.DeleteDestination(monitor, "CloudWatch", "") },
	} {
		t.Run(name, func(t *testing.T) {
			env.Run(t,
				resource.TestStep{Config: withDestination(env, monitor, sessions)},
				resource.TestStep{
					PreConfig: remove,
					Config:    withDestination(env, monitor, sessions),
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate),
					}},
				},
			)
		})
	}
}

func removeDefinitions(env *acctest.Env, monitor string) {
	for _, d := range env.Account.Definitions(monitor, "CloudWatch", "") {
		env.Account.DeleteDefinition(monitor, "CloudWatch", "", d.ID)
	}
}

func TestKeyChangeReplaces(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	first, second := env.Monitor(t), env.Monitor(t)
	env.Run(t,
		resource.TestStep{Config: withDestination(env, first, sessions)},
		resource.TestStep{
			Config: withDestination(env, second, sessions),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate),
			}},
		},
	)
	if left := env.Account.Definitions(first, "CloudWatch", ""); len(left) > 0 {
		t.Errorf("left on the old monitor: %v", left)
	}
}

// TestRegionChangeReplaces changes the provider's region under a definition that
// names none.
func TestRegionChangeReplaces(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	other := env.In(acctest.OtherRegion)
	other.CreateMonitor(monitor)
	here := withDestination(env, monitor, sessions)
	env.Run(t,
		resource.TestStep{Config: here},
		resource.TestStep{
			Config: strings.Replace(here, env.Config(""), env.ProviderIn(acctest.OtherRegion, ""), 1),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("region"), knownvalue.StringExact(acctest.OtherRegion)),
			},
			PostApplyFunc: func() {
				if here, there := env.Account.Definitions(monitor, "CloudWatch", ""), other.Definitions(monitor, "CloudWatch", ""); len(here) != 0 || len(there) != 1 {
					t.Errorf("%d are left, %d are there", len(here), len(there))
				}
			},
		},
	)
}

func TestRegionOutOfReachFailsThePlan(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	env.Run(t,
		resource.TestStep{
			Config:      withDestination(env, monitor, sessions+"\nregion = \"cn-north-1\""),
			PlanOnly:    true,
			ExpectError: acctest.Saying(`"cn-north-1" is in the partition aws-cn`),
		},
		resource.TestStep{ // known at apply only
			Config: withDestination(env, monitor, sessions+"\nregion = terraform_data.region.output") +
				"resource \"terraform_data\" \"region\" {\n  input = \"eu-west-1\"\n}\n",
		},
	)
}

// TestUpdateThatKeepsMembersWarns has the service keep what an update leaves out.
func TestUpdateThatKeepsMembersWarns(t *testing.T) {
	t.Parallel()
	env, monitor, cli := applied(t, checkouts)
	env.Fake.Behave(func(b *fakerum.Behavior) { b.KeepMembers = true })
	cli.Configure(withDestination(env, monitor, `
  name      = "Checkouts"
  namespace = "Shop"`))
	diagnostics := cli.Diagnostics("apply", "-auto-approve")
	if len(diagnostics) != 1 || diagnostics[0].Severity != "warning" ||
		!strings.Contains(diagnostics[0].Detail, "another dimension_keys, event_pattern, unit_label") || !strings.Contains(diagnostics[0].Detail, "-replace=ADDRESS") {
		t.Errorf("the diagnostics are %+v", diagnostics)
	}
}

// TestCreateThatComesOutDifferentWarns has the service answer a create with a definition
// that is not what was asked for.
func TestCreateThatComesOutDifferentWarns(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	env.Fake.Inject(fakerum.Fault{
		Operation: fakerum.OpBatchCreateRumMetricDefinitions, Status: http.StatusOK, ContentType: "application/json",
		Body: `{"Errors": [], "MetricDefinitions": [{"MetricDefinitionId": "other", "Name": "Checkouts", "Namespace": "Shop", "UnitLabel": "Seconds"}]}`,
	})
	monitor := env.Monitor(t)
	cli := env.CLI(t)
	cli.Configure(withDestination(env, monitor, `
  name       = "Checkouts"
  namespace  = "Shop"
  unit_label = "Count"`))
	diagnostics := cli.Diagnostics("apply", "-auto-approve")
	if len(diagnostics) != 1 || diagnostics[0].Severity != "warning" || !strings.Contains(diagnostics[0].Detail, "another unit_label") {
		t.Errorf("the diagnostics are %+v", diagnostics)
	}
	if ids := definitionIDs(t, cli); !slices.Equal(ids, []string{"other"}) {
		t.Errorf("the state has %v", ids)
	}
}

func TestRejectedDefinitionLeavesItsNeighborsAlone(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	env.Fake.Behave(func(b *fakerum.Behavior) {
		b.RejectDefinition = func(_ string, d fakerum.Definition) (string, string) {
			if d.Name == "Checkouts" {
				return "InvalidMetric", "no such luck"
			}
			return "", ""
		}
	})
	monitor := env.Monitor(t)
	cli := env.CLI(t)
	cli.Configure(withDestination(env, monitor, checkouts) + definition("other", sessions))
	diagnostics := cli.Diagnostics("apply", "-auto-approve")
	if len(diagnostics) != 1 || diagnostics[0].Address != address || diagnostics[0].Summary != "Cannot create RUM metric definition" {
		t.Fatalf("the diagnostics are %+v", diagnostics)
	}
	for _, want := range []string{"Checkouts", monitor, env.Region, "InvalidMetric: no such luck"} {
		if !strings.Contains(diagnostics[0].Detail, want) {
			t.Errorf("%s\ndoes not say %s", diagnostics[0].Detail, want)
		}
	}
	if made := env.Account.Definitions(monitor, "CloudWatch", ""); len(made) != 1 || made[0].Name != "SessionCount" {
		t.Errorf("made: %v", made)
	}
	env.Fake.Behave(func(b *fakerum.Behavior) { b.RejectDefinition = nil })
	cli.Run("apply", "-auto-approve")
	cli.Run("plan", "-detailed-exitcode")
	cli.Run("destroy", "-auto-approve")
}

// TestRefusedCallKeepsTheState has the service refuse what is asked of a definition that is there:
// the state keeps it as it is.
func TestRefusedCallKeepsTheState(t *testing.T) {
	t.Parallel()
	env, monitor, cli := applied(t, checkouts)
	before := withDestination(env, monitor, checkouts)
	for operation, args := range map[string][]string{
		fakerum.OpBatchGetRumMetricDefinitions:    {"plan"},
		fakerum.OpUpdateRumMetricDefinition:       {"apply", "-auto-approve"},
		fakerum.OpBatchDeleteRumMetricDefinitions: {"apply", "-auto-approve", "-destroy"},
	} {
		env.Fake.Inject(fakerum.Fault{Operation: operation, Status: 403, Code: "AccessDeniedException"})
		cli.Configure(strings.Replace(before, `"Shop"`, `"Store"`, 1))
		diagnostics := cli.Diagnostics(args...)
		if len(diagnostics) != 1 || !strings.Contains(diagnostics[0].Detail, "rum:"+operation) {
			t.Errorf("%s: the diagnostics are %+v", operation, diagnostics)
		}
		env.Fake.ClearFaults()
		cli.Configure(before)
		cli.Run("plan", "-detailed-exitcode")
	}
}

// TestReadWithoutIdentity reads a definition that is there and one that is not for
// a CLI that knows no identity and sends none.
func TestReadWithoutIdentity(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	ids := inventory(env)
	_, id, _ := strings.Cut(ids[0], "CloudWatch,")
	server := env.Server(t)
	kind := server.Schema.ResourceSchemas[resourceType].ValueType()
	text := func(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }
	for id, found := range map[string]bool{id: true, "absent": false} {
		resp, err := server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
			TypeName: resourceType,
			CurrentState: acctest.Object(t, kind, map[string]tftypes.Value{
				"app_monitor_name": text("web"), "destination": text("CloudWatch"), "region": text(env.Region), "metric_definition_id": text(id),
			}),
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range resp.Diagnostics {
			t.Errorf("%s: %s: %s", id, d.Summary, d.Detail)
		}
		state, err := resp.NewState.Unmarshal(kind)
		if err != nil {
			t.Fatal(err)
		}
		if state.IsNull() == found {
			t.Errorf("%s: got %v", id, state)
		}
		want := map[string]string{"app_monitor_name": "web", "destination": "CloudWatch", "region": env.Region, "metric_definition_id": id}
		if got := acctest.Strings(t, resp.NewIdentity.IdentityData, identityType); !maps.Equal(got, want) {
			t.Errorf("%s: got the identity %v, want %v", id, got, want)
		}
	}
}

var identityType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{
	"app_monitor_name": tftypes.String, "destination": tftypes.String, "destination_arn": tftypes.String, "metric_definition_id": tftypes.String, "region": tftypes.String,
}}

// TestEqualTwinsAreTwoDefinitions are two resources that are the same in every member: they are
// two definitions, each of one resource.
func TestEqualTwinsAreTwoDefinitions(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	different := statecheck.CompareValue(compare.ValuesDiffer())
	env.Run(t, resource.TestStep{
		Config: withDestination(env, monitor, sessions) + definition("twin", sessions),
		ConfigStateChecks: []statecheck.StateCheck{
			different.AddStateValue(address, tfjsonpath.New("metric_definition_id")),
			different.AddStateValue("rum_metric_definition.twin", tfjsonpath.New("metric_definition_id")),
		},
	})
}

func TestValueKnownOnlyAtApplyIsChecked(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	config := func(name string) string {
		return withDestination(env, monitor, "name = terraform_data.name.output") + fmt.Sprintf("\nresource \"terraform_data\" \"name\" {\n  input = %q\n}\n", name)
	}
	env.Run(t,
		resource.TestStep{Config: config("NoSuchMetric"), ExpectError: acctest.Saying("An extended metric needs an event_pattern")},
		resource.TestStep{Config: config("PageViewCount")},
	)
	for _, r := range env.Fake.Requests() {
		if r.Operation == fakerum.OpBatchCreateRumMetricDefinitions && strings.Contains(r.Body, "NoSuchMetric") {
			t.Errorf("was sent: %s", r.Body)
		}
	}
}
