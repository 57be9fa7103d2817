package metricdefinition_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// Terraform's jsonencode escapes <, > and &, and a heredoc is indented. The plan and
// the state keep the text as it is in the configuration. The service gets compact
// JSON without the escapes, and the limit of 4000 characters is for that.
func TestPatternIsSentCompact(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	pattern := tfjsonpath.New("event_pattern")
	const custom = "name = \"Slow\"\nnamespace = \"Shop\"\nevent_pattern = "
	indented := "{\n  \"event_type\": [ \"check & go\" ],\n" + strings.Repeat(" ", 4000) +
		"\"event_details\": { \"ms\": [ 9007199254740993 ], \"eur\": [ 1.50 ] }\n}\n"
	step := func(written, text, sent string) resource.TestStep {
		return resource.TestStep{
			Config:            withDestination(env, monitor, custom+written),
			ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectKnownValue(address, pattern, knownvalue.StringExact(text))}},
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(address, pattern, knownvalue.StringExact(text))},
			PostApplyFunc: func() {
				if got := env.Account.Definitions(monitor, "CloudWatch", "")[0].EventPattern; got != sent {
					t.Errorf("sent %s\nwant %s", got, sent)
				}
			},
		}
	}
	env.Run(t,
		step(`jsonencode({ event_type = ["checkout"], event_details = { ms = [{ numeric = [">=", 100] }] } })`,
			`{"event_details":{"ms":[{"numeric":["\u003e=",100]}]},"event_type":["checkout"]}`,
			`{"event_details":{"ms":[{"numeric":[">=",100]}]},"event_type":["checkout"]}`),
		step("<<EOT\n"+indented+"EOT\n", indented, `{"event_type":["check & go"],"event_details":{"ms":[9007199254740993],"eur":[1.50]}}`),
		// The service gives back the compact text. The state keeps its own.
		resource.TestStep{RefreshState: true, Check: resource.TestCheckResourceAttr(address, "event_pattern", indented)},
	)
}

// AWS documents one value for each array of a custom metric, and was seen to take
// several. The plan says nothing, and the service decides.
func TestSeveralValuesAreTheServicesToDecide(t *testing.T) {
	t.Parallel()
	const members = `
  name          = "Slow"
  namespace     = "Shop"
  event_pattern = jsonencode({ event_type = ["checkout", "payment"], event_details = { ms = [{ numeric = [">=", 100] }] } })`
	for name, accepted := range map[string]bool{"accepted": true, "refused": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.NewFake(t)
			env.Fake.Behave(func(b *fakerum.Behavior) { b.SingleValues = !accepted })
			monitor := env.Monitor(t)
			cli := env.CLI(t)
			cli.Configure(withDestination(env, monitor, members))
			acctest.WantNone(t, cli.Diagnostics("plan"))
			applied := cli.Diagnostics("apply", "-auto-approve")
			if accepted {
				acctest.WantNone(t, applied)
				cli.Run("plan", "-detailed-exitcode") // fails if there is a change
				return
			}
			acctest.WantOne(t, applied, "error", "Cannot create RUM metric definition", "Arrays in EventPattern must have exactly one value")
		})
	}
}
