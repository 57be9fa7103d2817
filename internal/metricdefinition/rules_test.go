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
	"github.com/hashicorp/terraform-plugin-framework/path"
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
	const (
		none    = ""
		refused = "error: "
	)
	browser := map[string]string{"metadata.browserName": "BrowserName"}
	for name, c := range map[string]struct {
		metric  rumapi.Definition
		at, say string // the path of the one diagnostic, and how it begins
	}{
		"extended, documented":         {rumapi.Definition{Name: "JsErrorCount"}, none, none},
		"extended, namespace written":  {rumapi.Definition{Name: "JsErrorCount", Namespace: "AWS/RUM"}, none, none},
		"extended, default pattern":    {rumapi.Definition{Name: "JsErrorCount", DimensionKeys: browser}, none, none},
		"extended, named only":         {rumapi.Definition{Name: "TimeOnPage"}, "event_pattern", refused + "Missing event_pattern"},
		"extended, not known":          {rumapi.Definition{Name: "Checkouts"}, "event_pattern", refused + "Missing event_pattern"},
		"extended, new but with one":   {rumapi.Definition{Name: "TimeOnPage", EventPattern: `{"event_type":["x"]}`}, none, none},
		"extended, documented pattern": {rumapi.Definition{Name: "JsErrorCount", EventPattern: `{"event_type":["com.amazon.rum.js_error_event"]}`}, none, none},
		"extended, 5xx with no range":  {rumapi.Definition{Name: "Http5xxCount", EventPattern: `{"event_type":["com.amazon.rum.http_event"]}`}, none, none},
		"extended, several values":     {rumapi.Definition{Name: "JsErrorCount", EventPattern: `{"event_type":["com.amazon.rum.js_error_event"],"metadata":{"browserName":["Chrome","Safari"]}}`, DimensionKeys: browser}, none, none},
		"extended, value left out":     {rumapi.Definition{Name: "PerformanceNavigationDuration"}, none, none},
		"extended, documented value":   {rumapi.Definition{Name: "PerformanceNavigationDuration", ValueKey: "event_details.duration"}, none, none},
		"extended, custom dimension":   {rumapi.Definition{Name: "JsErrorCount", DimensionKeys: map[string]string{"metadata.title": "Title"}}, `dimension_keys["metadata.title"]`, refused + "Not a dimension"},
		"extended, dimension misnamed": {rumapi.Definition{Name: "JsErrorCount", DimensionKeys: map[string]string{"metadata.browserName": "Browser"}}, `dimension_keys["metadata.browserName"]`, refused + "Wrong dimension name"},
		"extended, dimension missing":  {rumapi.Definition{Name: "JsErrorCount", EventPattern: `{"event_type":["com.amazon.rum.js_error_event"]}`, DimensionKeys: browser}, `dimension_keys["metadata.browserName"]`, refused + "Dimension not in event_pattern"},
		"extended, dimension exists":   {rumapi.Definition{Name: "JsErrorCount", EventPattern: `{"event_type":["com.amazon.rum.js_error_event"],"metadata":{"browserName":[{"exists":true}]}}`, DimensionKeys: browser}, none, none},
		"extended, dimension with dot": {rumapi.Definition{Name: "JsErrorCount", EventPattern: `{"event_type":["com.amazon.rum.js_error_event"],"metadata.browserName":["Chrome"]}`, DimensionKeys: browser}, none, none},

		"custom, name alone":        {rumapi.Definition{Name: "Checkouts", Namespace: "Shop"}, none, none},
		"custom, unknown field":     {rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: `{"shop":["x"]}`}, "event_pattern", refused + "Unknown event field"},
		"custom, unknown value key": {rumapi.Definition{Name: "Checkouts", Namespace: "Shop", ValueKey: "shop.total"}, "value_key", refused + "Unknown event field"},
		"custom, several values":    {rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: `{"event_type":["a","b"],"event_details":{"x":["a","b"],"y":[{"numeric":[">",1]}]}}`}, none, none},
		"custom, application_id":    {rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: `{"application_id":["a"]}`}, none, none},
		"custom, application_Id":    {rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: `{"application_Id":["a"]}`}, none, none},
		"custom, one operand":       {rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: `{"event_type":[{"prefix":"a"}],"event_details":{"x":[{"anything-but":["a"]}]}}`}, none, none},
		"custom, no event type":     {rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: `{"event_details":{"x":["a"]}}`}, "event_pattern", refused + "Missing event_type"},
		"custom, no event types":    {rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: `{"event_type":[],"event_details":{"x":["a"]}}`}, "event_pattern", refused + "Missing event_type"},
		"custom, event type bare":   {rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: `{"event_type":"a","event_details":{"x":["a"]}}`}, none, none},
		"custom, empty event type":  {rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: `{"event_type":[""],"event_details":{"x":["a"]}}`}, "event_pattern", refused + "Missing event_type"},
		"custom, needs a pattern":   {rumapi.Definition{Name: "Checkouts", Namespace: "Shop", DimensionKeys: browser}, "event_pattern", refused + "Missing event_pattern"},
		"custom, own dimension":     {rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: `{"user_details":{"tier":["gold"]}}`, DimensionKeys: map[string]string{"user_details.tier": "Tier"}}, none, none},

		"too long":                 {rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: `{"event_type":["` + strings.Repeat("é", 4000) + `"]}`}, "event_pattern", refused + "Invalid event_pattern"},
		"no JSON, too long":        {rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: strings.Repeat("{", 4001)}, "event_pattern", refused + "Invalid event_pattern"},
		"at the limit":             {rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: `{"event_type":["` + strings.Repeat("é", 4000-len(`{"event_type":[""]}`)) + `"]}`}, none, none},
		"short as sent":            {rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: `{"event_type":` + strings.Repeat(" ", 4000) + `["` + strings.Repeat(`\u003c`, 1000) + `"]}`}, none, none},
		"a list":                   {rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: `["checkout"]`}, "event_pattern", refused + "Invalid event_pattern"},
		"null":                     {rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: `null`}, "event_pattern", refused + "Invalid event_pattern"},
		"not JSON":                 {rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: `{`}, "event_pattern", refused + "Invalid event_pattern"},
		"a number too large":       {rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: `{"event_type":["a"],"event_details":{"x":[1e400]}}`}, none, none},
		"extended, dimension \"\"": {rumapi.Definition{Name: "JsErrorCount", DimensionKeys: map[string]string{"metadata.browserName": ""}}, none, none}, // the schema refuses it
		"no name":                  {rumapi.Definition{Namespace: "AWS/RUM"}, none, none},                                                               // the schema refuses it
		"an empty {}":              {rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: `{}`}, none, none},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diags := refusals(configured(c.metric), path.Empty())
			if c.say == none {
				if len(diags) > 0 {
					t.Errorf("got %v, want no diagnostics", diags)
				}
				return
			}
			if len(diags) != 1 {
				t.Fatalf("got %d diagnostics, want one: %v", len(diags), diags)
			}
			if got := strings.ToLower(diags[0].Severity().String()) + ": " + diags[0].Summary(); !strings.HasPrefix(got, c.say) {
				t.Errorf("got %q, want it to begin with %q", got, c.say)
			}
			at, _ := diags[0].(diag.DiagnosticWithPath)
			if got := at.Path().String(); got != c.at {
				t.Errorf("got a diagnostic at %s, want one at %s", got, c.at)
			}
		})
	}
}

// The definition is refused for several members. Once one of them is unknown, no rule
// can tell, and none may refuse.
func TestRulesAreSilentOnUnknownValues(t *testing.T) {
	t.Parallel()
	wrong := func() memberModel {
		return configured(rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: `{"shop":["x"]}`, ValueKey: "shop.total"})
	}
	if len(refusals(wrong(), path.Empty())) == 0 {
		t.Fatal("with known values: got no diagnostics, want some")
	}
	for name, hide := range map[string]func(*memberModel){
		"name":          func(m *memberModel) { m.Name = types.StringUnknown() },
		"namespace":     func(m *memberModel) { m.Namespace = types.StringUnknown() },
		"event_pattern": func(m *memberModel) { m.EventPattern = types.StringUnknown() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := wrong()
			hide(&m)
			if got := refusals(m, path.Empty()); len(got) > 0 {
				t.Errorf("got %v, want no diagnostics", got)
			}
		})
	}
	t.Run("value_key", func(t *testing.T) {
		t.Parallel()
		m := configured(rumapi.Definition{Name: "PerformanceNavigationDuration"})
		m.ValueKey = types.StringUnknown()
		if got := refusals(m, path.Empty()); len(got) > 0 {
			t.Errorf("got %v, want no diagnostics", got)
		}
	})
	for name, keys := range map[string]types.Map{
		"dimension_keys": types.MapUnknown(types.StringType),
		"no dimensions":  types.MapValueMust(types.StringType, nil),
		"one dimension":  types.MapValueMust(types.StringType, map[string]attr.Value{"metadata.browserName": types.StringUnknown()}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := configured(rumapi.Definition{Name: "JsErrorCount"})
			m.DimensionKeys = keys
			if got := refusals(m, path.Empty()); len(got) > 0 {
				t.Errorf("got %v, want no diagnostics", got)
			}
		})
	}
}

// The keys are texts of the details that help to mend the configuration.
func TestRuleErrorsSayWhatToDo(t *testing.T) {
	t.Parallel()
	const event, pattern = `{"event_type":["com.amazon.rum.js_error_event"]}`, `{"event_type":["a"]}`
	for want, c := range map[string]struct {
		metric rumapi.Definition
		at     string
	}{
		`{"metadata":{"osName":[{"exists":true}]}}`: {
			rumapi.Definition{Name: "JsErrorCount", EventPattern: event, DimensionKeys: map[string]string{"metadata.osName": "OSName"}}, `dimension_keys["metadata.osName"]`,
		},
		"CloudWatch RUM publishes TimeOnPage by itself in AWS/RUM, with the dimension application_name, in Milliseconds. An alarm on it needs no definition.": {
			rumapi.Definition{Name: "TimeOnPage"}, "event_pattern",
		},
		"CloudWatch RUM publishes ScreenLoadTime by itself in AWS/RUM, with the dimension application_name. An alarm on it needs no definition.": {
			rumapi.Definition{Name: "ScreenLoadTime"}, "event_pattern",
		},
		"the provider does not fill one in. Nothing public says which events it is made of.": {rumapi.Definition{Name: "TimeOnPage"}, "event_pattern"},
		"Did you mean JsErrorCount? An extended metric needs":                                {rumapi.Definition{Name: "JSErrorCount"}, "event_pattern"},
		"Did you mean WebVitalsInteractionToNextPaint? ":                                     {rumapi.Definition{Name: "WebVitalsInteractionToNextPoint"}, "event_pattern"},
		"Did you mean metadata.browserName? The dimensions": {
			rumapi.Definition{Name: "JsErrorCount", DimensionKeys: map[string]string{"metadata.browsername": "BrowserName"}}, `dimension_keys["metadata.browsername"]`,
		},
		`Did you mean { "metadata.browserName" = "BrowserName" }? The dimensions`: {
			rumapi.Definition{Name: "JsErrorCount", DimensionKeys: map[string]string{"BrowserName": "metadata.browserName"}}, `dimension_keys["BrowserName"]`,
		},
		"Did you mean event_details? Events of CloudWatch RUM": {
			rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: `{"event_detail":{"x":["y"]}}`}, "event_pattern",
		},
		"event_pattern is no JSON. The fault is in line 3, column 3: invalid character '}' looking for beginning of object key string.": {
			rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: "{\n  \"event_type\": [\"é\"],\n  }"}, "event_pattern",
		},
		"The fault is in line 1, column 20: invalid character ']' looking for beginning of value.": {
			rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: `{"event_type":["é",]}`}, "event_pattern",
		},
		"event_pattern must be a JSON object, and this text is another JSON value.": {
			rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: `"checkout"`}, "event_pattern",
		},
		`event_pattern = jsonencode({"event_type":["EVENT_TYPE"],"metadata":{"osName":[{"exists":true}]}})`: {
			rumapi.Definition{Name: "TimeOnPage", DimensionKeys: map[string]string{"metadata.osName": "OSName"}}, "event_pattern",
		},
		"The event schemas of AWS's web client call the event com.amazon.rum.interaction_to_next_paint_event.": {
			rumapi.Definition{Name: "WebVitalsInteractionToNextPaint"}, "event_pattern",
		},
		`  event_pattern = jsonencode({"event_type":["com.amazon.rum.interaction_to_next_paint_event"]})` + "\n" + `  value_key     = "event_details.value"`: {
			rumapi.Definition{Name: "WebVitalsInteractionToNextPaint"}, "event_pattern",
		},
		`this provider knows none for "Checkouts". It knows the ones that AWS documents: Http4xxCount, `: {rumapi.Definition{Name: "Checkouts"}, "event_pattern"},
		"event_pattern must have at most 4000 characters. This one has 4019": {
			rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: `{"event_type": ["` + strings.Repeat("é", 4000) + `"]}`}, "event_pattern",
		},
		`Events of CloudWatch RUM have no field "shop.name".`: {
			rumapi.Definition{Name: "Checkouts", Namespace: "Shop", EventPattern: pattern, DimensionKeys: map[string]string{"shop.name": "Name"}}, `dimension_keys["shop.name"]`,
		},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			diags := refusals(configured(c.metric), path.Empty())
			if !slices.ContainsFunc(diags, func(d diag.Diagnostic) bool {
				at, _ := d.(diag.DiagnosticWithPath)
				return at.Path().String() == c.at && strings.Contains(d.Detail(), want)
			}) {
				t.Errorf("got %v, want a diagnostic at %s that says %q", diags, c.at, want)
			}
		})
	}
}

// The defaults of every documented metric pass the rules.
func TestDocumentedMetricsKeepTheRules(t *testing.T) {
	t.Parallel()
	for name, metric := range extendedMetrics {
		d := rumapi.Definition{Name: name, ValueKey: metric.valueKey, EventPattern: metric.pattern(extendedDimensions), DimensionKeys: extendedDimensions}
		if diags := refusals(configured(d), path.Empty()); len(diags) > 0 {
			t.Errorf("%s: got %v, want no diagnostics", name, diags)
		}
		d.DimensionKeys = map[string]string{"metadata.browserName": "BrowserName"}
		d.EventPattern = metric.pattern(d.DimensionKeys)
		if diags := doubts(configured(d), path.Empty()); len(diags) > 0 {
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
		diags := append(refusals(configured(d), path.Empty()), doubts(configured(d), path.Empty())...)
		object, isObject := decode(text)
		if !isObject && text != "" && !diags.HasError() {
			t.Errorf("%q: got no error, want one", text)
		}
		if isObject {
			d.EventPattern = encode(object)
			if again := append(refusals(configured(d), path.Empty()), doubts(configured(d), path.Empty())...); len(again) != len(diags) || again.HasError() != diags.HasError() {
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
