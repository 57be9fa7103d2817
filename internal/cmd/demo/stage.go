//go:build unix

package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/cleanenv"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// stage has what the story needs: a folder with the configuration, a CLI that runs there
// with the provider of this module, and CloudWatch RUM. Its methods print what they do.
// After the first error they do nothing.
type stage struct {
	out      io.Writer
	examples string // has the files of the configuration
	folder   string // has all that the demo writes: the configuration, the state, the provider
	env      []string
	cli      string // path of the CLI
	name     string // terraform or tofu
	service  *fakerum.Service
	account  *fakerum.Account

	steps int
	err   error
}

const accessKeyID, region = "demo", "eu-west-1"

// newStage returns a stage that still needs setUp.
func newStage(out io.Writer, examples, folder string) *stage {
	service := fakerum.New()
	return &stage{out: out, examples: examples, folder: folder, service: service, account: service.In(accessKeyID, region)}
}

// setUp finds the CLI and builds the provider.
func (s *stage) setUp(ctx context.Context, cli, endpoint string) error {
	path, err := exec.LookPath(cli)
	if err != nil {
		return fmt.Errorf("there is no Terraform or OpenTofu at %q: %w", cli, err)
	}
	if s.cli, err = filepath.Abs(path); err != nil {
		return err
	}
	programs := filepath.Join(s.folder, "programs")
	// A CLI wants a program for every provider in the state. A moved block makes it call
	// only the new one, so the same program does for hashicorp/aws.
	env, err := cleanenv.CLI(s.folder, map[string]string{"terraform-provider-rum/rum": programs, "hashicorp/aws": programs})
	if err != nil {
		return err
	}
	s.env = slices.Concat(env, []string{
		"TMPDIR=" + s.folder, "TF_CLI_ARGS=-no-color", "AWS_ENDPOINT_URL_RUM=" + endpoint,
		"AWS_ACCESS_KEY_ID=" + accessKeyID, "AWS_SECRET_ACCESS_KEY=" + fakerum.SecretKey, "AWS_REGION=" + region,
	})
	output, err := s.process(ctx, s.cli, "version").CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s does not work: %w\n%s", s.cli, err, output)
	}
	version, _, _ := strings.Cut(string(output), "\n")
	s.name = "terraform"
	if strings.HasPrefix(version, "OpenTofu") {
		s.name = "tofu"
	}
	s.printf("%s and the provider of this repository, on a CloudWatch RUM that this demo serves\n"+
		"itself. There is no AWS account, and of what the CLI prints you see what matters.\n\n"+
		"Building the provider. The first time, this takes a minute or two.\n", version)

	build := s.process(ctx, "go", "build", "-trimpath", "-o", programs+"/", "github.com/terraform-provider-rum/terraform-provider-rum")
	build.Dir = ""                                                                            // that of the demo, in this module
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=", "GOARCH=", "TMPDIR="+s.folder) // for this machine
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("the provider does not build: %w\n%s", err, output)
	}
	return os.Link(filepath.Join(programs, "terraform-provider-rum"), filepath.Join(programs, "terraform-provider-aws"))
}

// process returns a command in the environment of the stage. The command gets a process
// group, so that Ctrl-C in a terminal reaches only the demo. When ctx ends, the whole
// group is killed. It loses nothing, because all it changes is in the folder or in this
// process.
func (s *stage) process(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = s.folder, s.env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	return cmd
}

func (s *stage) printf(format string, args ...any) { fmt.Fprintf(s.out, format, args...) }

func (s *stage) fail(err error) {
	if s.err == nil && err != nil {
		s.err = fmt.Errorf("in step %d, %w", s.steps, err)
	}
}

// step begins a step of the story.
func (s *stage) step(title, text string) {
	if s.err == nil {
		s.steps++
		s.printf("\n=== %d. %s ===\n\n%s\n", s.steps, title, text)
	}
}

// write takes a file of the configuration from the examples. replace has texts to replace
// in it, each followed by what replaces it.
func (s *stage) write(name string, replace ...string) {
	if s.err != nil {
		return
	}
	example, err := os.ReadFile(filepath.Join(s.examples, name))
	if err != nil {
		s.fail(err)
		return
	}
	content := strings.NewReplacer(replace...).Replace(string(example))
	s.printf("\n%s:\n%s", name, indent(content))
	s.fail(os.WriteFile(filepath.Join(s.folder, name), []byte(content), 0o600))
}

// remove removes a file of the configuration.
func (s *stage) remove(name string) {
	if s.err == nil {
		s.printf("\n$ rm %s\n", name)
		s.fail(os.Remove(filepath.Join(s.folder, name)))
	}
}

// meanwhile makes a change that others make.
func (s *stage) meanwhile(tells string, change func()) {
	if s.err == nil {
		s.printf("\n%s\n", tells)
		change()
	}
}

// run runs a command of the CLI. The command must succeed, and its output must have the
// texts in says, however the CLI breaks them into lines.
func (s *stage) run(ctx context.Context, args string, says ...string) {
	if s.err != nil {
		return
	}
	s.printf("\n$ %s %s\n\n", s.name, args)
	s.service.ForgetRequests()
	output, err := s.process(ctx, s.cli, strings.Fields(args)...).CombinedOutput()
	if ctx.Err() != nil {
		s.fail(ctx.Err())
		return
	}
	s.printf("%s", indent(relevant(string(output))+"API calls: "+calls(s.service.Requests())))

	var problem string
	said := strings.Join(strings.Fields(string(output)), " ")
	if missing := slices.IndexFunc(says, func(text string) bool { return !strings.Contains(said, text) }); missing >= 0 {
		problem = fmt.Sprintf("should say %q", says[missing])
	}
	if err != nil {
		problem = fmt.Sprintf("ended with %v", err)
	}
	if problem != "" {
		s.printf("\nAll that it printed:\n\n%s", output)
		s.fail(fmt.Errorf("%s %s %s", s.name, args, problem))
	}
}

// holds shows the metrics that CloudWatch RUM has, and fails unless they are those in
// want, in the order of the alphabet.
func (s *stage) holds(want ...string) {
	if s.err != nil {
		return
	}
	var metrics []string
	for _, monitor := range s.account.Monitors() {
		for _, d := range s.account.Destinations(monitor) {
			for _, m := range s.account.Definitions(monitor, d.Destination, d.DestinationARN) {
				by := strings.Join(slices.Sorted(maps.Values(m.DimensionKeys)), " and ")
				metrics = append(metrics, strings.TrimSuffix(fmt.Sprintf("%s: %s by %s", monitor, m.Name, by), " by "))
			}
		}
	}
	slices.Sort(metrics)
	s.printf("\nCloudWatch RUM now has the metrics:\n\n%s", indent(strings.Join(metrics, "\n")))
	if !slices.Equal(metrics, want) {
		s.fail(fmt.Errorf("CloudWatch RUM should have:\n\n%s", strings.Join(want, "\n")))
	}
}

// calls counts requests: those that change something by their operations, and then the
// reads.
func calls(requests []fakerum.Request) string {
	reads, writes := 0, map[string]int{}
	for _, r := range requests {
		if readOperation.MatchString(r.Operation) {
			reads++
		} else {
			writes[r.Operation]++
		}
	}
	var all []string
	for _, operation := range slices.Sorted(maps.Keys(writes)) {
		all = append(all, fmt.Sprintf("%d %s", writes[operation], operation))
	}
	return strings.Join(append(all, fmt.Sprintf("%d reads", reads)), ", ")
}

var (
	readOperation = regexp.MustCompile(`^(List|Get|BatchGet)`)
	matters       = regexp.MustCompile(`^(  # |      ~ |Plan: |No changes\.|(Apply|Destroy) complete!)`)
	diagnostic    = regexp.MustCompile(`^(Warning|Error): `)
	overrides     = "Warning: Provider development overrides are in effect" // the intro says it
)

// relevant returns the part of a command's output that the story shows: the resources
// that change, their changed arguments, the result, and diagnostics.
func relevant(output string) string {
	var lines []string
	inDiagnostic := false
	leave := func() {
		if inDiagnostic {
			lines = append(lines, "")
		}
		inDiagnostic = false
	}
	for line := range strings.SplitSeq(output, "\n") {
		switch {
		case line == overrides:
			leave()
		case diagnostic.MatchString(line):
			lines = append(lines, "", line)
			inDiagnostic = true
		case matters.MatchString(line):
			leave()
			lines = append(lines, strings.TrimPrefix(line, "  "))
		case inDiagnostic:
			lines = append(lines, line)
		}
	}
	leave()
	lines = slices.CompactFunc(lines, func(a, b string) bool { return a == "" && b == "" })
	return strings.TrimLeft(strings.Join(lines, "\n"), "\n") + "\n"
}

func indent(text string) string {
	return strings.ReplaceAll("  "+strings.ReplaceAll(strings.Trim(text, "\n"), "\n", "\n  "), "\n  \n", "\n\n") + "\n"
}
