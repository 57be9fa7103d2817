package metricsdestination_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
)

func TestAccMetricsDestination_basic(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	monitor := env.Monitor(t)
	env.Run(t,
		resource.TestStep{
			Config: env.Config(`
resource "rum_metrics_destination" "test" {
  app_monitor_name = %q
  destination      = "CloudWatch"
}`, monitor),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("rum_metrics_destination.test", tfjsonpath.New("id"),
					knownvalue.StringExact(monitor+",CloudWatch@"+env.Region)),
			},
		},
		resource.TestStep{ResourceName: "rum_metrics_destination.test", ImportState: true, ImportStateVerify: true},
	)
}
