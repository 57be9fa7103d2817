package metricsdestination_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// values returns checks of the string attributes of an object. "" stands for null.
func values(address string, want map[string]string) []statecheck.StateCheck {
	var checks []statecheck.StateCheck
	for attribute, value := range want {
		checks = append(checks, statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), stringOrNull(value)))
	}
	return checks
}

func stringOrNull(value string) knownvalue.Check {
	if value == "" {
		return knownvalue.Null()
	}
	return knownvalue.StringExact(value)
}

func TestAccMetricsDestinationDataSource_basic(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	monitor := env.Monitor(t)
	env.Run(t, resource.TestStep{
		Config: env.Config(`
resource "rum_metrics_destination" "web" {
  app_monitor_name = %q
  destination      = "CloudWatch"
}

data "rum_metrics_destination" "web" {
  app_monitor_name = rum_metrics_destination.web.app_monitor_name
}

data "rum_metrics_destinations" "web" {
  app_monitor_name = rum_metrics_destination.web.app_monitor_name
}
`, monitor),
		ConfigStateChecks: append(values("data.rum_metrics_destination.web", map[string]string{
			"app_monitor_name": monitor, "destination": "CloudWatch", "destination_arn": "", "iam_role_arn": "",
			"region": env.Region, "id": monitor + ",CloudWatch@" + env.Region,
		}),
			statecheck.ExpectKnownValue("data.rum_metrics_destinations.web", tfjsonpath.New("destinations"), knownvalue.ListExact([]knownvalue.Check{
				member(monitor+",CloudWatch@"+env.Region, "CloudWatch", "", ""),
			})),
			statecheck.ExpectKnownValue("data.rum_metrics_destinations.web", tfjsonpath.New("region"), knownvalue.StringExact(env.Region))),
	})
}

// member returns a check of one element of the destinations of
// rum_metrics_destinations.
func member(id, destination, arn, role string) knownvalue.Check {
	return knownvalue.ObjectExact(map[string]knownvalue.Check{
		"destination":     stringOrNull(destination),
		"destination_arn": stringOrNull(arn),
		"iam_role_arn":    stringOrNull(role),
		"id":              stringOrNull(id),
	})
}

func TestDataSourceFindsByAPartialKey(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	env.Account.CreateMonitor("web")
	env.Account.CreateMonitor("bare")
	env.Account.PutDestination("web", fakerum.Destination{Destination: "CloudWatch"})
	env.Account.PutDestination("web", fakerum.Destination{Destination: "Evidently", DestinationARN: movedARN, IAMRoleARN: movedRole})
	env.In(acctest.OtherRegion).CreateMonitor("web")
	env.In(acctest.OtherRegion).PutDestination("web", fakerum.Destination{Destination: "CloudWatch"})

	evidentlyID := "web,Evidently," + movedARN + "@eu-west-1"
	data := func(arguments string) string {
		return env.Config("data %q \"test\" {\n%s\n}\n", resourceType, arguments)
	}
	evidently := values("data.rum_metrics_destination.test", map[string]string{
		"app_monitor_name": "web", "destination": "Evidently", "destination_arn": movedARN, "iam_role_arn": movedRole, "region": "eu-west-1", "id": evidentlyID,
	})
	env.Run(t,
		resource.TestStep{Config: data(`app_monitor_name = ".hidden"`), ExpectError: acctest.Saying("not starting with a full stop")},
		resource.TestStep{Config: data(`app_monitor_name = "web"
			destination = "S3"`), ExpectError: acctest.Saying("value must be one of")},
		resource.TestStep{Config: data(`app_monitor_name = "web"
			destination = "Evidently"`), ConfigStateChecks: evidently},
		resource.TestStep{Config: data(`app_monitor_name = "web"
			destination_arn = "` + movedARN + `"`), ConfigStateChecks: evidently},
		resource.TestStep{Config: data(`app_monitor_name = "web"
			region = "us-east-1"`), ConfigStateChecks: values("data.rum_metrics_destination.test", map[string]string{
			"destination": "CloudWatch", "region": "us-east-1", "id": "web,CloudWatch@us-east-1",
		})},
		resource.TestStep{Config: data(`app_monitor_name = "web"`), ExpectError: acctest.Saying(evidentlyID)},
		resource.TestStep{Config: data(`app_monitor_name = "web"`), ExpectError: acctest.Saying("web,CloudWatch@eu-west-1")},
		resource.TestStep{Config: data(`app_monitor_name = "bare"`), ExpectError: acctest.Saying(`metrics destination of app monitor "bare" in eu-west-1: not found`)},
		resource.TestStep{Config: data(`app_monitor_name = "absent"`), ExpectError: acctest.Saying(`app monitor "absent" in eu-west-1: not found`)},
	)
}

func TestDataSourceListsInOrder(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	env.Account.CreateMonitor("web")
	env.Account.CreateMonitor("bare")
	for _, arn := range []string{movedARN + "-2", movedARN + "-1"} {
		env.Account.PutDestination("web", fakerum.Destination{Destination: "Evidently", DestinationARN: arn, IAMRoleARN: movedRole})
	}
	env.Account.PutDestination("web", fakerum.Destination{Destination: "CloudWatch"})
	data := func(monitor string) string {
		return env.Config("data \"rum_metrics_destinations\" \"test\" {\n app_monitor_name = %q\n}\n", monitor)
	}
	destinations := func(want ...knownvalue.Check) []statecheck.StateCheck {
		return []statecheck.StateCheck{statecheck.ExpectKnownValue("data.rum_metrics_destinations.test", tfjsonpath.New("destinations"), knownvalue.ListExact(want))}
	}
	env.Run(t,
		resource.TestStep{Config: data("web"), ConfigStateChecks: destinations(
			member("web,CloudWatch@eu-west-1", "CloudWatch", "", ""),
			member("web,Evidently,"+movedARN+"-1@eu-west-1", "Evidently", movedARN+"-1", movedRole),
			member("web,Evidently,"+movedARN+"-2@eu-west-1", "Evidently", movedARN+"-2", movedRole),
		)},
		resource.TestStep{Config: data("bare"), ConfigStateChecks: destinations()},
		resource.TestStep{Config: data("absent"), ExpectError: acctest.Saying(`app monitor "absent" in eu-west-1: not found`)},
	)
}

// The list that the first data source reads is remembered for a few seconds. A change
// of another provider comes after it.
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

data "rum_metrics_destinations" "before" {
  app_monitor_name = rum_metrics_destination.web.app_monitor_name
  depends_on       = [rum_metrics_destination.web]
}

resource "aws_rum_metrics_destination" "experiment" {
  app_monitor_name = data.rum_metrics_destinations.before.app_monitor_name
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
