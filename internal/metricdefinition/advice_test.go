package metricdefinition_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// The caller lacks a permission that every resource needs. One error has what to do in
// full. Each of the others has a sentence that names the permission and its own monitor.
func TestAdviceIsInFullOnceInARun(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitors := []string{"web", "shop", "docs"}
	var imports strings.Builder
	for i, monitor := range monitors {
		env.Account.CreateMonitor(monitor)
		env.Account.PutDestination(monitor, fakerum.Destination{Destination: "CloudWatch"})
		fmt.Fprintf(&imports, `
resource "rum_metric_definition" "test_%[1]d" {
  app_monitor_name = %[2]q
  destination      = "CloudWatch"
  name             = "SessionCount"
}

import {
  to = rum_metric_definition.test_%[1]d
  id = "%[2]s,CloudWatch,%[3]s"
}
`, i, monitor, env.Account.CreateDefinition(monitor, "CloudWatch", "", fakerum.Definition{Name: "SessionCount"}))
	}
	cli := env.CLI(t)
	cli.Configure(env.Config("%s", imports.String()))
	cli.Run("apply", "-auto-approve")

	env.Fake.Inject(fakerum.Fault{Operation: fakerum.OpBatchGetRumMetricDefinitions, Status: 403, Code: "AccessDeniedException"})
	got := cli.Diagnostics("plan")
	if len(got) != len(monitors) {
		t.Fatalf("got %d diagnostics, want %d: %+v", len(got), len(monitors), got)
	}
	var said strings.Builder
	for _, d := range got {
		said.WriteString(d.Detail)
	}
	for text, times := range map[string]int{
		"A service control policy":                  1,
		"Another error of this run says what to do": len(monitors) - 1,
		"needs the IAM action rum:BatchGetRumMetricDefinitions on arn:aws:rum:eu-west-1:ACCOUNT:appmonitor/docs": 1,
	} {
		if n := strings.Count(said.String(), text); n != times {
			t.Errorf("got %q %d times, want %d:\n%s", text, n, times, &said)
		}
	}
}
