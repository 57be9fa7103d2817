package metricsdestination_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// A plan looks once for each destination that it creates. The apply plans up to
// -parallelism of them again before it has begun to write, and then looks no more.
func TestCreateTakesOneLookAndOnePut(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	const n = 60
	for i := range n {
		env.Account.CreateMonitor(fmt.Sprint("web", i))
	}
	newAppliedCLI(t, env, cloudWatch("test", "web${count.index}", fmt.Sprint("count = ", n)))
	wantWrites(t, env, n, 0)
	if looks, most := env.Fake.Count(opList), n+20; looks > most {
		t.Errorf("%d Lists, want at most %d", looks, most)
	}
}

func TestChangeOfTheRoleTakesOneListAndOnePut(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	cli := newAppliedCLI(t, env, evidently("test", web, arnA, roleA))
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
	cli := newCLI(t, env, cloudWatch("test", web))
	cmd, out := cli.Command("apply", "-auto-approve")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	acctest.Until(t, func() bool { return len(env.Account.Destinations(web)) > 0 })
	start := time.Now()
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // an interrupted CLI returns an error

	if took := time.Since(start); took > 10*time.Second { // without the interrupt, the request would take a minute
		t.Errorf("the CLI took %s to end, want at most 10s:\n%s", took, out)
	}
	if list := cli.Run("state", "list"); strings.TrimSpace(list) != address {
		t.Errorf("the state has %q, want %q", list, address)
	}

	remove()
	cli.Run("apply", "-auto-approve")
	wantDestinations(t, env.Account, web, inCloudWatch)
	cli.Run("plan", "-detailed-exitcode")
}

func TestDeleteSucceedsForWhatIsGone(t *testing.T) {
	t.Parallel()
	for name, vanish := range map[string]func(*acctest.Env){
		"destination": func(env *acctest.Env) { env.Account.DeleteDestination(web, "CloudWatch", "") },
		"app monitor": func(env *acctest.Env) { env.Account.DeleteMonitor(web) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newFake(t)
			cli := newAppliedCLI(t, env, cloudWatch("test", web))
			vanish(env)
			acctest.WantNone(t, cli.Diagnostics("destroy", "-auto-approve", "-refresh=false"))
			wantWrites(t, env, 1, 1)
		})
	}
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
	cli := env.CLI(t)
	cli.Configure(fmt.Sprintf(`
provider "rum" {
  region                   = "eu-west-1"
  profile                  = "test"
  shared_credentials_files = [%q]
  endpoints {
    rum = %q
  }
}
`, file, env.Endpoint) + evidently("test", web, arnA, roleA))

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
