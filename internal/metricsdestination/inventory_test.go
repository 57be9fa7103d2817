package metricsdestination_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// TestInventoryIsImportedWhole brings in an account that Terraform knows nothing of: what the
// list resource finds is imported with configuration that the CLI writes, and
// the result plans no change.
func TestInventoryIsImportedWhole(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	for i := range 30 {
		monitor := fmt.Sprintf("site-%02d", i)
		env.Account.CreateMonitor(monitor)
		env.Account.PutDestination(monitor, fakerum.Destination{Destination: "CloudWatch"})
		env.Account.PutDestination(monitor, fakerum.Destination{Destination: "Evidently", DestinationARN: movedARN, IAMRoleARN: movedRole})
	}
	found := query(t, env.Server(t), 0, false, nil)
	if len(found) != 60 {
		t.Fatalf("%d destinations were found", len(found))
	}
	imports := func(argument string) string {
		var blocks strings.Builder
		for i, d := range found {
			fmt.Fprintf(&blocks, "import {\n  to = rum_metrics_destination.found_%d\n  id = %q\n  %s\n}\n", i, d.name, argument)
		}
		return blocks.String()
	}
	env.Fake.ForgetRequests()

	cli := env.CLI(t)
	// Newer versions of Terraform must be told the provider of what they generate; none may be told it afterwards.
	cli.Configure(env.Config("%s", imports("provider = rum")))
	if out := cli.Run("plan", "-no-color", "-generate-config-out=generated.tf"); !strings.Contains(out, "60 to import, 0 to add, 0 to change, 0 to destroy") {
		t.Fatalf("the plan is not just imports:\n%s", out)
	}
	generated, err := os.ReadFile(filepath.Join(cli.Dir, "generated.tf"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(generated), `resource "rum_metrics_destination"`); n != 60 {
		t.Errorf("%d resources were generated:\n%s", n, generated)
	}
	cli.Configure(env.Config("%s", imports("")))
	cli.Run("apply", "-auto-approve")
	cli.Run("plan", "-detailed-exitcode") // fails if there is a change

	if puts, deletes := env.Fake.Count(fakerum.OpPutRumMetricsDestination), env.Fake.Count(fakerum.OpDeleteRumMetricsDestination); puts+deletes != 0 {
		t.Errorf("bringing in what exists made %d Puts and %d Deletes", puts, deletes)
	}
}
