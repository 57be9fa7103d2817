package metricsdestination_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

const takeover = "RUM metrics destination exists already"

// takeovers runs a plan and returns its warnings of a takeover.
func takeovers(cli *acctest.CLI, args ...string) (all []acctest.Diagnostic) {
	for _, d := range cli.Diagnostics(append([]string{"plan"}, args...)...) {
		if d.Summary == takeover {
			all = append(all, d)
		}
	}
	return all
}

func TestCreateOverAnExistingDestinationIsWarnedOf(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		exists   fakerum.Destination
		resource string
		says     []string
	}{
		"with a role": {
			inEvidently(arnA, roleA),
			evidently("test", web, arnA, roleB),
			[]string{
				`metrics destination Evidently ` + arnA + ` of app monitor "web" in eu-west-1`,
				"Its IAM role " + roleA + " would be overwritten",
				"terraform import ADDRESS 'web,Evidently," + arnA + "@eu-west-1'",
			},
		},
		"without a role": {
			inCloudWatch,
			cloudWatch("test", web),
			[]string{"It has no IAM role", "terraform import ADDRESS 'web,CloudWatch@eu-west-1'"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newFake(t)
			env.Account.PutDestination(web, test.exists)
			cli := env.CLI(t)
			cli.Configure(config(env, test.resource))
			warning := acctest.WantOne(t, takeovers(cli), "warning", takeover, test.says...)
			if warning.Address != address {
				t.Errorf("got a warning of %s, want one of %s", warning.Address, address)
			}
			wantWrites(t, env, 0, 0)

			// The apply still takes the destination over. The next plan then no longer warns.
			cli.Run("apply", "-auto-approve")
			wantWrites(t, env, 1, 0)
			cli.Run("plan", "-detailed-exitcode")
			acctest.WantNone(t, takeovers(cli))
		})
	}
}

func TestImportCommandOfTheTakeoverWarningWorks(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	env.Account.PutDestination(web, inEvidently(arnA, roleA))
	cli := env.CLI(t)
	cli.Configure(config(env, evidently("test", web, arnA, roleA)))
	warning := acctest.WantOne(t, takeovers(cli), "warning", takeover)
	_, rest, _ := strings.Cut(warning.Detail, "terraform import ADDRESS '")
	id, _, _ := strings.Cut(rest, "'")
	cli.Run("import", address, id)
	cli.Run("plan", "-detailed-exitcode")
	wantWrites(t, env, 0, 0)
}

func TestOtherDestinationsAreNoTakeover(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*acctest.Env){
		"other destinations": func(env *acctest.Env) {
			env.Account.PutDestination(web, inCloudWatch)
			env.Account.PutDestination(web, inEvidently(arnB, roleB))
		},
		"other region": func(env *acctest.Env) {
			env.In(acctest.OtherRegion).PutDestination(web, inEvidently(arnA, roleA))
		},
		"other monitor": func(env *acctest.Env) {
			env.Account.CreateMonitor("api")
			env.Account.PutDestination("api", inEvidently(arnA, roleA))
		},
		"no monitor": func(env *acctest.Env) { env.Account.DeleteMonitor(web) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newFake(t)
			prepare(env)
			cli := env.CLI(t)
			cli.Configure(config(env, evidently("test", web, arnA, roleA)))
			acctest.WantNone(t, takeovers(cli))
		})
	}
}

// A caller that cannot list destinations can still plan. The plan then does not warn.
func TestPlanThatCannotLookForATakeoverIsSilent(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fakerum.Fault{
		"403":       {Status: http.StatusForbidden, Code: "AccessDeniedException"},
		"HTML":      {Status: http.StatusNotFound, ContentType: "text/html", Body: "<html>"},
		"no answer": {Delay: time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newFake(t)
			env.Account.PutDestination(web, inCloudWatch)
			fault.Operation = opList
			env.Fake.Inject(fault)
			cli := env.CLI(t)
			cli.Configure(config(env, cloudWatch("test", web)))
			start := time.Now()
			acctest.WantNone(t, cli.Diagnostics("plan"))
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("the plan took %s, want at most 20s", took)
			}
		})
	}
}

func TestReplacementIsNoTakeover(t *testing.T) {
	t.Parallel()
	for order, in := range orders {
		t.Run(order, func(t *testing.T) {
			t.Parallel()
			env := newFake(t)
			cli := env.CLI(t)
			own := config(env, evidently("test", web, arnA, roleA, in.lifecycle))
			cli.Configure(own)
			cli.Run("apply", "-auto-approve")
			acctest.WantNone(t, takeovers(cli, "-replace="+address))

			// A replacement by another destination, which exists, is a takeover.
			env.Account.PutDestination(web, inEvidently(arnB, roleB))
			cli.Configure(config(env, evidently("test", web, arnB, roleB, in.lifecycle)))
			acctest.WantOne(t, takeovers(cli), "warning", takeover)
		})
	}
}

// A destination that has two resources is lost when either of them is destroyed. Every
// plan therefore warns.
func TestTwoResourcesForOneDestinationAreWarnedOf(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	cli := env.CLI(t)
	cli.Configure(config(env, cloudWatch("a", web), cloudWatch("b", web), evidently("c", web, arnA, roleA)))
	cli.Run("apply", "-auto-approve")
	const twice = "Two resources for one RUM metrics destination"
	var warned []acctest.Diagnostic
	for _, d := range cli.Diagnostics("plan") {
		if d.Summary == twice {
			warned = append(warned, d)
		}
	}
	acctest.WantOne(t, warned, "warning", twice, `CloudWatch of app monitor "web" in eu-west-1`)

	// Without the second resource, the plan no longer warns.
	cli.Configure(config(env, cloudWatch("a", web), evidently("c", web, arnA, roleA)))
	cli.Run("state", "rm", "rum_metrics_destination.b")
	for _, d := range cli.Diagnostics("plan") {
		if strings.HasPrefix(d.Summary, "Two resources") {
			t.Errorf("got %+v, want no such warning", d)
		}
	}
}
