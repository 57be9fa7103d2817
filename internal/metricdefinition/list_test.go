package metricdefinition_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

func TestListYieldsEveryDefinition(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	ids := inventory(env)
	env.Account.CreateMonitor("shop")
	env.Account.PutDestination("shop", fakerum.Destination{Destination: "CloudWatch"})
	other := env.Account.CreateDefinition("shop", "CloudWatch", "", fakerum.Definition{Name: "Checkouts", Namespace: "Shop"})
	server := env.Server(t)
	query := func(server acctest.Server, limit int64, block map[string]string) []string {
		t.Helper()
		shown, _ := server.List(t, resourceType, limit, true, block)
		return shown
	}

	var want []string
	for i, title := range []string{
		"SessionCount", "JsErrorCount by BrowserName", "TimeOnPage", "Checkouts in Shop", "Total in Shop", "PerformanceResourceDuration",
	} {
		want = append(want, title+" "+ids[i]+"@eu-west-1")
	}
	if got := query(server, 0, map[string]string{"app_monitor_name": "web"}); !slices.Equal(got, want) {
		t.Errorf("of one monitor: got  %q\nwant %q", got, want)
	}
	all := append(slices.Clone(want), "Checkouts in Shop shop,CloudWatch,"+other+"@eu-west-1")
	if got := query(server, 0, nil); !slices.Equal(got, all) {
		t.Errorf("of all monitors: got  %q\nwant %q", got, all)
	}
	if got := query(server, 2, nil); !slices.Equal(got, want[:2]) {
		t.Errorf("of all monitors, at most two: got  %q\nwant %q", got, want[:2])
	}
	if got := query(server, 0, map[string]string{"region": acctest.OtherRegion}); len(got) > 0 {
		t.Errorf("of another region: got %q, want none", got)
	}
	failed := query(server, 0, map[string]string{"app_monitor_name": "absent"})
	if len(failed) != 1 {
		t.Fatalf("of an absent monitor: got %q, want one error", failed)
	}
	for _, want := range []string{`error: `, `"absent"`} {
		if !strings.Contains(failed[0], want) {
			t.Errorf("of an absent monitor: got %q, want %q in it", failed[0], want)
		}
	}

	// An error on the last monitor comes after the definitions of the others.
	env.Fake.Inject(fakerum.Fault{Operation: fakerum.OpBatchGetRumMetricDefinitions, Monitor: "shop", Status: 403, Code: "AccessDeniedException", Message: "not you"})
	got := query(env.Server(t), 0, nil)
	if len(got) != len(want)+1 {
		t.Fatalf("with an error at the end: got %d results, want %d: %q", len(got), len(want)+1, got)
	}
	if !slices.Equal(got[:len(want)], want) {
		t.Errorf("before the error: got  %q\nwant %q", got[:len(want)], want)
	}
	if last := got[len(want)]; !strings.Contains(last, "rum:BatchGetRumMetricDefinitions") {
		t.Errorf("got the error %q, want it to name %q", last, "rum:BatchGetRumMetricDefinitions")
	}

	// A destination that was deleted after its monitor was listed has no definitions, which is no error.
	env.Fake.ClearFaults()
	env.Fake.Inject(fakerum.Fault{Operation: fakerum.OpBatchGetRumMetricDefinitions, Monitor: "shop", Status: 404, Code: "ResourceNotFoundException"})
	if got := query(env.Server(t), 0, nil); !slices.Equal(got, want) {
		t.Errorf("without the destination that is gone: got  %q\nwant %q", got, want)
	}

	// An error ends the list even when it comes first.
	env.Fake.ClearFaults()
	env.Fake.Inject(fakerum.Fault{Operation: fakerum.OpBatchGetRumMetricDefinitions, Times: 1, Status: 403, Code: "AccessDeniedException"})
	if got := query(env.Server(t), 0, nil); len(got) != 1 {
		t.Errorf("with an error at the start: got %q, want only the error", got)
	}
}

func TestDataSourceRefusesAWrongConfiguration(t *testing.T) {
	t.Parallel()
	s := acctest.NewFake(t).Server(t)
	const source = "rum_metric_definitions"
	for name, c := range map[string]struct {
		config  map[string]string
		refused int
	}{
		"everything":           {map[string]string{"app_monitor_name": "my web", "destination": "S3", "destination_arn": "petfood", "region": "Ireland"}, 4},
		"an ARN of CloudWatch": {map[string]string{"app_monitor_name": "web", "destination": "CloudWatch", "destination_arn": experiment}, 1},
		"nothing":              {map[string]string{"app_monitor_name": "web", "destination": "Evidently", "destination_arn": experiment, "region": "us-east-1"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			resp, err := s.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{
				TypeName: source, Config: acctest.Object(t, s.Schema.DataSourceSchemas[source].ValueType(), c.config),
			})
			if err != nil {
				t.Fatal(err)
			}
			if got := len(resp.Diagnostics); got != c.refused {
				t.Errorf("%d arguments are refused, want %d: %v", got, c.refused, resp.Diagnostics)
			}
		})
	}
}

func TestDataSourceListsInOrder(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	ids := inventory(env)
	env.Account.CreateMonitor("bare")
	env.Account.PutDestination("bare", fakerum.Destination{Destination: "CloudWatch"})
	data := func(arguments string) string {
		return env.Config("data \"rum_metric_definitions\" \"test\" {\n%s\n}\n", arguments)
	}
	const source = "data.rum_metric_definitions.test"
	at := func(i int, attribute string) tfjsonpath.Path {
		return tfjsonpath.New("definitions").AtSliceIndex(i).AtMapKey(attribute)
	}
	env.Run(t,
		resource.TestStep{Config: data(`app_monitor_name = "web"
			destination = "Evidently"`), ExpectError: acctest.Saying("destination_arn is required")},
		resource.TestStep{
			Config: data(`app_monitor_name = "web"
				destination = "CloudWatch"`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(source, tfjsonpath.New("definitions"), knownvalue.ListSizeExact(5)),
				statecheck.ExpectKnownValue(source, tfjsonpath.New("region"), knownvalue.StringExact(env.Region)),
				// The list is sorted by namespace and name.
				statecheck.ExpectKnownValue(source, at(0, "name"), knownvalue.StringExact("JsErrorCount")),
				statecheck.ExpectKnownValue(source, at(0, "dimension_keys"), knownvalue.MapExact(map[string]knownvalue.Check{"metadata.browserName": knownvalue.StringExact("BrowserName")})),
				statecheck.ExpectKnownValue(source, at(1, "id"), knownvalue.StringExact(ids[0]+"@"+env.Region)),
				statecheck.ExpectKnownValue(source, at(1, "namespace"), knownvalue.StringExact("AWS/RUM")),
				statecheck.ExpectKnownValue(source, at(1, "cloudwatch_namespace"), knownvalue.StringExact("AWS/RUM")),
				statecheck.ExpectKnownValue(source, at(1, "value_key"), knownvalue.StringExact("")),
				statecheck.ExpectKnownValue(source, at(1, "dimension_keys"), knownvalue.MapSizeExact(0)),
				statecheck.ExpectKnownValue(source, at(3, "cloudwatch_namespace"), knownvalue.StringExact("RUM/CustomMetrics/Shop")),
				statecheck.ExpectKnownValue(source, at(3, "name"), knownvalue.StringExact("Checkouts")),
				statecheck.ExpectKnownValue(source, at(4, "value_key"), knownvalue.StringExact("event_details.total")),
			},
		},
		resource.TestStep{
			Config: data(`app_monitor_name = "web"
				destination = "Evidently"
				destination_arn = "` + experiment + `"`),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(source, tfjsonpath.New("definitions"), knownvalue.ListSizeExact(1))},
		},
		resource.TestStep{
			Config: data(`app_monitor_name = "bare"
				destination = "CloudWatch"`),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(source, tfjsonpath.New("definitions"), knownvalue.ListSizeExact(0))},
		},
		resource.TestStep{Config: data(`app_monitor_name = "web"
			destination = "CloudWatch"
			region = "us-east-1"`), ExpectError: acctest.Saying(`app monitor "web" in us-east-1: not found`)},
		resource.TestStep{Config: data(`app_monitor_name = "absent"
			destination = "CloudWatch"`), ExpectError: acctest.Saying(`metrics destination CloudWatch of app monitor "absent" in eu-west-1: not found`)},
	)
}

// AWS does not document how the service lists the definitions of a destination that
// does not exist.
func TestDataSourceOfAnAbsentDestinationFails(t *testing.T) {
	t.Parallel()
	for name, empty := range map[string]bool{"not found": false, "empty list": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.NewFake(t)
			env.Account.CreateMonitor("web")
			env.Fake.Behave(func(b *fakerum.Behavior) { b.EmptyWithoutDestination = empty })
			env.Run(t, resource.TestStep{
				Config: env.Config(`data "rum_metric_definitions" "test" {
  app_monitor_name = "web"
  destination      = "CloudWatch"
}`),
				ExpectError: acctest.Saying(`metrics destination CloudWatch of app monitor "web" in eu-west-1: not found`),
			})
		})
	}
}

// A stranger makes a second definition right after the first is created. The provider
// remembers the list from before.
func TestDataSourceShowsWhatSomebodyElseHasJustMade(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	env.Fake.Watch(func(r fakerum.Request, _ time.Duration) {
		if r.Operation == opCreate {
			stranger(env, monitor, "Stranger")
		}
	})
	cli := env.CLI(t)
	cli.Configure(withDestination(env, monitor, sessions) + `
data "rum_metric_definitions" "all" {
  app_monitor_name = rum_metrics_destination.test.app_monitor_name
  destination      = "CloudWatch"
  depends_on       = [rum_metric_definition.test]
}

output "count" {
  value = length(data.rum_metric_definitions.all.definitions)
}
`)
	cli.Run("apply", "-auto-approve")
	if got := strings.TrimSpace(cli.Run("output", "count")); got != "2" {
		t.Errorf("got %s definitions, want 2", got)
	}
}
