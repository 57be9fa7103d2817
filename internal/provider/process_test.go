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
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// The tests of this file run the provider as a user has it: a binary that the
// CLI starts, and that can be killed, as the CLI can.

// pluginDir is where buildPlugin has put the provider.
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
	_ = os.RemoveAll(pluginDir) // nothing, if no test needed it
	os.Exit(code)
}

// cli is the CLI under test in a directory of its own.
type cli struct {
	t            *testing.T
	path, plugin string
	dir          string
	env          []string
}

func newCLI(t *testing.T) *cli {
	t.Helper()
	path := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if path == "" {
		var err error
		if path, err = exec.LookPath("terraform"); err != nil {
			t.Fatalf("%s: set TF_ACC_TERRAFORM_PATH to the CLI to test with, as make test does", err)
		}
	}
	if err := buildPlugin(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	c := &cli{
		t: t, path: path, plugin: filepath.Join(pluginDir, "terraform-provider-rum"), dir: dir,
		env: []string{
			"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + os.TempDir(), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1",
			"AWS_EC2_METADATA_DISABLED=true",
		},
	}
	c.override(pluginDir)
	return c
}

// override has the CLI take the provider from a directory.
func (c *cli) override(plugins string) {
	c.t.Helper()
	rc := write(c.t, "rc", fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n  }\n  direct {}\n}\n", acctest.Source, plugins))
	c.env = append(c.env, "TF_CLI_CONFIG_FILE="+rc)
}

func (c *cli) configure(format string, args ...any) {
	c.t.Helper()
	config := fmt.Sprintf("terraform {\n  required_providers {\n    rum = { source = %q }\n  }\n}\n", acctest.Source) + fmt.Sprintf(format, args...)
	if err := os.WriteFile(filepath.Join(c.dir, "main.tf"), []byte(config), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// command is a command that is not started yet, and what it will have printed.
func (c *cli) command(args ...string) (cmd *exec.Cmd, out *bytes.Buffer) {
	cmd, out = exec.CommandContext(c.t.Context(), c.path, args...), new(bytes.Buffer)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = c.dir, c.env, out, out
	return cmd, out
}

// run runs a command that has to succeed.
func (c *cli) run(args ...string) string {
	c.t.Helper()
	cmd, out := c.command(args...)
	if err := cmd.Run(); err != nil {
		c.t.Fatalf("%v: %s\n%s", args, err, out)
	}
	return out.String()
}

// fail runs a command that has to fail, and returns what it prints as one line.
func (c *cli) fail(args ...string) string {
	c.t.Helper()
	cmd, out := c.command(append(args, "-no-color")...)
	if err := cmd.Run(); err == nil {
		c.t.Fatalf("%v succeeds:\n%s", args, out)
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(out.String(), "│", " ")), " ")
}

// plugins are the processes of the provider that a CLI has started.
func (c *cli) plugins(parent int) (pids []int) {
	c.t.Helper()
	out, err := exec.CommandContext(c.t.Context(), "ps", "-A", "-o", "pid=,ppid=,args=").Output()
	if err != nil {
		c.t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if len(fields) < 3 || fields[1] != strconv.Itoa(parent) || fields[2] != c.plugin {
			continue
		}
		pid, err := strconv.Atoi(fields[0])
		if err != nil {
			c.t.Fatal(err)
		}
		pids = append(pids, pid)
	}
	return pids
}

// block is the provider block for a fake, with more arguments.
func blockFor(url, more string) string {
	return fmt.Sprintf("provider \"rum\" {\n  region = %q\n  access_key = \"AKID\"\n  secret_key = %q\n  endpoints {\n    rum = %q\n    sts = %q\n  }\n%s\n}\n",
		region, fakerum.SecretKey, url, url, more)
}

// A provider or a CLI that is killed in the middle of an apply: the next apply
// makes it whole, and destroys all in the end.
func TestKill(t *testing.T) {
	t.Parallel()
	const destinations = 50
	for victim, kill := range map[string]func(c *cli, parent *os.Process){
		"CLI": func(c *cli, parent *os.Process) {
			plugins := c.plugins(parent.Pid)
			if err := parent.Kill(); err != nil {
				c.t.Error(err)
			}
			c.t.Cleanup(func() { // a plugin outlives a CLI that is killed
				for _, pid := range plugins {
					_ = syscall.Kill(pid, syscall.SIGKILL)
				}
			})
		},
		"provider": func(c *cli, parent *os.Process) {
			plugins := c.plugins(parent.Pid)
			if len(plugins) == 0 {
				c.t.Error("there is no process of the provider")
			}
			for _, pid := range plugins {
				if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
					c.t.Error(err)
				}
			}
		},
	} {
		t.Run(victim, func(t *testing.T) {
			t.Parallel()
			fake, url := newFake(t)
			account := fake.In("AKID", region)
			c := newCLI(t)
			c.configure("%s", blockFor(url, "")+fmt.Sprintf(`
resource "rum_metrics_destination" "test" {
  count            = %d
  app_monitor_name = %q
  destination      = "Evidently"
  destination_arn  = "arn:aws:evidently:eu-west-1:111111111111:project/p/feature/${count.index}"
  iam_role_arn     = %q
}`, destinations, web, roleA))

			// Done, but not told of for a while: what is under way when the blow falls is in no state.
			slow := fake.Inject(fakerum.Fault{Operation: fakerum.OpPutRumMetricsDestination, Delay: 200 * time.Millisecond, AfterWork: true})
			cmd, out := c.command("apply", "-auto-approve")
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			acctest.Until(t, func() bool { return len(account.Destinations(web)) >= destinations/2 })
			kill(c, cmd.Process)
			if err := cmd.Wait(); err == nil {
				t.Fatalf("the apply succeeded:\n%s", out)
			}
			slow()
			state, err := os.ReadFile(filepath.Join(c.dir, "terraform.tfstate"))
			if err != nil && !errors.Is(err, os.ErrNotExist) { // a CLI may write it but at the end
				t.Fatal(err)
			}
			done, known := len(account.Destinations(web)), bytes.Count(state, []byte(`"index_key"`))
			t.Logf("%d of %d were done, and %d of them in state", done, destinations, known)
			if done == destinations || known == done {
				t.Error("it was not in the middle")
			}

			c.run("apply", "-auto-approve")
			if got := len(account.Destinations(web)); got != destinations {
				t.Errorf("after the next apply there are %d destinations, want %d", got, destinations)
			}
			c.run("plan", "-detailed-exitcode")
			c.run("destroy", "-auto-approve")
			if got := len(account.Destinations(web)); got != 0 {
				t.Errorf("after the destroy there are %d destinations", got)
			}
		})
	}
}

// An interrupt ends every wait: the CLI is gone within a second or two, on a busy
// machine a few more, and the waits are a minute and longer. (Of the plan that an
// apply begins with, CLIs do not tell the provider that it is to end: hence the
// planned one.)
func TestInterrupt(t *testing.T) {
	t.Parallel()
	throttled := func(operation string) fakerum.Fault {
		return fakerum.Fault{Operation: operation, Status: http.StatusTooManyRequests, Code: "ThrottlingException", RetryAfter: "60"}
	}
	role := fmt.Sprintf("  assume_role {\n    role_arn = %q\n  }\n", roleA)
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
		"waiting to read back":   {"", applying, throttled(fakerum.OpListRumMetricsDestinations)},
		"waiting for a role":     {role, applying, throttled(fakerum.OpAssumeRole)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake, url := newFake(t)
			c := newCLI(t)
			c.configure("%sresource \"rum_metrics_destination\" \"test\" {\n  app_monitor_name = %q\n  destination = \"CloudWatch\"\n}\n", blockFor(url, test.block), web)
			if test.command[0] == "plan" {
				c.run("apply", "-auto-approve")
			} else {
				c.run("plan", "-out=planned")
			}
			fake.ForgetRequests()
			fake.Inject(test.fault)
			cmd, out := c.command(test.command...)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			acctest.Until(t, func() bool { return fake.Count(test.fault.Operation) > 0 })
			time.Sleep(300 * time.Millisecond) // for the answer to arrive, and the wait to begin
			start := time.Now()
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			err := cmd.Wait()
			took := time.Since(start)
			t.Logf("%s", took)
			if exit := new(exec.ExitError); !errors.As(err, &exit) || exit.ExitCode() != 1 {
				t.Errorf("ended with %v\n%s", err, out)
			}
			if took > 10*time.Second {
				t.Errorf("took %s\n%s", took, out)
			}
		})
	}
}

// A block as the docs of hashicorp/aws have it, with a chain of two roles: it
// works, and whatever it does, no log at any level has anything to sign with,
// nor what was sent.
func TestChainAndItsLogs(t *testing.T) {
	t.Parallel()
	fake, url := newFake(t)
	account := fake.In("222222222222", region)
	c := newCLI(t)
	logs := filepath.Join(t.TempDir(), "log")
	c.env = append(c.env, "TF_LOG=TRACE", "TF_LOG_PATH="+logs,
		"AWS_ACCESS_KEY_ID=AKID", "AWS_SECRET_ACCESS_KEY="+fakerum.SecretKey, "AWS_SESSION_TOKEN=the-first-session-token",
		"AWS_ENDPOINT_URL="+url)
	configure := func(role string) {
		c.configure(`
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
`, region, roleA, roleB, web, role, web)
	}

	configure(roleA)
	fake.Inject(fakerum.Fault{Operation: fakerum.OpPutRumMetricsDestination, Status: http.StatusServiceUnavailable, Times: 1})
	c.run("apply", "-auto-approve")
	if got := account.Destinations(web); len(got) != 1 || got[0].IAMRoleARN != roleA {
		t.Fatalf("the account of the last role has %v", got)
	}
	configure(roleB)
	c.run("apply", "-auto-approve")
	if got := account.Destinations(web); len(got) != 1 || got[0].IAMRoleARN != roleB {
		t.Fatalf("the account of the last role has %v", got)
	}
	c.run("state", "rm", "rum_metrics_destination.test")
	c.run("import", "rum_metrics_destination.test", web)
	fake.Inject(fakerum.Fault{Operation: fakerum.OpDeleteRumMetricsDestination, Status: http.StatusForbidden, Code: "AccessDeniedException", Times: 1})
	c.fail("destroy", "-auto-approve")
	c.run("destroy", "-auto-approve")
	if got := account.Destinations(web); len(got) != 0 {
		t.Errorf("the account of the last role has %v", got)
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
			t.Errorf("not in the log: %s", there)
		}
	}
	secrets := []string{fakerum.SecretKey, "the-first-session-token", "EXTERNAL_ID", "AWS4-HMAC-SHA256", "X-Amz-Security-Token"}
	for _, role := range fake.AssumedRoles() {
		secrets = append(secrets, role.SecretAccessKey, role.SessionToken)
	}
	for _, request := range fake.Requests() {
		_, signature, ok := strings.Cut(request.Header.Get("Authorization"), "Signature=")
		if !ok {
			t.Errorf("%s was not signed", request.Operation)
		}
		secrets = append(secrets, signature)
		if request.Body != "" {
			secrets = append(secrets, request.Body)
		}
	}
	for _, secret := range secrets {
		if at := strings.Index(log, secret); at >= 0 {
			t.Errorf("in the log: %s: ...%s...", secret, log[max(0, at-300):min(len(log), at+300)])
		}
	}
}

// An argument of the block that is made in the same run.
func TestUnknownArgumentThroughCLI(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.configure(`
resource "terraform_data" "role" {
  input = %q
}

provider "rum" {
  region = %q
  assume_role {
    role_arn = terraform_data.role.output
  }
}

resource "rum_metrics_destination" "test" {
  app_monitor_name = %q
  destination      = "CloudWatch"
}
`, roleA, region, web)
	got := c.fail("plan")
	for _, text := range []string{"Unknown provider argument", "assume_role[0].role_arn depends on something that is not known until it is applied"} {
		if !strings.Contains(got, text) {
			t.Errorf("does not say %q: %s", text, got)
		}
	}
}

// The provider writes a log if the CLI was asked to show it, and none that the
// CLI would only throw away.
func TestLogOnDemand(t *testing.T) {
	t.Parallel()
	_, url := newFake(t)
	const ofModule = `"@module"` // go-plugin's two lines at the start are of none
	for asked, wanted := range map[string]string{
		"":                      "",
		"TF_LOG=TRACE":          ofModule,
		"TF_LOG_PROVIDER=DEBUG": "ListRumMetricsDestinations",
	} {
		t.Run(asked, func(t *testing.T) {
			t.Parallel()
			cli := newCLI(t)
			wrapped, logged := t.TempDir(), filepath.Join(t.TempDir(), "log")
			script := fmt.Sprintf("#!/bin/sh\nexec 2>>'%s'\nexec '%s' \"$@\"\n", logged, cli.plugin)
			if err := os.WriteFile(filepath.Join(wrapped, "terraform-provider-rum"), []byte(script), 0o700); err != nil { //nolint:gosec // a program
				t.Fatal(err)
			}
			cli.override(wrapped)
			cli.env = append(cli.env, asked)
			cli.configure("%sresource \"rum_metrics_destination\" \"web\" {\n  app_monitor_name = %q\n  destination = \"CloudWatch\"\n}\n", blockFor(url, ""), web)
			cli.run("plan")
			log, err := os.ReadFile(logged)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(log), wanted) || wanted == "" && strings.Contains(string(log), ofModule) {
				t.Errorf("wanted %q in the log, which is:\n%s", wanted, log)
			}
		})
	}
}
