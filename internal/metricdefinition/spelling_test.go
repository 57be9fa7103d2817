package metricdefinition_test

import (
	"maps"
	"testing"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// A definition can be written in two ways. A plan that goes from one to the other, in
// either direction, has no change.
func TestOtherSpellingIsNoChange(t *testing.T) {
	t.Parallel()
	const (
		navigations = `name = "PerformanceNavigationDuration"`
		visits      = "name = \"Visits\"\nnamespace = \"Shop\""
		duration    = `value_key = "event_details.duration"`
	)
	type spelling struct{ members, one, other string }
	spellings := map[string]spelling{
		"no_dimensions":        {sessions, "", "dimension_keys = {}"},
		"no_dimensions_custom": {visits, "", "dimension_keys = {}"},
		"namespace":            {sessions, "", `namespace = "AWS/RUM"`},
		"region":               {sessions, "", `region = "` + acctest.Region + `"`},
		"no_value_key":         {sessions, "", `value_key = ""`},
		"no_value_key_custom":  {visits, "", `value_key = ""`},
		"documented_value_key": {navigations, "", duration},
		"documented_pattern":   {navigations, "", `event_pattern = "{ \"event_type\": [\"com.amazon.rum.performance_navigation_event\"] }"`},
		"pattern": {
			visits + "\n" + `dimension_keys = { "metadata.browserName" = "BrowserName" }`,
			`event_pattern = jsonencode({ event_type = ["visit"], metadata = { browserName = ["Chrome"] } })`,
			`event_pattern = "{\"metadata\" : {\"browserName\" : [\"Chrome\"]}, \"event_type\" : [\"visit\"]}"`,
		},
	}
	for name, filled := range map[string]bool{"as they were sent": false, "as AWS may fill them in": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.NewFake(t)
			env.Fake.Behave(func(b *fakerum.Behavior) { b.FillDefaults, b.RewritePatterns = filled, filled })
			monitor := env.Monitor(t)
			all := maps.Clone(spellings)
			if filled {
				all["unit_label"] = spelling{sessions, "", `unit_label = "Count"`}
			}
			configuration := func(swapped bool) string {
				config := withDestination(env, monitor, sessions)
				for name, s := range all {
					if swapped {
						s.one, s.other = s.other, s.one
					}
					config += definition(name, s.members+"\n"+s.one) + definition(name+"_back", s.members+"\n"+s.other)
				}
				return config
			}
			cli := env.CLI(t)
			cli.Configure(configuration(false))
			cli.Run("apply", "-auto-approve")
			cli.Run("plan", "-detailed-exitcode") // fails if there is a change
			cli.Configure(configuration(true))
			cli.Run("plan", "-detailed-exitcode")
		})
	}
}
