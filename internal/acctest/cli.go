package acctest

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/provider"
)

// Source is where the configurations of a CLI have the provider from.
const Source = "registry.terraform.io/terraform-provider-rum/rum"

// CLI is the CLI under test in a directory of its own, for what the steps of
// Env.Run have no way to say: to look at warnings and at files, to replace or
// to interrupt.
type CLI struct {
	// Dir holds the configuration and the state.
	Dir string

	t         *testing.T
	path      string
	providers map[string]func() tfprotov6.ProviderServer // by the full addresses of their sources
}

// CLI returns a CLI that has the provider under test.
func (e *Env) CLI(t *testing.T) *CLI {
	t.Helper()
	return NewCLI(t, nil)
}

// NewCLI is Env.CLI for a test that needs no service. Others are further
// providers, by the full addresses of their sources.
func NewCLI(t *testing.T, others map[string]func() tfprotov6.ProviderServer) *CLI {
	t.Helper()
	path := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if path == "" {
		var err error
		if path, err = exec.LookPath("terraform"); err != nil {
			t.Fatalf("%s: set TF_ACC_TERRAFORM_PATH to the CLI to test with, as make test does", err)
		}
	}
	providers := map[string]func() tfprotov6.ProviderServer{Source: provider.New("test")}
	maps.Copy(providers, others)
	return &CLI{Dir: t.TempDir(), t: t, path: path, providers: providers}
}

// reattachment is what a CLI needs to know to use a provider that is served.
type reattachment struct {
	Protocol        string
	ProtocolVersion int
	Pid             int
	Test            bool
	Addr            struct{ Network, String string }
}

// serve serves a provider as it would be served to a debugger, until the test
// ends.
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

// Configure makes config the configuration.
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

// Command is a command of the CLI, not started yet. It has providers of its own,
// as a CLI starts its own: one that was killed may have left them at work. Its
// output, both streams of it, goes to out.
func (c *CLI) Command(args ...string) (cmd *exec.Cmd, out *bytes.Buffer) {
	c.t.Helper()
	reattach := map[string]reattachment{}
	for address, newServer := range c.providers {
		reattach[address] = serve(c.t, address, newServer)
	}
	text, err := json.Marshal(reattach)
	if err != nil {
		c.t.Fatal(err)
	}
	cmd, out = exec.CommandContext(c.t.Context(), c.path, args...), new(bytes.Buffer)
	cmd.Dir = c.Dir
	cmd.Env = append(os.Environ(), "TF_REATTACH_PROVIDERS="+string(text), "TF_IN_AUTOMATION=1")
	cmd.Stdout, cmd.Stderr = out, out
	return cmd, out
}

// Run runs a command and returns its output. The test fails if the command does.
func (c *CLI) Run(args ...string) string {
	c.t.Helper()
	cmd, out := c.Command(args...)
	if err := cmd.Run(); err != nil {
		c.t.Fatalf("%v: %s\n%s", args, err, out)
	}
	return out.String()
}

// Diagnostic is a warning or an error as the CLI shows it.
type Diagnostic struct{ Severity, Summary, Detail, Address string }

// Diagnostics runs a command that has the option -json, such as plan, and
// returns what it warned of or failed with.
func (c *CLI) Diagnostics(args ...string) []Diagnostic {
	c.t.Helper()
	cmd, out := c.Command(append(args, "-json")...)
	err := cmd.Run()
	diagnostics, failed := Diagnostics(c.t, out.Bytes())
	if (err != nil) != failed {
		c.t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return diagnostics
}

// Diagnostics reads the output of a command with the option -json. It also
// returns whether there is an error among them.
func Diagnostics(t *testing.T, output []byte) (all []Diagnostic, failed bool) {
	t.Helper()
	for line := range bytes.Lines(output) {
		var message struct{ Diagnostic *Diagnostic }
		if err := json.Unmarshal(line, &message); err != nil {
			t.Fatalf("%s: %s", err, output)
		}
		if message.Diagnostic != nil {
			all = append(all, *message.Diagnostic)
			failed = failed || message.Diagnostic.Severity == "error"
		}
	}
	return all, failed
}

// Until waits for a condition, and fails the test where it does not come within
// a minute.
func Until(t *testing.T, condition func() bool) {
	t.Helper()
	for range 6000 {
		if condition() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("waited for a minute, and in vain")
}
