package metricdefinition_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// publicDefinition is a definition from a public source, with what became of it.
type publicDefinition struct {
	types.MetricDefinitionRequest
	Seen string
}

func (d publicDefinition) refused() bool { return strings.HasPrefix(d.Seen, "refused") }

// arguments returns the definition as a configuration.
func (d publicDefinition) arguments() string {
	var lines strings.Builder
	for name, value := range map[string]*string{
		"name": d.Name, "namespace": d.Namespace, "event_pattern": d.EventPattern, "value_key": d.ValueKey, "unit_label": d.UnitLabel,
	} {
		if value != nil {
			fmt.Fprintf(&lines, "  %s = %q\n", name, *value)
		}
	}
	if len(d.DimensionKeys) > 0 {
		keys, _ := json.Marshal(d.DimensionKeys)
		fmt.Fprintf(&lines, "  dimension_keys = %s\n", keys)
	}
	return lines.String()
}

func publicDefinitions(t *testing.T) (all []publicDefinition) {
	t.Helper()
	content, err := os.ReadFile("testdata/definitions.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(content) {
		var d publicDefinition
		if err := json.Unmarshal(line, &d); err != nil {
			t.Fatal(err)
		}
		all = append(all, d)
	}
	if len(all) != 23 {
		t.Fatalf("%d definitions, want 23", len(all))
	}
	return all
}

// Whatever AWS has accepted, or documents, can be planned and applied. What was doubtful
// is said in the plan of the create only.
func TestPublicDefinitionsApply(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	config := env.Config("resource \"rum_metrics_destination\" \"test\" {\n  app_monitor_name = %q\n  destination = \"CloudWatch\"\n}\n", monitor)
	for i, d := range publicDefinitions(t) {
		if !d.refused() {
			config += definition(fmt.Sprintf("d%d", i+1), d.arguments())
		}
	}
	cli := env.CLI(t)
	cli.Configure(config)
	doubtful := map[string]string{}
	for _, d := range cli.Diagnostics("plan") {
		doubtful[d.Summary] = d.Severity
	}
	// One source has a namespace that begins with the prefix; one has no range of status.
	if len(doubtful) != 2 || doubtful["Doubtful namespace of JsErrorCount"] != "warning" || doubtful["Doubtful event_pattern of Http5xxCount by BrowserName"] != "warning" {
		t.Errorf("the plan says %v, want doubts of a namespace and of Http5xxCount", doubtful)
	}
	cli.Run("apply", "-auto-approve")
	acctest.WantNone(t, cli.Diagnostics("plan", "-detailed-exitcode")) // fails if there is a change
}

// What AWS has refused, the fake refuses too, and the plan has said something before.
func TestPublicDefinitionsThatWereRefused(t *testing.T) {
	t.Parallel()
	n := 0
	for i, d := range publicDefinitions(t) {
		if !d.refused() {
			continue
		}
		n++
		t.Run(fmt.Sprintf("%d %s", i+1, *d.Name), func(t *testing.T) {
			t.Parallel()
			env := acctest.NewFake(t)
			monitor := env.Monitor(t)
			cli := env.CLI(t)
			cli.Configure(withDestination(env, monitor, d.arguments()))
			if diagnostics := cli.Diagnostics("plan"); len(diagnostics) == 0 {
				t.Error("the plan says nothing, want an error or a warning")
			}
			if _, err := env.SDK.PutRumMetricsDestination(t.Context(), &rum.PutRumMetricsDestinationInput{
				AppMonitorName: &monitor, Destination: types.MetricDestinationCloudWatch,
			}); err != nil {
				t.Fatal(err)
			}
			out, err := env.SDK.BatchCreateRumMetricDefinitions(t.Context(), &rum.BatchCreateRumMetricDefinitionsInput{
				AppMonitorName: &monitor, Destination: types.MetricDestinationCloudWatch, MetricDefinitions: []types.MetricDefinitionRequest{d.MetricDefinitionRequest},
			})
			if err != nil || len(out.Errors) != 1 {
				t.Errorf("the fake answers %+v, %v, want one error", out, err)
			}
		})
	}
	if n != 2 {
		t.Errorf("%d definitions were refused, want 2", n)
	}
}

// Doubts of several definitions are all to be read, each once, and not again when the
// definitions exist. A change brings them back.
func TestDoubtsAreSaidOnce(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	config := withDestination(env, monitor, sessions)
	for i, unit := range []string{"ms", "KB"} {
		config += definition(fmt.Sprintf("custom_%d", i), fmt.Sprintf("name = \"Custom%d\"\nnamespace = \"Shop\"\nunit_label = %q", i, unit))
	}
	cli := env.CLI(t)
	cli.Configure(config)
	if out := cli.Run("validate", "-no-color"); strings.Contains(out, "Warning") {
		t.Errorf("validate says\n%s\nwant no warning", out)
	}
	plan := cli.Run("plan", "-no-color")
	for _, want := range []string{"Doubtful unit_label of Custom0", "Doubtful unit_label of Custom1", "Did you mean Milliseconds?", "Did you mean Kilobytes?"} {
		if strings.Count(plan, want) != 1 {
			t.Errorf("got %d times %q, want it once:\n%s", strings.Count(plan, want), want, plan)
		}
	}
	if strings.Contains(plan, "similar warning") {
		t.Errorf("got folded warnings, want all of them:\n%s", plan)
	}
	cli.Run("apply", "-auto-approve")
	acctest.WantNone(t, cli.Diagnostics("plan", "-detailed-exitcode"))
	cli.Configure(strings.Replace(config, `"Custom0"`, `"Renamed"`, 1))
	acctest.WantOne(t, cli.Diagnostics("plan"), "warning", "Doubtful unit_label of Renamed", "Did you mean Milliseconds?")
}

// AWS's words for event_details that it does not accept get a pattern to try, when a
// create is rejected and when an update is.
func TestRejectedEventDetailsGetAPattern(t *testing.T) {
	t.Parallel()
	const http = `event_pattern = jsonencode({ event_type = ["com.amazon.rum.http_event"], event_details = { response = { status = [500] } } })`
	for name, c := range map[string]struct{ arguments, want, unlike string }{
		"another pattern": {
			arguments: "name = \"HttpErrorCount\"\n" + http,
			want:      `event_pattern = jsonencode({"event_details":{"response":{"status":[{"numeric":[">=",400]}]}},"event_type":["com.amazon.rum.http_event"]})`,
		},
		"filled in":       {arguments: `name = "Http4xxCount"`, want: "If this one was rejected, set event_pattern to another one.\n\n  event_pattern = jsonencode({\"event_details\""},
		"5xx":             {arguments: `name = "Http5xxCount"`, want: "AWS was seen to accept a pattern of Http5xxCount without event_details.\n\n  event_pattern = jsonencode({\"event_type\":[\"com.amazon.rum.http_event\"]})"},
		"a metric of AWS": {arguments: "name = \"NewOfAWS\"\n" + http, want: "Set event_pattern to one that has others.", unlike: "jsonencode"},
		"a custom metric": {arguments: "name = \"JsErrorCount\"\nnamespace = \"Shop\"\n" + http, want: "Set event_pattern to one that has others.", unlike: "jsonencode"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.NewFake(t)
			reject := func(_ string, _ fakerum.Definition) (code, message string) {
				return "ValidationException", `Value {} for metric field event detail is not valid.`
			}
			monitor := env.Monitor(t)
			cli := env.CLI(t)
			wantRejected := func(summary string) {
				t.Helper()
				env.Fake.Behave(func(b *fakerum.Behavior) { b.RejectDefinition = reject })
				got := acctest.WantOne(t, errorsOf(cli.Diagnostics("apply", "-auto-approve")), "error", summary, "wants other event_details", c.want)
				if c.unlike != "" && strings.Contains(got.Detail, c.unlike) {
					t.Errorf("got %q, want it not to say %q", got.Detail, c.unlike)
				}
				env.Fake.Behave(func(b *fakerum.Behavior) { b.RejectDefinition = nil })
			}
			cli.Configure(withDestination(env, monitor, c.arguments))
			wantRejected("Cannot create RUM metric definition")
			cli.Run("apply", "-auto-approve")
			cli.Configure(withDestination(env, monitor, c.arguments+"\nunit_label = \"None\""))
			wantRejected("Cannot update RUM metric definition")
		})
	}
}
