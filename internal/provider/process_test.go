//go:build unix

package provider_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// The tests of this file run the provider as a user does: the CLI starts its
// binary, and either process can be killed.

// webCloudWatch is a configuration of one destination.
const webCloudWatch = "resource \"rum_metrics_destination\" \"test\" {\n  app_monitor_name = \"" + web + "\"\n  destination      = \"CloudWatch\"\n}\n"

// pluginDir is the directory into which buildPlugin builds the provider.
var pluginDir string

// buildPlugin builds the provider, once.
var buildPlugin = sync.OnceValue(func() (err error) {
	if pluginDir, err = os.MkdirTemp("", "provider"); err != nil {
		return err
	}
	out, err := exec.CommandContext(context.Background(), "go", "build", "-o", pluginDir, "../..").CombinedOutput()
	if err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	_ = os.RemoveAll(pluginDir) // "" if no test built the provider, which removes nothing
	os.Exit(code)
}

// newProgram returns a fake that has the monitor web, and a CLI that starts the provider
// from its binary. The CLI is configured with a provider block that has more arguments, and
// with resources.
func newProgram(t *testing.T, more, resources string) (*acctest.Env, *acctest.CLI) {
	t.Helper()
	acctest.CLIPath(t) // skips the test before it builds anything
	if err := buildPlugin(); err != nil {
		t.Fatal(err)
	}
	e, c := acctest.NewFake(t), acctest.NewCLIWithBinary(t, pluginDir)
	e.Account.CreateMonitor(web)
	c.Configure(e.ProviderIn(region, more) + resources)
	return e, c
}

// start starts a command of a CLI in a process group of its own, and waits until a
// condition holds.
func start(t *testing.T, c *acctest.CLI, condition func() bool, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	cmd, out := c.Command(args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	acctest.Until(t, condition)
	return cmd, out
}

// plugins returns the IDs of the provider processes that a CLI has started.
func plugins(t *testing.T, parent int) (pids []int) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "ps", "-A", "-o", "pid=,ppid=,args=").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if len(fields) < 3 || fields[1] != strconv.Itoa(parent) || fields[2] != pluginPath() {
			continue
		}
		pid, err := strconv.Atoi(fields[0])
		if err != nil {
			t.Fatal(err)
		}
		pids = append(pids, pid)
	}
	return pids
}

func pluginPath() string { return filepath.Join(pluginDir, "terraform-provider-rum") }

// A provider or a CLI is killed in the middle of an apply. The next apply completes
// the work, and a destroy leaves nothing behind.
func TestApplyAfterKilledApplyCompletesIt(t *testing.T) {
	t.Parallel()
	const destinations = 50
	for _, victim := range []string{"CLI", "provider"} {
		t.Run(victim, func(t *testing.T) {
			t.Parallel()
			e, c := newProgram(t, "", fmt.Sprintf(`
resource "rum_metrics_destination" "test" {
  count            = %d
  app_monitor_name = %q
  destination      = "Evidently"
  destination_arn  = "arn:aws:evidently:eu-west-1:111111111111:project/p/feature/${count.index}"
  iam_role_arn     = %q
}`, destinations, web, roleA))

			// The service does all of its work, but answers only half of it. When the process dies, some destinations
			// therefore exist that are not in the state.
			arrived := 0
			unanswered := e.Fake.Inject(fakerum.Fault{
				Operation: fakerum.OpPutRumMetricsDestination, Delay: time.Hour, AfterWork: true,
				Match: func(fakerum.Request) bool { arrived++; return arrived > destinations/2 },
			})
			cmd, out := start(t, c, func() bool { return len(e.Account.Destinations(web)) > destinations/2 }, "apply", "-auto-approve")
			providers := plugins(t, cmd.Process.Pid)
			if len(providers) == 0 {
				t.Error("got no process of the provider, want one or more")
			}
			victims := providers
			if victim == "CLI" {
				victims = []int{cmd.Process.Pid}
				t.Cleanup(func() { // a plugin outlives a CLI that is killed
					for _, pid := range providers {
						_ = syscall.Kill(pid, syscall.SIGKILL)
					}
				})
			}
			for _, pid := range victims {
				if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
					t.Error(err)
				}
			}
			if err := cmd.Wait(); err == nil {
				t.Fatalf("the apply succeeded, want it to fail:\n%s", out)
			}
			unanswered()
			state, err := os.ReadFile(filepath.Join(c.Dir, "terraform.tfstate"))
			if err != nil && !errors.Is(err, os.ErrNotExist) { // a CLI may write it only at the end
				t.Fatal(err)
			}
			done, known := len(e.Account.Destinations(web)), bytes.Count(state, []byte(`"index_key"`))
			if done == destinations {
				t.Errorf("when the process died the service had all %d destinations, want fewer", done)
			}
			if known == done {
				t.Errorf("when the process died the service and the state had %d destinations, want fewer in the state", done)
			}

			c.Run("apply", "-auto-approve")
			if got := len(e.Account.Destinations(web)); got != destinations {
				t.Errorf("after the next apply there are %d destinations, want %d", got, destinations)
			}
			c.Run("plan", "-detailed-exitcode")
			c.Run("destroy", "-auto-approve")
			if got := len(e.Account.Destinations(web)); got != 0 {
				t.Errorf("after the destroy there are %d destinations, want none", got)
			}
		})
	}
}

// An interrupt ends every wait. The waits take a minute and longer. After the
// interrupt the CLI ends within two seconds, on a busy machine within a few more.
// The applies have a saved plan, because a CLI does not tell the provider of an
// interrupt while an apply makes its own plan.
func TestInterruptEndsEveryWait(t *testing.T) {
	t.Parallel()
	throttled := func(operation string) fakerum.Fault {
		return fakerum.Fault{Operation: operation, Status: http.StatusTooManyRequests, Code: "ThrottlingException", RetryAfter: "60"}
	}
	role := fmt.Sprintf("assume_role {\n role_arn = %q\n }\n", roleA)
	planning, applying := []string{"plan"}, []string{"apply", "planned"}
	for name, test := range map[string]struct {
		block   string
		command []string
		fault   fakerum.Fault
	}{
		"waiting to read again":  {"", planning, throttled(fakerum.OpListRumMetricsDestinations)},
		"waiting to put again":   {"", applying, throttled(fakerum.OpPutRumMetricsDestination)},
		"waiting for the answer": {"", applying, fakerum.Fault{Operation: fakerum.OpPutRumMetricsDestination, Delay: time.Hour}},
		"waiting for a conflict": {"", applying, fakerum.Fault{Operation: fakerum.OpPutRumMetricsDestination, Status: http.StatusConflict, Code: "ConflictException", RetryAfter: "60"}},
		"waiting for a role":     {role, applying, throttled(fakerum.OpAssumeRole)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, c := newProgram(t, test.block, webCloudWatch)
			if test.command[0] == "plan" {
				c.Run("apply", "-auto-approve")
			} else {
				c.Run("plan", "-out=planned")
			}
			e.Fake.ForgetRequests()
			e.Fake.Inject(test.fault)
			cmd, out := start(t, c, func() bool {
				return slices.ContainsFunc(e.Fake.Requests(), func(r fakerum.Request) bool {
					return r.Operation == test.fault.Operation && (r.Status != 0 || test.fault.Delay > 0)
				})
			}, test.command...)
			interrupted := time.Now()
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			err := cmd.Wait()
			took := time.Since(interrupted)
			if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 1 {
				t.Errorf("the CLI ended with %v, want exit status 1\n%s", err, out)
			}
			if took > 10*time.Second {
				t.Errorf("the CLI took %s to end, want 10s at most\n%s", took, out)
			}
		})
	}
}

// systemd and CI send SIGTERM to the CLI and to the provider. The CLI stops the provider
// gracefully, and the state has the destination that was on its way.
func TestSIGTERMOfTheProcessGroupLosesNothing(t *testing.T) {
	t.Parallel()
	e, c := newProgram(t, "", webCloudWatch)
	c.Run("plan", "-out=planned")
	// The service does its work at once and answers late.
	e.Fake.Inject(fakerum.Fault{Operation: fakerum.OpPutRumMetricsDestination, Delay: 2 * time.Second, AfterWork: true})
	cmd, out := start(t, c, func() bool { return len(e.Account.Destinations(web)) > 0 }, "apply", "planned")
	if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // a CLI may say that the apply was interrupted, or that it was done in time
	if strings.Contains(out.String(), "Plugin did not respond") {
		t.Errorf("the CLI lost the provider:\n%s", out)
	}
	if got := strings.TrimSpace(c.Run("state", "list")); got != "rum_metrics_destination.test" {
		t.Errorf("the state has %q, want the destination that the service has\n%s", got, out)
	}
}

// A provider whose CLI is gone ends at a SIGTERM, once its request is answered or the
// grace is over.
func TestSIGTERMEndsAProviderWithoutItsCLI(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		delay time.Duration
		done  int // destinations in the end
	}{
		"answered":       {3 * time.Second, 1}, // after the CLI is gone, and within the grace
		"never answered": {time.Hour, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, c := newProgram(t, "", webCloudWatch)
			c.Run("plan", "-out=planned")
			e.Fake.Inject(fakerum.Fault{Operation: fakerum.OpPutRumMetricsDestination, Delay: test.delay})
			cmd, _ := start(t, c, func() bool { return e.Fake.Count(fakerum.OpPutRumMetricsDestination) > 0 }, "apply", "planned")
			pids := plugins(t, cmd.Process.Pid)
			if len(pids) != 1 {
				t.Fatalf("got %d providers, want one", len(pids))
			}
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			terminated := time.Now()
			if err := syscall.Kill(pids[0], syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			acctest.Until(t, func() bool { return errors.Is(syscall.Kill(pids[0], 0), syscall.ESRCH) })
			if took := time.Since(terminated); took > 10*time.Second {
				t.Errorf("the provider took %s to end, want 5s and a few more on a busy machine", took)
			}
			if got := len(e.Account.Destinations(web)); got != test.done {
				t.Errorf("there are %d destinations, want %d", got, test.done)
			}
		})
	}
}

// A provider block as in the documentation of hashicorp/aws, with a chain of two
// roles, works. No log at any level holds a credential, a signature or a request
// body.
func TestRoleChainWorksAndItsLogHoldsNoSecrets(t *testing.T) {
	t.Parallel()
	e, c := newProgram(t, "", "")
	fake, account := e.Fake, e.Fake.In("222222222222", region)
	account.CreateMonitor(web)
	logs := filepath.Join(t.TempDir(), "log")
	for name, value := range map[string]string{
		"TF_LOG": "TRACE", "TF_LOG_PATH": logs, "AWS_ENDPOINT_URL": e.Endpoint,
		"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": fakerum.SecretKey, "AWS_SESSION_TOKEN": "the-first-session-token",
	} {
		c.Setenv(name, value)
	}
	configure := func(role string) {
		c.Configure(fmt.Sprintf(`
provider "rum" {
  region = %q
  assume_role {
    role_arn     = %q
    session_name = "SESSION_NAME"
    external_id  = "EXTERNAL_ID"
  }
  assume_role {
    role_arn     = %q
    session_name = "SESSION_NAME"
    external_id  = "SECOND_EXTERNAL_ID"
    tags         = { Team = "web" }
  }
}

resource "rum_metrics_destination" "test" {
  app_monitor_name = %q
  destination      = "Evidently"
  destination_arn  = "arn:aws:evidently:eu-west-1:111111111111:project/p/feature/f"
  iam_role_arn     = %q
}

data "rum_metrics_destinations" "all" {
  app_monitor_name = %q
  depends_on       = [rum_metrics_destination.test]
}
`, region, roleA, roleB, web, role, web))
	}

	// A create whose first try fails, an update, an import, a refused delete and a delete bring all calls into the log.
	configure(roleA)
	fake.Inject(fakerum.Fault{Operation: fakerum.OpPutRumMetricsDestination, Status: http.StatusServiceUnavailable, Times: 1})
	c.Run("apply", "-auto-approve")
	configure(roleB)
	c.Run("apply", "-auto-approve")
	if got := account.Destinations(web); len(got) != 1 || got[0].IAMRoleARN != roleB {
		t.Fatalf("the account of the last role has %v, want one destination with %s", got, roleB)
	}
	c.Run("state", "rm", "rum_metrics_destination.test")
	c.Run("import", "rum_metrics_destination.test", web)
	fake.Inject(fakerum.Fault{Operation: fakerum.OpDeleteRumMetricsDestination, Status: http.StatusForbidden, Code: "AccessDeniedException", Times: 1})
	if cmd, out := c.Command("destroy", "-auto-approve"); cmd.Run() == nil {
		t.Errorf("a destroy without permission succeeded, want it to fail:\n%s", out)
	}
	c.Run("destroy", "-auto-approve")
	if got := account.Destinations(web); len(got) != 0 {
		t.Errorf("the account of the last role has %v, want nothing", got)
	}

	text, err := os.ReadFile(logs)
	if err != nil {
		t.Fatal(err)
	}
	log := string(text)
	for _, there := range []string{
		"AWS call done", "AWS call failed", "AWS credentials found", fakerum.OpAssumeRole, fakerum.OpPutRumMetricsDestination,
		fakerum.OpListRumMetricsDestinations, fakerum.OpDeleteRumMetricsDestination, "AccessDeniedException",
	} {
		if !strings.Contains(log, there) {
			t.Errorf("the log does not hold %q, want it there", there)
		}
	}
	secrets := []string{fakerum.SecretKey, "the-first-session-token", "EXTERNAL_ID", "AWS4-HMAC-SHA256", "X-Amz-Security-Token"}
	for _, role := range fake.AssumedRoles() {
		secrets = append(secrets, role.SecretAccessKey, role.SessionToken)
	}
	for _, request := range fake.Requests() {
		_, signature, ok := strings.Cut(request.Header.Get("Authorization"), "Signature=")
		if !ok {
			t.Errorf("the request %s has no signature, want one", request.Operation)
		}
		secrets = append(secrets, signature)
		if request.Body != "" {
			secrets = append(secrets, request.Body)
		}
	}
	for _, secret := range secrets {
		if at := strings.Index(log, secret); at >= 0 {
			t.Errorf("the log holds %q, want no secret there: ...%s...", secret, log[max(0, at-300):min(len(log), at+300)])
		}
	}
}

// A provider block can refer to a resource that is not created yet.
func TestPlanWithUnknownProviderArgumentNamesIt(t *testing.T) {
	t.Parallel()
	c := acctest.NewCLI(t, nil)
	c.Configure(fmt.Sprintf(`
resource "terraform_data" "role" {
  input = %q
}

provider "rum" {
  region = %q
  assume_role {
    role_arn = terraform_data.role.output
  }
}
`, roleA, region) + webCloudWatch)
	acctest.WantOne(t, c.Diagnostics("plan"), "error", "Unknown provider argument", "assume_role[0].role_arn is known only after the apply")
}

// The CLI reads and drops what a provider logs, unless TF_LOG or TF_LOG_PROVIDER
// is set.
func TestProviderLogsOnlyWhatTheCLIShows(t *testing.T) {
	t.Parallel()
	const ofModule = `"@module"` // in every line of the provider; go-plugin's two lines at the start do not have it
	for name, test := range map[string]struct{ variable, level, want string }{
		"nothing is shown":      {"", "", ""},
		"TF_LOG=TRACE":          {"TF_LOG", "TRACE", ofModule},
		"TF_LOG_PROVIDER=DEBUG": {"TF_LOG_PROVIDER", "DEBUG", "ListRumMetricsDestinations"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, _ := newProgram(t, "", "") // builds the provider
			wrapped, logged := t.TempDir(), filepath.Join(t.TempDir(), "log")
			script := fmt.Sprintf("#!/bin/sh\nexec 2>>'%s'\nexec '%s' \"$@\"\n", logged, pluginPath())
			if err := os.WriteFile(filepath.Join(wrapped, "terraform-provider-rum"), []byte(script), 0o700); err != nil { //nolint:gosec // a program
				t.Fatal(err)
			}
			c := acctest.NewCLIWithBinary(t, wrapped)
			if test.variable != "" {
				c.Setenv(test.variable, test.level)
			}
			c.Configure(e.Config(webCloudWatch))
			c.Run("plan")
			log, err := os.ReadFile(logged)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(log), test.want) {
				t.Errorf("the provider logged\n%s\nwant %q in it", log, test.want)
			}
			if test.want == "" && strings.Contains(string(log), ofModule) {
				t.Errorf("the provider logged\n%s\nwant nothing", log)
			}
		})
	}
}
