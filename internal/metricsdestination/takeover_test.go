package metricsdestination_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

const takeover = "RUM metrics destination exists already"

// isEndOfSupport reports whether a diagnostic is the warning of Evidently.
func isEndOfSupport(d acctest.Diagnostic) bool { return d.Summary == endOfSupport }

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
		"with another role": {
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
			[]string{"a later destroy deletes it.\n", "terraform import ADDRESS 'web,CloudWatch@eu-west-1'", "write a moved block", "aws_rum_metrics_destination", `guide "Moving from hashicorp/aws"`},
		},
		"with the same role": {
			inEvidently(arnA, roleA),
			evidently("test", web, arnA, roleA),
			[]string{"a later destroy deletes it.\n"},
		},
		"with a role that may be another": {
			inEvidently(arnA, roleA),
			laterData + block("test", `app_monitor_name = "web"`, `destination = "Evidently"`, fmt.Sprintf("destination_arn = %q", arnA), "iam_role_arn = "+later(`"`+roleB+`"`)),
			[]string{"Its IAM role " + roleA + " may be overwritten"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newFake(t, test.exists)
			cli := newCLI(t, env, test.resource)
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
	env := newFake(t, inEvidently(arnA, roleA))
	cli := newCLI(t, env, evidently("test", web, arnA, roleA))
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
			acctest.WantNone(t, takeovers(newCLI(t, env, evidently("test", web, arnA, roleA))))
		})
	}
}

// A caller that cannot list destinations can still plan. The plan says once that it
// cannot tell what exists. It waits once for what does not answer.
func TestPlanThatCannotLookForATakeoverSaysSoOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault fakerum.Fault
		says  string
		most  int // Lists
	}{
		"403":       {denied, "rum:ListRumMetricsDestinations", 12},
		"HTML":      {fakerum.Fault{Status: http.StatusNotFound, ContentType: "text/html", Body: "<html>"}, "A proxy, a firewall or a load balancer answered", 12},
		"no answer": {fakerum.Fault{Delay: time.Minute}, "within 10s. It may be throttling", 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newFake(t)
			test.fault.Operation = opList
			env.Fake.Inject(test.fault)
			cli := newCLI(t, env, evidently("test", "web${count.index % 12}", arnA+"${count.index}", roleA, "count = 24"))
			got := slices.DeleteFunc(cli.Diagnostics("plan", "-parallelism=10"), isEndOfSupport)
			acctest.WantOne(t, got, "warning", "Plan cannot tell what exists", test.says)
			if n := env.Fake.Count(opList); n > test.most {
				t.Errorf("%d Lists, want at most %d", n, test.most)
			}
		})
	}
}

// The monitor of a create often comes from the same apply. A replacement by a monitor
// that does not exist would destroy what works.
func TestReplacementByAnAbsentMonitorIsWarnedOf(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	cli := newCLI(t, env, cloudWatch("test", "absent"))
	acctest.WantNone(t, cli.Diagnostics("plan"))
	cli.Configure(config(env, cloudWatch("test", web)))
	cli.Run("apply", "-auto-approve")
	cli.Configure(config(env, cloudWatch("test", web, `region = "eu-central-1"`)))
	acctest.WantOne(t, cli.Diagnostics("plan"), "warning", "No such RUM app monitor", `app monitor "web" in eu-central-1`, "ignore this if the same apply creates the monitor")
	cli.Configure(config(env, cloudWatch("test", web, `region = "us-east-1"`)))
	acctest.WantNone(t, cli.Diagnostics("plan"))
}

func TestReplacementIsNoTakeover(t *testing.T) {
	t.Parallel()
	for order, in := range orders {
		t.Run(order, func(t *testing.T) {
			t.Parallel()
			env := newFake(t)
			cli := newAppliedCLI(t, env, evidently("test", web, arnA, roleA, in.lifecycle))
			for _, refresh := range []string{"-refresh=true", "-refresh=false"} {
				acctest.WantNone(t, slices.DeleteFunc(cli.Diagnostics("plan", "-replace="+address, refresh), isEndOfSupport))
			}

			// A replacement by another destination, which exists, is a takeover.
			env.Account.PutDestination(web, inEvidently(arnB, roleB))
			cli.Configure(config(env, evidently("test", web, arnB, roleB, in.lifecycle)))
			acctest.WantOne(t, takeovers(cli), "warning", takeover)
		})
	}
}

// A destination that has two resources is lost when either of them is destroyed. Every
// plan therefore warns, also the first.
func TestTwoResourcesForOneDestinationAreWarnedOf(t *testing.T) {
	t.Parallel()
	const twice = "Two resources for one RUM metrics destination"
	env := newFake(t)
	cli := newCLI(t, env, cloudWatch("a", web), cloudWatch("b", web), cloudWatch("other", web, `region = "us-east-1"`))
	acctest.WantOne(t, cli.Diagnostics("plan"), "warning", twice,
		`creates two resources that manage the metrics destination CloudWatch of app monitor "web" in eu-west-1`, "set its region")
	cli.Run("apply", "-auto-approve")
	acctest.WantOne(t, cli.Diagnostics("plan"), "warning", twice, `CloudWatch of app monitor "web" in eu-west-1`)

	// Without the second resource, the plan no longer warns.
	cli.Configure(config(env, cloudWatch("a", web), cloudWatch("other", web, `region = "us-east-1"`)))
	cli.Run("state", "rm", "rum_metrics_destination.b")
	acctest.WantNone(t, cli.Diagnostics("plan"))
}
