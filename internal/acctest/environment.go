package acctest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// realService reports whether the tests run against AWS.
func realService() bool { return os.Getenv("RUM_ACC_REAL") == "1" }

// settings are the TF_ variables that a caller may set for the tests. They select the
// CLI, and show more of its work.
var settings = []string{"TF_ACC_TERRAFORM_PATH", "TF_ACC_LOG", "TF_ACC_LOG_PATH", "TF_ACC_PERSIST_WORKING_DIR", "TF_ACC_TEMP_DIR"}

// A test must neither pass nor fail because of the caller's settings. The provider runs
// in the process of the test, and terraform-plugin-testing passes the environment of the
// process to the CLI. So this package removes the settings before the tests run.
func init() {
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); !allowed(name) {
			must(os.Unsetenv(name))
		}
	}
	must(os.Setenv("TF_CLI_CONFIG_FILE", os.DevNull))
	if !realService() {
		must(os.Setenv("AWS_CONFIG_FILE", os.DevNull))
		must(os.Setenv("AWS_SHARED_CREDENTIALS_FILE", os.DevNull))
		must(os.Setenv("AWS_EC2_METADATA_DISABLED", "true"))
	}
}

// allowed reports whether the tests keep a variable of the caller. Against AWS they need
// the AWS and proxy settings.
func allowed(name string) bool {
	switch {
	case strings.HasPrefix(name, "TF_"):
		return slices.Contains(settings, name)
	case strings.HasPrefix(name, "AWS_"), strings.HasSuffix(strings.ToUpper(name), "_PROXY"):
		return realService()
	}
	return true
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// errNoCLI is the error when no CLI is installed.
var errNoCLI = errors.New("there is no Terraform or OpenTofu to test with: run \"make tofu\" once, or set TF_ACC_TERRAFORM_PATH")

// CLIPath returns the path of the CLI to test with: TF_ACC_TERRAFORM_PATH, or else the
// OpenTofu of "make tofu", or else terraform or tofu on PATH. It skips the test if there
// is none, and fails the test if TF_ACC_TERRAFORM_PATH is wrong.
func CLIPath(t *testing.T) string {
	t.Helper()
	path, err := findCLI()
	switch {
	case errors.Is(err, errNoCLI):
		t.Skip(err)
	case err != nil:
		t.Fatal(err)
	}
	return path
}

// findCLI finds the CLI, and sets the variables that make terraform-plugin-testing use
// the CLI.
var findCLI = sync.OnceValues(func() (string, error) {
	path, err := lookForCLI()
	if err != nil {
		return "", err
	}
	version, err := exec.Command(path, "version").Output()
	if err != nil {
		return "", fmt.Errorf("%s version: %w", path, err)
	}
	must(os.Setenv("TF_ACC_TERRAFORM_PATH", path))
	if strings.HasPrefix(string(version), "OpenTofu") {
		must(os.Setenv("TF_ACC_PROVIDER_HOST", "registry.opentofu.org"))
	}
	return path, nil
})

func lookForCLI() (string, error) {
	if given := os.Getenv("TF_ACC_TERRAFORM_PATH"); given != "" {
		path, err := exec.LookPath(given)
		if err != nil {
			return "", fmt.Errorf("TF_ACC_TERRAFORM_PATH: %w", err)
		}
		return filepath.Abs(path)
	}
	for _, name := range []string{filepath.Join(moduleRoot(), "bin", "tofu"), "terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errNoCLI
}

// moduleRoot returns the directory of go.mod, which is above that of the test.
func moduleRoot() string {
	dir, err := os.Getwd()
	must(err)
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil || dir == filepath.Dir(dir) {
			return dir
		}
		dir = filepath.Dir(dir)
	}
}
