package metricdefinition

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// filled is what a plan fills in, as texts.
type filled struct{ cloudWatchNamespace, valueKey, eventPattern, unit string }

// The configurations leave out most members. The state has the definition before the plan.
// Its unit stays only where the service may have filled it in: Count of an extended metric.
func TestPlanFillsInWhatTheConfigurationOmits(t *testing.T) {
	t.Parallel()
	const (
		null     = "<null>"    // as types.String spells it
		unknown  = "<unknown>" // in the same way
		rum      = "AWS/RUM"
		event    = "com.amazon.rum.performance_navigation_event"
		text     = `{"event_type":["` + event + `"]}`
		another  = `{ "event_type": ["` + event + `"] }`
		browser  = `{"event_type":["` + event + `"],"metadata":{"browserName":[{"exists":true}]}}`
		duration = "event_details.duration"
	)
	type (
		member     = memberModel
		definition = rumapi.Definition
	)
	name, shop, notYet := types.StringValue("PerformanceNavigationDuration"), types.StringValue("Shop"), types.StringUnknown()
	one := dimensionsValue(map[string]string{"metadata.browserName": "BrowserName"})
	for row, c := range map[string]struct {
		config memberModel
		state  rumapi.Definition
		want   filled
	}{
		"new":                     {member{Name: name}, definition{}, filled{rum, duration, text, null}},
		"with a dimension":        {member{Name: name, DimensionKeys: one}, definition{}, filled{rum, duration, browser, null}},
		"as it is":                {member{Name: name}, definition{EventPattern: another, UnitLabel: "Count"}, filled{rum, duration, another, "Count"}},
		"of another pattern":      {member{Name: name}, definition{EventPattern: browser}, filled{rum, duration, text, null}},
		"of another unit":         {member{Name: name}, definition{UnitLabel: "Bytes"}, filled{rum, duration, text, null}},
		"custom before":           {member{Name: name}, definition{Namespace: "Shop", UnitLabel: "Count"}, filled{rum, duration, text, null}},
		"custom":                  {member{Name: name, Namespace: shop}, definition{Namespace: "Shop", UnitLabel: "Count"}, filled{"RUM/CustomMetrics/Shop", "", null, null}},
		"extended before":         {member{Name: name, Namespace: shop}, definition{UnitLabel: "Count"}, filled{"RUM/CustomMetrics/Shop", "", null, null}},
		"not documented":          {member{Name: types.StringValue("TimeOnPage")}, definition{ValueKey: duration, EventPattern: text}, filled{rum, "", null, null}},
		"pattern written anew":    {member{Name: name, EventPattern: types.StringValue(text)}, definition{EventPattern: another}, filled{rum, duration, another, null}},
		"value key written":       {member{Name: name, ValueKey: types.StringValue("")}, definition{}, filled{rum, "", text, null}},
		"name not known yet":      {member{Name: notYet}, definition{EventPattern: text}, filled{rum, unknown, unknown, null}},
		"namespace not known yet": {member{Name: name, Namespace: notYet}, definition{EventPattern: text}, filled{unknown, unknown, unknown, null}},
		"namespace not known yet, with a unit": {
			member{Name: name, Namespace: notYet}, definition{Namespace: "Shop", UnitLabel: "Count"}, filled{unknown, unknown, unknown, unknown},
		},
		"dimensions not known yet": {
			member{Name: name, DimensionKeys: types.MapUnknown(types.StringType)}, definition{EventPattern: text}, filled{rum, duration, unknown, null},
		},
	} {
		t.Run(row, func(t *testing.T) {
			t.Parallel()
			// The framework has filled in defaults, and has made other computed attributes unknown.
			planned := c.config
			if planned.Namespace.IsNull() {
				planned.Namespace = types.StringValue(rum)
			}
			for _, attribute := range []*types.String{&planned.ValueKey, &planned.EventPattern, &planned.UnitLabel, &planned.CloudWatchNamespace} {
				if attribute.IsNull() {
					*attribute = types.StringUnknown()
				}
			}
			m := planned.filledIn(c.config, newMember(c.state))
			text := func(v types.String) string {
				if v.IsNull() || v.IsUnknown() {
					return v.String()
				}
				return v.ValueString()
			}
			if got := (filled{text(m.CloudWatchNamespace), text(m.ValueKey), text(m.EventPattern), text(m.UnitLabel)}); got != c.want {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}
