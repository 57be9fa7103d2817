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

// withDestination returns a configuration with a CloudWatch destination, and with
// rum_metric_definition.test on it, which has the given arguments.
func withDestination(env *acctest.Env, monitor, arguments string) string {
	return env.Config(`
resource "rum_metrics_destination" "test" {
  app_monitor_name = %q
  destination      = "CloudWatch"
}
%s`, monitor, definition("test", arguments))
}

// definition returns the block of a definition on rum_metrics_destination.test.
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

// The service may give back a definition in other words than it was sent. A person may
// also write it in other words. Neither is a change.
func TestSameDefinitionInOtherWordsIsNoChange(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	env.Fake.Behave(func(b *fakerum.Behavior) { b.FillDefaults, b.RewritePatterns = true, true })
	monitor := env.Monitor(t)
	env.Run(t,
		resource.TestStep{Config: withDestination(env, monitor, sessions)},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"unit_label", "event_pattern"}},
		resource.TestStep{RefreshState: true}, // brings the unit that the service filled in into the state
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
		t.Errorf("%d updates, want 1", n)
	}
}

// CloudWatch RUM was seen to reject a value key that AWS documents. value_key = ""
// therefore leaves it out.
func TestValueKeyCanBeLeftOut(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	env.Run(t,
		resource.TestStep{Config: withDestination(env, monitor, `name = "PerformanceNavigationDuration"`)},
		resource.TestStep{Config: withDestination(env, monitor, "name = \"PerformanceNavigationDuration\"\nvalue_key = \"\"\nnamespace = \"AWS/RUM\"")},
	)
	creates, updates := 0, 0
	for _, r := range env.Fake.Requests() {
		switch r.Operation {
		case fakerum.OpBatchCreateRumMetricDefinitions:
			creates++
			if want := `"ValueKey":"event_details.duration"`; !strings.Contains(r.Body, want) {
				t.Errorf("the create sent %s, want %s in it", r.Body, want)
			}
		case fakerum.OpUpdateRumMetricDefinition:
			updates++
			for _, member := range []string{"ValueKey", "Namespace"} {
				if strings.Contains(r.Body, member) {
					t.Errorf("the update sent %s, want no %s in it", r.Body, member)
				}
			}
		}
	}
	if creates != 1 || updates != 1 {
		t.Errorf("%d creates and %d updates, want one of each", creates, updates)
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

// Each of the documented metrics is created with only its name. The checks of the step
// include that the next plan is empty.
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
		t.Errorf("%d updates, want none", n)
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

// removeDefinitions deletes all definitions of the CloudWatch destination behind
// Terraform's back.
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
		t.Errorf("the old monitor has the definitions %v, want none", left)
	}
}

// The provider's region changes, and the definition names no region.
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
				if got := env.Account.Definitions(monitor, "CloudWatch", ""); len(got) != 0 {
					t.Errorf("the old region has %d definitions, want none", len(got))
				}
				if got := other.Definitions(monitor, "CloudWatch", ""); len(got) != 1 {
					t.Errorf("the new region has %d definitions, want 1", len(got))
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
		resource.TestStep{ // the region is known only at apply, and is within reach
			Config: withDestination(env, monitor, sessions+"\nregion = terraform_data.region.output") +
				"resource \"terraform_data\" \"region\" {\n  input = \"eu-west-1\"\n}\n",
		},
	)
}

// The service keeps the members that an update leaves out. The next plan shows them.
func TestMembersThatAnUpdateKeepsShowInTheNextPlan(t *testing.T) {
	t.Parallel()
	env, monitor, cli := applied(t, checkouts)
	env.Fake.Behave(func(b *fakerum.Behavior) { b.KeepMembers = true })
	cli.Configure(withDestination(env, monitor, `
  name      = "Checkouts"
  namespace = "Shop"`))
	acctest.WantNone(t, cli.Diagnostics("apply", "-auto-approve"))
	plan := cli.Run("plan", "-no-color")
	for _, change := range []string{"~ dimension_keys", "- event_pattern", "- unit_label"} {
		if !strings.Contains(plan, change) {
			t.Errorf("the plan is\n%s\nwant it to say %q", plan, change)
		}
	}
}

// The service answers a create with another definition than it was sent. The state has
// its ID.
func TestCreateThatComesOutDifferentIsInTheState(t *testing.T) {
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
	acctest.WantNone(t, cli.Diagnostics("apply", "-auto-approve"))
	if got, want := definitionIDs(t, cli), []string{"other"}; !slices.Equal(got, want) {
		t.Errorf("the state has the IDs %q, want %q", got, want)
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
	rejected := acctest.WantOne(t, cli.Diagnostics("apply", "-auto-approve"), "error", "Cannot create RUM metric definition",
		"Checkouts", monitor, env.Region, "InvalidMetric: no such luck")
	if rejected.Address != address {
		t.Errorf("got an error of %s, want one of %s", rejected.Address, address)
	}
	if made := env.Account.Definitions(monitor, "CloudWatch", ""); len(made) != 1 || made[0].Name != "SessionCount" {
		t.Errorf("the service has the definitions %v, want only SessionCount", made)
	}

	// Once the service accepts the definition, one apply completes the work.
	env.Fake.Behave(func(b *fakerum.Behavior) { b.RejectDefinition = nil })
	cli.Run("apply", "-auto-approve")
	cli.Run("plan", "-detailed-exitcode")
	cli.Run("destroy", "-auto-approve")
}

// The service refuses to read, to change or to delete an existing definition. The
// state keeps the definition unchanged.
func TestRefusedCallKeepsTheState(t *testing.T) {
	t.Parallel()
	for operation, test := range map[string]struct {
		args    []string
		summary string
	}{
		fakerum.OpBatchGetRumMetricDefinitions:    {[]string{"plan"}, "Cannot read RUM metric definitions"},
		fakerum.OpUpdateRumMetricDefinition:       {[]string{"apply", "-auto-approve"}, "Cannot update RUM metric definition"},
		fakerum.OpBatchDeleteRumMetricDefinitions: {[]string{"apply", "-auto-approve", "-destroy"}, "Cannot delete RUM metric definition"},
	} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			env, monitor, cli := applied(t, checkouts)
			before := withDestination(env, monitor, checkouts)
			env.Fake.Inject(fakerum.Fault{Operation: operation, Status: 403, Code: "AccessDeniedException"})
			cli.Configure(strings.Replace(before, `"Shop"`, `"Store"`, 1))
			acctest.WantOne(t, cli.Diagnostics(test.args...), "error", test.summary, "rum:"+operation)

			// With the old configuration, the state and the service still agree.
			env.Fake.ClearFaults()
			cli.Configure(before)
			cli.Run("plan", "-detailed-exitcode")
		})
	}
}

// A CLI that knows no identity sends none. A read then returns one, whether the
// definition exists or not.
func TestReadWithoutIdentityReturnsOne(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	ids := inventory(env)
	_, id, _ := strings.Cut(ids[0], "CloudWatch,")
	server := env.Server(t)
	kind := server.Schema.ResourceSchemas[resourceType].ValueType()
	text := func(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }
	for name, test := range map[string]struct {
		id    string
		found bool
	}{
		"exists": {id, true},
		"absent": {"absent", false},
	} {
		t.Run(name, func(t *testing.T) {
			resp, err := server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
				TypeName: resourceType,
				CurrentState: acctest.Object(t, kind, map[string]tftypes.Value{
					"app_monitor_name": text("web"), "destination": text("CloudWatch"), "region": text(env.Region), "metric_definition_id": text(test.id),
				}),
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range resp.Diagnostics {
				t.Errorf("got %s: %s, want no diagnostics", d.Summary, d.Detail)
			}
			state, err := resp.NewState.Unmarshal(kind)
			if err != nil {
				t.Fatal(err)
			}
			if got := !state.IsNull(); got != test.found {
				t.Errorf("in the state: got %t, want %t: %v", got, test.found, state)
			}
			want := map[string]string{"app_monitor_name": "web", "destination": "CloudWatch", "region": env.Region, "metric_definition_id": test.id}
			if got := acctest.Strings(t, resp.NewIdentity.IdentityData, identityType); !maps.Equal(got, want) {
				t.Errorf("got the identity %v, want %v", got, want)
			}
		})
	}
}

var identityType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{
	"app_monitor_name": tftypes.String, "destination": tftypes.String, "destination_arn": tftypes.String, "metric_definition_id": tftypes.String, "region": tftypes.String,
}}

// Two new resources are the same in every member. Each gets a definition of its own.
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
			t.Errorf("the create sent %s, want nothing of NoSuchMetric", r.Body)
		}
	}
}

// Modules pass "" for none. Each such value is one error, which says how to write none.
func TestEmptyValueIsOneErrorThatSaysHowToWriteNone(t *testing.T) {
	t.Parallel()
	for _, attribute := range []string{"namespace", "region", "unit_label"} {
		t.Run(attribute, func(t *testing.T) {
			t.Parallel()
			cli := acctest.NewFake(t).CLI(t)
			cli.Configure(fmt.Sprintf(`
resource "rum_metric_definition" "test" {
  app_monitor_name = "web"
  destination      = "CloudWatch"
  name             = "SessionCount"
  %s = ""
}`, attribute))
			acctest.WantOne(t, cli.Diagnostics("plan"), "error", "Invalid "+attribute, "For none, leave it out or set it to null.")
		})
	}
}
