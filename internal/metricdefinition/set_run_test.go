package metricdefinition_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// slow is a delay in which a CLI gets to all resources of a small configuration.
const slow = 400 * time.Millisecond

// singles returns a block of rum_metric_definition for each name.
func singles(monitor string, names ...string) string {
	var blocks strings.Builder
	for _, name := range names {
		fmt.Fprintf(&blocks, `
resource "rum_metric_definition" %[1]q {
  app_monitor_name = %[2]q
  destination      = "CloudWatch"
  name             = %[1]q
  namespace        = "Shop"
}
`, name, monitor)
	}
	return blocks.String()
}

// A set gets another name without a moved block. The apply creates the new one and
// destroys the old one, in an order of the CLI's. Nothing is lost, whichever call is
// slow.
func TestSetRenamedWithoutMovedLosesNothing(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{opDelete, opLook, opCreate} {
		for _, parallelism := range []string{"1", "10"} {
			t.Run(operation+" is slow, parallelism "+parallelism, func(t *testing.T) {
				t.Parallel()
				env, monitor, cli := appliedSet(t, numbered(150)...)
				env.Fake.Inject(fakerum.Fault{Operation: operation, Delay: slow})
				cli.Configure(env.Config("%s", set("renamed", monitor, custom(numbered(150)...))))
				got := cli.Diagnostics("apply", "-auto-approve", "-parallelism="+parallelism)
				const replaced = "A set of metric definitions is destroyed while another one takes its place"
				acctest.WantOne(t, named(got, replaced), "warning", replaced, monitor, env.Region, "write a moved block")
				acctest.WantNone(t, errorsOf(got))
				checkSet(t, env, cli, monitor, numbered(150)...)
				cli.Run("plan", "-detailed-exitcode")
			})
		}
	}
}

// Single definitions go and a set of the same comes, without removed blocks. The plan
// says to write them. The apply loses nothing.
func TestSinglesReplacedByASetWithoutRemovedBlocksLoseNothing(t *testing.T) {
	t.Parallel()
	names := numbered(20)
	for _, operation := range []string{opDelete, opLook, opCreate} {
		for _, parallelism := range []string{"1", "30"} {
			t.Run(operation+" is slow, parallelism "+parallelism, func(t *testing.T) {
				t.Parallel()
				env, monitor, cli := bare(t)
				cli.Configure(env.Config("%s", singles(monitor, names...)))
				cli.Run("apply", "-auto-approve")
				env.Fake.Inject(fakerum.Fault{Operation: operation, Delay: slow})
				cli.Configure(env.Config("%s", set("test", monitor, custom(names...))))
				acctest.WantOne(t, cli.Diagnostics("plan", "-out=planned"), "warning", "Metric definitions are destroyed while a set takes their place",
					monitor, env.Region, "removed block", "destroy = false")
				for _, d := range cli.Diagnostics("apply", "-parallelism="+parallelism, "planned") {
					if d.Severity != "warning" || d.Summary != "Kept RUM metric definitions" {
						t.Errorf("got %+v, want warnings of what was kept only", d)
					}
				}
				checkSet(t, env, cli, monitor, names...)
				cli.Run("plan", "-detailed-exitcode")
			})
		}
	}
}

// With removed blocks, the set takes the definitions over. Nothing is written, and the
// plan has no warning. A set without one of them is refused.
func TestSinglesMoveIntoASet(t *testing.T) {
	t.Parallel()
	env, monitor, cli := bare(t)
	cli.Configure(env.Config("%s", singles(monitor, "A", "B")))
	cli.Run("apply", "-auto-approve")
	before := atService(env, monitor)
	env.Fake.ForgetRequests()
	cli.Configure(env.Config("%s", set("test", monitor, custom("A"))))
	acctest.WantOne(t, errorsOf(cli.Diagnostics("plan")), "error", othersExist, "B in Shop")

	removed := ""
	for _, name := range []string{"A", "B"} {
		removed += fmt.Sprintf("removed {\n  from = rum_metric_definition.%s\n  lifecycle {\n    destroy = false\n  }\n}\n", name)
	}
	cli.Configure(env.Config("%s", set("test", monitor, custom("A", "B"))+removed))
	for _, d := range cli.Diagnostics("apply", "-auto-approve") {
		if strings.Contains(d.Detail, monitor) { // the CLI has a warning of its own
			t.Errorf("got %+v, want no diagnostic of the provider", d)
		}
	}
	checkCalls(t, env)
	checkSet(t, env, cli, monitor, "A", "B")
	if after := atService(env, monitor); !slices.Equal(before, after) {
		t.Errorf("got the IDs %v, want %v", after, before)
	}
	cli.Run("plan", "-detailed-exitcode")
}

const (
	twoSets = "Two rum_metric_definitions for one destination"
	both    = "Both rum_metric_definitions and rum_metric_definition for one destination"
)

// Two sets of one destination are warned of in the first plan that can see them: the one
// that creates both, or the one that has both in its state.
func TestTwoSetsForOneDestinationAreWarnedOf(t *testing.T) {
	t.Parallel()
	env, monitor, cli := bare(t)
	first, second := set("test", monitor, custom("A")), set("second", monitor, custom("A"))
	says := []string{monitor, env.Region, "Keep one", "removed block", "destroy = false"}
	cli.Configure(env.Config("%s", first+second))
	acctest.WantOne(t, cli.Diagnostics("plan"), "warning", twoSets, says...)

	cli.Configure(env.Config("%s", first))
	acctest.WantNone(t, cli.Diagnostics("apply", "-auto-approve"))
	cli.Configure(env.Config("%s", first+set("second", monitor, custom("B"))))
	// Whether the plan or the apply refuses depends on which set the CLI comes to first.
	got := cli.Diagnostics("apply", "-auto-approve")
	acctest.WantOne(t, named(got, twoSets), "warning", twoSets, says...)
	acctest.WantOne(t, errorsOf(got), "error", othersExist, "A in Shop")
	checkSet(t, env, cli, monitor, "A")

	cli.Configure(env.Config("%s", first+second))
	cli.Run("import", "rum_metric_definitions.second", monitor)
	acctest.WantOne(t, cli.Diagnostics("plan"), "warning", twoSets, says...)
}

// A set of another destination is none of the set's business.
func TestSetsOfTwoDestinationsAreNotWarnedOf(t *testing.T) {
	t.Parallel()
	env, monitor, cli := bare(t)
	other := env.Monitor(t)
	env.Account.PutDestination(other, fakerum.Destination{Destination: "CloudWatch"})
	cli.Configure(env.Config("%s", set("test", monitor, custom("A"))+set("other", other, custom("A"))+singles(env.Monitor(t), "A")))
	acctest.WantNone(t, cli.Diagnostics("plan"))
}

// A set and a single definition of one destination: the first plan says it and names
// both ways out, whichever of the two is in the state.
func TestSetAndSingleForOneDestinationAreWarnedOf(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]func(monitor string) string{
		"both are new":          func(string) string { return "" },
		"the set exists":        func(monitor string) string { return set("test", monitor, custom("A")) },
		"the definition exists": func(monitor string) string { return singles(monitor, "B") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, monitor, cli := bare(t)
			cli.Configure(env.Config("%s", first(monitor)))
			cli.Run("apply", "-auto-approve")
			cli.Configure(env.Config("%s", set("test", monitor, custom("A"))+singles(monitor, "B", "C")))
			acctest.WantOne(t, named(cli.Diagnostics("plan"), both), "warning", both,
				monitor, env.Region, "Move the definition into the map", "Or keep single definitions only", "removed block", "destroy = false")
		})
	}
}

// A replacement that also leaves a definition out deletes its own, and a stranger that
// the refresh found. Its plan does not refuse them.
func TestReplacedSetMayLeaveOutItsOwn(t *testing.T) {
	t.Parallel()
	env, monitor, cli := appliedSet(t, "A", "B")
	stranger(env, monitor, "Stranger")
	cli.Configure(env.Config("%s", set("test", monitor, custom("A"))))
	acctest.WantNone(t, cli.Diagnostics("apply", "-auto-approve", "-replace="+setAddress))
	checkSet(t, env, cli, monitor, "A")
}

// The state tells the set's own definitions also where nothing was refreshed.
func TestReplacedSetMayLeaveOutItsOwnWithoutARefresh(t *testing.T) {
	t.Parallel()
	env, monitor, cli := appliedSet(t, "A", "B")
	cli.Configure(env.Config("%s", set("test", monitor, custom("A"))))
	acctest.WantNone(t, cli.Diagnostics("apply", "-auto-approve", "-refresh=false", "-replace="+setAddress))
	checkSet(t, env, cli, monitor, "A")
}

// A set that is renamed without a moved block, and leaves a definition out, is another
// set to the CLI. Its plan refuses before the old one is destroyed.
func TestSetRenamedWithoutMovedMayNotLeaveOutADefinition(t *testing.T) {
	t.Parallel()
	env, monitor, cli := appliedSet(t, "A", "B")
	cli.Configure(env.Config("%s", set("renamed", monitor, custom("A"))))
	acctest.WantOne(t, errorsOf(cli.Diagnostics("plan")), "error", othersExist, "B in Shop", "write a moved block")
	cli.Configure(env.Config("%s", set("renamed", monitor, custom("A"))+`
moved {
  from = rum_metric_definitions.test
  to   = rum_metric_definitions.renamed
}`))
	cli.Run("apply", "-auto-approve")
	checkSet(t, env, cli, monitor, "A")
}

// The CLI plans a tainted set as a create. Its plan refuses, and says how to go on.
func TestTaintedSetThatLeavesOutItsOwnIsRefused(t *testing.T) {
	t.Parallel()
	env, monitor, cli := appliedSet(t, "A", "B")
	cli.Run("taint", setAddress)
	cli.Configure(env.Config("%s", set("test", monitor, custom("A"))))
	acctest.WantOne(t, errorsOf(cli.Diagnostics("plan")), "error", othersExist, "B in Shop", "terraform untaint")
	cli.Run("untaint", setAddress)
	cli.Run("apply", "-auto-approve")
	checkSet(t, env, cli, monitor, "A")
}

// The destroy of the old set, which the CLI plans once more in the apply, is no rename.
func TestReplacedEmptySetIsNotWarnedOf(t *testing.T) {
	t.Parallel()
	env, monitor, cli := bare(t)
	cli.Configure(env.Config("%s", set("test", monitor, "{}\n  lifecycle {\n    create_before_destroy = true\n  }")))
	cli.Run("apply", "-auto-approve")
	acctest.WantNone(t, cli.Diagnostics("apply", "-auto-approve", "-replace="+setAddress))
}

// The reverse: a set goes, and one of its definitions is a single one by now.
func TestDestroyOfASetBesideASingleIsWarnedOf(t *testing.T) {
	t.Parallel()
	env, monitor, cli := appliedSet(t, "A")
	cli.Configure(env.Config("%s", set("test", monitor, custom("A"))+singles(monitor, "A")))
	cli.Run("import", "rum_metric_definition.A", monitor+",CloudWatch,"+atService(env, monitor)[0])
	cli.Configure(env.Config("%s", singles(monitor, "A")))
	acctest.WantOne(t, cli.Diagnostics("plan"), "warning", "A set of metric definitions is destroyed while single ones take its place",
		monitor, env.Region, "removed block", "destroy = false", "import")
}
