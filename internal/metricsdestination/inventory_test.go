package metricsdestination_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
)

// Terraform knows nothing of the account. The list resource finds its destinations,
// and the CLI imports them and generates their configuration. A plan with that
// configuration has no change.
func TestInventoryIsImportedWhole(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	createSites(env, 30, inCloudWatch, inEvidently(arnA, roleA))
	found, _ := env.Server(t).List(t, resourceType, 0, false, nil)
	imports := func(argument string) string {
		var blocks strings.Builder
		for i, id := range found {
			fmt.Fprintf(&blocks, "import {\n  to = rum_metrics_destination.found_%d\n  id = %q\n  %s\n}\n", i, id, argument)
		}
		return blocks.String()
	}

	// Newer versions of Terraform want the provider argument while they generate configuration. All versions refuse it
	// once the configuration exists.
	cli := newCLI(t, env, imports("provider = rum"))
	const want = "60 to import, 0 to add, 0 to change, 0 to destroy"
	if out := cli.Run("plan", "-no-color", "-generate-config-out=generated.tf"); !strings.Contains(out, want) {
		t.Fatalf("the plan says\n%s\nwant %q", out, want)
	}
	generated, err := os.ReadFile(filepath.Join(cli.Dir, "generated.tf"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(generated), `resource "rum_metrics_destination"`); n != 60 {
		t.Errorf("%d resources were generated, want 60:\n%s", n, generated)
	}
	cli.Configure(config(env, imports("")))
	cli.Run("apply", "-auto-approve")
	cli.Run("plan", "-detailed-exitcode") // fails if there is a change
	wantWrites(t, env, 0, 0)
}
