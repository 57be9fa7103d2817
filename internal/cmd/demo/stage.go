//go:build unix

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// stage has what the story needs: a folder with the configuration, a CLI that runs there
// with the provider of this module, and CloudWatch RUM.
type stage struct {
	out     io.Writer
	folder  string // temporary; the demo writes nothing outside of it
	work    string // in folder, for the configuration and the state
	env     []string
	cli     string // path of the CLI
	name    string // terraform or tofu
	service *fakerum.Service
	account *fakerum.Account

	warned map[string]bool // the first lines of the warnings that were shown
	shown  []entry         // shown last
}

// newStage returns a stage that still needs setUp. Its environment has no setting of the
// caller for Terraform and AWS.
func newStage(out io.Writer, folder string, service *fakerum.Service, endpoint string) *stage {
	const accessKeyID, region = "demo", "eu-west-1"
	s := &stage{
		out:     out,
		folder:  folder,
		work:    filepath.Join(folder, "demo"),
		service: service,
		account: service.In(accessKeyID, region),
		warned:  map[string]bool{"Warning: Provider development overrides are in effect": true}, // the intro says it
	}
	s.env = slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "TF_") || strings.HasPrefix(variable, "AWS_")
	})
	s.env = append(s.env,
		"TMPDIR="+folder,
		"TF_CLI_CONFIG_FILE="+s.cliConfig(),
		"TF_CLI_ARGS=-no-color",
		"TF_INPUT=0",
		"TF_IN_AUTOMATION=1", // fewer hints at what to type next
		"CHECKPOINT_DISABLE=1",
		"AWS_CONFIG_FILE="+os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE="+os.DevNull,
		"AWS_EC2_METADATA_DISABLED=true",
		"AWS_ENDPOINT_URL_RUM="+endpoint,
		"AWS_ACCESS_KEY_ID="+accessKeyID,
		"AWS_SECRET_ACCESS_KEY="+fakerum.SecretKey,
		"AWS_REGION="+region,
	)
	return s
}

func (s *stage) cliConfig() string { return filepath.Join(s.folder, "cli.tfrc") }

const intro = `%s and the provider of this repository, at work on a CloudWatch RUM that
this demo serves itself: there is no AWS account, and your own settings are not used.

The CLI takes the provider straight from the build (dev_overrides), so there is nothing
to init. Of what it prints you see what matters, and each warning once.

`

// setUp finds the CLI, builds the provider and copies the configuration in dir. It returns
// the first error.
func (s *stage) setUp(ctx context.Context, cli, dir string) error {
	if err := os.Mkdir(s.work, 0o700); err != nil {
		return err
	}
	overrides := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"terraform-provider-rum/rum\" = %q\n  }\n}\n", s.folder)
	if err := os.WriteFile(s.cliConfig(), []byte(overrides), 0o600); err != nil {
		return err
	}
	version, err := s.find(ctx, cli)
	if err != nil {
		return err
	}
	s.printf(intro, version)
	if err := s.build(ctx); err != nil {
		return err
	}
	s.printf("\nThe configuration is a copy of %s:\n", dir)
	for _, name := range []string{"variables.tf", "main.tf", "terraform.tfvars"} {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(s.work, name), content, 0o600); err != nil {
			return err
		}
		if name != "variables.tf" { // the other two show its content
			s.printf("\n%s\n\n%s", name, indent(string(content)))
		}
	}
	return nil
}

// find finds the CLI, and returns the first line that its command version prints.
func (s *stage) find(ctx context.Context, cli string) (version string, err error) {
	path, err := exec.LookPath(cli)
	if err != nil {
		return "", fmt.Errorf("there is no Terraform or OpenTofu at %q: %w", cli, err)
	}
	if s.cli, err = filepath.Abs(path); err != nil {
		return "", err
	}
	output, err := s.process(ctx, s.cli, "version").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s does not work: %w\n%s", s.cli, err, output)
	}
	version, _, _ = strings.Cut(string(output), "\n")
	s.name = "terraform"
	if strings.HasPrefix(version, "OpenTofu") {
		s.name = "tofu"
	}
	return version, nil
}

// build builds the provider.
func (s *stage) build(ctx context.Context) error {
	cmd := s.process(ctx, "go", "build", "-trimpath", "-o", filepath.Join(s.folder, "terraform-provider-rum"),
		"github.com/terraform-provider-rum/terraform-provider-rum")
	cmd.Dir = ""                                                                  // that of the demo, in this module
	cmd.Env = slices.Concat(s.env, []string{"CGO_ENABLED=0", "GOOS=", "GOARCH="}) // for this machine
	s.printf("Building the provider. The first time, this takes a minute or two.\n")
	start, built := time.Now(), make(chan error)
	var output []byte
	go func() {
		var err error
		output, err = cmd.CombinedOutput()
		built <- err
	}()
	tick := time.NewTicker(10 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			s.printf("  %.0fs ...\n", time.Since(start).Seconds())
		case err := <-built:
			if err != nil {
				return fmt.Errorf("the provider does not build: %w\n%s", err, output)
			}
			return nil
		}
	}
}

// process returns a command in the environment of the stage. The command gets a process
// group, so that Ctrl-C in a terminal reaches only the demo. When ctx ends, the whole
// group is killed. It loses nothing, because all it changes is in the folder or in this
// process.
func (s *stage) process(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = s.work, s.env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	return cmd
}
