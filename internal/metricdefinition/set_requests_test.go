package metricdefinition_test

import (
	"fmt"
	"testing"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
)

// 40 monitors with a destination and 8 definitions each take few requests.
func TestRequestsOfFortySets(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	for i := range 40 {
		env.Account.CreateMonitor(fmt.Sprintf("web-%d", i))
	}
	cli := env.CLI(t)
	cli.Configure(env.Config("%s", `
resource "rum_metrics_destination" "each" {
  for_each         = toset([for i in range(40) : "web-${i}"])
  app_monitor_name = each.key
  destination      = "CloudWatch"
}

resource "rum_metric_definitions" "each" {
  for_each         = rum_metrics_destination.each
  app_monitor_name = each.value.app_monitor_name
  destination      = "CloudWatch"
  definitions      = `+custom(numbered(8)...)+`
}
`))
	cli.Run("apply", "-auto-approve")
	if got := len(env.Fake.Requests()); got > 290 {
		t.Errorf("got %d requests for the apply, want at most 290", got)
	}
	if got := env.Fake.Count(opCreate); got != 40 {
		t.Errorf("got %d batches, want 40", got)
	}
	env.Fake.ForgetRequests()
	cli.Run("plan", "-detailed-exitcode")
	if got := len(env.Fake.Requests()); got > 80 {
		t.Errorf("got %d requests for the empty plan, want at most 80", got)
	}
	if got := len(atService(env, "web-39")); got != 8 {
		t.Errorf("got %d definitions of one monitor, want 8", got)
	}
}
