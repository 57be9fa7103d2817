package metricdefinition

import (
	"encoding/json"
	"strings"
)

// extendedMetric is what AWS demands of the definition of an extended metric.
type extendedMetric struct {
	valueKey  string // "" for a metric that counts events
	eventType string // without the com.amazon.rum. in front
	details   string // JSON of event_details, or ""
}

// extendedMetrics are the names for which AWS documents a value key and an
// event pattern: MetricDefinitionRequest in the CloudWatch RUM API reference,
// https://docs.aws.amazon.com/cloudwatchrum/latest/APIReference/API_MetricDefinitionRequest.html.
// AWS adds names now and then: one that is missing here is allowed, but has to
// bring its own pattern. To add one, add a line.
var extendedMetrics = map[string]extendedMetric{
	"PerformanceNavigationDuration": {"event_details.duration", "performance_navigation_event", ""},
	"PerformanceResourceDuration":   {"event_details.duration", "performance_resource_event", ""},
	// The page's table has ">" here, and its sample of a fast navigation "<": a
	// satisfied user is one who waited for less.
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

// extendedDimensions are the fields that may be dimensions of an extended
// metric, and the names that CloudWatch gives them; from the same page.
var extendedDimensions = map[string]string{
	"metadata.pageId":        "PageId",
	"metadata.browserName":   "BrowserName",
	"metadata.deviceType":    "DeviceType",
	"metadata.osName":        "OSName",
	"metadata.countryCode":   "CountryCode",
	"event_details.fileType": "FileType",
}

// event is the type of event that the metric is about.
func (m extendedMetric) event() string { return "com.amazon.rum." + m.eventType }

// pattern is the event pattern that AWS demands, with the fields of dimensions
// added, none of which it has: every dimension has to occur in it.
func (m extendedMetric) pattern(dimensions map[string]string) string {
	fields := map[string]any{"event_type": []string{m.event()}}
	if m.details != "" {
		fields["event_details"] = json.RawMessage(m.details)
	}
	all, _ := decode(encode(fields)) // to add to event_details, where the table has it
	for field := range dimensions {
		add(all, strings.Split(field, "."), []any{map[string]any{"exists": true}})
	}
	return encode(all)
}

// add puts value at a path of nested objects.
func add(object map[string]any, path []string, value any) {
	for ; len(path) > 1; path = path[1:] {
		inner, ok := object[path[0]].(map[string]any)
		if !ok {
			inner = map[string]any{}
			object[path[0]] = inner
		}
		object = inner
	}
	object[path[0]] = value
}

// encode is JSON as a person would write it: keys in order, and no escaping of
// < and > as for HTML.
func encode(v any) string {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(v) // maps, strings and numbers
	return strings.TrimSpace(text.String())
}

// decode reads a JSON object.
func decode(text string) (object map[string]any, ok bool) {
	return object, json.Unmarshal([]byte(text), &object) == nil && object != nil
}
