package metricsdestination_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

const (
	opPut    = fakerum.OpPutRumMetricsDestination
	opList   = fakerum.OpListRumMetricsDestinations
	opDelete = fakerum.OpDeleteRumMetricsDestination
)

// afterPut injects a fault of List that begins after the first Put. It does not disturb
// the plan before the Put.
func afterPut(env *acctest.Env, f fakerum.Fault) {
	var put atomic.Bool
	f.Match = func(r fakerum.Request) bool {
		if r.Operation == opPut {
			put.Store(true)
		}
		return r.Operation == opList && put.Load()
	}
	env.Fake.Inject(f)
}

// oneTry returns a configuration whose provider does not retry.
func oneTry(env *acctest.Env, block string) string {
	return env.ProviderIn(acctest.Region, "max_retries = 0") + block
}

// A plan looks once for each destination that it creates. The apply plans up to
// -parallelism of them again before it has begun to write, and then looks no more.
func TestCreateTakesOneLookAndOnePut(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	const n = 60
	for i := range n {
		env.Account.CreateMonitor(fmt.Sprint("web", i))
	}
	cli := env.CLI(t)
	cli.Configure(config(env, block("test", fmt.Sprint("count = ", n), `app_monitor_name = "web${count.index}"`, `destination = "CloudWatch"`)))
	cli.Run("apply", "-auto-approve")
	wantWrites(t, env, n, 0)
	if looks, most := env.Fake.Count(opList), n+20; looks > most {
		t.Errorf("%d Lists, want at most %d", looks, most)
	}
}

func TestChangeOfTheRoleTakesOneListAndOnePut(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	cli := env.CLI(t)
	cli.Configure(config(env, evidently("test", web, arnA, roleA)))
	cli.Run("apply", "-auto-approve")
	env.Fake.ForgetRequests()
	cli.Configure(config(env, evidently("test", web, arnA, roleB)))
	cli.Run("apply", "-auto-approve")
	wantWrites(t, env, 1, 0)
	if n := env.Fake.Count(opList); n != 1 {
		t.Errorf("%d Lists, want 1", n)
	}
}

// An interrupted Put may have been done. The resource is therefore in the state, and
// the next apply completes it.
func TestInterruptedPutIsInTheState(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	remove := env.Fake.Inject(fakerum.Fault{Operation: opPut, AfterWork: true, Delay: time.Minute})
	cli := env.CLI(t)
	cli.Configure(config(env, cloudWatch("test", web)))
	cmd, out := cli.Command("apply", "-auto-approve")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	acctest.Until(t, func() bool { return len(env.Account.Destinations(web)) > 0 })
	interrupt(t, cmd, out)
	if list := cli.Run("state", "list"); strings.TrimSpace(list) != address {
		t.Errorf("the state has %q, want %q", list, address)
	}

	remove()
	cli.Run("apply", "-auto-approve")
	wantDestinations(t, env.Account, web, inCloudWatch)
	cli.Run("plan", "-detailed-exitcode")
}

// interrupt interrupts a command and checks that it ends at once.
func interrupt(t *testing.T, cmd *exec.Cmd, out fmt.Stringer) {
	t.Helper()
	start := time.Now()
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // an interrupted CLI returns an error

	if took := time.Since(start); took > 10*time.Second { // without the interrupt, the request would take a minute
		t.Errorf("the CLI took %s to end, want at most 10s:\n%s", took, out)
	}
}

func TestCreateWhoseAnswerIsLostSucceeds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault fakerum.Fault
		retry bool
		puts  int
	}{
		"dropped after the work, retried":      {fakerum.Fault{Drop: true, AfterWork: true}, true, 2},
		"dropped after the work, found":        {fakerum.Fault{Drop: true, AfterWork: true}, false, 1},
		"500 after the work, found":            {fakerum.Fault{Status: http.StatusInternalServerError, AfterWork: true}, false, 1},
		"502 of a proxy after the work, found": {fakerum.Fault{Status: http.StatusBadGateway, ContentType: "text/html", Body: "<html>", AfterWork: true}, false, 1},
		"dropped before the work, retried":     {fakerum.Fault{Drop: true}, true, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newFake(t)
			test.fault.Operation, test.fault.Times = opPut, 1
			env.Fake.Inject(test.fault)
			cli := env.CLI(t)
			cli.Configure(config(env, cloudWatch("test", web)))
			if !test.retry {
				cli.Configure(oneTry(env, cloudWatch("test", web)))
			}
			acctest.WantNone(t, cli.Diagnostics("apply", "-auto-approve"))
			wantWrites(t, env, test.puts, 0)
			wantDestinations(t, env.Account, web, inCloudWatch)
			cli.Run("plan", "-detailed-exitcode")
			cli.Run("destroy", "-auto-approve")
			wantDestinations(t, env.Account, web)
		})
	}
}

// A create that may have been done is in the state. The next run can therefore
// complete it or destroy it.
func TestCreateOfUnknownOutcomeIsInTheState(t *testing.T) {
	t.Parallel()
	const unknown = "It is not known whether the change was made"
	for name, done := range map[string]bool{"done": true, "not done": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newFake(t)
			env.Fake.Inject(fakerum.Fault{Operation: opPut, Drop: true, AfterWork: done, Times: 1})
			afterPut(env, fakerum.Fault{Status: http.StatusForbidden, Code: "AccessDeniedException"})
			cli := env.CLI(t)
			cli.Configure(oneTry(env, cloudWatch("test", web)))
			acctest.WantOne(t, cli.Diagnostics("apply", "-auto-approve"), "error", "Cannot create or update RUM metrics destination", unknown)
			if list := cli.Run("state", "list"); strings.TrimSpace(list) != address {
				t.Errorf("the state has %q, want %q", list, address)
			}

			env.Fake.ClearFaults()
			cli.Run("apply", "-auto-approve")
			wantDestinations(t, env.Account, web, inCloudWatch)
			cli.Run("plan", "-detailed-exitcode")
			cli.Run("destroy", "-auto-approve")
			wantDestinations(t, env.Account, web)
		})
	}
}

func TestRefusedCreateIsNotRetriedAndNotInTheState(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault fakerum.Fault
		want  string
	}{
		"403": {fakerum.Fault{Status: http.StatusForbidden, Code: "AccessDeniedException"}, "iam:PassRole on " + roleA},
		"400": {fakerum.Fault{Status: http.StatusBadRequest, Code: "ValidationException", Message: "no longer supported"}, "no longer supported"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newFake(t)
			test.fault.Operation = opPut
			env.Fake.Inject(test.fault)
			env.Run(t, resource.TestStep{
				Config:      config(env, evidently("test", web, arnA, roleA)),
				ExpectError: acctest.Saying(test.want),
			})
			wantWrites(t, env, 1, 0) // there was no retry, and the destroy at the end had nothing to delete
		})
	}
}

func TestRefusedUpdateKeepsTheOldRole(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	env.Run(t,
		resource.TestStep{Config: config(env, evidently("test", web, arnA, roleA))},
		resource.TestStep{
			PreConfig:   func() { env.Fake.Behave(func(b *fakerum.Behavior) { b.RefuseEvidently = true }) },
			Config:      config(env, evidently("test", web, arnA, roleB)),
			ExpectError: acctest.Saying("Evidently is no longer supported"),
		},
		resource.TestStep{ // the destination can still be read, and be destroyed at the end
			Config:   config(env, evidently("test", web, arnA, roleA)),
			PlanOnly: true,
		},
	)
	wantDestinations(t, env.Account, web)
}

// The service may keep the old role after a Put without a role. The plan then still
// shows the difference, and a destroy still works.
func TestRoleThatCannotBeRemovedStaysInThePlan(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	env.Fake.Behave(func(b *fakerum.Behavior) { b.KeepRole = true })
	withRole := inCloudWatch
	withRole.IAMRoleARN = roleA
	cli := env.CLI(t)
	cli.Configure(config(env, cloudWatch("test", web)))
	cli.Run("apply", "-auto-approve")
	env.Account.PutDestination(web, withRole)
	env.Fake.ForgetRequests()

	cli.Run("apply", "-auto-approve")
	wantWrites(t, env, 1, 0)
	if plan := cli.Run("plan", "-no-color"); !strings.Contains(plan, "will be updated in-place") {
		t.Errorf("the plan says\n%s\nwant %q", plan, "will be updated in-place")
	}
	cli.Run("destroy", "-auto-approve")
	wantDestinations(t, env.Account, web)
}

func TestDeleteSucceedsForWhatIsGone(t *testing.T) {
	t.Parallel()
	for name, ok := range map[string]bool{"answered with 404": false, "answered with 200": true} {
		for gone, vanish := range map[string]func(*acctest.Env){
			"destination": func(env *acctest.Env) { env.Account.DeleteDestination(web, "CloudWatch", "") },
			"app monitor": func(env *acctest.Env) { env.Account.DeleteMonitor(web) },
		} {
			t.Run(gone+"/"+name, func(t *testing.T) {
				t.Parallel()
				env := newFake(t)
				env.Fake.Behave(func(b *fakerum.Behavior) { b.DeleteAbsentOK = ok })
				cli := env.CLI(t)
				cli.Configure(config(env, cloudWatch("test", web)))
				cli.Run("apply", "-auto-approve")
				vanish(env)
				acctest.WantNone(t, cli.Diagnostics("destroy", "-auto-approve", "-refresh=false"))
				wantWrites(t, env, 1, 1)
			})
		}
	}
}

func TestFailedDeleteKeepsTheState(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	cli := env.CLI(t)
	cli.Configure(config(env, cloudWatch("test", web)))
	cli.Run("apply", "-auto-approve")
	env.Fake.Inject(fakerum.Fault{Operation: opDelete, Status: http.StatusForbidden, Code: "AccessDeniedException"})
	acctest.WantOne(t, cli.Diagnostics("destroy", "-auto-approve"), "error", "Cannot delete RUM metrics destination")
	wantDestinations(t, env.Account, web, inCloudWatch)

	// The plan has no change. Then a destroy succeeds although the answer of its first Delete is lost.
	env.Fake.ClearFaults()
	cli.Run("plan", "-detailed-exitcode")
	env.Fake.Inject(fakerum.Fault{Operation: opDelete, Drop: true, AfterWork: true, Times: 1})
	cli.Run("destroy", "-auto-approve")
	wantDestinations(t, env.Account, web)
}

func TestPlanStateAndErrorsHoldNoCredentials(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	file := t.TempDir() + "/credentials"
	const key, token = "AKIAACCTEST", "the-session-token"
	text := "[test]\naws_access_key_id = " + key + "\naws_secret_access_key = " + fakerum.SecretKey + "\naws_session_token = " + token + "\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	endpoint, err := json.Marshal(env.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	cli := env.CLI(t)
	cli.Configure(`
provider "rum" {
  region                   = "eu-west-1"
  profile                  = "test"
  shared_credentials_files = ["` + file + `"]
  endpoints {
    rum = ` + string(endpoint) + `
  }
}
` + evidently("test", web, arnA, roleA))

	seen := map[string]string{}
	seen["plan"] = cli.Run("plan", "-out=plan")
	seen["plan file"] = cli.Run("show", "-json", "plan")
	seen["apply"] = cli.Run("apply", "plan")
	seen["state"] = cli.Run("show", "-json")
	state, err := os.ReadFile(cli.Dir + "/terraform.tfstate")
	if err != nil {
		t.Fatal(err)
	}
	seen["state file"] = string(state)
	env.Fake.Inject(fakerum.Fault{Status: http.StatusForbidden, Code: "InvalidSignatureException", Message: "no"})
	cmd, out := cli.Command("plan")
	if err := cmd.Run(); err == nil {
		t.Error("a plan without permission succeeded, want it to fail")
	}
	seen["error"] = out.String()

	for what, text := range seen {
		if text == "" {
			t.Errorf("the %s is empty, want some text", what)
		}
		for _, secret := range []string{key, fakerum.SecretKey, token} {
			if strings.Contains(text, secret) {
				t.Errorf("the %s holds %s, want no secret:\n%s", what, secret, text)
			}
		}
	}
}
