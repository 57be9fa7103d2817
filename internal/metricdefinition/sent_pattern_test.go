package metricdefinition_test

import (
	"encoding/json"
	"fmt"
	"slices"
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

// sentPatterns returns the event patterns in the creates and updates that the service
// received, in order.
func sentPatterns(t *testing.T, env *acctest.Env) (patterns []string) {
	t.Helper()
	type definition struct{ EventPattern string }
	for _, r := range env.Fake.Requests() {
		if r.Operation != opCreate && r.Operation != fakerum.OpUpdateRumMetricDefinition {
			continue
		}
		var body struct {
			MetricDefinitions []definition
			MetricDefinition  *definition
		}
		if err := json.Unmarshal([]byte(r.Body), &body); err != nil {
			t.Fatal(err)
		}
		if body.MetricDefinition != nil {
			body.MetricDefinitions = append(body.MetricDefinitions, *body.MetricDefinition)
		}
		for _, d := range body.MetricDefinitions {
			patterns = append(patterns, d.EventPattern)
		}
	}
	return patterns
}

// Terraform's jsonencode escapes <, > and &, and a heredoc is indented. The plan and
// the state keep the text as it is in the configuration. The service gets compact
// JSON without the escapes.
func TestPatternIsSentCompact(t *testing.T) {
	t.Parallel()
	const (
		encoded = `  event_pattern = jsonencode({ event_type = ["checkout"], event_details = { ms = [{ numeric = [">=", 100] }] } })`
		heredoc = `  event_pattern = <<-EOT
    {
      "event_type": [ "check & go" ],
      "event_details": { "ms": [ 9007199254740993 ], "eur": [ 1.50 ] }
    }
  EOT`
		inState = `{"event_details":{"ms":[{"numeric":["\u003e=",100]}]},"event_type":["checkout"]}`
	)
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	const custom = "name = \"Slow\"\nnamespace = \"Shop\"\n"
	pattern := tfjsonpath.New("event_pattern")
	env.Run(t,
		resource.TestStep{
			Config:            withDestination(env, monitor, custom+encoded),
			ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectKnownValue(address, pattern, knownvalue.StringExact(inState))}},
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(address, pattern, knownvalue.StringExact(inState))},
		},
		resource.TestStep{
			Config: withDestination(env, monitor, custom+heredoc),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(address, pattern, knownvalue.StringExact(
				"{\n  \"event_type\": [ \"check & go\" ],\n  \"event_details\": { \"ms\": [ 9007199254740993 ], \"eur\": [ 1.50 ] }\n}\n"))},
		},
		// The service gives back the compact text. That is no change.
		resource.TestStep{Config: withDestination(env, monitor, custom+heredoc), PlanOnly: true},
	)
	want := []string{
		`{"event_details":{"ms":[{"numeric":[">=",100]}]},"event_type":["checkout"]}`,
		`{"event_type":["check & go"],"event_details":{"ms":[9007199254740993],"eur":[1.50]}}`,
	}
	if got := sentPatterns(t, env); !slices.Equal(got, want) {
		t.Errorf("sent %q\nwant %q", got, want)
	}
}

// The limit of 4000 characters is for the pattern as it is sent.
func TestPatternLimitCountsWhatIsSent(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	indented := func(text string) string {
		return withDestination(env, monitor, fmt.Sprintf("name = \"Slow\"\nnamespace = \"Shop\"\nevent_pattern = <<EOT\n{%s\"event_type\": [%q]\n}\nEOT\n", strings.Repeat(" ", 4000), text)) + `
output "pattern" {
  value = rum_metric_definition.test.event_pattern
}
`
	}
	cli := env.CLI(t)
	cli.Configure(indented(strings.Repeat("x", 3990)))
	acctest.WantOne(t, cli.Diagnostics("plan"), "error", "Invalid event_pattern", "This one has 4009. White space between its tokens does not count")

	cli.Configure(indented("checkout"))
	cli.Run("apply", "-auto-approve")
	// The plan fails if there is a change. A refresh that gave the pattern the text of the service would change the output.
	cli.Run("plan", "-detailed-exitcode")
	if got, want := sentPatterns(t, env), []string{`{"event_type":["checkout"]}`}; !slices.Equal(got, want) {
		t.Errorf("sent %q, want %q", got, want)
	}
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
