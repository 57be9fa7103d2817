package acctest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/provider"
)

// Source is the address of the provider under test in the configurations of a
// CLI.
const Source = "registry.terraform.io/terraform-provider-rum/rum"

// CLI runs the commands of a CLI in a directory of its own. Use it for what the
// steps of Env.Run cannot do: to look at warnings and files, to replace, or to
// interrupt. Its commands see nothing of the environment of the test.
type CLI struct {
	// Dir holds the configuration and the state.
	Dir string

	t           *testing.T
	path        string
	environment []string
	providers   map[string]func() tfprotov6.ProviderServer // by the full addresses of their sources
}

// CLI returns a CLI that has the provider under test.
func (e *Env) CLI(t *testing.T) *CLI {
	t.Helper()
	return NewCLI(t, nil)
}

// NewCLI returns a CLI that has the provider under test, for a test that needs
// no service. Others are further providers, by the full addresses of their
// sources. All of them run in the process of the test.
func NewCLI(t *testing.T, others map[string]func() tfprotov6.ProviderServer) *CLI {
	t.Helper()
	c := newCLI(t, "")
	c.providers = map[string]func() tfprotov6.ProviderServer{Source: provider.New("test")}
	maps.Copy(c.providers, others)
	return c
}

// NewCLIWithBinary returns a CLI that starts the provider itself, as a user's
// does: the terraform-provider-rum in the directory binary.
func NewCLIWithBinary(t *testing.T, binary string) *CLI {
	t.Helper()
	return newCLI(t, fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n  }\n  direct {}\n}\n", Source, binary))
}

func newCLI(t *testing.T, settings string) *CLI {
	t.Helper()
	path, home := CLIPath(t), t.TempDir()
	settingsFile := filepath.Join(home, "cli.tfrc")
	if err := os.WriteFile(settingsFile, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	return &CLI{Dir: t.TempDir(), t: t, path: path, environment: []string{
		"PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir(), "HOME=" + home, "TF_CLI_CONFIG_FILE=" + settingsFile,
		"CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "AWS_EC2_METADATA_DISABLED=true",
	}}
}

// Setenv sets a variable for the commands of the CLI, and so for a provider
// that they start.
func (c *CLI) Setenv(name, value string) { c.environment = append(c.environment, name+"="+value) }

// reattachment is what TF_REATTACH_PROVIDERS says of a provider that is served.
type reattachment struct {
	Protocol        string
	ProtocolVersion int
	Pid             int
	Test            bool
	Addr            struct{ Network, String string }
}

// serve serves a provider until the test ends, as it is served to a debugger.
func serve(t *testing.T, address string, newServer func() tfprotov6.ProviderServer) reattachment {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan *plugin.ReattachConfig)
	closed := make(chan struct{})
	go func() {
		err := tf6server.Serve(address, newServer,
			tf6server.WithDebug(ctx, served, closed), tf6server.WithGoPluginLogger(hclog.NewNullLogger()),
			tf6server.WithLoggingSink(t), tf6server.WithoutLogStderrOverride())
		if err != nil {
			t.Errorf("serving %s: %s", address, err)
			close(closed)
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-closed
	})

	var at *plugin.ReattachConfig
	select {
	case at = <-served:
	case <-closed:
		t.FailNow()
	}
	r := reattachment{Protocol: string(at.Protocol), ProtocolVersion: at.ProtocolVersion, Pid: at.Pid, Test: at.Test}
	r.Addr.Network, r.Addr.String = at.Addr.Network(), at.Addr.String()
	return r
}

// Configure replaces the configuration.
func (c *CLI) Configure(config string) {
	c.t.Helper()
	config = `terraform {
  required_providers {
    rum = { source = "` + Source + `" }
  }
}
` + config
	if err := os.WriteFile(filepath.Join(c.Dir, "main.tf"), []byte(config), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// Command returns a command of the CLI that is not started yet. It has
// providers of its own, as a CLI starts its own: a command that was killed may
// have left some at work. Both its output streams go to out.
func (c *CLI) Command(args ...string) (cmd *exec.Cmd, out *bytes.Buffer) {
	c.t.Helper()
	cmd, out = c.command(args), new(bytes.Buffer)
	cmd.Stdout, cmd.Stderr = out, out
	return cmd, out
}

func (c *CLI) command(args []string) *exec.Cmd {
	c.t.Helper()
	cmd := exec.CommandContext(c.t.Context(), c.path, args...)
	cmd.Dir, cmd.Env = c.Dir, slices.Clone(c.environment)
	if len(c.providers) > 0 {
		reattach := map[string]reattachment{}
		for address, newServer := range c.providers {
			reattach[address] = serve(c.t, address, newServer)
		}
		text, err := json.Marshal(reattach)
		if err != nil {
			c.t.Fatal(err)
		}
		cmd.Env = append(cmd.Env, "TF_REATTACH_PROVIDERS="+string(text))
	}
	return cmd
}

// Run runs a command and returns its standard output. The test fails if the
// command does.
func (c *CLI) Run(args ...string) string {
	c.t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := c.command(args)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		c.t.Fatalf("%v: %s\n%s%s", args, err, &stdout, &stderr)
	}
	return stdout.String()
}

// Diagnostic is a warning or an error as the CLI shows it.
type Diagnostic struct{ Severity, Summary, Detail, Address string }

// Diagnostics runs a command that has the option -json, such as plan, and
// returns its warnings and errors. The test fails if the command fails without
// an error, or succeeds with one.
func (c *CLI) Diagnostics(args ...string) []Diagnostic {
	c.t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := c.command(append(args, "-json"))
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	diagnostics, failed := Diagnostics(c.t, stdout.Bytes())
	if (err != nil) != failed {
		c.t.Fatalf("%v: %v, and an error among the diagnostics: %t\n%s%s", args, err, failed, &stdout, &stderr)
	}
	return diagnostics
}

// Diagnostics reads the standard output of a command with the option -json. It
// also returns whether there is an error among the diagnostics.
func Diagnostics(t *testing.T, output []byte) (all []Diagnostic, failed bool) {
	t.Helper()
	for line := range bytes.Lines(output) {
		var message struct{ Diagnostic *Diagnostic }
		if err := json.Unmarshal(line, &message); err != nil {
			t.Fatalf("%s: %s\n%s", err, line, output)
		}
		if message.Diagnostic != nil {
			all = append(all, *message.Diagnostic)
			failed = failed || message.Diagnostic.Severity == "error"
		}
	}
	return all, failed
}

// Until waits for a condition. It fails the test if the condition does not hold
// within a minute.
func Until(t *testing.T, condition func() bool) {
	t.Helper()
	for range 6000 {
		if condition() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the condition does not hold after a minute")
}
