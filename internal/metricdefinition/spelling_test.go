package metricdefinition_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

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
	spellings := map[string]struct{ members, one, other string }{
		"no_dimensions":        {sessions, "", "dimension_keys = {}"},
		"no_dimensions_custom": {visits, "", "dimension_keys = {}"},
		"namespace":            {sessions, "", `namespace = "AWS/RUM"`},
		"region":               {sessions, "", `region = "` + acctest.Region + `"`},
		"no_value_key":         {sessions, "", `value_key = ""`},
		"no_value_key_custom":  {visits, "", `value_key = ""`},
		"documented_value_key": {navigations, "", duration},
		"documented_pattern":   {navigations, "", `event_pattern = "{ \"event_type\": [\"com.amazon.rum.performance_navigation_event\"] }"`},
	}
	filledIn := struct{ members, one, other string }{sessions, "", `unit_label = "Count"`}
	for name, filled := range map[string]bool{"as they were sent": false, "as AWS may fill them in": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.NewFake(t)
			env.Fake.Behave(func(b *fakerum.Behavior) { b.FillDefaults, b.RewritePatterns = filled, filled })
			monitor := env.Monitor(t)
			configuration := func(swapped bool) string {
				config := withDestination(env, monitor, sessions)
				add := func(name, members, one, other string) {
					if swapped {
						one, other = other, one
					}
					config += definition(name, members+"\n"+one) + definition(name+"_back", members+"\n"+other)
				}
				for name, s := range spellings {
					add(name, s.members, s.one, s.other)
				}
				if filled {
					add("unit_label", filledIn.members, filledIn.one, filledIn.other)
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

// value_key = "" means that the definition has none, even where AWS documents one. The
// import of a definition without a value key into such a resource is no change.
func TestEmptyValueKeyImportsWithoutAChange(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	env.Account.CreateMonitor("web")
	env.Account.PutDestination("web", fakerum.Destination{Destination: "CloudWatch"})
	id := env.Account.CreateDefinition("web", "CloudWatch", "", fakerum.Definition{
		Name: "PerformanceNavigationDuration", EventPattern: `{"event_type":["com.amazon.rum.performance_navigation_event"]}`,
	})
	cli := env.CLI(t)
	cli.Configure(env.Config(`
resource "rum_metric_definition" "found" {
  app_monitor_name = "web"
  destination      = "CloudWatch"
  name             = "PerformanceNavigationDuration"
  value_key        = ""
}

import {
  to = rum_metric_definition.found
  id = %q
}
`, "web,CloudWatch,"+id))
	out := cli.Run("plan", "-no-color")
	if want := "1 to import, 0 to add, 0 to change, 0 to destroy"; !strings.Contains(out, want) {
		t.Errorf("the plan says\n%s\nwant %q", out, want)
	}
}

// The plan has the namespace in CloudWatch as soon as the namespace is known, even
// when other members are not known.
func TestCloudWatchNamespaceIsPlanned(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	const later = `
resource "terraform_data" "later" {
  input = "Shop"
}
`
	shown := tfjsonpath.New("cloudwatch_namespace")
	step := func(members string, check plancheck.PlanCheck) resource.TestStep {
		return resource.TestStep{
			Config:           withDestination(env, monitor, members) + later,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{check}},
		}
	}
	env.Run(t,
		step("name = terraform_data.later.output\nnamespace = \"Shop\"", plancheck.ExpectKnownValue(address, shown, knownvalue.StringExact("RUM/CustomMetrics/Shop"))),
		resource.TestStep{Config: env.Config("")},
		step("name = \"Visits\"\nnamespace = terraform_data.later.output", plancheck.ExpectUnknownValue(address, shown)),
		step("name = \"Visits\"\nnamespace = \"Store\"", plancheck.ExpectKnownValue(address, shown, knownvalue.StringExact("RUM/CustomMetrics/Store"))),
		step(sessions, plancheck.ExpectKnownValue(address, shown, knownvalue.StringExact("AWS/RUM"))),
	)
}
