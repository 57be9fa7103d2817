package metricdefinition_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
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

// planning expects an action for a resource in the plan of a step.
func planning(address string, action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}}
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

// later returns a terraform_data whose output is a value that only the apply knows.
func later(value string) string {
	return fmt.Sprintf("\nresource \"terraform_data\" \"later\" {\n  input = %s\n}\n", value)
}

// imports returns a block that imports a resource.
func imports(address, id string) string {
	return fmt.Sprintf("\nimport {\n  to = %s\n  id = %q\n}\n", address, id)
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
			ConfigPlanChecks: planning(address, plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				same.AddStateValue(address, tfjsonpath.New("metric_definition_id")),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("unit_label"), knownvalue.Null()),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("cloudwatch_namespace"), knownvalue.StringExact("RUM/CustomMetrics/Store")),
			},
		},
	)
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

// Each of the documented metrics is created with only its name. The checks of the step
// include that the next plan is empty.
func TestEveryDocumentedMetricNeedsOnlyItsName(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	config := withDestination(env, monitor, checkouts)
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
	for name, remove := range map[string]func(*acctest.Env, string){
		"definition": func(env *acctest.Env, monitor string) {
			env.Account.DeleteDefinition(monitor, "CloudWatch", "", atService(env, monitor)[0])
		},
		"destination": func(env *acctest.Env, monitor string) { env.Account.DeleteDestination(monitor, "CloudWatch", "") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.NewFake(t)
			monitor := env.Monitor(t)
			env.Run(t,
				resource.TestStep{Config: withDestination(env, monitor, sessions)},
				resource.TestStep{
					PreConfig:        func() { remove(env, monitor) },
					Config:           withDestination(env, monitor, sessions),
					ConfigPlanChecks: planning(address, plancheck.ResourceActionCreate),
				},
			)
		})
	}
}

// The definition names no region, so another region of the provider is another region of
// the definition.
func TestKeyChangeReplaces(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	first, second, other := env.Monitor(t), env.Monitor(t), env.In(acctest.OtherRegion)
	other.CreateMonitor(second)
	config, replaced := withDestination(env, second, sessions), planning(address, plancheck.ResourceActionDestroyBeforeCreate)
	left := func(monitor string) func() {
		return func() {
			if ids := atService(env, monitor); len(ids) > 0 {
				t.Errorf("the old destination has the definitions %v, want none", ids)
			}
		}
	}
	env.Run(t,
		resource.TestStep{Config: withDestination(env, first, sessions)},
		resource.TestStep{Config: config, ConfigPlanChecks: replaced, PostApplyFunc: left(first)},
		resource.TestStep{
			Config:           strings.Replace(config, env.Config(""), env.ProviderIn(acctest.OtherRegion, ""), 1),
			ConfigPlanChecks: replaced,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("region"), knownvalue.StringExact(acctest.OtherRegion)),
			},
			PostApplyFunc: left(second),
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
		// The region is known only at apply, and is within reach.
		resource.TestStep{Config: withDestination(env, monitor, sessions+"\nregion = terraform_data.later.output") + later(`"eu-west-1"`)},
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
	rejects(env, "Checkouts")
	monitor := env.Monitor(t)
	cli := env.CLI(t)
	cli.Configure(withDestination(env, monitor, checkouts) + definition("other", sessions))
	rejected := acctest.WantOne(t, cli.Diagnostics("apply", "-auto-approve"), "error", "Cannot create RUM metric definition",
		"Checkouts", monitor, env.Region, "ValidationException: not this one")
	if rejected.Address != address {
		t.Errorf("got an error of %s, want one of %s", rejected.Address, address)
	}
	checkOneEach(t, env, cli, monitor, 1)

	// Once the service accepts the definition, one apply completes the work.
	rejects(env)
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
	_, there, _ := strings.Cut(inventory(env)[0], "CloudWatch,")
	server := env.Server(t)
	kind := server.Schema.ResourceSchemas[resourceType].ValueType()
	for id, found := range map[string]bool{there: true, "absent": false} {
		resp, err := server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
			TypeName: resourceType,
			CurrentState: acctest.Object(t, kind, map[string]tftypes.Value{
				"app_monitor_name": text("web"), "destination": text("CloudWatch"), "region": text(env.Region), "metric_definition_id": text(id),
			}),
		})
		if err != nil || len(resp.Diagnostics) > 0 {
			t.Fatalf("%s: got %v, %v; want no diagnostics", id, err, resp.Diagnostics)
		}
		state, err := resp.NewState.Unmarshal(kind)
		if err != nil || state.IsNull() == found {
			t.Errorf("%s: got the state %v, %v; want it there: %t", id, state, err, found)
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

func TestValueKnownOnlyAtApplyIsChecked(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	config := func(name string) string {
		return withDestination(env, monitor, "name = terraform_data.later.output") + later(strconv.Quote(name))
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
