package metricdefinition

import (
	"cmp"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

// configured returns d as a configuration that leaves out the members which d does
// not have.
func configured(d rumapi.Definition) memberModel {
	m := newMember(d)
	m.Namespace, m.ValueKey = tfresource.Optional(d.Namespace), tfresource.Optional(d.ValueKey)
	if d.DimensionKeys == nil {
		m.DimensionKeys = types.MapNull(types.StringType)
	}
	return m
}

func TestRulesRefuseADefinition(t *testing.T) {
	t.Parallel()
	type keys = map[string]string
	const noType = "Missing event_type in event_pattern"
	const errors = `"event_type":["com.amazon.rum.js_error_event"]`
	browser := keys{"metadata.browserName": "BrowserName"}
	extended := func(name, pattern string, dimensions keys) rumapi.Definition {
		return rumapi.Definition{Name: name, EventPattern: pattern, DimensionKeys: dimensions}
	}
	custom := func(pattern string, dimensions keys) rumapi.Definition {
		return rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: pattern, DimensionKeys: dimensions}
	}
	for name, c := range map[string]struct {
		metric        rumapi.Definition
		at, summaries string   // the path of the first diagnostic, and the summaries of all; "" for a definition that is right
		says          []string // what the first diagnostic says
	}{
		"extended":                     {metric: extended("JsErrorCount", "", nil)},
		"extended, namespace written":  {metric: rumapi.Definition{Name: "JsErrorCount", Namespace: "AWS/RUM"}},
		"extended, default pattern":    {metric: extended("JsErrorCount", "", browser)},
		"extended, new but with one":   {metric: extended("TimeOnPage", `{"event_type":["x"]}`, nil)},
		"extended, dimension exists":   {metric: extended("JsErrorCount", `{`+errors+`,"metadata":{"browserName":[{"exists":true}]}}`, browser)},
		"extended, dimension with dot": {metric: extended("JsErrorCount", `{`+errors+`,"metadata.browserName":["Chrome"]}`, browser)},
		"extended, not known": {extended("Checkouts", "", nil), "event_pattern", "Missing event_pattern", []string{
			`this provider knows none for "Checkouts". It knows the ones that AWS documents: Http4xxCount, `,
		}},
		"extended, name with a slip": {extended("WebVitalsInteractionToNextPoint", "", nil), "event_pattern", "Missing event_pattern", []string{
			"Did you mean WebVitalsInteractionToNextPaint? An extended metric needs",
		}},
		"extended, named only": {extended("TimeOnPage", "", keys{"metadata.osName": "OSName"}), "event_pattern", "Missing event_pattern", []string{
			"CloudWatch RUM publishes TimeOnPage by itself in AWS/RUM, with the dimension application_name, in Milliseconds. An alarm on it needs no definition.",
			"the provider does not fill one in. Nothing public says which events it is made of.",
			`event_pattern = jsonencode({"event_type":["EVENT_TYPE"],"metadata":{"osName":[{"exists":true}]}})`,
		}},
		"extended, named without a unit": {extended("ScreenLoadTime", "", nil), "event_pattern", "Missing event_pattern", []string{
			"CloudWatch RUM publishes ScreenLoadTime by itself in AWS/RUM, with the dimension application_name. An alarm on it needs no definition.",
		}},
		"extended, named with an event": {extended("WebVitalsInteractionToNextPaint", "", nil), "event_pattern", "Missing event_pattern", []string{
			"The event schemas of AWS's web client call the event com.amazon.rum.interaction_to_next_paint_event.",
			`  event_pattern = jsonencode({"event_type":["com.amazon.rum.interaction_to_next_paint_event"]})` + "\n" + `  value_key     = "event_details.value"`,
		}},
		"extended, custom dimension": {
			extended("JsErrorCount", "", keys{"metadata.title": "Title"}), `dimension_keys["metadata.title"]`, "Not a dimension of extended metrics", nil,
		},
		"extended, dimension with a slip": {
			extended("JsErrorCount", "", keys{"metadata.browsername": "BrowserName"}), `dimension_keys["metadata.browsername"]`,
			"Not a dimension of extended metrics", []string{"Did you mean metadata.browserName? The dimensions"},
		},
		"extended, dimension reversed": {
			extended("JsErrorCount", "", keys{"BrowserName": "metadata.browserName"}), `dimension_keys["BrowserName"]`,
			"Not a dimension of extended metrics", []string{`Did you mean { "metadata.browserName" = "BrowserName" }? The dimensions`},
		},
		"extended, dimension misnamed": {
			extended("JsErrorCount", "", keys{"metadata.browserName": "Browser"}), `dimension_keys["metadata.browserName"]`, "Wrong dimension name", nil,
		},
		"extended, dimension missing": {
			extended("JsErrorCount", `{`+errors+`}`, keys{"metadata.osName": "OSName"}), `dimension_keys["metadata.osName"]`,
			"Dimension not in event_pattern", []string{`{"metadata":{"osName":[{"exists":true}]}}`},
		},

		"custom":                  {metric: custom("", nil)},
		"custom, several values":  {metric: custom(`{"event_type":["a","b"],"event_details":{"x":["a","b"],"y":[{"numeric":[">",1]}]}}`, nil)},
		"custom, odd names":       {metric: custom(`{"application_id":["a"],"application_Id":["a"]}`, nil)},
		"custom, event type bare": {metric: custom(`{"event_type":"a","event_details":{"x":["a"]}}`, nil)},
		"custom, own dimension":   {metric: custom(`{"user_details":{"tier":["gold"]}}`, keys{"user_details.tier": "Tier"})},
		"custom, unknown field": {custom(`{"event_detail":{"x":["y"]}}`, nil), "event_pattern", "Unknown event field", []string{
			"Did you mean event_details? Events of CloudWatch RUM",
		}},
		"custom, no event type":    {custom(`{"event_details":{"x":["a"]}}`, nil), "event_pattern", noType, nil},
		"custom, no event types":   {custom(`{"event_type":[],"event_details":{"x":["a"]}}`, nil), "event_pattern", noType, nil},
		"custom, empty event type": {custom(`{"event_type":[""],"event_details":{"x":["a"]}}`, nil), "event_pattern", noType, nil},
		"custom, needs a pattern":  {custom("", browser), "event_pattern", "Missing event_pattern", nil},
		"custom, unknown value key": {
			rumapi.Definition{Name: "Checkouts", Namespace: "Shop", ValueKey: "shop.total"}, "value_key", "Unknown event field", nil,
		},
		"custom, unknown dimension": {
			custom(`{"event_type":["a"]}`, keys{"shop.name": "Name"}), `dimension_keys["shop.name"]`, "Unknown event field, Dimension not in event_pattern",
			[]string{`Events of CloudWatch RUM have no field "shop.name".`},
		},

		"too long": {custom(`{"event_type": ["`+strings.Repeat("é", 4000)+`"]}`, nil), "event_pattern", "Invalid event_pattern", []string{
			"event_pattern must have at most 4000 characters. This one has 4019. White space between its tokens does not count",
		}},
		"at the limit":  {metric: custom(`{"event_type":["`+strings.Repeat("é", 4000-len(`{"event_type":[""]}`))+`"]}`, nil)},
		"short as sent": {metric: custom(`{"event_type":`+strings.Repeat(" ", 4000)+`["`+strings.Repeat(`\u003c`, 1000)+`"]}`, nil)},
		"not JSON, on a line of its own": {custom("{\n  \"event_type\": [\"é\"],\n  }", nil), "event_pattern", "Invalid event_pattern", []string{
			"event_pattern is no JSON. The fault is in line 3, column 3: invalid character '}' looking for beginning of object key string.",
		}},
		"not JSON, after a wide character": {custom(`{"event_type":["é",]}`, nil), "event_pattern", "Invalid event_pattern", []string{
			"The fault is in line 1, column 20: invalid character ']' looking for beginning of value.",
		}},
		"not JSON, too long": {custom(strings.Repeat("{", 4001), nil), "event_pattern", "Invalid event_pattern", nil},
		"a list": {custom(`["checkout"]`, nil), "event_pattern", "Invalid event_pattern", []string{
			"event_pattern must be a JSON object, and this text is another JSON value.",
		}},
		"null":                     {custom(`null`, nil), "event_pattern", "Invalid event_pattern", nil},
		"an empty {}":              {metric: custom(`{}`, nil)},
		"a number too large":       {metric: custom(`{"event_type":["a"],"event_details":{"x":[1e400]}}`, nil)},
		"extended, dimension \"\"": {metric: extended("JsErrorCount", "", keys{"metadata.browserName": ""})}, // the schema refuses it
		"no name":                  {metric: rumapi.Definition{Namespace: "AWS/RUM"}},                        // the schema refuses it
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diags := refusals(configured(c.metric))
			var summaries []string
			for _, d := range diags.Errors() {
				summaries = append(summaries, d.Summary())
			}
			if got := strings.Join(summaries, ", "); got != c.summaries || len(summaries) != len(diags) {
				t.Fatalf("got the errors %q, want %q: %v", got, c.summaries, diags)
			}
			if len(diags) == 0 {
				return
			}
			if at, _ := diags[0].(diag.DiagnosticWithPath); at.Path().String() != c.at {
				t.Errorf("got a diagnostic at %s, want one at %s", at.Path(), c.at)
			}
			for _, text := range c.says {
				if !strings.Contains(diags[0].Detail(), text) {
					t.Errorf("got %q, want it to say %q", diags[0].Detail(), text)
				}
			}
		})
	}
}

// A definition is refused, or might be. Once a member that decides it is unknown, no rule
// can tell, and none may refuse.
func TestRulesAreSilentOnUnknownValues(t *testing.T) {
	t.Parallel()
	wrong := rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: `{"shop":["x"]}`, ValueKey: "shop.total"}
	if len(refusals(configured(wrong))) == 0 {
		t.Fatal("with known values: got no diagnostics, want some")
	}
	navigations, errors := rumapi.Definition{Name: "PerformanceNavigationDuration"}, rumapi.Definition{Name: "JsErrorCount"}
	unknown := types.StringUnknown()
	for name, c := range map[string]struct {
		metric rumapi.Definition
		hide   func(*memberModel)
	}{
		"name":           {wrong, func(m *memberModel) { m.Name = unknown }},
		"namespace":      {wrong, func(m *memberModel) { m.Namespace = unknown }},
		"event_pattern":  {wrong, func(m *memberModel) { m.EventPattern = unknown }},
		"value_key":      {navigations, func(m *memberModel) { m.ValueKey = unknown }},
		"dimension_keys": {errors, func(m *memberModel) { m.DimensionKeys = types.MapUnknown(types.StringType) }},
		"one dimension": {errors, func(m *memberModel) {
			m.DimensionKeys = types.MapValueMust(types.StringType, map[string]attr.Value{"metadata.browserName": unknown})
		}},
	} {
		m := configured(c.metric)
		c.hide(&m)
		if got := refusals(m); len(got) > 0 {
			t.Errorf("%s: got %v, want no diagnostics", name, got)
		}
	}
}

// The defaults of every documented metric pass the rules.
func TestDocumentedMetricsKeepTheRules(t *testing.T) {
	t.Parallel()
	for name, metric := range extendedMetrics {
		d := rumapi.Definition{Name: name, ValueKey: metric.valueKey, EventPattern: metric.pattern(extendedDimensions), DimensionKeys: extendedDimensions}
		if diags := refusals(configured(d)); len(diags) > 0 {
			t.Errorf("%s: got %v, want no diagnostics", name, diags)
		}
		d.DimensionKeys = map[string]string{"metadata.browserName": "BrowserName"}
		d.EventPattern = metric.pattern(d.DimensionKeys)
		if diags := doubts(configured(d)); len(diags) > 0 {
			t.Errorf("%s: got %v, want no doubts", name, diags)
		}
		if metric.details != "" && !strings.Contains(metric.pattern(nil), metric.details) {
			t.Errorf("%s: got the pattern %s, want %s in it", name, metric.pattern(nil), metric.details)
		}
	}
}

// FuzzCheck checks that two spellings of a pattern get the same diagnostics, and that
// a pattern which is no JSON object is refused.
func FuzzCheck(f *testing.F) {
	f.Add("JsErrorCount", "", "", "", "", "")
	f.Add("JsErrorCount", "AWS/RUM", `{"event_type":["com.amazon.rum.js_error_event"],"metadata.browserName":["Chrome"]}`, "event_details.duration", "metadata.browserName", "BrowserName")
	f.Add("Checkouts", "Shop", `{"event_type":["a"],"event_details":{"x":[{"numeric":[">",1,"<",9]}]}}`, "event_details.total", "user_details.tier", "Tier")
	f.Add("Checkouts", "Shop", `{"event_type":[""],"event_details":null,"event_details":[[["a","b"]]]}`, ".", "..", "")
	f.Add("JSErrorCount", "RUM/CustomMetrics", `{"event_type":"com.amazon.rum.x","$or":[{"metadata":{"url":"*"}},{"prefix":5}]}`, "metadata", "metadata", "x")
	f.Add("", "Shop", `{"":{"":[]}}`, "", ".", "x")
	f.Add("Checkouts", "Shop", "null", "", "", "")
	f.Add("Checkouts", "Shop", "{\"\xff\":[\"\xff\"]}", "\xff", "\xff.", "\xff")
	f.Fuzz(func(t *testing.T, name, namespace, text, valueKey, field, dimension string) {
		d := rumapi.Definition{Name: name, Namespace: namespace, EventPattern: text, ValueKey: valueKey}
		if field != "" {
			d.DimensionKeys = map[string]string{field: dimension}
		}
		diags := append(refusals(configured(d)), doubts(configured(d))...)
		object, isObject := decode(text)
		if !isObject && text != "" && !diags.HasError() {
			t.Errorf("%q: got no error, want one", text)
		}
		if isObject {
			d.EventPattern = encode(object)
			if again := append(refusals(configured(d)), doubts(configured(d))...); len(again) != len(diags) || again.HasError() != diags.HasError() {
				t.Errorf("got %v for %q and %v for %q, want the same for both", diags, text, again, d.EventPattern)
			}
		}
		_ = configured(d).filledIn(configured(d), memberModel{}) // must not panic
	})
}

// The page of the resource has a table of the metrics that the provider fills in, and
// the other names by their units. It must agree with the code.
func TestPageListsTheMetrics(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../templates/resources/metric_definition.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	quoted := func(text string) string {
		if text == "" {
			return ""
		}
		return "`" + text + "`"
	}
	var want, got []string
	for name, m := range extendedMetrics {
		want = append(want, strings.Join([]string{quoted(name), m.unit, quoted(m.valueKey), quoted(m.eventType), strconv.FormatBool(m.details != "")}, "|"))
	}
	for _, row := range regexp.MustCompile("(?m)^\\| (`\\w+`) \\| (\\w+) \\|(.*)\\|(.*)\\|(.*)\\|$").FindAllStringSubmatch(string(page), -1) {
		got = append(got, strings.Join([]string{row[1], row[2], strings.TrimSpace(row[3]), strings.TrimSpace(row[4]), strconv.FormatBool(strings.TrimSpace(row[5]) != "")}, "|"))
	}
	for name, m := range namedMetrics {
		want = append(want, cmp.Or(m.unit, "a unit that AWS's page does not give")+": "+name)
	}
	for _, list := range regexp.MustCompile("(?m)^\\* in (.*): (`(?:.*\n  )*.*)$").FindAllStringSubmatch(string(page), -1) {
		for _, name := range regexp.MustCompile("`(\\w+)`").FindAllStringSubmatch(list[2], -1) {
			got = append(got, list[1]+": "+name[1])
		}
	}
	slices.Sort(want)
	if slices.Sort(got); !slices.Equal(got, want) || len(got) != 34 {
		t.Errorf("got %d metrics:\n%s\nwant %d, which are all that AWS names:\n%s", len(got), strings.Join(got, "\n"), 34, strings.Join(want, "\n"))
	}
}
