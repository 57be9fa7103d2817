package metricdefinition

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// extendedMetric says how CloudWatch RUM makes an extended metric from events.
type extendedMetric struct {
	valueKey  string // "" for a metric that counts events
	eventType string // after com.amazon.rum., or "" if nothing public says it
	details   string // event_details of the pattern as JSON, or ""
	unit      string // of the metric that RUM publishes by itself, or "" if nothing public says it
	seen      string // what AWS was seen to do otherwise, or ""
}

const (
	rejectedWithoutDetails = "reject it without event_details"
	acceptedWithoutDetails = "accept it without event_details"
)

// extendedMetrics are the extended metrics for which AWS documents a value key and
// an event pattern: MetricDefinitionRequest in the CloudWatch RUM API reference,
// https://docs.aws.amazon.com/cloudwatchrum/latest/APIReference/API_MetricDefinitionRequest.html.
// The provider fills both in. The units are those of the default metrics:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-RUM-metrics.html.
// To add a metric, add a line here and in the table of
// templates/resources/metric_definition.md.tmpl. The number of metrics is in the
// README, in that template and in rules_test.go.
var extendedMetrics = map[string]extendedMetric{
	"PerformanceNavigationDuration": {"event_details.duration", "performance_navigation_event", "", "Milliseconds", ""},
	"PerformanceResourceDuration":   {"event_details.duration", "performance_resource_event", "", "Milliseconds", ""},
	// AWS's table has ">" here, and the sample of a fast navigation on the same page
	// has "<". A user is satisfied by a short wait, so "<" is right.
	"NavigationSatisfiedTransaction":  {"", "performance_navigation_event", `{"duration":[{"numeric":["<",2000]}]}`, "Count", ""},
	"NavigationToleratedTransaction":  {"", "performance_navigation_event", `{"duration":[{"numeric":[">=",2000,"<",8000]}]}`, "Count", ""},
	"NavigationFrustratedTransaction": {"", "performance_navigation_event", `{"duration":[{"numeric":[">=",8000]}]}`, "Count", ""},
	"WebVitalsCumulativeLayoutShift":  {"event_details.value", "cumulative_layout_shift_event", "", "None", ""},
	"WebVitalsFirstInputDelay":        {"event_details.value", "first_input_delay_event", "", "Milliseconds", ""},
	"WebVitalsLargestContentfulPaint": {"event_details.value", "largest_contentful_paint_event", "", "Milliseconds", ""},
	"JsErrorCount":                    {"", "js_error_event", "", "Count", ""},
	// AWS documents no event_details here. Since June 2025 it was seen to reject the
	// definition without them, and to accept it with these.
	"HttpErrorCount": {"", "http_event", `{"response":{"status":[{"numeric":[">=",400]}]}}`, "Count", rejectedWithoutDetails},
	"SessionCount":   {"", "session_start_event", "", "Count", ""},
	"PageViewCount":  {"", "page_view_event", "", "Count", ""},
	"Http4xxCount":   {"", "http_event", `{"response":{"status":[{"numeric":[">=",400,"<",500]}]}}`, "Count", ""},
	"Http5xxCount":   {"", "http_event", `{"response":{"status":[{"numeric":[">=",500,"<=",599]}]}}`, "Count", acceptedWithoutDetails},
}

// namedMetrics are the other extended metrics that AWS names, in the schema of
// CloudFormation's AWS::RUM::AppMonitor. RUM publishes all of them by itself. AWS does
// not document their value keys and event patterns, so the provider fills in neither.
// The ones given here are from the event schemas of AWS's web client: something to try.
var namedMetrics = map[string]extendedMetric{
	"WebVitalsInteractionToNextPaint": {"event_details.value", "interaction_to_next_paint_event", "", "Milliseconds", ""},
	"SessionDuration":                 {unit: "Milliseconds"},
	"TimeOnPage":                      {unit: "Milliseconds"},
	"PageViewCountPerSession":         {unit: "Count"},
	"JsErrorCountPerSession":          {unit: "Count"},
	"Http4xxCountPerSession":          {unit: "Count"},
	"Http5xxCountPerSession":          {unit: "Count"},
	"JsErrorCountPerPageView":         {unit: "Count"},
	"Http4xxCountPerPageView":         {unit: "Count"},
	"Http5xxCountPerPageView":         {unit: "Count"},
	"ColdLaunchTime":                  {unit: "Milliseconds"},
	"WarmLaunchTime":                  {unit: "Milliseconds"},
	"CrashCount":                      {unit: "Count"},
	"ANRCount":                        {unit: "Count"},
	"AppHangCount":                    {unit: "Count"},
	"ScreenLoadCount":                 {unit: "Count"},
	"ScreenLoadTime":                  {},
	"NetworkLatency":                  {unit: "Milliseconds"},
	"SpanPayloadSize":                 {unit: "Bytes"},
	"LogEventPayloadSize":             {unit: "Bytes"},
}

// extendedDimensions are the fields that may be dimensions of an extended metric,
// with the names that CloudWatch gives them, from the same page of the API
// reference.
var extendedDimensions = map[string]string{
	"metadata.pageId":        "PageId",
	"metadata.browserName":   "BrowserName",
	"metadata.deviceType":    "DeviceType",
	"metadata.osName":        "OSName",
	"metadata.countryCode":   "CountryCode",
	"event_details.fileType": "FileType",
}

// ExtendedDefinitions returns a definition for each extended metric whose event is
// known, in the order of their names. The metrics that AWS documents are as the
// provider fills them in; the others are something to try. "make probe" asks AWS
// about them.
func ExtendedDefinitions() (all []rumapi.Definition) {
	metrics := maps.Clone(extendedMetrics)
	maps.Copy(metrics, namedMetrics)
	for _, name := range slices.Sorted(maps.Keys(metrics)) {
		if m := metrics[name]; m.eventType != "" {
			all = append(all, rumapi.Definition{Name: name, ValueKey: m.valueKey, EventPattern: m.pattern(nil)})
		}
	}
	return all
}

// extendedNames returns the names of all metrics that AWS calls extended.
func extendedNames() []string {
	return slices.AppendSeq(slices.Collect(maps.Keys(extendedMetrics)), maps.Keys(namedMetrics))
}

// event returns the event_type of the events that make the metric.
func (m extendedMetric) event() string {
	if m.eventType == "" {
		return "EVENT_TYPE" // for a person to replace
	}
	return awsEventPrefix + m.eventType
}

// pattern returns the event pattern of the metric. It has the fields of dimensions
// too, because AWS demands that every dimension occurs in the pattern.
func (m extendedMetric) pattern(dimensions map[string]string) string {
	fields := map[string]any{"event_type": []string{m.event()}}
	if m.details != "" {
		fields["event_details"] = json.RawMessage(m.details)
	}
	all, _ := decode(encode(fields)) // so that a dimension can go into event_details
	for field := range dimensions {
		add(all, strings.Split(field, "."), []any{map[string]any{"exists": true}})
	}
	return encode(all)
}

// isExtended reports whether a namespace, or its absence, makes a metric an
// extended one. It is false while the namespace is unknown.
func isExtended(namespace types.String) bool {
	return namespace.IsNull() || namespace.ValueString() == rumapi.ExtendedNamespace
}

// customNamespace begins the namespace in CloudWatch of a custom metric.
const customNamespace = "RUM/CustomMetrics"

// cloudWatchNamespace returns the namespace in which CloudWatch shows a metric:
// CloudWatch RUM puts a prefix before the namespace of a custom metric. The result
// is unknown while namespace is.
func cloudWatchNamespace(namespace types.String) types.String {
	switch {
	case namespace.IsUnknown():
		return types.StringUnknown()
	case isExtended(namespace):
		return types.StringValue(rumapi.ExtendedNamespace)
	default:
		return types.StringValue(customNamespace + "/" + namespace.ValueString())
	}
}

// isDefaultUnit reports whether m's unit may be there although nobody asked for
// it: AWS's samples show Count on an extended metric.
func isDefaultUnit(m memberModel) bool {
	return m.UnitLabel.IsNull() || isExtended(m.Namespace) && m.UnitLabel.ValueString() == "Count"
}
