package metricdefinition_test

import (
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// The definition is deleted right after its update, before the provider reads it
// back.
func TestUpdatedDefinitionThatVanishesIsWarnedOf(t *testing.T) {
	t.Parallel()
	env, monitor, cli := applied(t, checkouts)
	env.Fake.Watch(func(r fakerum.Request, _ time.Duration) {
		if r.Operation == fakerum.OpUpdateRumMetricDefinition {
			for _, d := range env.Account.Definitions(monitor, "CloudWatch", "") {
				env.Account.DeleteDefinition(monitor, "CloudWatch", "", d.ID)
			}
		}
	})

	cli.Configure(withDestination(env, monitor, strings.Replace(checkouts, `"Shop"`, `"Store"`, 1)))
	diagnostics := cli.Diagnostics("apply", "-auto-approve")
	if len(diagnostics) != 1 {
		t.Fatalf("got %d diagnostics, want 1: %+v", len(diagnostics), diagnostics)
	}
	if got, want := diagnostics[0].Severity+": "+diagnostics[0].Summary, "warning: RUM metric definition not seen after its update"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}

	// The next plan creates it.
	if got := cli.Run("apply", "-auto-approve"); !strings.Contains(got, "1 added, 0 changed, 0 destroyed") {
		t.Errorf("got %s, want one to be added", got)
	}
}
