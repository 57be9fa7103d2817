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
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/cleanenv"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/provider"
)

// Source is the source address of the provider under test.
const Source = "registry.terraform.io/terraform-provider-rum/rum"

// CLI runs the commands of a CLI in a directory of its own, and without the environment
// of the test. Use it where the steps of Env.Run do not suffice: to see warnings and
// files, to replace, or to interrupt.
type CLI struct {
	// Dir holds the configuration and the state.
	Dir string

	t           *testing.T
	path        string
	environment []string
	providers   map[string]func() tfprotov6.ProviderServer // by source addresses
}

// CLI returns a CLI with the provider under test.
func (e *Env) CLI(t *testing.T) *CLI {
	t.Helper()
	return NewCLI(t, nil)
}

// NewCLI returns a CLI with the provider under test and others, by source addresses. All
// providers run in the process of the test. Use it where a test needs no service.
func NewCLI(t *testing.T, others map[string]func() tfprotov6.ProviderServer) *CLI {
	t.Helper()
	c := newCLI(t, nil)
	c.providers = map[string]func() tfprotov6.ProviderServer{Source: provider.New("test")}
	maps.Copy(c.providers, others)
	return c
}

// NewCLIWithBinary returns a CLI that starts the program terraform-provider-rum in a
// directory, as the CLI of a user does.
func NewCLIWithBinary(t *testing.T, directory string) *CLI {
	t.Helper()
	return newCLI(t, map[string]string{Source: directory})
}

func newCLI(t *testing.T, programs map[string]string) *CLI {
	t.Helper()
	environment, err := cleanenv.CLI(t.TempDir(), programs)
	if err != nil {
		t.Fatal(err)
	}
	return &CLI{Dir: t.TempDir(), t: t, path: CLIPath(t), environment: environment}
}

// Setenv sets an environment variable for the commands of the CLI, and for the providers
// that they start.
func (c *CLI) Setenv(name, value string) { c.environment = append(c.environment, name+"="+value) }

// reattachment is a provider in TF_REATTACH_PROVIDERS.
type reattachment struct {
	Protocol        string
	ProtocolVersion int
	Pid             int
	Test            bool
	Addr            struct{ Network, String string }
}

// serve serves a provider until the test ends, for a CLI to reattach to.
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

	var config *plugin.ReattachConfig
	select {
	case config = <-served:
	case <-closed:
		t.FailNow()
	}
	r := reattachment{Protocol: string(config.Protocol), ProtocolVersion: config.ProtocolVersion, Pid: config.Pid, Test: config.Test}
	r.Addr.Network, r.Addr.String = config.Addr.Network(), config.Addr.String()
	return r
}

// Configure replaces the configuration. It adds the requirement of the provider.
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

// Command returns a command of the CLI that is not started yet. Both its output streams
// go to out. Each command has providers of its own, because those of a killed command
// may still be at work.
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

// KnowsIdentity reports whether the CLI is of version 1.12 or later, which has resource
// identities.
func (c *CLI) KnowsIdentity() bool {
	c.t.Helper()
	output := c.Run("version", "-json")
	_, version, _ := strings.Cut(output, `"terraform_version": "`) // OpenTofu's as well
	var major, minor int
	if _, err := fmt.Sscanf(version, "%d.%d", &major, &minor); err != nil {
		c.t.Fatalf("got %s, want a version: %s", output, err)
	}
	return major > 1 || minor >= 12
}

// Run runs a command and returns its standard output. The test fails if the command
// fails.
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

// Diagnostic is a diagnostic as the CLI shows it.
type Diagnostic struct{ Severity, Summary, Detail, Address string }

// Diagnostics runs a command with the option -json and returns its diagnostics. The test
// fails if the command fails without an error among them, or succeeds with one.
func (c *CLI) Diagnostics(args ...string) []Diagnostic {
	c.t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := c.command(slices.Insert(slices.Clone(args), 1, "-json")) // before the file of a plan
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	diagnostics, failed := Diagnostics(c.t, stdout.Bytes())
	if (err != nil) != failed {
		c.t.Fatalf("%v: got %v with an error among the diagnostics: %t, want both or neither\n%s%s", args, err, failed, &stdout, &stderr)
	}
	return diagnostics
}

// Diagnostics reads the diagnostics in the standard output of a command with the option
// -json. It reports as failed whether there is an error among them.
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

// Until waits until a condition holds. It fails the test after a minute.
func Until(t *testing.T, condition func() bool) {
	t.Helper()
	for range 6000 {
		if condition() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("got a condition that did not hold for a minute, want it to hold")
}
