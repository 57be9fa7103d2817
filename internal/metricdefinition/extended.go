package metricdefinition

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// awsEventPrefix begins the types of the events that AWS defines.
const awsEventPrefix = "com.amazon.rum."

// extendedMetric says how CloudWatch RUM makes an extended metric from events.
type extendedMetric struct {
	valueKey  string // "" for a metric that counts events
	eventType string // after com.amazon.rum., or "" if nothing public says it
	details   string // event_details of the pattern as JSON, or ""
}

// extendedMetrics are the extended metrics for which AWS documents a value key and
// an event pattern: MetricDefinitionRequest in the CloudWatch RUM API reference,
// https://docs.aws.amazon.com/cloudwatchrum/latest/APIReference/API_MetricDefinitionRequest.html.
// The provider fills both in. To add a metric, add a line here and in the table of
// templates/resources/metric_definition.md.tmpl. The number of metrics is in the
// README, in that template and in rules_test.go.
var extendedMetrics = map[string]extendedMetric{
	"PerformanceNavigationDuration": {"event_details.duration", "performance_navigation_event", ""},
	"PerformanceResourceDuration":   {"event_details.duration", "performance_resource_event", ""},
	// AWS's table has ">" here, and the sample of a fast navigation on the same page
	// has "<". A user is satisfied by a short wait, so "<" is right.
	"NavigationSatisfiedTransaction":  {"", "performance_navigation_event", `{"duration":[{"numeric":["<",2000]}]}`},
	"NavigationToleratedTransaction":  {"", "performance_navigation_event", `{"duration":[{"numeric":[">=",2000,"<",8000]}]}`},
	"NavigationFrustratedTransaction": {"", "performance_navigation_event", `{"duration":[{"numeric":[">=",8000]}]}`},
	"WebVitalsCumulativeLayoutShift":  {"event_details.value", "cumulative_layout_shift_event", ""},
	"WebVitalsFirstInputDelay":        {"event_details.value", "first_input_delay_event", ""},
	"WebVitalsLargestContentfulPaint": {"event_details.value", "largest_contentful_paint_event", ""},
	"JsErrorCount":                    {"", "js_error_event", ""},
	"HttpErrorCount":                  {"", "http_event", ""},
	"SessionCount":                    {"", "session_start_event", ""},
	"PageViewCount":                   {"", "page_view_event", ""},
	"Http4xxCount":                    {"", "http_event", `{"response":{"status":[{"numeric":[">=",400,"<",500]}]}}`},
	"Http5xxCount":                    {"", "http_event", `{"response":{"status":[{"numeric":[">=",500,"<=",599]}]}}`},
}

// namedMetrics are the other extended metrics that AWS names, in the schema of
// CloudFormation's AWS::RUM::AppMonitor. AWS does not document their value keys and
// event patterns, so the provider fills in neither. The ones given here are from the
// event schemas of AWS's web client: something to try.
var namedMetrics = map[string]extendedMetric{
	"WebVitalsInteractionToNextPaint": {"event_details.value", "interaction_to_next_paint_event", ""},
	"SessionDuration":                 {},
	"TimeOnPage":                      {},
	"PageViewCountPerSession":         {},
	"JsErrorCountPerSession":          {},
	"Http4xxCountPerSession":          {},
	"Http5xxCountPerSession":          {},
	"JsErrorCountPerPageView":         {},
	"Http4xxCountPerPageView":         {},
	"Http5xxCountPerPageView":         {},
	"ColdLaunchTime":                  {},
	"WarmLaunchTime":                  {},
	"CrashCount":                      {},
	"ANRCount":                        {},
	"AppHangCount":                    {},
	"ScreenLoadCount":                 {},
	"ScreenLoadTime":                  {},
	"NetworkLatency":                  {},
	"SpanPayloadSize":                 {},
	"LogEventPayloadSize":             {},
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
		return types.StringValue("RUM/CustomMetrics/" + namespace.ValueString())
	}
}

// isDefaultUnit reports whether m's unit may be there although nobody asked for
// it: AWS's samples show Count on an extended metric.
func isDefaultUnit(m memberModel) bool {
	return m.UnitLabel.IsNull() || isExtended(m.Namespace) && m.UnitLabel.ValueString() == "Count"
}
