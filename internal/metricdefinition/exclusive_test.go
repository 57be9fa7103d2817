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

// exclusive returns the block of the exclusive set of rum_metrics_destination.test
// with the given IDs.
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

// appliedExclusive returns a CLI that has made a destination, rum_metric_definition.test
// on it, and the exclusive set of that definition.
func appliedExclusive(t *testing.T) (env *acctest.Env, monitor string, cli *acctest.CLI) {
	t.Helper()
	env = acctest.NewFake(t)
	monitor = env.Monitor(t)
	cli = env.CLI(t)
	cli.Configure(withDestination(env, monitor, sessions) + exclusive(ofTest))
	cli.Run("apply", "-auto-approve")
	return env, monitor, cli
}

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

// Somebody else makes a definition. The plan names it and shows its deletion, and the
// apply deletes it.
func TestExclusiveSetDeletesStrangers(t *testing.T) {
	t.Parallel()
	env, monitor, cli := appliedExclusive(t)
	id := stranger(env, monitor, "Stranger")
	acctest.WantOne(t, cli.Diagnostics("plan"), "warning", "RUM metric definitions will be deleted",
		"Stranger in Shop by Browser, OS ("+id+")", monitor, env.Region, "not in metric_definition_ids (1)")
	if out, want := cli.Run("plan", "-no-color"), `- "`+id+`"`; !strings.Contains(out, want) {
		t.Errorf("the plan says\n%s\nwant it to show the removal of the ID as %s", out, want)
	}
	cli.Run("apply", "-auto-approve")
	checkOneEach(t, env, cli, monitor, 1)
	cli.Run("plan", "-detailed-exitcode")
}

// Somebody else makes a second definition after the plan. Nobody has seen it in a
// plan, so the apply keeps it.
func TestExclusiveUpdateKeepsWhatAppearedAfterThePlan(t *testing.T) {
	t.Parallel()
	env, monitor, cli := appliedExclusive(t)

	early := stranger(env, monitor, "Early")
	cli.Run("plan", "-out=planned")
	late := stranger(env, monitor, "Late")
	got := map[string]string{} // details by summary
	for _, d := range cli.Diagnostics("apply", "planned") {
		got[d.Summary] = d.Detail
	}
	if detail := got["RUM metric definitions will be deleted"]; !strings.Contains(detail, early) || strings.Contains(detail, late) {
		t.Errorf("got %q, want it to name %q and not %q", detail, early, late)
	}
	if detail, want := got["RUM metric definitions appeared after the plan"], "Late in Shop by Browser, OS ("+late+")"; !strings.Contains(detail, want) {
		t.Errorf("got %q, want it to name %q", detail, want)
	}
	var left []string
	for _, d := range env.Account.Definitions(monitor, "CloudWatch", "") {
		left = append(left, d.ID)
	}
	if slices.Contains(left, early) || !slices.Contains(left, late) {
		t.Errorf("got the definitions %q, want them without %q and with %q", left, early, late)
	}

	acctest.WantOne(t, cli.Diagnostics("plan"), "warning", "RUM metric definitions will be deleted", late)
	cli.Run("apply", "-auto-approve")
	checkOneEach(t, env, cli, monitor, 1)
}

func TestExclusiveSetRefusesNullAtPlan(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	cli := env.CLI(t)
	cli.Configure(withDestination(env, env.Monitor(t), sessions) + exclusive("[null]"))
	acctest.WantOne(t, cli.Diagnostics("plan"), "error", "Null Set Value")
}

// A plan does not know the IDs of new definitions. It still names the definitions
// that the apply deletes in any case.
func TestExclusivePlanNamesStrangersBesideNewDefinitions(t *testing.T) {
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
		t.Errorf("got %+v, want a warning of %s that has %q and %q", diagnostics, exclusiveAddress, id, "not known yet")
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

// The destroy of the resource deletes no definition. Afterwards a stranger is no
// change.
func TestDestroyOfTheExclusiveSetDeletesNothing(t *testing.T) {
	t.Parallel()
	env, monitor, cli := appliedExclusive(t)
	env.Fake.ForgetRequests()
	cli.Configure(withDestination(env, monitor, sessions))
	cli.Run("apply", "-auto-approve")
	if got := env.Fake.Count(opDelete); got != 0 {
		t.Errorf("got %d deletes, want none", got)
	}
	stranger(env, monitor, "Stranger")
	cli.Run("plan", "-detailed-exitcode")
}

// An ID that the destination does not have is an error. The plan gives it, or the
// apply when the plan could not know. Nothing is deleted.
func TestExclusiveSetRefusesAnUnknownID(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		ids    string
		denied int32 // which read of the definitions the service refuses, 0 for none
	}{
		"known at plan":       {`["no-such-id"]`, 0},
		"known only at apply": {`[terraform_data.id.output]`, 0},
		"known only at apply, and the plan cannot ask": {`[terraform_data.id.output]`, 2},
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
			acctest.WantOne(t, errorsOf(cli.Diagnostics("apply", "-auto-approve")), "error", "Unknown metric definition IDs", "no-such-id")
			if got := env.Fake.Count(opDelete); got != 0 {
				t.Errorf("got %d deletes, want none", got)
			}
		})
	}
}

// errorsOf returns the errors among diagnostics.
func errorsOf(diagnostics []acctest.Diagnostic) []acctest.Diagnostic {
	return slices.DeleteFunc(diagnostics, func(d acctest.Diagnostic) bool { return d.Severity != "error" })
}

// A caller without the permission to list definitions can still plan. The exclusive
// set then has no warning.
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
			t.Errorf("got %+v, want no diagnostics of %s", d, exclusiveAddress)
		}
	}
}

func TestExclusiveSetOfAVanishedDestinationIsPlannedAsCreate(t *testing.T) {
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

func TestTwoExclusiveSetsForOneDestinationAreWarnedOf(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	cli := env.CLI(t)
	both := exclusive(ofTest) + strings.Replace(exclusive(ofTest), `"test"`, `"second"`, 1)
	cli.Configure(withDestination(env, monitor, sessions) + both)
	cli.Run("apply", "-auto-approve")
	acctest.WantOne(t, cli.Diagnostics("plan"), "warning", "Two resources for one exclusive set", monitor)
}

// CloudWatch RUM refuses the delete of a stranger. The error names the definition and
// the IAM action, and the next apply deletes the stranger.
func TestRefusedDeleteOfAStrangerNamesThePermission(t *testing.T) {
	t.Parallel()
	env, monitor, cli := appliedExclusive(t)
	id := stranger(env, monitor, "Stranger")
	env.Fake.Inject(fakerum.Fault{Operation: opDelete, Status: 403, Code: "AccessDeniedException"})
	acctest.WantOne(t, errorsOf(cli.Diagnostics("apply", "-auto-approve")), "error", "Cannot delete RUM metric definition", id, "rum:"+opDelete)
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

// A killed run leaves definitions that are not in the state. The exclusive set deletes
// them: two applies after the kill, the destination has only the configured ones.
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
	acctest.Until(t, func() bool { // until the service is idle
		env.Fake.ForgetRequests()
		return env.Fake.MostInFlight() == 0
	})
	if left() == 0 {
		t.Fatal("the killed run left no definition that is not in the state, want some")
	}
	for range 2 {
		cli.Run("apply", "-auto-approve")
	}
	checkOneEach(t, env, cli, monitor, 60)
	cli.Run("plan", "-detailed-exitcode")
}
