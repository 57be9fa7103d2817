package metricdefinition_test

import (
	"fmt"
	"testing"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// 40 monitors with 8 definitions each take few requests.
func TestRequestsOfFortySets(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		destinations string
		apply, plan  int
	}{
		"the destinations exist":       {"", 205, 40},
		"the destinations are managed": {"resource", 290, 80},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.NewFake(t)
			for i := range 40 {
				monitor := fmt.Sprintf("web-%d", i)
				env.Account.CreateMonitor(monitor)
				if test.destinations == "" {
					env.Account.PutDestination(monitor, fakerum.Destination{Destination: "CloudWatch"})
				}
			}
			monitor := "each.key"
			blocks := ""
			if test.destinations != "" {
				monitor = "rum_metrics_destination.each[each.key].app_monitor_name"
				blocks = `
resource "rum_metrics_destination" "each" {
  for_each         = toset([for i in range(40) : "web-${i}"])
  app_monitor_name = each.key
  destination      = "CloudWatch"
}
`
			}
			cli := env.CLI(t)
			cli.Configure(env.Config("%s", blocks+`
resource "rum_metric_definitions" "each" {
  for_each         = toset([for i in range(40) : "web-${i}"])
  app_monitor_name = `+monitor+`
  destination      = "CloudWatch"
  definitions      = `+custom(numbered(8)...)+`
}
`))
			cli.Run("apply", "-auto-approve")
			if got := len(env.Fake.Requests()); got > test.apply {
				t.Errorf("got %d requests for the apply, want at most %d", got, test.apply)
			}
			if got := env.Fake.Count(opCreate); got != 40 {
				t.Errorf("got %d batches, want 40", got)
			}
			env.Fake.ForgetRequests()
			cli.Run("plan", "-detailed-exitcode")
			if got := len(env.Fake.Requests()); got > test.plan {
				t.Errorf("got %d requests for the empty plan, want at most %d", got, test.plan)
			}
			if got := len(env.Account.Definitions("web-39", "CloudWatch", "")); got != 8 {
				t.Errorf("got %d definitions of one monitor, want 8", got)
			}
		})
	}
}
