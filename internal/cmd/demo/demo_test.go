//go:build unix

package main

import (
	"bytes"
	"context"
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
	t.Setenv("TF_WORKSPACE", "other")
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
	for _, noise := range []string{"development overrides are in effect", "Refreshing state", " \n", "\x1b"} {
		if strings.Contains(story, noise) {
			t.Errorf("got a story with %q, want it left out", noise)
		}
	}
	beginning, _, _ := strings.Cut(story, "BatchCreateRumMetricDefinitions")
	if n := strings.Count(beginning, "\n"); n > 40 {
		t.Errorf("got the first metric created in line %d, want it in line 40 at most", n)
	}
	if n := strings.Count(story, "\n"); n > 200 {
		t.Errorf("got a story of %d lines, want at most 200", n)
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
	step, _, ended := strings.Cut(step, "\n\n=== ")
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

func TestStepWithAnotherResultIsAnError(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		script string
		do     func(context.Context, *stage)
		want   string // in the error; "" for no error
	}{
		"as told": {
			"echo Plan: 1 to; echo add",
			func(ctx context.Context, s *stage) { s.run(ctx, "plan", "Plan: 1 to add") }, "",
		},
		"said something else": {
			"echo Plan: 1 to add",
			func(ctx context.Context, s *stage) { s.run(ctx, "plan", "Plan:", "No changes.") }, `terraform plan should say "No changes."`,
		},
		"failed": {
			"exit 3",
			func(ctx context.Context, s *stage) { s.run(ctx, "plan") }, "terraform plan ended with exit status 3",
		},
		"has less": {
			"", func(_ context.Context, s *stage) { s.holds("shop-web: JsErrorCount") }, "CloudWatch RUM should have:\n\nshop-web: JsErrorCount",
		},
		"nothing after an error": {
			"exit 3", func(ctx context.Context, s *stage) {
				s.fail(errors.New("first"))
				s.run(ctx, "plan")
				s.holds("shop-web: JsErrorCount")
			}, "first",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(io.Discard, examples, t.TempDir())
			s.cli, s.name = writeScript(t, c.script), "terraform"
			switch c.do(t.Context(), s); {
			case c.want == "" && s.err != nil:
				t.Errorf("got the error %s, want none", s.err)
			case c.want != "" && (s.err == nil || !strings.Contains(s.err.Error(), c.want)):
				t.Errorf("got the error %v, want one with %q", s.err, c.want)
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
