package metricdefinition_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

const (
	setType    = "rum_metric_definitions"
	setAddress = setType + ".test"
	opCreate   = fakerum.OpBatchCreateRumMetricDefinitions
	opDelete   = fakerum.OpBatchDeleteRumMetricDefinitions
	opUpdate   = fakerum.OpUpdateRumMetricDefinition
	opLook     = fakerum.OpBatchGetRumMetricDefinitions
)

// threeDefinitions is a map with a definition of each kind: one that needs only its
// key, one with a key of its own, and a custom metric.
const threeDefinitions = `{
    Http4xxCount = {}
    errors_by_browser = {
      name           = "JsErrorCount"
      dimension_keys = { "metadata.browserName" = "BrowserName" }
    }
    Checkouts = {
      namespace     = "Shop"
      event_pattern = jsonencode({ event_type = ["checkout"] })
      unit_label    = "Count"
    }
  }`

// set returns the block of a set for the CloudWatch destination of a monitor.
func set(name, monitor, definitions string) string {
	return fmt.Sprintf(`
resource "rum_metric_definitions" %q {
  app_monitor_name = %q
  destination      = "CloudWatch"
  definitions      = %s
}
`, name, monitor, definitions)
}

// custom returns a map with a custom metric for each name.
func custom(names ...string) string {
	var elements strings.Builder
	for _, name := range names {
		fmt.Fprintf(&elements, "    %q = { namespace = \"Shop\" }\n", name)
	}
	return "{\n" + elements.String() + "  }"
}

// numbered returns n names.
func numbered(n int) (names []string) {
	for i := range n {
		names = append(names, fmt.Sprintf("Metric%03d", i))
	}
	return names
}

// bare returns a monitor with a CloudWatch destination that no resource manages, and a
// CLI.
func bare(t *testing.T) (env *acctest.Env, monitor string, cli *acctest.CLI) {
	t.Helper()
	env = acctest.NewFake(t)
	monitor = env.Monitor(t)
	env.Account.PutDestination(monitor, fakerum.Destination{Destination: "CloudWatch"})
	env.Fake.ForgetRequests()
	cli = env.CLI(t)
	return env, monitor, cli
}

// withDestinations makes app monitors that have a CloudWatch destination.
func withDestinations(env *acctest.Env, monitors ...string) {
	for _, monitor := range monitors {
		env.Account.CreateMonitor(monitor)
		env.Account.PutDestination(monitor, fakerum.Destination{Destination: "CloudWatch"})
	}
}

// appliedSet is bare with a set of custom metrics, which the CLI has made.
func appliedSet(t *testing.T, names ...string) (env *acctest.Env, monitor string, cli *acctest.CLI) {
	t.Helper()
	env, monitor, cli = bare(t)
	cli.Configure(env.Config("%s", set("test", monitor, custom(names...))))
	cli.Run("apply", "-auto-approve")
	checkSet(t, env, cli, monitor, names...)
	env.Fake.ForgetRequests()
	return env, monitor, cli
}

// stranger makes a definition behind Terraform's back and returns its ID.
func stranger(env *acctest.Env, monitor, name string) string {
	return env.Account.CreateDefinition(monitor, "CloudWatch", "", fakerum.Definition{
		Name: name, Namespace: "Shop", DimensionKeys: map[string]string{"metadata.browserName": "Browser", "metadata.osName": "OS"},
	})
}

// equal makes a definition that is equal to one of custom, and returns its ID.
func equal(env *acctest.Env, monitor, name string) string {
	return env.Account.CreateDefinition(monitor, "CloudWatch", "", fakerum.Definition{Name: name, Namespace: "Shop"})
}

// errorsOf returns the errors among diagnostics.
func errorsOf(diagnostics []acctest.Diagnostic) []acctest.Diagnostic {
	return slices.DeleteFunc(slices.Clone(diagnostics), func(d acctest.Diagnostic) bool { return d.Severity != "error" })
}

// named returns the diagnostics with a summary.
func named(diagnostics []acctest.Diagnostic, summary string) []acctest.Diagnostic {
	return slices.DeleteFunc(slices.Clone(diagnostics), func(d acctest.Diagnostic) bool { return d.Summary != summary })
}

// members is definitions of a set as JSON has them, by key.
type members map[string]struct {
	Name string
	ID   string `json:"metric_definition_id"`
}

// inState returns the definitions of all sets in the state. They are nil without a set.
func inState(t *testing.T, cli *acctest.CLI) (all members) {
	t.Helper()
	for _, r := range stateResources(t, cli) {
		if r.Type == setType && all == nil {
			all = members{}
		}
		maps.Copy(all, r.Values.Definitions) // nil but for a set
	}
	return all
}

// atService returns the IDs of the definitions that a destination has, in order.
func atService(env *acctest.Env, monitor string) (ids []string) {
	for _, d := range env.Account.Definitions(monitor, "CloudWatch", "") {
		ids = append(ids, d.ID)
	}
	slices.Sort(ids)
	return ids
}

// checkSet fails unless the state has a set with these keys, and the service has
// exactly the definitions of that set.
func checkSet(t *testing.T, env *acctest.Env, cli *acctest.CLI, monitor string, keys ...string) {
	t.Helper()
	state := inState(t, cli)
	if state == nil {
		t.Fatal("got a state without a set, want one")
	}
	checkKeys(t, state, keys...)
	var ids []string
	for _, m := range state {
		ids = append(ids, m.ID)
	}
	slices.Sort(ids)
	if there := atService(env, monitor); !slices.Equal(ids, there) {
		t.Errorf("got the IDs %v at the service, want those of the state %v", there, ids)
	}
}

func checkKeys(t *testing.T, got members, want ...string) {
	t.Helper()
	slices.Sort(want)
	if keys := slices.Sorted(maps.Keys(got)); !slices.Equal(keys, want) {
		t.Errorf("got the keys %q, want %q", keys, want)
	}
}

// checkCalls fails unless the service received exactly these writes, in this order.
func checkCalls(t *testing.T, env *acctest.Env, want ...string) {
	t.Helper()
	var got []string
	for _, r := range env.Fake.Requests() {
		if r.Operation != opLook && r.Operation != fakerum.OpListRumMetricsDestinations && r.Operation != fakerum.OpGetAppMonitor {
			got = append(got, r.Operation)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got the writes %v, want %v", got, want)
	}
}

// planned returns the change of the set that a plan shows in JSON.
func planned(t *testing.T, cli *acctest.CLI) (actions []string, before, after members) {
	t.Helper()
	cli.Run("plan", "-out=planned")
	var plan struct {
		Changes []struct {
			Address string
			Change  struct {
				Actions       []string
				Before, After struct{ Definitions members }
			}
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal([]byte(cli.Run("show", "-json", "planned")), &plan); err != nil {
		t.Fatal(err)
	}
	for _, c := range plan.Changes {
		if c.Address == setAddress {
			return c.Change.Actions, c.Change.Before.Definitions, c.Change.After.Definitions
		}
	}
	t.Fatalf("got a plan without %s, want it there", setAddress)
	return nil, nil, nil
}

// atMember is the path of a member of a definition of the set.
func atMember(key, member string) tfjsonpath.Path {
	return tfjsonpath.New("definitions").AtMapKey(key).AtMapKey(member)
}

// ofDestination returns a destination and its set.
func ofDestination(env *acctest.Env, monitor, definitions string) string {
	return env.Config(`
resource "rum_metrics_destination" "test" {
  app_monitor_name = %q
  destination      = "CloudWatch"
}

resource "rum_metric_definitions" "test" {
  app_monitor_name = rum_metrics_destination.test.app_monitor_name
  destination      = rum_metrics_destination.test.destination
  definitions      = %s
}
`, monitor, definitions)
}

func TestAccMetricDefinitions_basic(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	monitor := env.Monitor(t)
	sameID := statecheck.CompareValue(compare.ValuesSame())
	changed := strings.Replace(threeDefinitions, "unit_label", `value_key = "event_details.total"`+"\n      unit_label", 1)
	reduced := strings.Replace(changed, "Http4xxCount = {}", "", 1)
	env.Run(t,
		resource.TestStep{
			Config: ofDestination(env, monitor, threeDefinitions),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{
					// An alarm in the same run needs these.
					plancheck.ExpectKnownValue(setAddress, atMember("Checkouts", "cloudwatch_namespace"), knownvalue.StringExact("RUM/CustomMetrics/Shop")),
					plancheck.ExpectKnownValue(setAddress, atMember("Http4xxCount", "cloudwatch_namespace"), knownvalue.StringExact("AWS/RUM")),
					plancheck.ExpectKnownValue(setAddress, atMember("Http4xxCount", "name"), knownvalue.StringExact("Http4xxCount")),
					plancheck.ExpectKnownValue(setAddress, tfjsonpath.New("id"), knownvalue.StringExact(monitor+",CloudWatch@"+env.Region)),
					plancheck.ExpectUnknownValue(setAddress, atMember("Checkouts", "metric_definition_id")),
				},
				PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
			},
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(setAddress, tfjsonpath.New("definitions"), knownvalue.MapSizeExact(3)),
				statecheck.ExpectKnownValue(setAddress, atMember("errors_by_browser", "name"), knownvalue.StringExact("JsErrorCount")),
				statecheck.ExpectKnownValue(setAddress, atMember("errors_by_browser", "event_pattern"),
					knownvalue.StringExact(`{"event_type":["com.amazon.rum.js_error_event"],"metadata":{"browserName":[{"exists":true}]}}`)),
				statecheck.ExpectKnownValue(setAddress, tfjsonpath.New("region"), knownvalue.StringExact(env.Region)),
				sameID.AddStateValue(setAddress, atMember("Checkouts", "metric_definition_id")),
			},
		},
		resource.TestStep{
			Config:           ofDestination(env, monitor, changed),
			ConfigPlanChecks: planning(setAddress, plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(setAddress, atMember("Checkouts", "value_key"), knownvalue.StringExact("event_details.total")),
				sameID.AddStateValue(setAddress, atMember("Checkouts", "metric_definition_id")),
			},
		},
		resource.TestStep{
			Config: ofDestination(env, monitor, reduced),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(setAddress, tfjsonpath.New("definitions"), knownvalue.MapSizeExact(2)),
			},
		},
	)
}

// The keys of an import are the names, so these definitions have no other keys.
func TestAccMetricDefinitions_import(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	monitor := env.Monitor(t)
	config := ofDestination(env, monitor, `{
    JsErrorCount = {}
    "JsErrorCount by BrowserName, OSName" = {
      name           = "JsErrorCount"
      dimension_keys = { "metadata.browserName" = "BrowserName", "metadata.osName" = "OSName" }
    }
    Checkouts = { namespace = "Shop" }
  }`)
	steps := []resource.TestStep{{Config: config}}
	for _, id := range []string{monitor, monitor + ",CloudWatch", monitor + "@" + env.Region, monitor + ",CloudWatch@" + env.Region} {
		steps = append(steps, resource.TestStep{ResourceName: setAddress, ImportState: true, ImportStateVerify: true, ImportStateId: id})
	}
	env.Run(t, steps...)
}

func TestAccMetricDefinitions_identity(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	env.RunWithIdentity(t,
		resource.TestStep{Config: ofDestination(env, env.Monitor(t), custom("A"))},
		resource.TestStep{ResourceName: setAddress, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
	)
}

// What others made is in the diff under its name, and the twin of a definition too. The
// plan has no warning, since the diff shows it all.
func TestStrangersAndTwinsAreRemovedUnderTheirNames(t *testing.T) {
	t.Parallel()
	env, monitor, cli := appliedSet(t, "A", "B")
	ids := []string{stranger(env, monitor, "Stranger"), stranger(env, monitor, "Stranger"), equal(env, monitor, "A")}
	slices.Sort(ids[:2])

	acctest.WantNone(t, cli.Diagnostics("plan"))
	actions, before, after := planned(t, cli)
	if !slices.Equal(actions, []string{"update"}) {
		t.Errorf("got the actions %v, want an update", actions)
	}
	checkKeys(t, before, "A", "B", "Stranger by Browser, OS", "Stranger by Browser, OS ("+ids[1]+")", "A ("+ids[2]+")")
	checkKeys(t, after, "A", "B")
	if got := before["Stranger by Browser, OS"]; got.ID != ids[0] || got.Name != "Stranger" {
		t.Errorf("got %+v, want the ID %s and the name", got, ids[0])
	}
	if out, want := cli.Run("plan", "-no-color"), `- "Stranger by Browser, OS (`+ids[1]+`)"`; !strings.Contains(out, want) {
		t.Errorf("the plan says\n%s\nwant %q", out, want)
	}
	acctest.WantNone(t, cli.Diagnostics("apply", "planned"))
	checkSet(t, env, cli, monitor, "A", "B")
	checkCalls(t, env, opDelete)
	cli.Run("plan", "-detailed-exitcode")
}

// A definition appears after the plan. Nobody has seen it in a plan, so the apply
// leaves it alone. The next plan has it.
func TestSetLeavesWhatAppearedAfterThePlan(t *testing.T) {
	t.Parallel()
	env, monitor, cli := appliedSet(t, "A")
	early := stranger(env, monitor, "Early")
	cli.Run("plan", "-out=planned")
	late := stranger(env, monitor, "Late")
	cli.Run("apply", "planned")
	if left := atService(env, monitor); slices.Contains(left, early) || !slices.Contains(left, late) {
		t.Errorf("got %q, want it without %q and with %q", left, early, late)
	}
	_, before, after := planned(t, cli)
	checkKeys(t, before, "A", "Late by Browser, OS")
	checkKeys(t, after, "A")
	cli.Run("apply", "planned")
	checkSet(t, env, cli, monitor, "A")
}

// An update changes, creates and then deletes. The definition that changes keeps its ID,
// also under another name.
func TestSetDeletesLast(t *testing.T) {
	t.Parallel()
	env, monitor, cli := appliedSet(t, "A", "B")
	before := inState(t, cli)
	cli.Configure(env.Config("%s", set("test", monitor, `{
    A = { name = "X", namespace = "Other" }
    C = { namespace = "Shop" }
  }`)))
	cli.Run("apply", "-auto-approve")
	checkCalls(t, env, opUpdate, opCreate, opDelete)
	checkSet(t, env, cli, monitor, "A", "C")
	if got, want := inState(t, cli)["A"], before["A"].ID; got.ID != want || got.Name != "X" {
		t.Errorf("got %+v after the change, want the name X and the ID %s", got, want)
	}
	cli.Run("plan", "-detailed-exitcode")
}

// A key gets another name, and its definition stays as it is. Nothing is called, and the
// diff has the ID under both keys.
func TestRenamedKeyMakesNoCall(t *testing.T) {
	t.Parallel()
	env, monitor, cli := bare(t)
	env.Fake.Behave(func(b *fakerum.Behavior) { b.FillDefaults = true }) // the unit of the state is not in the configuration
	cli.Configure(env.Config("%s", set("test", monitor, `{ JsErrorCount = {}, Kept = { namespace = "Shop" } }`)))
	cli.Run("apply", "-auto-approve")
	id := inState(t, cli)["JsErrorCount"].ID
	env.Fake.ForgetRequests()

	cli.Configure(env.Config("%s", set("test", monitor, `{ errors = { name = "JsErrorCount" }, Kept = { namespace = "Shop" } }`)))
	_, before, after := planned(t, cli)
	if before["JsErrorCount"].ID != id || after["errors"].ID != id {
		t.Errorf("got %+v before and %+v after, want the ID %s under both keys", before, after, id)
	}
	cli.Run("apply", "planned")
	checkCalls(t, env)
	checkSet(t, env, cli, monitor, "errors", "Kept")
	cli.Run("plan", "-detailed-exitcode")

	// A key is renamed and its definition changed at once. It is then another one.
	cli.Configure(env.Config("%s", set("test", monitor, `{ jobs = { name = "JsErrorCount", unit_label = "None" }, Kept = { namespace = "Shop" } }`)))
	cli.Run("apply", "-auto-approve")
	checkCalls(t, env, opCreate, opDelete)
	checkSet(t, env, cli, monitor, "jobs", "Kept")
}

// The definitions of two keys are exchanged. Each key keeps its ID.
func TestExchangedDefinitionsChangeInPlace(t *testing.T) {
	t.Parallel()
	env, monitor, cli := appliedSet(t, "A", "B")
	before := inState(t, cli)
	cli.Configure(env.Config("%s", set("test", monitor, `{ A = { name = "B", namespace = "Shop" }, B = { name = "A", namespace = "Shop" } }`)))
	cli.Run("apply", "-auto-approve")
	checkCalls(t, env, opUpdate, opUpdate)
	if after := inState(t, cli); after["A"].ID != before["A"].ID || after["B"].ID != before["B"].ID {
		t.Errorf("got the definitions %v after the exchange, want the IDs of %v", after, before)
	}
}

// A new key is equal to several that go. The apply plans again, and must choose the same.
func TestRenamedKeyOfTwinsIsAlwaysTheSame(t *testing.T) {
	t.Parallel()
	env, monitor, cli := appliedSet(t, "A")
	for range 7 {
		equal(env, monitor, "A")
	}
	cli.Configure(env.Config("%s", set("test", monitor, `{ new = { name = "A", namespace = "Shop" } }`)))
	cli.Run("plan", "-out=planned")
	cli.Run("apply", "planned")
	checkCalls(t, env, opDelete)
	checkSet(t, env, cli, monitor, "new")
}

// A destroy deletes the definitions that the state has. What appeared after its plan
// stays. Each of the two makes few batches.
func TestDestroyOfASetDeletesWhatTheStateHas(t *testing.T) {
	t.Parallel()
	env, monitor, cli := bare(t)
	cli.Configure(env.Config("%s", set("test", monitor, custom(numbered(300)...))))
	cli.Run("apply", "-auto-approve")
	checkCalls(t, env, opCreate, opCreate)
	checkSet(t, env, cli, monitor, numbered(300)...)
	seen := stranger(env, monitor, "Seen")
	cli.Run("plan", "-destroy", "-out=planned")
	if out := cli.Run("show", "-no-color", "planned"); !strings.Contains(out, `- "Seen by Browser, OS"`) || !strings.Contains(out, seen) {
		t.Errorf("the plan says\n%s\nwant it to show the stranger", out)
	}
	late := stranger(env, monitor, "Late")
	cli.Run("apply", "planned")
	if got := atService(env, monitor); !slices.Equal(got, []string{late}) {
		t.Errorf("got the definitions %v left, want %s", got, late)
	}
	checkCalls(t, env, opCreate, opCreate, opDelete, opDelete, opDelete, opDelete) // 301 have four batches
}

// The same apply cannot make anew what its plan has with an ID. The next plan can.
func TestWhatVanishesAfterThePlanIsMadeByTheNextApply(t *testing.T) {
	t.Parallel()
	env, monitor, cli := appliedSet(t, "A", "B")
	cli.Configure(env.Config("%s", set("test", monitor, custom("A", "B", "C"))))
	cli.Run("plan", "-out=planned")
	vanished := inState(t, cli)["A"].ID
	env.Account.DeleteDefinition(monitor, "CloudWatch", "", vanished)
	acctest.WantNone(t, cli.Diagnostics("apply", "planned"))
	checkCalls(t, env, opCreate)
	if state := inState(t, cli); state["A"].ID != vanished || len(atService(env, monitor)) != 2 {
		t.Errorf("got %+v in the state, want A as planned", state)
	}
	_, before, after := planned(t, cli)
	checkKeys(t, before, "B", "C")
	checkKeys(t, after, "A", "B", "C")
	cli.Run("apply", "planned")
	checkSet(t, env, cli, monitor, "A", "B", "C")
}

// The plan that replaces a set does not refuse the set's own definitions.
func TestReplacedSet(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		lifecycle string
		made      bool
	}{
		"destroy before create": {"", true},
		"create before destroy": {"lifecycle {\n    create_before_destroy = true\n  }", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, monitor, cli := bare(t)
			cli.Configure(env.Config("%s", set("test", monitor, custom("A", "B")+"\n  "+test.lifecycle)))
			cli.Run("apply", "-auto-approve")
			before := atService(env, monitor)
			env.Fake.Inject(fakerum.Fault{Operation: opDelete, Delay: slow})
			diagnostics := cli.Diagnostics("apply", "-auto-approve", "-replace="+setAddress)
			if test.made {
				acctest.WantNone(t, diagnostics)
			} else {
				acctest.WantOne(t, diagnostics, "warning", "Kept RUM metric definitions", monitor, before[0], before[1])
			}
			checkSet(t, env, cli, monitor, "A", "B")
			if same := slices.Equal(before, atService(env, monitor)); same == test.made {
				t.Errorf("got the same definitions: %t, want new ones: %t", same, test.made)
			}
			cli.Run("plan", "-detailed-exitcode")
		})
	}
}

// Another monitor, or another region, is another destination.
func TestSetIsReplacedWithItsDestination(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	first, second := env.Monitor(t), env.Monitor(t)
	env.In(acctest.OtherRegion).CreateMonitor(second)
	replaced := planning(setAddress, plancheck.ResourceActionDestroyBeforeCreate)
	inOtherRegion := func(monitor string) string {
		return strings.ReplaceAll(ofDestination(env, monitor, custom("A")), `app_monitor_name =`, "region = \"us-east-1\"\n  app_monitor_name =")
	}
	env.Run(t,
		resource.TestStep{Config: ofDestination(env, first, custom("A"))},
		resource.TestStep{Config: ofDestination(env, second, custom("A")), ConfigPlanChecks: replaced},
		resource.TestStep{Config: inOtherRegion(second), ConfigPlanChecks: replaced},
		resource.TestStep{
			RefreshState: true,
			Check:        resource.TestCheckResourceAttr(setAddress, "id", second+",CloudWatch@us-east-1"),
		},
	)
}

// The destination vanishes. AWS does not say how the service then lists definitions.
func TestSetOfAVanishedDestinationIsPlannedAsCreate(t *testing.T) {
	t.Parallel()
	for _, definitions := range []string{custom("A"), "{}"} {
		for _, empty := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, an empty list in place of not found: %t", definitions, empty), func(t *testing.T) {
				t.Parallel()
				env := acctest.NewFake(t)
				env.Fake.Behave(func(b *fakerum.Behavior) { b.EmptyWithoutDestination = empty })
				monitor := env.Monitor(t)
				env.Run(t,
					resource.TestStep{Config: ofDestination(env, monitor, definitions)},
					resource.TestStep{
						PreConfig:        func() { env.Account.DeleteDestination(monitor, "CloudWatch", "") },
						Config:           ofDestination(env, monitor, definitions),
						ConfigPlanChecks: planning(setAddress, plancheck.ResourceActionCreate),
					},
				)
			})
		}
	}
}

// The plan passes, because the same apply may make the destination. The create fails,
// names the destination, and says how it comes first.
func TestSetOfAnAbsentDestinationFailsAtCreate(t *testing.T) {
	t.Parallel()
	for _, definitions := range []string{custom("A"), "{}"} {
		for _, empty := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, an empty list in place of not found: %t", definitions, empty), func(t *testing.T) {
				t.Parallel()
				env := acctest.NewFake(t)
				env.Fake.Behave(func(b *fakerum.Behavior) { b.EmptyWithoutDestination = empty })
				monitor := env.Monitor(t)
				env.Fake.ForgetRequests()
				cli := env.CLI(t)
				cli.Configure(env.Config("%s", set("test", monitor, definitions)))
				acctest.WantNone(t, cli.Diagnostics("plan", "-out=planned"))
				got := cli.Diagnostics("apply", "planned")
				if d := acctest.WantOne(t, got, "error", got[0].Summary, "CloudWatch", monitor, env.Region, "so that it is created first"); d.Address != setAddress {
					t.Errorf("got the address %q, want %q", d.Address, setAddress)
				}
				checkCalls(t, env)
				if inState(t, cli) != nil {
					t.Error("got a set in the state, want none")
				}
			})
		}
	}
}
