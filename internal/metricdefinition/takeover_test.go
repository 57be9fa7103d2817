package metricdefinition_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// The tests of this file prove that there are as many definitions as resources,
// each of one resource, whatever happened before.

// checkOneEach fails unless the service has just n definitions, and each is that
// of one resource of the state.
func checkOneEach(t *testing.T, env *acctest.Env, cli *acctest.CLI, monitor string, n int) {
	t.Helper()
	var there []string
	for _, d := range env.Account.Definitions(monitor, "CloudWatch", "") {
		there = append(there, d.ID)
	}
	slices.Sort(there)
	if inState := definitionIDs(t, cli); len(there) != n || !slices.Equal(there, inState) {
		t.Errorf("the service has %d definitions and the state %d, want %d of both:\n%v\n%v", len(there), len(inState), n, there, inState)
	}
}

// definitionIDs are the IDs of the definitions in the state, in order.
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

// TestAddEqual adds a definition that is the same as one that has a resource
// already. In the apply the CLI does not show that one to the provider, and the
// new one takes it over; the next plan tells them apart.
func TestAddEqual(t *testing.T) {
	t.Parallel()
	env, monitor, cli := applied(t, sessions)
	cli.Configure(withDestination(env, monitor, sessions) + definition("twin", sessions))
	cli.Run("apply", "-auto-approve")
	diagnostics := cli.Diagnostics("apply", "-auto-approve")
	if len(diagnostics) == 0 || diagnostics[0].Summary != "Two resources for one RUM metric definition" {
		t.Errorf("the second apply says %+v", diagnostics)
	}
	checkOneEach(t, env, cli, monitor, 2)
	cli.Run("plan", "-detailed-exitcode")
}

// TestAddEqualWithoutRefresh plans to add an equal one without looking at the one
// that is there: its plan alone tells that it has a resource.
func TestAddEqualWithoutRefresh(t *testing.T) {
	t.Parallel()
	env, monitor, cli := applied(t, sessions)
	cli.Configure(withDestination(env, monitor, sessions) + definition("twin", sessions+"\ndepends_on = [rum_metric_definition.test]"))
	if diagnostics := cli.Diagnostics("plan", "-refresh=false"); len(diagnostics) != 0 {
		t.Errorf("the plan says %+v", diagnostics)
	}
}

// TestPartingOfTwo follows what of two resources with one definition the state
// holds: the second that is refreshed is marked, and loses the mark once it is the
// first, or has a definition of its own, whose identity it then has.
func TestPartingOfTwo(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	env.Account.CreateMonitor("web")
	env.Account.PutDestination("web", fakerum.Destination{Destination: "CloudWatch"})
	id := env.Account.CreateDefinition("web", "CloudWatch", "", fakerum.Definition{Name: "Checkouts", Namespace: "Shop"})
	text := func(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }
	given := map[string]tftypes.Value{
		"app_monitor_name": text("web"), "destination": text("CloudWatch"), "name": text("Checkouts"), "namespace": text("Shop"), "region": text(env.Region),
	}
	kind := env.Server(t).Schema.ResourceSchemas[resourceType].ValueType()
	config := acctest.Object(t, kind, given)
	given["metric_definition_id"], given["id"] = text(id), text("web,CloudWatch,"+id+"@"+env.Region)
	state := acctest.Object(t, kind, given)
	read := func(s acctest.Server, private []byte) *tfprotov6.ReadResourceResponse {
		t.Helper()
		resp, err := s.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{TypeName: resourceType, CurrentState: state, Private: private})
		if err != nil {
			t.Fatal(err)
		}
		return resp
	}

	run := env.Server(t)
	unmarked := read(run, nil).Private
	second := read(run, nil)
	marked := second.Private
	if bytes.Equal(marked, unmarked) {
		t.Fatalf("the second is not marked: %s", marked)
	}
	if again := read(env.Server(t), marked).Private; !bytes.Equal(again, unmarked) {
		t.Errorf("the first of the next run keeps the mark %s", again)
	}

	planned, err := run.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: resourceType, PriorState: state, PriorPrivate: marked, PriorIdentity: second.NewIdentity, Config: config, ProposedNewState: state,
	})
	if err != nil {
		t.Fatal(err)
	}
	applied, err := env.Server(t).ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: resourceType, PriorState: state, PlannedState: planned.PlannedState, PlannedPrivate: planned.PlannedPrivate, PlannedIdentity: planned.PlannedIdentity, Config: config,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range slices.Concat(second.Diagnostics[1:], planned.Diagnostics, applied.Diagnostics) {
		t.Errorf("%s: %s", d.Summary, d.Detail)
	}
	own := acctest.Strings(t, applied.NewIdentity.IdentityData, identityType)["metric_definition_id"]
	if there := env.Account.Definitions("web", "CloudWatch", ""); len(there) != 2 || !slices.ContainsFunc(there, func(d fakerum.Definition) bool { return d.ID == own && own != id }) {
		t.Errorf("its identity is that of %s, there are %+v", own, there)
	}
	if !bytes.Equal(applied.Private, unmarked) {
		t.Errorf("with a definition of its own, it keeps the mark %s", applied.Private)
	}
}

// TestTakenOverBeforeItsUpdate adds one that is just what another was, which is to
// be changed, but only after: as where an element is put in front of a list that
// count goes by. The change must not be made to what now is the new one's.
func TestTakenOverBeforeItsUpdate(t *testing.T) {
	t.Parallel()
	env, monitor, cli := applied(t, sessions)
	cli.Configure(withDestination(env, monitor, checkouts+"\ndepends_on = [rum_metric_definition.new]") + definition("new", sessions))
	diagnostics := cli.Diagnostics("apply", "-auto-approve")
	if !slices.ContainsFunc(diagnostics, func(d acctest.Diagnostic) bool {
		return d.Severity == "error" && d.Summary == "Did not update a RUM metric definition" && strings.Contains(d.Detail, "Apply again")
	}) {
		t.Errorf("the apply says %+v", diagnostics)
	}
	if there := env.Account.Definitions(monitor, "CloudWatch", ""); len(there) != 1 || there[0].Name != "SessionCount" {
		t.Errorf("after it there are %+v", there)
	}
	cli.Run("apply", "-auto-approve")
	checkOneEach(t, env, cli, monitor, 2)
	cli.Run("plan", "-detailed-exitcode")
}

// TestSharedIsDestroyed destroys resources that share a definition: one of two,
// which leaves one with a definition, and two at once, of which only one deletes
// it.
func TestSharedIsDestroyed(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	cli := env.CLI(t)
	one := withDestination(env, monitor, sessions)
	share := func() {
		t.Helper()
		cli.Configure(one)
		cli.Run("apply", "-auto-approve")
		cli.Configure(one + definition("twin", sessions))
		cli.Run("apply", "-auto-approve")
		if ids := definitionIDs(t, cli); len(ids) != 2 || ids[0] != ids[1] {
			t.Fatalf("the state has %v", ids)
		}
	}
	share()
	cli.Configure(one)
	cli.Run("apply", "-auto-approve")
	cli.Run("apply", "-auto-approve") // Terraform 1.11 and before forget what the refresh of the one that goes had found
	checkOneEach(t, env, cli, monitor, 1)
	cli.Run("plan", "-detailed-exitcode")

	share()
	env.Fake.ForgetRequests()
	cli.Run("destroy", "-auto-approve")
	checkOneEach(t, env, cli, monitor, 0)
	deleted := 0
	for _, r := range env.Fake.Requests() {
		if r.Operation == fakerum.OpBatchDeleteRumMetricDefinitions {
			deleted += strings.Count(r.URL, "metricDefinitionIds=")
		}
	}
	if deleted != 1 {
		t.Errorf("%d definitions were to be deleted", deleted)
	}
}

// TestRename renames a resource without a moved block: its definition is to be
// deleted, and the same to be created, in any order.
func TestRename(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	cli := env.CLI(t)
	for i := range 4 {
		cli.Configure(withDestination(env, monitor, checkouts) + definition(fmt.Sprintf("name%d", i), sessions))
		cli.Run("apply", "-auto-approve")
		checkOneEach(t, env, cli, monitor, 2)
	}
}

func TestReplace(t *testing.T) {
	t.Parallel()
	for name, lifecycle := range map[string]string{
		"destroy before create": "",
		"create before destroy": "\nlifecycle { create_before_destroy = true }",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, monitor, cli := applied(t, sessions+lifecycle)
			out := cli.Run("apply", "-auto-approve", "-no-color", "-replace="+address)
			if kept := strings.Contains(out, "Kept a RUM metric definition"); kept != (lifecycle != "") {
				t.Errorf("kept: %t", kept)
			}
			checkOneEach(t, env, cli, monitor, 1)
			cli.Run("taint", address)
			cli.Run("apply", "-auto-approve")
			checkOneEach(t, env, cli, monitor, 1)
			cli.Run("plan", "-detailed-exitcode")
		})
	}
}

// TestTarget leaves a resource out of the run in which the same definition is
// added: there is no telling that it has a resource. The next plan sees both.
func TestTarget(t *testing.T) {
	t.Parallel()
	env, monitor, cli := applied(t, sessions)
	cli.Configure(withDestination(env, monitor, sessions) + definition("twin", sessions))
	cli.Run("apply", "-auto-approve", "-target=rum_metric_definition.twin")
	if ids := definitionIDs(t, cli); len(ids) != 2 || ids[0] != ids[1] {
		t.Fatalf("the state has %v", ids)
	}
	diagnostics := cli.Diagnostics("plan")
	if len(diagnostics) != 1 || diagnostics[0].Summary != "Two resources for one RUM metric definition" {
		t.Errorf("the plan says %+v", diagnostics)
	}
	cli.Run("apply", "-auto-approve")
	checkOneEach(t, env, cli, monitor, 2)
	cli.Run("plan", "-detailed-exitcode")
}

// manyDefinitions are n definitions on rum_metrics_destination.test.
func manyDefinitions(env *acctest.Env, monitor string, n int, name string) string {
	return env.Config(`
resource "rum_metrics_destination" "test" {
  app_monitor_name = %q
  destination      = "CloudWatch"
}

resource "rum_metric_definition" "many" {
  count            = %d
  app_monitor_name = rum_metrics_destination.test.app_monitor_name
  destination      = rum_metrics_destination.test.destination
  name             = %q
  namespace        = "Shop"
}`, monitor, n, name)
}

// TestInterrupted interrupts an apply when the service has done the work of a
// BatchCreate whose answer has not arrived: it kills the CLI, as kill -9 does,
// after which nothing is in the state; or it has the service fail from there on,
// after which those that were created before are. Then it applies again.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	const creates = fakerum.OpBatchCreateRumMetricDefinitions
	kill := func(t *testing.T, env *acctest.Env, apply *exec.Cmd, worked func() bool) {
		t.Helper()
		env.Fake.Inject(fakerum.Fault{Operation: creates, Delay: time.Hour, AfterWork: true})
		if err := apply.Start(); err != nil {
			t.Fatal(err)
		}
		acctest.Until(t, worked)
		_ = apply.Process.Kill()
		_ = apply.Wait()
	}
	fail := func(t *testing.T, env *acctest.Env, apply *exec.Cmd, _ func() bool) {
		t.Helper()
		var made atomic.Int32
		env.Fake.Inject(fakerum.Fault{
			Operation: creates, Status: 500, Code: "InternalServerException", AfterWork: true,
			Match: func(fakerum.Request) bool { return made.Add(1) > 3 },
		})
		env.Fake.Inject(fakerum.Fault{
			Operation: fakerum.OpBatchGetRumMetricDefinitions, Status: 403, Code: "AccessDeniedException",
			Match: func(fakerum.Request) bool { return made.Load() > 3 },
		})
		if apply.Run() == nil {
			t.Error("the apply succeeded")
		}
	}
	for name, test := range map[string]struct {
		n         int
		name      string
		args      []string
		interrupt func(*testing.T, *acctest.Env, *exec.Cmd, func() bool)
		applies   int // that it may take until all is well
	}{
		"one":            {1, "Checkouts", nil, kill, 1},
		"200":            {200, "Checkouts${count.index}", []string{"-parallelism=200"}, kill, 1},
		"200, all equal": {200, "Checkouts", []string{"-parallelism=200"}, kill, 1},
		"some of 60":     {60, "Checkouts${count.index}", nil, fail, 1},
		// Which of many equal definitions is free a refresh that -parallelism holds
		// back cannot always tell. It gets there, and never makes one too many.
		"some of 60 equal": {60, "Checkouts", nil, fail, 10},
		"some of 20 kinds": {60, "Checkouts${count.index % 20}", nil, fail, 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.NewFake(t)
			monitor := env.Monitor(t)
			cli := env.CLI(t)
			cli.Configure(manyDefinitions(env, monitor, test.n, test.name))
			worked := func() bool { return len(env.Account.Definitions(monitor, "CloudWatch", "")) > 0 }
			apply, _ := cli.Command(append([]string{"apply", "-auto-approve"}, test.args...)...)
			test.interrupt(t, env, apply, worked)
			env.Fake.ClearFaults()
			if made, known := len(env.Account.Definitions(monitor, "CloudWatch", "")), len(definitionIDs(t, cli)); made <= known {
				t.Fatalf("%d were made, %d are in the state", made, known)
			}

			for range test.applies {
				cli.Run(append([]string{"apply", "-auto-approve"}, test.args...)...)
				if made := len(env.Account.Definitions(monitor, "CloudWatch", "")); made > test.n {
					t.Fatalf("%d definitions, and only %d are configured", made, test.n)
				}
				if len(slices.Compact(definitionIDs(t, cli))) == test.n {
					break
				}
			}
			checkOneEach(t, env, cli, monitor, test.n)
			cli.Run(append([]string{"plan", "-detailed-exitcode"}, test.args...)...)
		})
	}
}
