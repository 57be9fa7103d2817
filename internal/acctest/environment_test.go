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
	if got := cli.Diagnostics("apply", "-auto-approve"); len(got) != 0 {
		t.Errorf("got the diagnostics %v, want none", got)
	}
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

// rerun runs the three tests above in another process, with more environment variables.
// It returns the output of the process.
func rerun(t *testing.T, dir string, variables ...string) (output string, err error) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, "-test.run=ReachTheService|ReachesTheService", "-test.v")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), variables...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func checkResults(t *testing.T, output, want string) {
	t.Helper()
	for _, name := range []string{"TestStepsReachTheService", "TestCommandsReachTheService"} {
		if line := "--- " + want + ": " + name + " "; !strings.Contains(output, line) {
			t.Errorf("got\n%s\nwant %q", output, line)
		}
	}
}

func TestNoResultDependsOnSettings(t *testing.T) {
	t.Parallel()
	acctest.CLIPath(t)
	dir := t.TempDir()
	broken, missing := filepath.Join(dir, "broken"), filepath.Join(dir, "missing")
	if err := os.WriteFile(broken, []byte("this is no {{{ configuration"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, variables := range map[string][]string{
		"that break a CLI": {
			"TF_CLI_CONFIG_FILE=" + broken, "TF_CLI_ARGS=-no-such-option", "TF_CLI_ARGS_apply=-destroy", "TF_WORKSPACE=production", "TF_DATA_DIR=" + broken,
			"TF_LOG=TRACE", "TF_LOG_PATH=" + filepath.Join(missing, "log"), "TF_ACC_PROVIDER_HOST=registry.example.com", "TF_ACC_PROVIDER_NAMESPACE=nobody",
		},
		"that break the provider": {
			"AWS_PROFILE=nobody", "AWS_CONFIG_FILE=" + broken, "AWS_CA_BUNDLE=" + missing, "AWS_USE_FIPS_ENDPOINT=true", "AWS_ENDPOINT_URL=http://127.0.0.1:1",
			"HTTPS_PROXY=http://127.0.0.1:1", "https_proxy=http://127.0.0.1:1",
		},
		"that add to the output": {"TF_CLI_CONFIG_FILE=" + missing, "TF_LOG=TRACE", "TF_LOG_PROVIDER=TRACE"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			output, err := rerun(t, "", variables...)
			if err != nil {
				t.Errorf("got the error %s, want the tests to pass", err)
			}
			checkResults(t, output, "PASS")
		})
	}
}

func TestWithoutCLITestsAreSkipped(t *testing.T) {
	t.Parallel()
	empty := t.TempDir()
	output, err := rerun(t, empty, "TF_ACC_TERRAFORM_PATH=", "PATH="+empty)
	if err != nil {
		t.Errorf("got the error %s, want the tests skipped", err)
	}
	checkResults(t, output, "SKIP")
	if want := `run "make tofu" once`; !strings.Contains(output, want) {
		t.Errorf("got\n%s\nwant %q", output, want)
	}
}

func TestWithWrongCLITestsFail(t *testing.T) {
	t.Parallel()
	output, err := rerun(t, "", "TF_ACC_TERRAFORM_PATH="+filepath.Join(t.TempDir(), "terraform"))
	if err == nil {
		t.Error("got tests that passed, want them to fail")
	}
	checkResults(t, output, "FAIL")
}
