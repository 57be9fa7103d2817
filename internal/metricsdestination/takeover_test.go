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

// takeovers are the warnings of a takeover that the next plan gives.
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
		"without": {
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
			got := takeovers(cli)
			if len(got) != 1 {
				t.Fatalf("got %v, want one warning", got)
			}
			if got[0].Severity != "warning" || got[0].Address != address {
				t.Errorf("got %v", got)
			}
			for _, s := range test.says {
				if !strings.Contains(got[0].Detail, s) {
					t.Errorf("%s\ndoes not say %s", got[0].Detail, s)
				}
			}
			wantWrites(t, env, 0, 0)

			// It does not keep the apply from taking it over, and after that it
			// is the resource's own.
			cli.Run("apply", "-auto-approve")
			wantWrites(t, env, 1, 0)
			cli.Run("plan", "-detailed-exitcode")
			if got := takeovers(cli); len(got) > 0 {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestImportCommandOfTheTakeoverWarning(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	env.Account.PutDestination(web, inEvidently(arnA, roleA))
	cli := env.CLI(t)
	cli.Configure(config(env, evidently("test", web, arnA, roleA)))
	got := takeovers(cli)
	if len(got) != 1 {
		t.Fatalf("got %v", got)
	}
	_, rest, _ := strings.Cut(got[0].Detail, "terraform import ADDRESS '")
	id, _, _ := strings.Cut(rest, "'")
	cli.Run("import", address, id)
	cli.Run("plan", "-detailed-exitcode")
	wantWrites(t, env, 0, 0)
}

func TestNoTakeoverIsWarnedOf(t *testing.T) {
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
			if got := takeovers(cli); len(got) > 0 {
				t.Errorf("got %v", got)
			}
		})
	}
}

// Who cannot ask whether there is something to take over can still plan.
func TestTakeoverThatCannotBeLookedFor(t *testing.T) {
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
			if got := cli.Diagnostics("plan"); len(got) > 0 {
				t.Errorf("got %v", got)
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("the plan took %s", took)
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
			if got := takeovers(cli, "-replace="+address); len(got) > 0 {
				t.Errorf("of its own destination: got %v", got)
			}

			env.Account.PutDestination(web, inEvidently(arnB, roleB))
			cli.Configure(config(env, evidently("test", web, arnB, roleB, in.lifecycle)))
			if got := takeovers(cli); len(got) != 1 {
				t.Errorf("of another destination: got %v, want one warning", got)
			}
		})
	}
}

// What has two resources is lost with either of them: each plan says so.
func TestTwoResourcesForOneDestinationAreWarnedOf(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	cli := env.CLI(t)
	cli.Configure(config(env, cloudWatch("a", web), cloudWatch("b", web), evidently("c", web, arnA, roleA)))
	cli.Run("apply", "-auto-approve")
	var warned []string
	for _, d := range cli.Diagnostics("plan") {
		if d.Summary == "Two resources for one RUM metrics destination" {
			warned = append(warned, d.Detail)
		}
	}
	if len(warned) != 1 || !strings.Contains(warned[0], `CloudWatch of app monitor "web" in eu-west-1`) {
		t.Errorf("got %q, want one warning", warned)
	}

	cli.Configure(config(env, cloudWatch("a", web), evidently("c", web, arnA, roleA)))
	cli.Run("state", "rm", "rum_metrics_destination.b")
	for _, d := range cli.Diagnostics("plan") {
		if strings.HasPrefix(d.Summary, "Two resources") {
			t.Errorf("still warned: %+v", d)
		}
	}
}
