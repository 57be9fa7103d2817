package metricdefinition_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

const opCreate = fakerum.OpBatchCreateRumMetricDefinitions

// checkOneEach fails unless the service has just n definitions, each of them in
// one resource of the state.
func checkOneEach(t *testing.T, env *acctest.Env, cli *acctest.CLI, monitor string, n int) {
	t.Helper()
	var there []string
	for _, d := range env.Account.Definitions(monitor, "CloudWatch", "") {
		there = append(there, d.ID)
	}
	slices.Sort(there)
	if inState := definitionIDs(t, cli); len(there) != n || !slices.Equal(there, inState) {
		t.Errorf("got %d definitions at the service and %d in the state, want %d of both:\n%v\n%v", len(there), len(inState), n, there, inState)
	}
}

// definitionIDs returns the IDs of the definitions in the state, in order.
func definitionIDs(t *testing.T, cli *acctest.CLI) (ids []string) {
	t.Helper()
	var state struct {
		Values struct {
			RootModule struct {
				Resources []struct {
					Type   string
					Values struct {
						MetricDefinitionID string `json:"metric_definition_id"`
					}
				}
			} `json:"root_module"`
		}
	}
	if err := json.Unmarshal([]byte(cli.Run("show", "-json")), &state); err != nil {
		t.Fatal(err)
	}
	for _, r := range state.Values.RootModule.Resources {
		if r.Type == resourceType {
			ids = append(ids, r.Values.MetricDefinitionID)
		}
	}
	slices.Sort(ids)
	return ids
}

// applied returns a CLI that has made a destination and rum_metric_definition.test
// on it.
func applied(t *testing.T, members string) (env *acctest.Env, monitor string, cli *acctest.CLI) {
	t.Helper()
	env = acctest.NewFake(t)
	monitor = env.Monitor(t)
	cli = env.CLI(t)
	cli.Configure(withDestination(env, monitor, members))
	cli.Run("apply", "-auto-approve")
	return env, monitor, cli
}

// A definition that is equal to an existing one becomes a second one in one apply.
// The plan says so.
func TestEqualDefinitionIsASecondOne(t *testing.T) {
	t.Parallel()
	env, monitor, cli := applied(t, sessions)
	existing := definitionIDs(t, cli)[0]
	cli.Configure(withDestination(env, monitor, sessions) + definition("twin", sessions))
	diagnostics := cli.Diagnostics("plan")
	if len(diagnostics) != 1 || diagnostics[0].Severity != "warning" || diagnostics[0].Summary != "Equal RUM metric definition exists" {
		t.Fatalf("the plan: got %+v, want one warning of the equal definition", diagnostics)
	}
	for _, want := range []string{"SessionCount", existing, "makes another one", "counts each event", "terraform import ADDRESS '" + monitor + ",CloudWatch," + existing + "@" + env.Region + "'"} {
		if !strings.Contains(diagnostics[0].Detail, want) {
			t.Errorf("the warning does not say %s:\n%s", want, diagnostics[0].Detail)
		}
	}
	cli.Run("apply", "-auto-approve")
	checkOneEach(t, env, cli, monitor, 2)
	if diagnostics := cli.Diagnostics("plan", "-detailed-exitcode"); len(diagnostics) > 0 {
		t.Errorf("the plan after it: got %+v, want no diagnostics", diagnostics)
	}
}

// A plan that may not list the definitions says nothing of them.
func TestPlanThatCannotListIsSilent(t *testing.T) {
	t.Parallel()
	env, monitor, cli := applied(t, sessions)
	cli.Configure(withDestination(env, monitor, sessions) + definition("twin", sessions))
	env.Fake.Inject(fakerum.Fault{Operation: fakerum.OpBatchGetRumMetricDefinitions, Status: 403, Code: "AccessDeniedException"})
	if diagnostics := cli.Diagnostics("plan", "-refresh=false"); len(diagnostics) > 0 {
		t.Errorf("got %+v, want no diagnostics", diagnostics)
	}
}

// An element that is put in front of the list that count goes by shifts all the
// others. One apply makes it right, whatever the order.
func TestInsertAtTheFrontOfCount(t *testing.T) {
	t.Parallel()
	for _, parallelism := range []string{"1", "10"} {
		t.Run("parallelism "+parallelism, func(t *testing.T) {
			t.Parallel()
			env := acctest.NewFake(t)
			monitor := env.Monitor(t)
			cli := env.CLI(t)
			apply := func(names ...string) {
				t.Helper()
				cli.Configure(countedDefinitions(env, monitor, len(names), `${["`+strings.Join(names, `", "`)+`"][count.index]}`))
				cli.Run("apply", "-auto-approve", "-parallelism="+parallelism)
				checkOneEach(t, env, cli, monitor, len(names))
				var got []string
				for _, d := range env.Account.Definitions(monitor, "CloudWatch", "") {
					got = append(got, d.Name)
				}
				slices.Sort(got)
				if !slices.Equal(got, names) {
					t.Errorf("got %v, want %v", got, names)
				}
				cli.Run("plan", "-detailed-exitcode")
			}
			apply("b", "c", "d")
			apply("a", "b", "c", "d")
			apply("a", "c", "d")
		})
	}
}

// A resource that is renamed without a moved block is created anew, and its old
// definition deleted.
func TestRenamedResourceIsCreatedAnew(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	cli := env.CLI(t)
	for i := range 3 {
		cli.Configure(withDestination(env, monitor, checkouts) + definition(fmt.Sprintf("name%d", i), sessions))
		cli.Run("apply", "-auto-approve")
		checkOneEach(t, env, cli, monitor, 2)
		cli.Run("plan", "-detailed-exitcode")
	}
}

func TestReplacementLeavesOneDefinition(t *testing.T) {
	t.Parallel()
	for name, lifecycle := range map[string]string{
		"destroy before create": "",
		"create before destroy": "\nlifecycle { create_before_destroy = true }",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, monitor, cli := applied(t, sessions+lifecycle)
			before := definitionIDs(t, cli)
			cli.Run("apply", "-auto-approve", "-replace="+address)
			checkOneEach(t, env, cli, monitor, 1)
			if after := definitionIDs(t, cli); slices.Equal(before, after) {
				t.Errorf("got the ID %v again, want a new definition", after)
			}
			cli.Run("taint", address)
			cli.Run("apply", "-auto-approve")
			checkOneEach(t, env, cli, monitor, 1)
			cli.Run("plan", "-detailed-exitcode")
		})
	}
}

// Two resources have the same definition after it was imported twice. The plan
// says so, and destroying both deletes it once.
func TestTwoResourcesForOneDefinition(t *testing.T) {
	t.Parallel()
	env, monitor, cli := applied(t, sessions)
	cli.Configure(withDestination(env, monitor, sessions) + definition("twin", sessions))
	id := monitor + ",CloudWatch," + definitionIDs(t, cli)[0]
	cli.Run("import", "rum_metric_definition.twin", id)
	diagnostics := cli.Diagnostics("plan", "-detailed-exitcode")
	if len(diagnostics) != 1 || diagnostics[0].Severity != "warning" || diagnostics[0].Summary != "Two resources for one RUM metric definition" ||
		!strings.Contains(diagnostics[0].Detail, id) || !strings.Contains(diagnostics[0].Detail, "terraform state rm ADDRESS") {
		t.Errorf("got %+v, want one warning that names %s and what to do", diagnostics, id)
	}
	cli.Run("destroy", "-auto-approve")
	checkOneEach(t, env, cli, monitor, 0)
}

// Ctrl-C during a create lets its request finish, so that the state has what was
// made.
func TestInterruptedCreateIsInTheState(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	cli := env.CLI(t)
	cli.Configure(countedDefinitions(env, monitor, 30, "Checkouts${count.index}"))
	env.Fake.Inject(fakerum.Fault{Operation: opCreate, Delay: 800 * time.Millisecond, AfterWork: true})
	apply, out := cli.Command("apply", "-auto-approve")
	if err := apply.Start(); err != nil {
		t.Fatal(err)
	}
	acctest.Until(t, func() bool { return len(env.Account.Definitions(monitor, "CloudWatch", "")) > 0 })
	if err := apply.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if apply.Wait() == nil {
		t.Errorf("the interrupted apply succeeded:\n%s", out)
	}
	if made := len(definitionIDs(t, cli)); made == 0 || made == 30 {
		t.Errorf("the state has %d definitions, want some of 30", made)
	}
	checkOneEach(t, env, cli, monitor, len(definitionIDs(t, cli)))

	env.Fake.ClearFaults()
	cli.Run("apply", "-auto-approve")
	checkOneEach(t, env, cli, monitor, 30)
}

// The CLI works on ten resources at a time. What arrives during a call shares the
// next, so that 300 definitions take far fewer calls.
func TestManyDefinitionsShareCalls(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	cli := env.CLI(t)
	cli.Configure(countedDefinitions(env, monitor, 300, "Checkouts${count.index}"))
	for _, operation := range []string{opCreate, fakerum.OpBatchGetRumMetricDefinitions, fakerum.OpBatchDeleteRumMetricDefinitions} {
		env.Fake.Inject(fakerum.Fault{Operation: operation, Delay: 50 * time.Millisecond})
	}
	for _, run := range []struct {
		args      []string
		operation string
		most, n   int
	}{
		{[]string{"apply", "-auto-approve"}, opCreate, 90, 300},
		{[]string{"plan", "-detailed-exitcode"}, fakerum.OpBatchGetRumMetricDefinitions, 6, 300},
		{[]string{"destroy", "-auto-approve"}, fakerum.OpBatchDeleteRumMetricDefinitions, 90, 0},
	} {
		env.Fake.ForgetRequests()
		cli.Run(run.args...)
		if got := env.Fake.Count(run.operation); got > run.most {
			t.Errorf("%v: got %d %s, want at most %d", run.args, got, run.operation, run.most)
		}
		checkOneEach(t, env, cli, monitor, run.n)
	}
}

// countedDefinitions is a configuration with n definitions on one destination.
func countedDefinitions(env *acctest.Env, monitor string, n int, name string) string {
	return env.Config(`
resource "rum_metrics_destination" "test" {
  app_monitor_name = %q
  destination      = "CloudWatch"
}

resource "rum_metric_definition" "many" {
  count            = %d
  app_monitor_name = rum_metrics_destination.test.app_monitor_name
  destination      = rum_metrics_destination.test.destination
  name             = "%s"
  namespace        = "Shop"
}
`, monitor, n, name)
}
