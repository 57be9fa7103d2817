package metricsdestination_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// listedDestination returns a check of one element of the destinations of
// rum_metrics_destinations.
func listedDestination(id, destination, arn, role string) knownvalue.Check {
	return knownvalue.ObjectExact(checks(map[string]string{"destination": destination, "destination_arn": arn, "iam_role_arn": role, "id": id}))
}

func TestAccMetricsDestinationDataSource_basic(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	monitor := env.Monitor(t)
	id := monitor + ",CloudWatch@" + env.Region
	env.Run(t, resource.TestStep{
		Config: config(env, cloudWatch("test", monitor), `
data "rum_metrics_destination" "web" {
  app_monitor_name = rum_metrics_destination.test.app_monitor_name
}

data "rum_metrics_destinations" "web" {
  app_monitor_name = rum_metrics_destination.test.app_monitor_name
}
`),
		ConfigStateChecks: append(values("data.rum_metrics_destination.web", map[string]string{
			"app_monitor_name": monitor, "destination": "CloudWatch", "destination_arn": "", "iam_role_arn": "", "region": env.Region, "id": id,
		}),
			statecheck.ExpectKnownValue("data.rum_metrics_destinations.web", tfjsonpath.New("region"), knownvalue.StringExact(env.Region)),
			statecheck.ExpectKnownValue("data.rum_metrics_destinations.web", tfjsonpath.New("destinations"), knownvalue.ListExact([]knownvalue.Check{
				listedDestination(id, "CloudWatch", "", ""),
			}))),
	})
}

func TestDataSourceFindsByAPartialKey(t *testing.T) {
	t.Parallel()
	env := newFake(t, inCloudWatch, inEvidently(arnA, roleA))
	env.Account.CreateMonitor("bare")
	env.In(acctest.OtherRegion).PutDestination(web, inCloudWatch)

	const evidentlyID = "web,Evidently," + arnA + "@eu-west-1"
	evidently := map[string]string{
		"app_monitor_name": web, "destination": "Evidently", "destination_arn": arnA, "iam_role_arn": roleA, "region": "eu-west-1", "id": evidentlyID,
	}
	elsewhere := map[string]string{"destination": "CloudWatch", "region": "us-east-1", "id": "web,CloudWatch@us-east-1"}
	var steps []resource.TestStep
	for _, test := range []struct {
		arguments string
		want      map[string]string // nil for an error
		says      string
	}{
		{`app_monitor_name = ".hidden"`, nil, "not starting with a full stop"},
		{"app_monitor_name = \"web\"\n destination = \"S3\"", nil, "value must be one of"},
		{"app_monitor_name = \"web\"\n destination = \"Evidently\"", evidently, ""},
		{"app_monitor_name = \"web\"\n destination_arn = \"" + arnA + "\"", evidently, ""},
		{"app_monitor_name = \"web\"\n region = \"us-east-1\"", elsewhere, ""},
		{`app_monitor_name = "web"`, nil, "web,CloudWatch@eu-west-1\n" + evidentlyID},
		{`app_monitor_name = "bare"`, nil, `metrics destination of app monitor "bare" in eu-west-1: not found`},
		{`app_monitor_name = "absent"`, nil, `app monitor "absent" in eu-west-1: not found`},
	} {
		step := resource.TestStep{Config: env.Config("data %q \"test\" {\n%s\n}\n", resourceType, test.arguments)}
		if step.ConfigStateChecks = values("data."+address, test.want); test.want == nil {
			step.ExpectError = acctest.Saying(test.says)
		}
		steps = append(steps, step)
	}
	env.Run(t, steps...)
}

func TestDataSourceListsInOrder(t *testing.T) {
	t.Parallel()
	env := newFake(t, inEvidently(arnB, roleA), inEvidently(arnA, roleB), inCloudWatch)
	env.Account.CreateMonitor("bare")
	data := func(monitor string) string {
		return env.Config("data \"rum_metrics_destinations\" \"test\" {\n app_monitor_name = %q\n}\n", monitor)
	}
	destinations := func(want ...knownvalue.Check) []statecheck.StateCheck {
		return []statecheck.StateCheck{statecheck.ExpectKnownValue("data.rum_metrics_destinations.test", tfjsonpath.New("destinations"), knownvalue.ListExact(want))}
	}
	env.Run(t,
		resource.TestStep{Config: data(web), ConfigStateChecks: destinations(
			listedDestination("web,CloudWatch@eu-west-1", "CloudWatch", "", ""),
			listedDestination("web,Evidently,"+arnA+"@eu-west-1", "Evidently", arnA, roleB),
			listedDestination("web,Evidently,"+arnB+"@eu-west-1", "Evidently", arnB, roleA),
		)},
		resource.TestStep{Config: data("bare"), ConfigStateChecks: destinations()},
		resource.TestStep{Config: data("absent"), ExpectError: acctest.Saying(`app monitor "absent" in eu-west-1: not found`)},
	)
}

// The list that the first data source reads is remembered for a few seconds. Another
// provider makes a destination after it.
func TestDataSourceShowsWhatAnotherProviderHasJustMade(t *testing.T) {
	t.Parallel()
	for _, second := range []string{"rum_metrics_destination", "rum_metrics_destinations"} {
		t.Run(second, func(t *testing.T) {
			t.Parallel()
			env := newFake(t)
			env.Fake.Watch(func(r fakerum.Request, _ time.Duration) {
				if r.Operation == opList {
					env.Account.PutDestination(web, inCloudWatch)
				}
			})
			cli := newAppliedCLI(t, env, fmt.Sprintf(`
data "rum_metrics_destinations" "before" {
  app_monitor_name = "web"
}

data %[1]q "after" {
  app_monitor_name = data.rum_metrics_destinations.before.app_monitor_name
}

output "all" {
  value = jsonencode([length(data.rum_metrics_destinations.before.destinations), data.%[1]s.after])
}
`, second))
			if got := cli.Run("output", "-raw", "all"); !strings.HasPrefix(got, "[0,") || !strings.Contains(got, "web,CloudWatch@eu-west-1") {
				t.Errorf("got %s, want no destination before and one after", got)
			}
		})
	}
}
