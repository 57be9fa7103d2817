package metricdefinition_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

const (
	exclusiveType    = "rum_metric_definitions_exclusive"
	exclusiveAddress = exclusiveType + ".test"
	opDelete         = fakerum.OpBatchDeleteRumMetricDefinitions
)

// exclusive is the exclusive set of rum_metrics_destination.test with the given IDs.
func exclusive(ids string) string {
	return fmt.Sprintf(`
resource "rum_metric_definitions_exclusive" "test" {
  app_monitor_name      = rum_metrics_destination.test.app_monitor_name
  destination           = rum_metrics_destination.test.destination
  metric_definition_ids = %s
}
`, ids)
}

const ofTest = "[rum_metric_definition.test.metric_definition_id]"

// stranger makes a definition behind Terraform's back and returns its ID.
func stranger(env *acctest.Env, monitor, name string) string {
	return env.Account.CreateDefinition(monitor, "CloudWatch", "", fakerum.Definition{
		Name: name, Namespace: "Shop", DimensionKeys: map[string]string{"metadata.browserName": "Browser", "metadata.osName": "OS"},
	})
}

func TestAccMetricDefinitionsExclusive_basic(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	monitor := env.Monitor(t)
	config := withDestination(env, monitor, sessions) + exclusive(ofTest)
	env.Run(t,
		resource.TestStep{
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(exclusiveAddress, tfjsonpath.New("metric_definition_ids"), knownvalue.SetSizeExact(1)),
				statecheck.ExpectKnownValue(exclusiveAddress, tfjsonpath.New("id"), knownvalue.StringExact(monitor+",CloudWatch@"+env.Region)),
				statecheck.ExpectKnownValue(exclusiveAddress, tfjsonpath.New("region"), knownvalue.StringExact(env.Region)),
			},
		},
		resource.TestStep{ResourceName: exclusiveAddress, ImportState: true, ImportStateVerify: true},
		resource.TestStep{ResourceName: exclusiveAddress, ImportState: true, ImportStateVerify: true, ImportStateId: monitor},
		resource.TestStep{
			Config: withDestination(env, monitor, sessions) + definition("other", checkouts) +
				exclusive("[rum_metric_definition.test.metric_definition_id, rum_metric_definition.other.metric_definition_id]"),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(exclusiveAddress, tfjsonpath.New("metric_definition_ids"), knownvalue.SetSizeExact(2)),
			},
		},
		resource.TestStep{Config: config},
	)
}

// A definition that somebody else makes shows as a change. The plan names it, and
// the apply deletes it.
func TestExclusiveSetDeletesStrangers(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	cli := env.CLI(t)
	cli.Configure(withDestination(env, monitor, sessions) + exclusive(ofTest))
	cli.Run("apply", "-auto-approve")
	id := stranger(env, monitor, "Stranger")
	diagnostics := cli.Diagnostics("plan")
	if len(diagnostics) != 1 || diagnostics[0].Severity != "warning" || diagnostics[0].Summary != "RUM metric definitions will be deleted" {
		t.Fatalf("the plan: got %+v, want one warning", diagnostics)
	}
	for _, want := range []string{"Stranger in Shop by Browser, OS (" + id + ")", monitor, env.Region, "not in metric_definition_ids (1)"} {
		if !strings.Contains(diagnostics[0].Detail, want) {
			t.Errorf("the warning does not say %q:\n%s", want, diagnostics[0].Detail)
		}
	}
	if out := cli.Run("plan", "-no-color"); !strings.Contains(out, `- "`+id+`"`) {
		t.Errorf("the plan does not show the ID as removed:\n%s", out)
	}
	cli.Run("apply", "-auto-approve")
	checkOneEach(t, env, cli, monitor, 1)
	cli.Run("plan", "-detailed-exitcode")
}

// While the IDs of new definitions are not known, the plan names what certainly
// goes.
func TestExclusiveSetWithNewDefinitions(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	env.Account.PutDestination(monitor, fakerum.Destination{Destination: "CloudWatch"})
	id := stranger(env, monitor, "Stranger")
	cli := env.CLI(t)
	cli.Configure(withDestination(env, monitor, sessions) + exclusive(ofTest))
	diagnostics := cli.Diagnostics("plan")
	if !slices.ContainsFunc(diagnostics, func(d acctest.Diagnostic) bool {
		return d.Address == exclusiveAddress && strings.Contains(d.Detail, id) && strings.Contains(d.Detail, "not known yet")
	}) {
		t.Errorf("got %+v, want a warning that names %s", diagnostics, id)
	}
	cli.Run("apply", "-auto-approve")
	checkOneEach(t, env, cli, monitor, 1)
}

func TestEmptyExclusiveSetDeletesAll(t *testing.T) {
	t.Parallel()
	env, monitor, cli := applied(t, sessions)
	stranger(env, monitor, "Stranger")
	cli.Configure(env.Config(`
resource "rum_metric_definitions_exclusive" "test" {
  app_monitor_name      = %q
  destination           = "CloudWatch"
  metric_definition_ids = []
}
`, monitor))
	cli.Run("state", "rm", address, "rum_metrics_destination.test")
	cli.Run("apply", "-auto-approve")
	checkOneEach(t, env, cli, monitor, 0)
	cli.Run("plan", "-detailed-exitcode")
}

// Destroying the resource ends the exclusiveness and deletes no definition.
func TestDestroyOfTheExclusiveSetDeletesNothing(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	cli := env.CLI(t)
	cli.Configure(withDestination(env, monitor, sessions) + exclusive(ofTest))
	cli.Run("apply", "-auto-approve")
	env.Fake.ForgetRequests()
	cli.Configure(withDestination(env, monitor, sessions))
	cli.Run("apply", "-auto-approve")
	if got := env.Fake.Count(opDelete); got != 0 {
		t.Errorf("got %d deletes, want none", got)
	}
	stranger(env, monitor, "Stranger")
	cli.Run("plan", "-detailed-exitcode")
}

// An ID that the destination does not have is an error of the plan, and of an apply
// that learns it late. Nothing is deleted.
func TestExclusiveSetWithAnUnknownID(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		ids    string
		denied int32 // the plan's look that the service refuses, 0 for none
	}{
		"known at plan":       {`["no-such-id"]`, 0},
		"known only at apply": {`[terraform_data.id.output]`, 0},
		"known only at apply, where the plan cannot ask": {`[terraform_data.id.output]`, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.NewFake(t)
			monitor := env.Monitor(t)
			env.Account.PutDestination(monitor, fakerum.Destination{Destination: "CloudWatch"})
			stranger(env, monitor, "Stranger")
			var looks atomic.Int32
			env.Fake.Inject(fakerum.Fault{
				Operation: fakerum.OpBatchGetRumMetricDefinitions, Status: 403, Code: "AccessDeniedException",
				Match: func(fakerum.Request) bool { return looks.Add(1) == test.denied },
			})
			cli := env.CLI(t)
			cli.Configure(env.Config(`
resource "terraform_data" "id" {
  input = "no-such-id"
}

resource "rum_metric_definitions_exclusive" "test" {
  app_monitor_name      = %q
  destination           = "CloudWatch"
  metric_definition_ids = %s
}
`, monitor, test.ids))
			var failed []acctest.Diagnostic
			for _, d := range cli.Diagnostics("apply", "-auto-approve") {
				if d.Severity == "error" {
					failed = append(failed, d)
				}
			}
			if len(failed) != 1 || failed[0].Summary != "Unknown metric definition IDs" || !strings.Contains(failed[0].Detail, "no-such-id") {
				t.Errorf("got %+v, want one error that names the ID", failed)
			}
			if got := env.Fake.Count(opDelete); got != 0 {
				t.Errorf("got %d deletes, want none", got)
			}
		})
	}
}

// A caller that may not list definitions plans without a warning.
func TestExclusivePlanThatCannotListIsSilent(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	env.Account.PutDestination(monitor, fakerum.Destination{Destination: "CloudWatch"})
	stranger(env, monitor, "Stranger")
	env.Fake.Inject(fakerum.Fault{Operation: fakerum.OpBatchGetRumMetricDefinitions, Status: 403, Code: "AccessDeniedException"})
	cli := env.CLI(t)
	cli.Configure(withDestination(env, monitor, sessions) + exclusive("[]"))
	for _, d := range cli.Diagnostics("plan") {
		if d.Address == exclusiveAddress {
			t.Errorf("got %+v, want no diagnostics", d)
		}
	}
}

// When the destination or its monitor is gone, the set is planned to be created
// again.
func TestExclusiveSetOfAVanishedDestination(t *testing.T) {
	t.Parallel()
	for _, empty := range []bool{false, true} {
		for name, remove := range map[string]func(*acctest.Env, string){
			"destination": func(env *acctest.Env, monitor string) { env.Account.DeleteDestination(monitor, "CloudWatch", "") },
			"monitor": func(env *acctest.Env, monitor string) {
				env.Account.DeleteMonitor(monitor)
				env.Account.CreateMonitor(monitor)
			},
		} {
			t.Run(fmt.Sprintf("%s, an empty list in place of not found: %t", name, empty), func(t *testing.T) {
				t.Parallel()
				env := acctest.NewFake(t)
				env.Fake.Behave(func(b *fakerum.Behavior) { b.EmptyWithoutDestination = empty })
				monitor := env.Monitor(t)
				config := withDestination(env, monitor, sessions) + exclusive(ofTest)
				env.Run(t,
					resource.TestStep{Config: config},
					resource.TestStep{
						PreConfig: func() { remove(env, monitor) },
						Config:    config,
						ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
							plancheck.ExpectResourceAction(exclusiveAddress, plancheck.ResourceActionCreate),
						}},
					},
				)
			})
		}
	}
}

func TestTwoExclusiveSetsForOneDestination(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	cli := env.CLI(t)
	both := exclusive(ofTest) + strings.Replace(exclusive(ofTest), `"test"`, `"second"`, 1)
	cli.Configure(withDestination(env, monitor, sessions) + both)
	cli.Run("apply", "-auto-approve")
	diagnostics := cli.Diagnostics("plan")
	if len(diagnostics) != 1 || diagnostics[0].Severity != "warning" || diagnostics[0].Summary != "Two resources for one exclusive set" || !strings.Contains(diagnostics[0].Detail, monitor) {
		t.Errorf("got %+v, want one warning that names the destination", diagnostics)
	}
}

// A delete that CloudWatch RUM refuses is an error that names the definition and
// the IAM action. The next apply carries on.
func TestExclusiveSetThatMayNotDelete(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	cli := env.CLI(t)
	cli.Configure(withDestination(env, monitor, sessions) + exclusive(ofTest))
	cli.Run("apply", "-auto-approve")
	id := stranger(env, monitor, "Stranger")
	env.Fake.Inject(fakerum.Fault{Operation: opDelete, Status: 403, Code: "AccessDeniedException"})
	diagnostics := cli.Diagnostics("apply", "-auto-approve")
	last := diagnostics[len(diagnostics)-1]
	if last.Severity != "error" || last.Summary != "Cannot delete RUM metric definition" || !strings.Contains(last.Detail, id) || !strings.Contains(last.Detail, "rum:"+opDelete) {
		t.Errorf("got %+v, want an error that names %s and the action", last, id)
	}
	env.Fake.ClearFaults()
	cli.Run("apply", "-auto-approve")
	checkOneEach(t, env, cli, monitor, 1)
}

func TestExclusiveSetDeletesManyInFewCalls(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	env.Account.PutDestination(monitor, fakerum.Destination{Destination: "CloudWatch"})
	for i := range 450 {
		stranger(env, monitor, fmt.Sprint("Stranger", i))
	}
	cli := env.CLI(t)
	cli.Configure(withDestination(env, monitor, sessions) + exclusive(ofTest))
	cli.Run("apply", "-auto-approve")
	checkOneEach(t, env, cli, monitor, 1)
	if got, most := env.Fake.Count(opDelete), 5; got > most {
		t.Errorf("got %d deletes, want at most %d", got, most)
	}
}

// What a killed run leaves is named by the next plan, and deleted by the exclusive
// set: two applies after the kill, there is just what is configured.
func TestExclusiveSetRemovesWhatAKilledRunLeft(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	cli := env.CLI(t)
	set := exclusive("[for d in rum_metric_definition.many : d.metric_definition_id]")
	cli.Configure(countedDefinitions(env, monitor, 1, "Checkouts${count.index}") + set)
	cli.Run("apply", "-auto-approve")

	cli.Configure(countedDefinitions(env, monitor, 60, "Checkouts${count.index}") + set)
	env.Fake.Inject(fakerum.Fault{Operation: opCreate, Delay: 200 * time.Millisecond, AfterWork: true})
	apply, _ := cli.Command("apply", "-auto-approve")
	if err := apply.Start(); err != nil {
		t.Fatal(err)
	}
	acctest.Until(t, func() bool { return len(env.Account.Definitions(monitor, "CloudWatch", "")) > 20 })
	if err := apply.Process.Signal(os.Kill); err != nil {
		t.Fatal(err)
	}
	_ = apply.Wait()
	env.Fake.ClearFaults()
	left := func() int {
		return len(env.Account.Definitions(monitor, "CloudWatch", "")) - len(definitionIDs(t, cli))
	}
	acctest.Until(t, func() bool { // the service is idle
		env.Fake.ForgetRequests()
		return env.Fake.MostInFlight() == 0
	})
	if left() == 0 {
		t.Fatal("the killed run left nothing: the test proves nothing")
	}
	for range 2 {
		cli.Run("apply", "-auto-approve")
	}
	checkOneEach(t, env, cli, monitor, 60)
	cli.Run("plan", "-detailed-exitcode")
}
