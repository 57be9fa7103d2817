package metricsdestination_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
)

// The list that the create of rum_metrics_destination.web reads back is remembered
// for a few seconds. A change of another provider comes after it.
func TestDataSourceShowsWhatAnotherProviderHasJustMade(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	env.Run(t, resource.TestStep{
		Config: env.Config(`
resource "rum_metrics_destination" "web" {
  app_monitor_name = %[1]q
  destination      = "CloudWatch"
}

resource "aws_rum_metrics_destination" "experiment" {
  app_monitor_name = rum_metrics_destination.web.app_monitor_name
  destination      = "Evidently"
  destination_arn  = "arn:aws:evidently:eu-west-1:123456789012:project/petfood/feature/upsell"
  iam_role_arn     = "arn:aws:iam::123456789012:role/rum"
}

data "rum_metrics_destinations" "web" {
  app_monitor_name = %[1]q
  depends_on       = [aws_rum_metrics_destination.experiment]
}

data "rum_metrics_destination" "experiment" {
  app_monitor_name = %[1]q
  destination      = "Evidently"
  depends_on       = [aws_rum_metrics_destination.experiment]
}

output "kinds" {
  value = join(" and ", data.rum_metrics_destinations.web.destinations[*].destination)
}
`, monitor),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("kinds", knownvalue.StringExact("CloudWatch and Evidently")),
		},
	})
}
