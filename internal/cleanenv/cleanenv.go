// Package cleanenv keeps the caller's settings away from the Terraform or OpenTofu that a
// test, the demo or the benchmark starts.
package cleanenv

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// CLI returns an environment for a CLI and for the providers that it starts. Of the
// caller's it has PATH and TMPDIR alone: a list of what to leave out would miss the next
// setting of a CLI or of the SDK. folder becomes the home directory, and has the CLI's
// configuration file after the call. programs has the directories of providers'
// programs by the providers' source addresses; the CLI starts those programs without an
// init. CLI returns an error if it cannot write the file.
func CLI(folder string, programs map[string]string) ([]string, error) {
	file := filepath.Join(folder, "cli.tfrc")
	var overrides strings.Builder
	for _, source := range slices.Sorted(maps.Keys(programs)) {
		fmt.Fprintf(&overrides, "    %q = %q\n", source, programs[source])
	}
	var installation string
	if len(programs) > 0 {
		installation = "provider_installation {\n  dev_overrides {\n" + overrides.String() + "  }\n  direct {}\n}\n"
	}
	if err := os.WriteFile(file, []byte(installation), 0o600); err != nil {
		return nil, err
	}
	return []string{
		"PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir(), "HOME=" + folder, "TF_CLI_CONFIG_FILE=" + file,
		"TF_INPUT=0", "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1", "AWS_EC2_METADATA_DISABLED=true",
	}, nil
}
