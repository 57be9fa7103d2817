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

// checkOneEach fails unless the service has exactly n definitions, each of them in
// one resource of the state.
func checkOneEach(t *testing.T, env *acctest.Env, cli *acctest.CLI, monitor string, n int) {
	t.Helper()
	there, inState := atService(env, monitor), definitionIDs(t, cli)
	if len(there) != n || !slices.Equal(there, inState) {
		t.Errorf("got %d definitions at the service and %d in the state, want %d of both:\n%v\n%v", len(there), len(inState), n, there, inState)
	}
}

// stateResource is a definition or a set of definitions in the state.
type stateResource struct {
	Type   string
	Values struct {
		MetricDefinitionID string `json:"metric_definition_id"`
		Definitions        members
	}
}

func stateResources(t *testing.T, cli *acctest.CLI) []stateResource {
	t.Helper()
	var state struct {
		Values struct {
			RootModule struct{ Resources []stateResource } `json:"root_module"`
		}
	}
	if err := json.Unmarshal([]byte(cli.Run("show", "-json")), &state); err != nil {
		t.Fatal(err)
	}
	return state.Values.RootModule.Resources
}

// definitionIDs returns the IDs of the definitions in the state, in order.
func definitionIDs(t *testing.T, cli *acctest.CLI) (ids []string) {
	t.Helper()
	for _, r := range stateResources(t, cli) {
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
	acctest.WantOne(t, cli.Diagnostics("plan"), "warning", "Equal RUM metric definition exists", "SessionCount", existing, "makes a second one", "both count every event", "write a moved block",
		"terraform import ADDRESS '"+monitor+",CloudWatch,"+existing+"@"+env.Region+"'")

	// After the apply, each of the two has a resource. The plan no longer warns.
	cli.Run("apply", "-auto-approve")
	checkOneEach(t, env, cli, monitor, 2)
	acctest.WantNone(t, cli.Diagnostics("plan", "-detailed-exitcode"))
}

// A caller without the permission to list definitions can still plan. The plan says
// once that it cannot tell what exists, and asks once.
func TestPlanThatCannotListSaysSoOnce(t *testing.T) {
	t.Parallel()
	env, monitor, cli := applied(t, sessions)
	cli.Configure(countedDefinitions(env, monitor, 30, "Checkouts${count.index}"))
	env.Fake.ForgetRequests()
	// The CLI works on ten definitions at a time. All of them wait for the first answer.
	env.Fake.Inject(fakerum.Fault{Operation: opLook, Status: 403, Code: "AccessDeniedException", Delay: 300 * time.Millisecond})
	acctest.WantOne(t, cli.Diagnostics("plan", "-refresh=false"), "warning", "Plan cannot tell what exists", "rum:BatchGetRumMetricDefinitions", monitor)
	if got := env.Fake.Count(opLook); got != 1 {
		t.Errorf("%d BatchGet, want 1", got)
	}
}

// A destination is often planned together with its definitions. Each definition looks
// for it, and finds once that it is not there.
func TestPlanLooksOnceForAnAbsentDestination(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	cli := env.CLI(t)
	cli.Configure(countedDefinitions(env, env.Monitor(t), 30, "Checkouts${count.index}"))
	env.Fake.Inject(fakerum.Fault{Operation: opLook, Delay: 300 * time.Millisecond})
	acctest.WantNone(t, cli.Diagnostics("plan"))
	if got := env.Fake.Count(opLook); got != 1 {
		t.Errorf("%d BatchGet, want 1", got)
	}
}

// The first plan says that two resources are equal, whatever their order and the text
// of their patterns. A replacement is no second create.
func TestTwoCreatesOfEqualDefinitionsAreWarnedOf(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	cli := env.CLI(t)
	twin := sessions + "\nunit_label = \"Count\"\nevent_pattern = \"{ \\\"event_type\\\": [\\\"com.amazon.rum.session_start_event\\\"] }\""
	cli.Configure(withDestination(env, monitor, sessions) + definition("twin", twin))
	acctest.WantOne(t, cli.Diagnostics("plan"), "warning", "Two equal RUM metric definitions", `"SessionCount" for the metrics destination CloudWatch of app monitor "`+monitor, "set its region")
	cli.Run("apply", "-auto-approve") // each gets a definition of its own
	checkOneEach(t, env, cli, monitor, 2)

	cli.Configure(withDestination(env, monitor, sessions) + definition("twin", "name = \"JsErrorCount\""))
	acctest.WantNone(t, cli.Diagnostics("plan"))
	cli.Run("apply", "-auto-approve")
	for _, refresh := range []string{"-refresh=true", "-refresh=false"} {
		acctest.WantNone(t, cli.Diagnostics("plan", "-replace="+address, refresh))
	}
}

// A replacement is looked at as a create is.
func TestReplacementIsLookedAt(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	there := env.In(acctest.OtherRegion)
	there.CreateMonitor(monitor)
	env.Account.PutDestination(monitor, fakerum.Destination{Destination: "CloudWatch"})
	sessionsIn := func(name, region string) string {
		return fmt.Sprintf("resource %q %q {\n  app_monitor_name = %q\n  destination = \"CloudWatch\"\n  region = %q\n  %s\n}\n", resourceType, name, monitor, region, sessions)
	}
	cli := env.CLI(t)
	cli.Configure(env.Config("") + sessionsIn("test", env.Region))
	cli.Run("apply", "-auto-approve")

	cli.Configure(env.Config("") + sessionsIn("test", "eu-central-1"))
	acctest.WantOne(t, cli.Diagnostics("plan"), "warning", "No such RUM app monitor", `app monitor "`+monitor+`" in eu-central-1`, "ignore this if the same apply creates the monitor")
	cli.Configure(env.Config("") + sessionsIn("test", acctest.OtherRegion)) // the monitor is there, and has no destination
	acctest.WantNone(t, cli.Diagnostics("plan"))

	there.PutDestination(monitor, fakerum.Destination{Destination: "CloudWatch"})
	cli.Configure(env.Config("") + sessionsIn("test", env.Region) + sessionsIn("other", acctest.OtherRegion))
	cli.Run("apply", "-auto-approve")
	cli.Configure(env.Config("") + sessionsIn("test", acctest.OtherRegion) + sessionsIn("other", acctest.OtherRegion))
	acctest.WantOne(t, cli.Diagnostics("plan"), "warning", "Equal RUM metric definition exists", acctest.OtherRegion)
}

// The definitions have a count over a list of names. A new name at the front shifts
// all others to the next resource. One apply is enough, in whatever order it works.
func TestInsertAtTheFrontOfCountTakesOneApply(t *testing.T) {
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
					t.Errorf("got the definitions %v, want %v", got, names)
				}
				cli.Run("plan", "-detailed-exitcode")
			}
			apply("b", "c", "d")
			apply("a", "b", "c", "d") // inserts at the front
			apply("a", "c", "d")      // removes from the middle
		})
	}
}

// A resource gets another name without a moved block. The apply creates a definition
// for the new name and deletes that of the old one.
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

// A definition is imported a second time, into another resource. The plan warns, and
// a destroy of both resources deletes the definition once.
func TestTwoResourcesForOneDefinitionAreWarnedOf(t *testing.T) {
	t.Parallel()
	env, monitor, cli := applied(t, sessions)
	cli.Configure(withDestination(env, monitor, sessions) + definition("twin", sessions))
	id := monitor + ",CloudWatch," + definitionIDs(t, cli)[0]
	cli.Run("import", "rum_metric_definition.twin", id)
	acctest.WantOne(t, cli.Diagnostics("plan", "-detailed-exitcode"), "warning", "Two resources for one RUM metric definition", id, "terraform state rm ADDRESS")
	cli.Run("destroy", "-auto-approve")
	checkOneEach(t, env, cli, monitor, 0)
}

// applyUntil sends a signal to an apply as soon as the service has n definitions, and
// returns how the apply ended.
func applyUntil(t *testing.T, env *acctest.Env, monitor string, cli *acctest.CLI, n int, signal os.Signal) error {
	t.Helper()
	apply, _ := cli.Command("apply", "-auto-approve")
	if err := apply.Start(); err != nil {
		t.Fatal(err)
	}
	acctest.Until(t, func() bool { return len(atService(env, monitor)) >= n })
	if err := apply.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	return apply.Wait()
}

// An interrupt during a create lets its request finish. The state then has every
// definition that was made.
func TestInterruptedCreateIsInTheState(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	cli := env.CLI(t)
	cli.Configure(countedDefinitions(env, monitor, 30, "Checkouts${count.index}"))
	env.Fake.Inject(fakerum.Fault{Operation: opCreate, Delay: 800 * time.Millisecond, AfterWork: true})
	if applyUntil(t, env, monitor, cli, 1, os.Interrupt) == nil {
		t.Error("the interrupted apply succeeded, want it to fail")
	}
	if made := len(definitionIDs(t, cli)); made == 0 || made == 30 {
		t.Errorf("the state has %d definitions, want 1 to 29", made)
	}
	checkOneEach(t, env, cli, monitor, len(definitionIDs(t, cli)))

	// The next apply makes the others.
	env.Fake.ClearFaults()
	cli.Run("apply", "-auto-approve")
	checkOneEach(t, env, cli, monitor, 30)
}

// The CLI works on ten resources at a time. Requests that arrive during a call share
// the next one. 300 definitions therefore take far fewer than 300 calls.
func TestManyDefinitionsShareCalls(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	cli := env.CLI(t)
	cli.Configure(countedDefinitions(env, monitor, 300, "Checkouts${count.index}"))
	// A CLI on a busy machine can take a long time to go on to its next resources. A call
	// must take longer, or they miss it.
	for _, operation := range []string{opCreate, opLook, opDelete} {
		env.Fake.Inject(fakerum.Fault{Operation: operation, Delay: 200 * time.Millisecond})
	}
	for _, run := range []struct {
		args      []string
		operation string
		most, n   int
	}{
		{[]string{"apply", "-auto-approve"}, opCreate, 90, 300},
		{[]string{"plan", "-detailed-exitcode"}, opLook, 6, 300},
		{[]string{"destroy", "-auto-approve"}, opDelete, 90, 0},
	} {
		env.Fake.ForgetRequests()
		cli.Run(run.args...)
		if got := env.Fake.Count(run.operation); got > run.most {
			t.Errorf("%v: got %d %s, want at most %d", run.args, got, run.operation, run.most)
		}
		checkOneEach(t, env, cli, monitor, run.n)
	}
}

// countedDefinitions returns a configuration with n definitions on one destination.
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
