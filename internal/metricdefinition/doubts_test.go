package metricdefinition

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// planned returns d as a plan has it: with what the provider fills in.
func planned(t *testing.T, d rumapi.Definition) memberModel {
	t.Helper()
	m := newMember(d)
	return m.filledIn(configured(d), memberModel{})
}

// wantDoubts checks that the doubts are one warning for each attribute in want, and
// that the warnings together have all of the texts.
func wantDoubts(t *testing.T, diags diag.Diagnostics, want map[string][]string) {
	t.Helper()
	got := map[string]string{}
	for _, d := range diags {
		if d.Severity() != diag.SeverityWarning {
			t.Errorf("got the error %q, want warnings only", d.Summary())
		}
		at, _ := d.(diag.DiagnosticWithPath)
		got[at.Path().String()] += d.Detail()
	}
	if a, b := slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)); !slices.Equal(a, b) || len(diags) != len(want) {
		t.Errorf("got warnings at %q, want one at each of %q: %v", a, b, diags)
	}
	for attribute, texts := range want {
		for _, text := range texts {
			if strings.Count(got[attribute], text) != 1 {
				t.Errorf("got the warning %q at %s, want it to say once %q", got[attribute], attribute, text)
			}
		}
	}
}

func TestDoubtsOfACustomMetric(t *testing.T) {
	t.Parallel()
	const http, errors = `"event_type":["com.amazon.rum.http_event"]`, `"event_type":["com.amazon.rum.js_error_event"]`
	at := func(attribute string, texts ...string) map[string][]string {
		return map[string][]string{attribute: texts}
	}
	for name, c := range map[string]struct {
		pattern, valueKey string
		dimension         string
		want              map[string][]string
	}{
		"an event type with a slip":  {pattern: `{"event_type":["com.amazon.rum.js_eror_event"]}`, want: at("event_pattern", `Did you mean com.amazon.rum.js_error_event? AWS's web client is not known to send events of the type "com.amazon.rum.js_eror_event".`)},
		"an event type of one's own": {pattern: `{"event_type":["com.amazon.rom.js_error_event"],"event_details":{"fileName":["x"]}}`},
		"all event types but one":    {pattern: `{"event_type":[{"anything-but":["com.amazon.rum.coffee"]}],"event_details":{"fileName":["x"]}}`},

		"a field that the event does not have":     {pattern: `{` + http + `,"event_details":{"status":[404]}}`, want: at("event_pattern", "Events of the type com.amazon.rum.http_event are not known to have the field event_details.status.")},
		"a field with a slip":                      {pattern: `{` + http + `,"event_details":{"response":{"statustext":["x"]}}}`, want: at("event_pattern", "Did you mean response.statusText? ")},
		"a field of one of the events":             {pattern: `{"event_type":["com.amazon.rum.http_event","com.amazon.rum.js_error_event"],"event_details":{"lineno":[1]}}`},
		"a field of none of the events":            {pattern: `{"event_type":["com.amazon.rum.http_event","com.amazon.rum.js_error_event"],"event_details":{"value":[1]}}`, want: at("event_pattern", "com.amazon.rum.http_event or com.amazon.rum.js_error_event are not known")},
		"a field beside an event of one's own":     {pattern: `{"event_type":["com.amazon.rum.http_event","checkout"],"event_details":{"value":[1]}}`},
		"a field without an event type":            {pattern: `{"metadata":{"browserName":["Chrome"]}}`, valueKey: "event_details.total"},
		"a value key that the event does not have": {pattern: `{` + errors + `}`, valueKey: "event_details.duration", want: at("value_key", "are not known to have the field event_details.duration")},
		"the same in the pattern and as value key": {pattern: `{` + errors + `,"event_details":{"duration":[{"exists":true}]}}`, valueKey: "event_details.duration", want: at("value_key", "are not known to have the field event_details.duration")},
		"a dimension that the event does not have": {pattern: `{` + errors + `,"event_details":{"status":[{"exists":true}]}}`, dimension: "event_details.status", want: at("dimension_keys", "event_details.status")},
		"the whole event_details as value key":     {pattern: `{` + errors + `}`, valueKey: "event_details", want: at("value_key", "event_details is a group of fields")},

		"a text for a number":              {pattern: `{` + http + `,"event_details":{"response":{"status":["500"]}}}`, want: at("event_pattern", `event_details.response.status is a number, and "500" is a text`)},
		"a number for a text":              {pattern: `{"metadata":{"osVersion":[14]}}`, want: at("event_pattern", "metadata.osVersion is a text, and 14 is a number")},
		"a text for a group":               {pattern: `{` + http + `,"event_details":{"response":["500"]}}`, want: at("event_pattern", `event_details.response is a group of fields, and "500" is a text`)},
		"no value":                         {pattern: `{` + errors + `,"event_details":{"stack":[null]}}`},
		"a text as value":                  {pattern: `{` + errors + `}`, valueKey: "event_details.message", want: at("value_key", "event_details.message is a text, and the value of a metric is a number.")},
		"metadata as value":                {valueKey: "metadata.browserName", want: at("value_key", "metadata.browserName is a text")},
		"below an open field":              {pattern: `{"event_type":["com.amazon.xray_trace_event"],"event_details":{"http":{"response":{"status":[200]}}}}`, valueKey: "event_details.http.response.status"},
		"fields with names of operators":   {pattern: `{"event_type":["checkout"],"event_details":{"address":{"prefix":["x"],"suffix":["y"]}}}`},
		"a value of an event of one's own": {pattern: `{"event_type":["checkout"]}`, valueKey: "event_details.message"},

		"an event type without brackets": {pattern: `{"event_type":"com.amazon.rum.js_error_event"}`, want: at("event_pattern", `The value of event_type is no list. Write it in brackets: ["com.amazon.rum.js_error_event"].`)},
		"a leaf without brackets":        {pattern: `{` + http + `,"event_details":{"response":{"status":"500"}}}`, want: at("event_pattern", `The value of event_details.response.status is no list. Write it in brackets: ["500"].`, "is a number")},
		"an operator without brackets":   {pattern: `{"metadata":{"browserName":{"exists":true}}}`, want: at("event_pattern", `The value of metadata.browserName is no list. Write it in brackets: [{"exists":true}].`)},
		"no values":                      {pattern: `{"metadata":{"browserName":[]}}`, want: at("event_pattern", "The list of metadata.browserName is empty")},
		"a star":                         {pattern: `{"metadata":{"pageId":["*"]}}`, want: at("event_pattern", `In metadata.pageId, "*" is a text`, `[{"exists": true}]`)},
		"a star at the end":              {pattern: `{"metadata":{"pageId":["/checkout/*"]}}`, want: at("event_pattern", `In metadata.pageId, "/checkout/*" is a text`, `[{"wildcard": "..."}]`)},
		"a star in an operator":          {pattern: `{"metadata":{"pageId":[{"wildcard":"/checkout/*"}]}}`},
		"an operator with a slip":        {pattern: `{"metadata":{"pageId":[{"exist":true}]}}`, want: at("event_pattern", `Did you mean exists? The pattern has the operator "exist" at metadata.pageId`)},
		"an operator of nobody":          {pattern: `{"metadata":{"pageId":[{"regex":"x"}]}}`, want: at("event_pattern", `the operator "regex"`, "anything-but, cidr, equals-ignore-case, exists, numeric, prefix, suffix, wildcard")},
		"numeric on a text":              {pattern: `{"metadata":{"osVersion":[{"numeric":[">",9]}]}}`, want: at("event_pattern", `metadata.osVersion is a text, and the operator "numeric" compares with a number`)},
		"prefix on a number":             {pattern: `{` + http + `,"event_details":{"response":{"status":[{"prefix":"5"}]}}}`, want: at("event_pattern", `event_details.response.status is a number, and the operator "prefix" compares with a text`)},
		"every operator":                 {pattern: `{"metadata":{"pageId":[{"prefix":"x"},{"suffix":"x"},{"anything-but":["x"]},{"equals-ignore-case":"x"},{"wildcard":"*x"},{"cidr":"10.0.0.0/8"},{"exists":true}],"interaction":[{"numeric":[">",1]}]}}`},
		"a slip in an alternative":       {pattern: `{"metadata":{"$or":[{"pageid":["x"]}]}}`, want: at("event_pattern", "Did you mean pageId?")},

		"metadata with a slip":           {pattern: `{"metadata":{"browsername":["Chrome"]}}`, want: at("event_pattern", `Did you mean browserName? AWS's web client has no metadata of the name "browsername".`)},
		"metadata with a dot and a slip": {pattern: `{"metadata.browserNam":["Chrome"]}`, want: at("event_pattern", "Did you mean browserName?")},
		"a dimension with a slip":        {pattern: `{"metadata":{"deviceTyp":["x"]}}`, dimension: "metadata.deviceTyp", want: at("dimension_keys", "Did you mean deviceType?")},
		"attributes of one's own":        {pattern: `{"metadata":{"uri":["x"],"version":[1],"tier":[true],"tenant":["x"]}}`, valueKey: "metadata.cartSize"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: c.pattern, ValueKey: c.valueKey}
			if c.dimension != "" {
				d.DimensionKeys = map[string]string{c.dimension: "Dimension"}
			}
			if refused := refusals(configured(d)); len(refused) > 0 {
				t.Errorf("got %v, want no error", refused)
			}
			wantDoubts(t, doubts(planned(t, d)), c.want)
		})
	}
}

func TestDoubtsOfAnExtendedMetric(t *testing.T) {
	t.Parallel()
	at := func(attribute string, texts ...string) map[string][]string {
		return map[string][]string{attribute: texts}
	}
	const other = "another event_type or other event_details than the provider would fill in."
	browser := map[string]string{"metadata.browserName": "BrowserName"}
	for name, c := range map[string]struct {
		d    rumapi.Definition
		want map[string][]string
	}{
		"its own pattern":              {d: rumapi.Definition{Name: "JsErrorCount", EventPattern: `{"event_type":["com.amazon.rum.js_error_event"],"metadata":{"browserName":["Chrome","Safari"]}}`, DimensionKeys: browser}},
		"its own details":              {d: rumapi.Definition{Name: "HttpErrorCount", EventPattern: `{"event_details.response.status":[{"numeric":[">=",400]}],"event_type":["com.amazon.rum.http_event"]}`}},
		"HTTP errors without status":   {rumapi.Definition{Name: "HttpErrorCount", EventPattern: `{"event_type":["com.amazon.rum.http_event"]}`}, at("event_pattern", other+" AWS was seen to reject it without event_details. It would fill in:", `{"event_details":{"response":{"status":[{"numeric":[">=",400]}]}},"event_type":["com.amazon.rum.http_event"]}`)},
		"5xx without status":           {rumapi.Definition{Name: "Http5xxCount", EventPattern: `{"event_type":["com.amazon.rum.http_event"]}`}, at("event_pattern", other+" AWS was seen to accept it without event_details.")},
		"4xx with another range":       {rumapi.Definition{Name: "Http4xxCount", EventPattern: `{"event_type":["com.amazon.rum.http_event"],"event_details":{"response":{"status":[404]}}}`}, at("event_pattern", other+" It would fill in:")},
		"details where there are none": {rumapi.Definition{Name: "JsErrorCount", EventPattern: `{"event_type":["com.amazon.rum.js_error_event"],"event_details":{"type":["TypeError"]}}`}, at("event_pattern", other)},
		"another value key":            {rumapi.Definition{Name: "PageViewCount", ValueKey: "event_details.interaction"}, at("value_key", "AWS documents that PageViewCount has no value_key.")},
		"no value key":                 {rumapi.Definition{Name: "PerformanceNavigationDuration", EventPattern: `{"event_type":["com.amazon.rum.performance_navigation_event"]}`, ValueKey: "event_details.dns"}, at("value_key", `AWS documents that PerformanceNavigationDuration has the value_key "event_details.duration".`)},
		"a dimension of other events":  {rumapi.Definition{Name: "JsErrorCount", DimensionKeys: map[string]string{"event_details.fileType": "FileType"}}, at("dimension_keys", "com.amazon.rum.js_error_event are not known to have the field event_details.fileType")},
		"a dimension of its events":    {d: rumapi.Definition{Name: "PerformanceResourceDuration", EventPattern: `{"event_type":["com.amazon.rum.performance_resource_event"],"event_details":{"fileType":["script"]}}`, ValueKey: "event_details.duration", DimensionKeys: map[string]string{"event_details.fileType": "FileType"}}},
		"a name with a slip":           {rumapi.Definition{Name: "JSErrorCount", EventPattern: `{"event_type":["com.amazon.rum.js_error_event"]}`}, at("name", `Did you mean JsErrorCount? AWS names no extended metric "JSErrorCount"`)},
		"a new name":                   {d: rumapi.Definition{Name: "NewOfAWS", EventPattern: `{"event_type":["x"]}`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if refused := refusals(configured(c.d)); len(refused) > 0 {
				t.Errorf("got %v, want no error", refused)
			}
			wantDoubts(t, doubts(planned(t, c.d)), c.want)
		})
	}
}

func TestDoubtsOfUnitAndNamespace(t *testing.T) {
	t.Parallel()
	const at = "unit_label"
	for _, c := range []struct{ unit, namespace, at, want string }{
		{"ms", "Shop", at, "Did you mean Milliseconds? "},
		{"KB", "Shop", at, "Did you mean Kilobytes? "},
		{"milliseconds", "Shop", at, "Did you mean Milliseconds? "},
		{"Counts", "Shop", at, "Did you mean Count? "},
		{"Second", "Shop", at, "Did you mean Seconds? "},
		{"furlongs", "Shop", at, `"furlongs" is no unit of CloudWatch. Its units are Seconds, `},
		{"None", "Shop", "", ""},
		{"Kilobytes/Second", "Shop", "", ""},
		{"", "RUM/CustomMetrics/Shop", "namespace", `in "RUM/CustomMetrics/RUM/CustomMetrics/Shop"`},
		{"", "RUM/CustomMetrics", "namespace", `in "RUM/CustomMetrics/RUM/CustomMetrics"`},
		{"", "RUM/Custom", "", ""},
	} {
		want := map[string][]string{}
		if c.want != "" {
			want[c.at] = []string{c.want}
		}
		wantDoubts(t, doubts(newMember(rumapi.Definition{Name: "Visits", Namespace: c.namespace, UnitLabel: c.unit})), want)
	}
}

func TestDoubtsAreSilentOnUnknownValues(t *testing.T) {
	t.Parallel()
	wrong := func() memberModel {
		return newMember(rumapi.Definition{Name: "JSErrorCount", EventPattern: `{"event_type":"com.amazon.rum.x"}`, ValueKey: "metadata.url", UnitLabel: "ms"})
	}
	unknown := types.StringUnknown()
	for name, c := range map[string]struct {
		hide func(*memberModel)
		want int
	}{
		"all known":     {func(*memberModel) {}, 4},
		"name":          {func(m *memberModel) { m.Name = unknown }, 0},
		"namespace":     {func(m *memberModel) { m.Namespace = unknown }, 0},
		"event_pattern": {func(m *memberModel) { m.EventPattern = types.StringUnknown() }, 3},
		"value_key":     {func(m *memberModel) { m.ValueKey = unknown }, 3},
		"unit_label":    {func(m *memberModel) { m.UnitLabel = unknown }, 3},
		"dimensions":    {func(m *memberModel) { m.DimensionKeys = types.MapUnknown(types.StringType) }, 4},
	} {
		m := wrong()
		c.hide(&m)
		if got := doubts(m); len(got) != c.want {
			t.Errorf("%s: got %v, want %d warnings", name, got, c.want)
		}
	}
}

// Whether event_details.fileType belongs in the pattern depends on the dimensions.
func TestPatternIsNotComparedWhileDimensionsAreUnknown(t *testing.T) {
	t.Parallel()
	m := planned(t, rumapi.Definition{
		Name: "PerformanceResourceDuration", ValueKey: "event_details.duration",
		EventPattern: `{"event_type":["com.amazon.rum.performance_resource_event"],"event_details":{"fileType":["script"]}}`,
	})
	if got := doubts(m); len(got) != 1 {
		t.Errorf("without dimensions: got %v, want one warning", got)
	}
	m.DimensionKeys = types.MapUnknown(types.StringType)
	wantDoubts(t, doubts(m), nil)
}

// A definition of each event of AWS's web client that uses all of its fields, each as
// what it is, gives no doubts. A value of any other kind gives one.
func TestEveryFieldOfEveryEventIsKnown(t *testing.T) {
	t.Parallel()
	if len(webClient.Events) != 17 {
		t.Errorf("the table has %d events, want 17", len(webClient.Events))
	}
	values := map[kind]any{number: 1, text: "x", "boolean": true, anything: "x"}
	for eventType, event := range webClient.Events {
		details := map[string]any{"version": []any{"1.0.0"}}
		pattern := map[string]any{"event_type": []any{eventType}, "event_details": details}
		metadata := map[string]any{}
		pattern["metadata"] = metadata
		for k, names := range webClient.Metadata {
			for _, name := range names {
				add(metadata, []string{name}, []any{values[k]})
			}
		}
		var numbers []string
		for k, names := range event {
			if values[k] == nil {
				t.Errorf("%s has fields of the kind %q, want a kind that the provider knows", eventType, k)
			}
			for _, name := range names {
				add(details, strings.Split(name, "."), []any{values[k], map[string]any{"exists": true}})
			}
			if k == number {
				numbers = names
			}
		}
		d := rumapi.Definition{Name: "Metric", Namespace: "Shop", EventPattern: encode(pattern)}
		for _, name := range append(numbers, "") {
			if d.ValueKey = ""; name != "" {
				d.ValueKey = "event_details." + name
			}
			if got := append(refusals(configured(d)), doubts(planned(t, d))...); len(got) > 0 {
				t.Fatalf("%s: got %v, want no diagnostics", eventType, got)
			}
		}
		for k, names := range event {
			for _, name := range names {
				wrong := any("1")
				if k == text {
					wrong = 1
				}
				d := rumapi.Definition{Name: "Metric", Namespace: "Shop", EventPattern: encode(map[string]any{"event_type": []any{eventType}, "event_details." + name: []any{wrong}})}
				want := map[string][]string{"event_pattern": {fmt.Sprintf("event_details.%s is a %s, and ", name, k)}}
				if k == anything {
					want = nil
				}
				wantDoubts(t, doubts(planned(t, d)), want)
			}
		}
	}
}
