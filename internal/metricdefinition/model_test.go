package metricdefinition

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

func full() rumapi.Definition {
	return rumapi.Definition{
		DefinitionKey: rumapi.DefinitionKey{
			Key: rumapi.Key{Region: "eu-west-1", AppMonitorName: "web", Destination: "Evidently", DestinationARN: arn},
			ID:  "x",
		},
		Name: "Checkouts", Namespace: "Shop", EventPattern: `{"event_type":["checkout"]}`, UnitLabel: "Count", ValueKey: "event_details.total",
		DimensionKeys: map[string]string{"metadata.browserName": "BrowserName"},
	}
}

func TestModelThereAndBack(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]rumapi.Definition{
		"all members": full(),
		"as few as may be": {
			DefinitionKey: rumapi.DefinitionKey{Key: rumapi.Key{Region: "eu-west-1", AppMonitorName: "web", Destination: "CloudWatch"}, ID: "x"},
			Name:          "SessionCount", Namespace: "AWS/RUM",
		},
	} {
		if got := newModel(d).definition(); !reflect.DeepEqual(got, d) {
			t.Errorf("%s: %+v became %+v", name, d, got)
		}
		if got := newIdentity(d.DefinitionKey).key(); got != d.DefinitionKey {
			t.Errorf("%s: the identity of %+v is that of %+v", name, d.DefinitionKey, got)
		}
	}
}

// TestDefinitionIsKnownWhenAllThatIsSentIs makes unknown each thing in turn that the service is to be told.
func TestDefinitionIsKnownWhenAllThatIsSentIs(t *testing.T) {
	t.Parallel()
	if m := newModel(full()); !m.known() || !m.dimensionsKnown() {
		t.Error("what is known is not")
	}
	unknown := types.StringUnknown()
	for name, hide := range map[string]func(*model){
		"app_monitor_name": func(m *model) { m.AppMonitorName = unknown },
		"destination":      func(m *model) { m.Destination = unknown },
		"destination_arn":  func(m *model) { m.DestinationARN = unknown },
		"region":           func(m *model) { m.Region = unknown },
		"name":             func(m *model) { m.Name = unknown },
		"namespace":        func(m *model) { m.Namespace = unknown },
		"event_pattern":    func(m *model) { m.EventPattern = jsontypes.NewNormalizedUnknown() },
		"value_key":        func(m *model) { m.ValueKey = unknown },
		"unit_label":       func(m *model) { m.UnitLabel = unknown },
		"dimension_keys":   func(m *model) { m.DimensionKeys = types.MapUnknown(types.StringType) },
		"one dimension": func(m *model) {
			m.DimensionKeys = types.MapValueMust(types.StringType, map[string]attr.Value{"metadata.osName": unknown})
		},
	} {
		m := newModel(full())
		if hide(&m); m.known() {
			t.Errorf("all is known without %s", name)
		}
	}
}

// TestAbsentMembersHaveOneSpelling has the service give back a definition that has
// just a name. What a configuration can also spell out is spelled out in state.
func TestAbsentMembersHaveOneSpelling(t *testing.T) {
	t.Parallel()
	m := newModel(rumapi.Definition{Name: "SessionCount"})
	for name, c := range map[string]struct{ got, want attr.Value }{
		"destination_arn": {m.DestinationARN, types.StringNull()},
		"namespace":       {m.Namespace, types.StringValue("AWS/RUM")},
		"event_pattern":   {m.EventPattern, jsontypes.NewNormalizedNull()},
		"value_key":       {m.ValueKey, types.StringValue("")},
		"unit_label":      {m.UnitLabel, types.StringNull()},
		"dimension_keys":  {m.DimensionKeys, types.MapValueMust(types.StringType, nil)},
	} {
		if !c.got.Equal(c.want) {
			t.Errorf("%s is %s, want %s", name, c.got, c.want)
		}
	}
}

func TestCloudWatchNamespace(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ namespace, want types.String }{
		"left out":      {types.StringNull(), types.StringValue("AWS/RUM")},
		"AWS's":         {types.StringValue("AWS/RUM"), types.StringValue("AWS/RUM")},
		"custom":        {types.StringValue("Shop/Web"), types.StringValue("RUM/CustomMetrics/Shop/Web")},
		"not known yet": {types.StringUnknown(), types.StringUnknown()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := cloudWatchNamespace(c.namespace); !got.Equal(c.want) {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// TestPlanFillsInWhatTheConfigurationOmits plans a definition whose configuration leaves out all that it may.
func TestPlanFillsInWhatTheConfigurationOmits(t *testing.T) {
	t.Parallel()
	const (
		event    = "com.amazon.rum.performance_navigation_event"
		text     = `{"event_type":["` + event + `"]}`
		another  = `{ "event_type": ["` + event + `"] }`
		browser  = `{"event_type":["` + event + `"],"metadata":{"browserName":[{"exists":true}]}}`
		duration = "event_details.duration"
	)
	name, unknown, extended := types.StringValue("PerformanceNavigationDuration"), types.StringUnknown(), types.StringValue("AWS/RUM")
	one := dimensions(map[string]string{"metadata.browserName": "BrowserName"})
	unknownPattern, noPattern := jsontypes.NewNormalizedUnknown(), jsontypes.NewNormalizedNull()
	for what, c := range map[string]struct {
		config  memberModel
		state   rumapi.Definition
		shown   types.String // the namespace in CloudWatch
		value   types.String
		pattern jsontypes.Normalized
	}{
		"new":                     {memberModel{Name: name}, rumapi.Definition{}, extended, types.StringValue(duration), pattern(text)},
		"with a dimension":        {memberModel{Name: name, DimensionKeys: one}, rumapi.Definition{}, extended, types.StringValue(duration), pattern(browser)},
		"as it is":                {memberModel{Name: name}, rumapi.Definition{EventPattern: another}, extended, types.StringValue(duration), pattern(another)},
		"of another pattern":      {memberModel{Name: name}, rumapi.Definition{EventPattern: browser}, extended, types.StringValue(duration), pattern(text)},
		"custom before":           {memberModel{Name: name}, rumapi.Definition{Namespace: "Shop"}, extended, types.StringValue(duration), pattern(text)},
		"custom of the same name": {memberModel{Name: name, Namespace: types.StringValue("Shop")}, rumapi.Definition{}, types.StringValue("RUM/CustomMetrics/Shop"), types.StringValue(""), noPattern},
		"not documented":          {memberModel{Name: types.StringValue("TimeOnPage")}, rumapi.Definition{ValueKey: duration, EventPattern: text}, extended, types.StringValue(""), noPattern},
		"pattern written anew":    {memberModel{Name: name, EventPattern: pattern(text)}, rumapi.Definition{EventPattern: another}, extended, types.StringValue(duration), pattern(another)},
		"value key written":       {memberModel{Name: name, ValueKey: types.StringValue("")}, rumapi.Definition{}, extended, types.StringValue(""), pattern(text)},
		"name not known yet":      {memberModel{Name: unknown}, rumapi.Definition{EventPattern: text}, extended, unknown, unknownPattern},
		"namespace not known yet": {memberModel{Name: name, Namespace: unknown}, rumapi.Definition{EventPattern: text}, unknown, unknown, unknownPattern},
		"dimensions not known yet": {
			memberModel{Name: name, DimensionKeys: types.MapUnknown(types.StringType)}, rumapi.Definition{EventPattern: text}, extended, types.StringValue(duration), unknownPattern,
		},
	} {
		config := model{memberModel: c.config}
		planned := config // the framework has filled in defaults, and made the rest of what is computed unknown
		if planned.Namespace.IsNull() {
			planned.Namespace = extended
		}
		if planned.ValueKey.IsNull() {
			planned.ValueKey = unknown
		}
		if planned.EventPattern.IsNull() {
			planned.EventPattern = unknownPattern
		}
		got := planned.filledIn(t.Context(), config, newModel(c.state))
		if !got.CloudWatchNamespace.Equal(c.shown) || !got.ValueKey.Equal(c.value) || !got.EventPattern.Equal(c.pattern) {
			t.Errorf("%s: got  %s, %s, %s\nwant %s, %s, %s", what,
				got.CloudWatchNamespace, got.ValueKey, got.EventPattern, c.shown, c.value, c.pattern)
		}
	}
}

func TestDifferencesNameTheMembers(t *testing.T) {
	t.Parallel()
	wanted, got := full(), full()
	if said := differences(wanted, got); said != "" {
		t.Errorf("differences of nothing: %s", said)
	}
	got.Name, got.Namespace, got.EventPattern, got.ValueKey, got.UnitLabel, got.DimensionKeys = "", "", "", "", "", nil
	if said := differences(wanted, got); said != "dimension_keys, event_pattern, name, namespace, unit_label, value_key" {
		t.Errorf("differences of everything: %s", said)
	}
}
