package acctest_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
)

const cloudWatch = `
resource "rum_metrics_destination" "test" {
  app_monitor_name = "web"
  destination      = "CloudWatch"
}
`

// Env.Run and Env.CLI each have a test that needs the CLI, the provider and the service.
// The tests below run these two in other environments.
func TestStepsReachTheService(t *testing.T) {
	env := acctest.NewFake(t)
	env.Account.CreateMonitor("web")
	env.Run(t, resource.TestStep{
		Config: env.Config(cloudWatch),
		Check: func(*terraform.State) error {
			if got := len(env.Account.Destinations("web")); got != 1 {
				return fmt.Errorf("got %d destinations, want 1", got)
			}
			return nil
		},
	})
}

func TestCommandsReachTheService(t *testing.T) {
	env := acctest.NewFake(t)
	env.Account.CreateMonitor("web")
	cli := env.CLI(t)
	cli.Configure(env.Config(cloudWatch))
	acctest.WantNone(t, cli.Diagnostics("apply", "-auto-approve"))
	if got := len(env.Account.Destinations("web")); got != 1 {
		t.Errorf("got %d destinations, want 1", got)
	}
	if got := strings.TrimSpace(cli.Run("state", "list")); got != "rum_metrics_destination.test" {
		t.Errorf("got the state %q, want rum_metrics_destination.test", got)
	}
}

// The SDK uses no proxy for 127.0.0.1, so a request would not show whether there is one.
func TestNoProxyReachesTheServiceClients(t *testing.T) {
	t.Parallel()
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasSuffix(strings.ToUpper(name), "_PROXY") {
			t.Errorf("got %s in the environment, want no proxy", name)
		}
	}
}

// The three tests above run in another process, with more environment variables and in a
// directory without a CLI.
func TestNoResultDependsOnSettings(t *testing.T) {
	t.Parallel()
	acctest.CLIPath(t) // puts the CLI into the environment
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir, empty := t.TempDir(), t.TempDir()
	broken, missing := filepath.Join(dir, "broken"), filepath.Join(dir, "missing")
	if err := os.WriteFile(broken, []byte("this is no {{{ configuration"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		want, says string
		variables  []string
	}{
		"that break a CLI": {"PASS", "", []string{
			"TF_CLI_CONFIG_FILE=" + broken, "TF_CLI_ARGS=-no-such-option", "TF_CLI_ARGS_apply=-destroy", "TF_WORKSPACE=production", "TF_DATA_DIR=" + broken,
			"TF_LOG=TRACE", "TF_LOG_PATH=" + filepath.Join(missing, "log"), "TF_ACC_PROVIDER_HOST=registry.example.com", "TF_ACC_PROVIDER_NAMESPACE=nobody",
		}},
		"that break the provider": {"PASS", "", []string{
			"AWS_PROFILE=nobody", "AWS_CONFIG_FILE=" + broken, "AWS_CA_BUNDLE=" + missing, "AWS_USE_FIPS_ENDPOINT=true", "AWS_ENDPOINT_URL=http://127.0.0.1:1",
			"HTTPS_PROXY=http://127.0.0.1:1", "https_proxy=http://127.0.0.1:1",
		}},
		"that add to the output": {"PASS", "", []string{"TF_CLI_CONFIG_FILE=" + missing, "TF_LOG=TRACE", "TF_LOG_PROVIDER=TRACE"}},
		"without a CLI":          {"SKIP", `run "make tofu" once`, []string{"TF_ACC_TERRAFORM_PATH=", "PATH=" + empty}},
		"with a wrong CLI":       {"FAIL", missing, []string{"TF_ACC_TERRAFORM_PATH=" + missing}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), program, "-test.run=ReachTheService|ReachesTheService", "-test.v")
			cmd.Dir, cmd.Env = empty, append(os.Environ(), test.variables...)
			output, err := cmd.CombinedOutput()
			if failed := test.want == "FAIL"; (err != nil) != failed {
				t.Errorf("got the error %v, want one: %t", err, failed)
			}
			for _, want := range []string{
				"--- " + test.want + ": TestStepsReachTheService ", "--- " + test.want + ": TestCommandsReachTheService ", test.says,
			} {
				if !strings.Contains(string(output), want) {
					t.Errorf("got\n%s\nwant %q", output, want)
				}
			}
		})
	}
}
