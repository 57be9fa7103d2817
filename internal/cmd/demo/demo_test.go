//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

const examples = "../../../examples/demo"

// asDemo is the environment variable that makes this test program the demo.
const asDemo = "RUM_TEST_AS_DEMO"

func TestMain(m *testing.M) {
	if os.Getenv(asDemo) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestStoryIsToldWhateverTheCallersSettings(t *testing.T) {
	cli := acctest.CLIPath(t)
	// Each of these settings would break the demo.
	t.Setenv("TF_CLI_ARGS_plan", "-destroy")
	t.Setenv("TF_VAR_experiments", "{}")
	t.Setenv("AWS_PROFILE", "nobody")
	t.Setenv("AWS_SESSION_TOKEN", "")
	t.Setenv("GOOS", "plan9")
	t.Setenv("GOARCH", "amd64")
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)

	var told bytes.Buffer
	if err := run(t.Context(), []string{"-cli", cli, "-dir", examples}, &told, io.Discard); err != nil {
		t.Fatalf("%s\n%s", err, &told)
	}
	story := told.String()
	for _, sentence := range []string{
		"apply -auto-approve\n",
		"  Plan: 4 to add, 0 to change, 0 to destroy.\n",
		"  checkout-web   Evidently     summer-banner   marketing                        (somebody else's)\n",
		"  checkout-web   CloudWatch                                       JsErrorCount\n",
		"  No changes. Your infrastructure matches the configuration.\n",
		`  # rum_metrics_destination.experiment["new-basket"] will be updated in-place` + "\n",
		`                        -> "arn:aws:iam::111122223333:role/rum-to-evidently"` + "\n",
		"  Warning: RUM metrics destination exists already\n",
		`import 'rum_metrics_destination.cloudwatch["blog"]' blog-web,CloudWatch@eu-west-1` + "\n",
		`      ~ app_monitor_name = "shop-web" -> "shop-web-2" # forces replacement` + "\n",
		"  - " + `  destination      = "CloudWatch"` + "\n  + " + `  destination      = "Cloudwatch"` + "\n",
		"  API calls: none\n",
		"  Destroy complete! Resources: 10 destroyed.\n",
		"\nEvery step did what it should.",
	} {
		if !strings.Contains(story, sentence) {
			t.Errorf("got a story without %q, want it once or more", sentence)
		}
	}
	for _, once := range []string{"Warning: CloudWatch Evidently", "Warning: RUM metrics destination exists already"} {
		if n := strings.Count(story, once); n != 1 {
			t.Errorf("got %q %d times, want it once", once, n)
		}
	}
	for _, noise := range []string{"development overrides are in effect", "Refreshing state", "similar warning", " \n", "\x1b"} {
		if strings.Contains(story, noise) {
			t.Errorf("got a story with %q, want it left out", noise)
		}
	}
	for line := range strings.Lines(story) {
		if len(line) > 101 {
			t.Errorf("got a line of %d bytes, want at most 100: %s", len(line)-1, line)
		}
	}
	expectInReadme(t, story)
	if t.Failed() {
		t.Log(story)
	}
	expectEmpty(t, temp)
}

// expectInReadme fails the test unless the README shows the silent step exactly as
// the demo prints it with Terraform.
func expectInReadme(t *testing.T, story string) {
	t.Helper()
	_, step, found := strings.Cut(story, ". "+silentStep+" ===\n\n")
	step, _, ended := strings.Cut(step, "\n\n\n=== ")
	if !found || !ended {
		t.Fatalf("got a story without the step %q before another one, want it there", silentStep)
	}
	step = strings.ReplaceAll(step, "\n$ tofu ", "\n$ terraform ")
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if want := "```text\n" + step + "\n```\n"; !strings.Contains(string(readme), want) {
		t.Errorf("got a README without the step as the demo prints it, want in it:\n%s", want)
	}
}

func TestDifferenceMarksOnlyChangedLines(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ before, after, want string }{
		"added":    {"a", "a\n\nb", "    a\n  +\n  + b\n"},
		"removed":  {"a\n\nb", "a", "    a\n  -\n  - b\n"},
		"replaced": {"a\nb\nc", "a\nx\nc", "    a\n  - b\n  + x\n    c\n"},
		"repeated": {"a\n" + "a", "a\n" + "a\n" + "a", "    a\n" + "    a\n" + "  + a\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := difference(c.before, c.after); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestStepWithAnotherResultIsAnError(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		script string
		step   step
		want   string // in the error; "" for no error
	}{
		"as told": {
			script: "echo Plan: 1 to; echo add", step: step{do: []action{command{args: "plan", says: []string{"Plan: 1 to add"}}}},
		},
		"said something else": {
			script: "echo Plan: 1 to add", step: step{do: []action{command{args: "plan", says: []string{"Plan:", "No changes."}}}},
			want: `terraform plan should say "No changes."`,
		},
		"failed": {
			script: "exit 3", step: step{do: []action{command{args: "plan"}}},
			want: "terraform plan ended with exit status 3",
		},
		"did not fail": {
			step: step{do: []action{command{args: "plan", fails: true}}},
			want: "terraform plan ended with",
		},
		"changed nothing": {
			step: step{do: []action{command{args: "apply", writes: "1 PutRumMetricsDestination"}}},
			want: `should change things by "1 PutRumMetricsDestination", not by ""`,
		},
		"holds less": {
			step: step{holds: []entry{checkout}},
			want: "CloudWatch RUM should hold:\n\n" + table([]entry{checkout, foreign}),
		},
		"lost what is somebody else's": {
			step: step{do: []action{meanwhile{"", func(a *fakerum.Account) { a.DeleteMonitor(foreign.monitor) }}}},
			want: "CloudWatch RUM should hold:\n\n" + table([]entry{foreign}),
		},
		"no such line": {
			step: step{do: []action{edit{"main.tf", "two", "three"}}},
			want: "main.tf should have this once, and has it 0 times:\n\ntwo",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(io.Discard, t.TempDir(), fakerum.New(), "")
			s.cli, s.name = writeScript(t, c.script), "terraform"
			s.account.CreateMonitor(foreign.monitor)
			s.account.PutDestination(foreign.monitor, foreign.Destination)
			if err := os.Mkdir(s.work, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(s.work, "main.tf"), []byte("one\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			switch err := s.play(t.Context(), c.step); {
			case c.want == "" && err != nil:
				t.Errorf("got the error %s, want none", err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("got the error %v, want one with %q", err, c.want)
			}
		})
	}
}

// The CLI of this test ignores signals. It must end with the demo all the same, and so
// must the process that it starts.
func TestInterruptedDemoLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	for name, send := range map[string]func(pid int) error{
		"Ctrl-C":      func(pid int) error { return syscall.Kill(-pid, syscall.SIGINT) }, // the terminal's process group
		"termination": func(pid int) error { return syscall.Kill(pid, syscall.SIGTERM) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			temp, started := t.TempDir(), filepath.Join(t.TempDir(), "pid")
			cli := writeScript(t, fmt.Sprintf(`[ "$1" = version ] && { echo Terraform v1; exit; }
trap '' INT TERM HUP
mktemp >/dev/null
sleep 600 &
echo $$ >%[1]s.new && mv %[1]s.new %[1]s
wait`, started))
			// A process that is left behind keeps the pipe open.
			alive, held, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer alive.Close()

			cmd := exec.CommandContext(t.Context(), os.Args[0], "-cli", cli, "-dir", examples)
			cmd.Env = append(os.Environ(), asDemo+"=1", "TMPDIR="+temp)
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			cmd.ExtraFiles = []*os.File{held}
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			held.Close()
			ended := make(chan error, 1)
			go func() { ended <- cmd.Wait() }()
			group := awaitPID(t, started, ended)
			t.Cleanup(func() { _ = syscall.Kill(-group, syscall.SIGKILL) }) // for a test that fails

			if err := send(cmd.Process.Pid); err != nil {
				t.Fatal(err)
			}
			if err := alive.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
				t.Fatal(err)
			}
			if _, err := alive.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
				t.Fatalf("got %v from the pipe, want EOF once no process is left", err)
			}
			var exit *exec.ExitError
			if err := <-ended; !errors.As(err, &exit) || exit.ExitCode() != 130 || !strings.Contains(stderr.String(), "Nothing of it is left behind.") {
				t.Errorf("got %v and %q, want status 130 and the message that nothing is left", err, &stderr)
			}
			expectEmpty(t, temp)
		})
	}
}

// awaitPID waits until the CLI has written its process ID, and returns the ID. It fails
// the test if the demo ends first.
func awaitPID(t *testing.T, path string, ended <-chan error) int {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			t.Fatalf("got the end of the demo (%v), want a CLI to interrupt first", err)
		case <-tick.C:
			content, err := os.ReadFile(path)
			if err != nil {
				continue
			}
			pid, err := strconv.Atoi(strings.TrimSpace(string(content)))
			if err != nil {
				t.Fatal(err)
			}
			return pid
		}
	}
}

func writeScript(t *testing.T, script string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "cli")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func expectEmpty(t *testing.T, folder string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) > 0 {
		t.Errorf("got %v left behind, want nothing", entries)
	}
}
