package metricdefinition_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// rejects makes the service reject the definitions with these names.
func rejects(env *acctest.Env, names ...string) {
	env.Fake.Behave(func(b *fakerum.Behavior) {
		b.RejectDefinition = func(_ string, d fakerum.Definition) (code, message string) {
			if !slices.Contains(names, d.Name) {
				return "", ""
			}
			return "ValidationException", "not this one"
		}
	})
}

// Definitions are rejected at the create for one cause. The error names their keys, and
// AWS has the others. The next apply takes them over.
func TestRejectedDefinitionOfANewSet(t *testing.T) {
	t.Parallel()
	env, monitor, cli := bare(t)
	rejects(env, "Wrong", "Bad")
	cli.Configure(env.Config("%s", set("test", monitor, `{
    A      = { namespace = "Shop" }
    B      = { namespace = "Shop" }
    Bad    = { namespace = "Shop" }
    my_key = { name = "Wrong", namespace = "Shop" }
  }`)))
	got := cli.Diagnostics("apply", "-auto-approve")
	acctest.WantOne(t, errorsOf(got), "error", "Cannot create RUM metric definition", "Bad, my_key", "not this one", monitor)
	acctest.WantOne(t, named(got, "Some RUM metric definitions exist without a state"), "warning", "Some RUM metric definitions exist without a state",
		"(2)", "The next apply takes them over")
	if inState(t, cli) != nil {
		t.Error("got a set in the state, want none: it would be tainted")
	}
	before := atService(env, monitor)
	if len(before) != 2 {
		t.Fatalf("got the definitions %v, want the two that were not rejected", before)
	}

	rejects(env)
	cli.Run("apply", "-auto-approve")
	checkSet(t, env, cli, monitor, "A", "B", "Bad", "my_key")
	for _, id := range before {
		if !strings.Contains(fmt.Sprint(atService(env, monitor)), id) {
			t.Errorf("got the definition %s made anew, want it taken over", id)
		}
	}
}

// One change and one new definition are rejected at an update. Each error names its key.
// The others are done and in the state, and nothing is deleted.
func TestRejectedDefinitionsOfAnUpdate(t *testing.T) {
	t.Parallel()
	env, monitor, cli := appliedSet(t, "A", "B", "Gone")
	rejects(env, "Wrong", "WrongToo")
	cli.Configure(env.Config("%s", set("test", monitor, `{
    A     = { namespace = "Shop", unit_label = "Count" }
    B     = { name = "Wrong", namespace = "Shop" }
    C     = { namespace = "Shop" }
    my_key = { name = "WrongToo", namespace = "Shop" }
  }`)))
	text := ""
	got := cli.Diagnostics("apply", "-auto-approve")
	for _, d := range got {
		text += d.Summary + " " + d.Detail + "\n"
	}
	if len(got) != 2 || !strings.Contains(text, `"B"`) && !strings.Contains(text, " B ") || !strings.Contains(text, "my_key") {
		t.Errorf("got %d diagnostics, want two that name B and my_key:\n%s", len(got), text)
	}
	if n := env.Fake.Count(opDelete); n != 0 {
		t.Errorf("got %d deletes, want none", n)
	}
	checkSet(t, env, cli, monitor, "A", "B", "C", "Gone")
	if name := inState(t, cli)["B"].Name; name != "B" {
		t.Errorf("got the name %q in the state, want the one from before", name)
	}

	rejects(env)
	env.Fake.ForgetRequests()
	cli.Run("apply", "-auto-approve")
	checkCalls(t, env, opUpdate, opCreate, opDelete)
	checkSet(t, env, cli, monitor, "A", "B", "C", "my_key")
	cli.Run("plan", "-detailed-exitcode")
}

// One cause that hits every definition is one error.
func TestOneCauseIsOneError(t *testing.T) {
	t.Parallel()
	names := numbered(12)
	units := strings.ReplaceAll(custom(names...), `"Shop"`, `"Shop", unit_label = "Count"`)
	for operation, definitions := range map[string]string{
		opCreate: custom(append([]string{"A"}, names...)...),
		opUpdate: units,
		opDelete: "{}",
	} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			var env *acctest.Env
			var monitor string
			var cli *acctest.CLI
			if operation == opCreate {
				env, monitor, cli = appliedSet(t, "A")
			} else {
				env, monitor, cli = appliedSet(t, names...)
			}
			before := inState(t, cli)
			env.Fake.Inject(fakerum.Fault{Operation: operation, Status: 403, Code: "AccessDeniedException"})
			cli.Configure(env.Config("%s", set("test", monitor, definitions)))
			d := cli.Diagnostics("apply", "-auto-approve")
			acctest.WantOne(t, d, "error", d[0].Summary, "Metric000", "Metric009", "and 2 more", "rum:"+operation, monitor)
			if after := inState(t, cli); fmt.Sprint(after) != fmt.Sprint(before) {
				t.Errorf("got the state %v, want %v", after, before)
			}
			env.Fake.ClearFaults()
			cli.Run("apply", "-auto-approve")
			cli.Run("plan", "-detailed-exitcode")
		})
	}
}

// The delete of a stranger is refused. The error names its key and the permission, and
// the state keeps it.
func TestRefusedDeleteOfASet(t *testing.T) {
	t.Parallel()
	env, monitor, cli := appliedSet(t, "A")
	stranger(env, monitor, "Stranger")
	env.Fake.Inject(fakerum.Fault{Operation: opDelete, Status: 403, Code: "AccessDeniedException"})
	acctest.WantOne(t, cli.Diagnostics("apply", "-auto-approve"), "error", "Cannot delete RUM metric definition", "Stranger by Browser, OS", "rum:"+opDelete)
	checkSet(t, env, cli, monitor, "A", "Stranger by Browser, OS")

	// A destroy fails in the same way.
	acctest.WantOne(t, cli.Diagnostics("destroy", "-auto-approve"), "error", "Cannot delete RUM metric definition", "A, Stranger by Browser, OS", "rum:"+opDelete)
	checkSet(t, env, cli, monitor, "A", "Stranger by Browser, OS")
	env.Fake.ClearFaults()
	cli.Run("apply", "-auto-approve")
	checkSet(t, env, cli, monitor, "A")
}

// Some deletes are rejected, and others are done.
func TestPartlyRefusedDeleteOfASet(t *testing.T) {
	t.Parallel()
	env, monitor, cli := appliedSet(t, "A", "B", "C")
	rejects(env, "B")
	cli.Configure(env.Config("%s", set("test", monitor, custom("C"))))
	acctest.WantOne(t, cli.Diagnostics("apply", "-auto-approve"), "error", "Cannot delete RUM metric definition", "B", "not this one")
	checkSet(t, env, cli, monitor, "B", "C")
}

// lose makes every answer to an operation get lost after its work, and every look after
// the first few fail: the provider cannot tell what became of the write.
func lose(env *acctest.Env, operation string) {
	var lost atomic.Bool
	env.Fake.Inject(fakerum.Fault{
		Operation: operation, Drop: true, AfterWork: true,
		Match: func(fakerum.Request) bool { lost.Store(true); return true },
	})
	env.Fake.Inject(fakerum.Fault{
		Operation: opLook, Status: 403, Code: "AccessDeniedException",
		Match: func(fakerum.Request) bool { return lost.Load() },
	})
}

// The answers to a create and to an update get lost. The next apply finds what was made.
func TestSetConvergesAfterLostAnswers(t *testing.T) {
	t.Parallel()
	for name, before := range map[string][]string{"create": nil, "update": {"A"}} {
		for _, lost := range []string{opCreate, opUpdate, opDelete} {
			if before == nil && lost != opCreate {
				continue
			}
			t.Run(name+", "+lost, func(t *testing.T) {
				t.Parallel()
				env, monitor, cli := bare(t)
				if before != nil {
					env, monitor, cli = appliedSet(t, "A", "Gone")
				}
				lose(env, lost)
				cli.Configure(env.ProviderIn(acctest.Region, "max_retries = 2") + set("test", monitor, `{
    A = { namespace = "Shop", unit_label = "Count" }
    B = { namespace = "Shop" }
    by_browser = { name = "JsErrorCount", dimension_keys = { "metadata.browserName" = "BrowserName" } }
  }`))
				if len(errorsOf(cli.Diagnostics("apply", "-auto-approve"))) == 0 {
					t.Fatal("got no error, want one")
				}
				env.Fake.ClearFaults()
				cli.Run("apply", "-auto-approve")
				checkSet(t, env, cli, monitor, "A", "B", "by_browser")
				cli.Run("plan", "-detailed-exitcode")
			})
		}
	}
}

// A run is killed while it makes 60 definitions. One apply then has the set as
// configured, and each definition once: what the run made is taken over, or found by
// the refresh.
func TestSetConvergesAfterAKill(t *testing.T) {
	t.Parallel()
	for name, before := range map[string][]string{"create": nil, "update": {"Metric000"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, monitor, cli := bare(t)
			if before != nil {
				env, monitor, cli = appliedSet(t, before...)
			}
			env.Fake.Inject(fakerum.Fault{Operation: opCreate, Delay: slow, AfterWork: true})
			cli.Configure(env.Config("%s", set("test", monitor, custom(numbered(60)...))))
			_ = applyUntil(t, env, monitor, cli, 60, os.Kill)
			env.Fake.ClearFaults()
			made := atService(env, monitor)
			if got := len(inState(t, cli)); got != len(before) {
				t.Fatalf("got %d definitions in the state after the kill, want %d", got, len(before))
			}
			cli.Run("apply", "-auto-approve")
			checkSet(t, env, cli, monitor, numbered(60)...)
			if after := atService(env, monitor); fmt.Sprint(after) != fmt.Sprint(made) {
				t.Errorf("got the IDs %v, want those that the killed run made %v", after, made)
			}
			cli.Run("plan", "-detailed-exitcode")
		})
	}
}

// An interrupt lets the batch on its way finish, so that the state has what was made.
func TestInterruptedCreateOfASetIsInTheState(t *testing.T) {
	t.Parallel()
	env, monitor, cli := bare(t)
	env.Fake.Inject(fakerum.Fault{Operation: opCreate, Delay: 800 * time.Millisecond, AfterWork: true})
	cli.Configure(env.Config("%s", set("test", monitor, custom(numbered(60)...))))
	_ = applyUntil(t, env, monitor, cli, 60, os.Interrupt)
	env.Fake.ClearFaults()
	checkSet(t, env, cli, monitor, numbered(60)...)
}

// A destination is full. A change in place works. A create before a delete does not, and
// the error says what does. The fake answers as at 2000 definitions, which are slow here.
func TestSetAtTheQuota(t *testing.T) {
	t.Parallel()
	env, monitor, cli := appliedSet(t, "A", "Gone")
	apply := func(definitions string) []acctest.Diagnostic {
		cli.Configure(env.Config("%s", set("test", monitor, definitions)))
		return cli.Diagnostics("apply", "-auto-approve")
	}
	env.Fake.Inject(fakerum.Fault{Operation: opCreate, Times: 1, Status: 402, Code: "ServiceQuotaExceededException", Message: "at most 2000"})
	const changed = `A = { namespace = "Shop", unit_label = "Count" }`
	acctest.WantOne(t, apply("{ "+changed+`, C = { namespace = "Shop" } }`), "error", "Cannot create RUM metric definition", "C", "2000", "in one apply", "in the next")
	checkSet(t, env, cli, monitor, "A", "Gone")
	acctest.WantNone(t, apply("{ "+changed+" }"))
	acctest.WantNone(t, apply("{ "+changed+`, C = { namespace = "Shop" } }`))
	checkSet(t, env, cli, monitor, "A", "C")
	checkCalls(t, env, opUpdate, opCreate, opDelete, opCreate)
}
