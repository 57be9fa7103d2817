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
			Name:          "SessionCount",
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

// TestKnown makes unknown each thing in turn that the service is to be told.
func TestKnown(t *testing.T) {
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

func TestModelOfAbsentIsNull(t *testing.T) {
	t.Parallel()
	m := newModel(rumapi.Definition{Name: "SessionCount"})
	for name, isNull := range map[string]bool{
		"destination_arn": m.DestinationARN.IsNull(), "namespace": m.Namespace.IsNull(), "event_pattern": m.EventPattern.IsNull(),
		"value_key": m.ValueKey.IsNull(), "unit_label": m.UnitLabel.IsNull(), "dimension_keys": m.DimensionKeys.IsNull(),
	} {
		if !isNull {
			t.Errorf("%s is not null", name)
		}
	}
}

// TestNewState reads what means the same as the state before, and what does not.
func TestNewState(t *testing.T) {
	t.Parallel()
	null, empty := types.StringNull(), types.StringValue("")
	state := func(change func(*model)) model {
		m := newModel(rumapi.Definition{Name: "SessionCount"})
		change(&m)
		return m
	}
	for name, c := range map[string]struct {
		before model
		read   rumapi.Definition
		got    func(model) any
		want   any
	}{
		"namespace filled in": {
			state(func(*model) {}), rumapi.Definition{Namespace: "AWS/RUM"},
			func(m model) any { return m.Namespace }, null,
		},
		"namespace written, not given back": {
			state(func(m *model) { m.Namespace = types.StringValue("AWS/RUM") }), rumapi.Definition{},
			func(m model) any { return m.Namespace }, types.StringValue("AWS/RUM"),
		},
		"namespace changed": {
			state(func(*model) {}), rumapi.Definition{Namespace: "Shop"},
			func(m model) any { return m.Namespace }, types.StringValue("Shop"),
		},
		"namespace lost": {
			state(func(m *model) { m.Namespace = types.StringValue("Shop") }), rumapi.Definition{},
			func(m model) any { return m.Namespace }, null,
		},
		"unit filled in": {
			state(func(*model) {}), rumapi.Definition{UnitLabel: "Count"},
			func(m model) any { return m.UnitLabel }, null,
		},
		"unit of a custom metric": {
			state(func(m *model) { m.Namespace = types.StringValue("Shop") }), rumapi.Definition{Namespace: "Shop", UnitLabel: "Count"},
			func(m model) any { return m.UnitLabel }, types.StringValue("Count"),
		},
		"unit changed": {
			state(func(*model) {}), rumapi.Definition{UnitLabel: "Bytes"},
			func(m model) any { return m.UnitLabel }, types.StringValue("Bytes"),
		},
		"unit lost": {
			state(func(m *model) { m.UnitLabel = types.StringValue("Count") }), rumapi.Definition{},
			func(m model) any { return m.UnitLabel }, null,
		},
		"no value key": {
			state(func(m *model) { m.ValueKey = empty }), rumapi.Definition{},
			func(m model) any { return m.ValueKey }, empty,
		},
		"a value key": {
			state(func(m *model) { m.ValueKey = empty }), rumapi.Definition{ValueKey: "event_details.total"},
			func(m model) any { return m.ValueKey }, types.StringValue("event_details.total"),
		},
		"value key lost": {
			state(func(m *model) { m.ValueKey = types.StringValue("event_details.total") }), rumapi.Definition{},
			func(m model) any { return m.ValueKey }, null,
		},
		"dimensions lost": {
			state(func(m *model) { m.DimensionKeys = dimensions(full().DimensionKeys) }), rumapi.Definition{},
			func(m model) any { return m.DimensionKeys }, types.MapNull(types.StringType),
		},
		"dimensions added": {
			state(func(*model) {}), rumapi.Definition{DimensionKeys: full().DimensionKeys},
			func(m model) any { return m.DimensionKeys }, dimensions(full().DimensionKeys),
		},
		"no dimensions": {
			state(func(m *model) { m.DimensionKeys = types.MapValueMust(types.StringType, nil) }), rumapi.Definition{},
			func(m model) any { return m.DimensionKeys }, types.MapValueMust(types.StringType, nil),
		},
	} {
		if got := c.got(newState(c.read, c.before)); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestFilledIn plans a definition whose configuration leaves out all that it may.
func TestFilledIn(t *testing.T) {
	t.Parallel()
	const (
		event    = "com.amazon.rum.performance_navigation_event"
		text     = `{"event_type":["` + event + `"]}`
		another  = `{ "event_type": ["` + event + `"] }`
		browser  = `{"event_type":["` + event + `"],"metadata":{"browserName":[{"exists":true}]}}`
		duration = "event_details.duration"
	)
	name, unknown, null := types.StringValue("PerformanceNavigationDuration"), types.StringUnknown(), types.StringNull()
	one := dimensions(map[string]string{"metadata.browserName": "BrowserName"})
	unknownPattern, noPattern := jsontypes.NewNormalizedUnknown(), jsontypes.NewNormalizedNull()
	for what, c := range map[string]struct {
		config    model // of which these members count
		state     rumapi.Definition
		namespace types.String
		value     types.String
		pattern   jsontypes.Normalized
	}{
		"new":                     {model{Name: name}, rumapi.Definition{}, null, types.StringValue(duration), pattern(text)},
		"with a dimension":        {model{Name: name, DimensionKeys: one}, rumapi.Definition{}, null, types.StringValue(duration), pattern(browser)},
		"as it is":                {model{Name: name}, rumapi.Definition{Namespace: "AWS/RUM", EventPattern: another}, types.StringValue("AWS/RUM"), types.StringValue(duration), pattern(another)},
		"of another pattern":      {model{Name: name}, rumapi.Definition{EventPattern: browser}, null, types.StringValue(duration), pattern(text)},
		"custom before":           {model{Name: name}, rumapi.Definition{Namespace: "Shop"}, null, types.StringValue(duration), pattern(text)},
		"custom of the same name": {model{Name: name, Namespace: types.StringValue("Shop")}, rumapi.Definition{}, types.StringValue("Shop"), null, noPattern},
		"not documented":          {model{Name: types.StringValue("TimeOnPage")}, rumapi.Definition{ValueKey: duration, EventPattern: text}, null, null, noPattern},
		"pattern written anew":    {model{Name: name, EventPattern: pattern(text)}, rumapi.Definition{EventPattern: another}, null, types.StringValue(duration), pattern(another)},
		"value key written":       {model{Name: name, ValueKey: types.StringValue("")}, rumapi.Definition{}, null, types.StringValue(""), pattern(text)},
		"name not known yet":      {model{Name: unknown}, rumapi.Definition{EventPattern: text}, null, unknown, unknownPattern},
		"namespace not known yet": {model{Name: name, Namespace: unknown}, rumapi.Definition{EventPattern: text}, unknown, unknown, unknownPattern},
		"dimensions not known yet": {
			model{Name: name, DimensionKeys: types.MapUnknown(types.StringType)}, rumapi.Definition{EventPattern: text}, null, types.StringValue(duration), unknownPattern,
		},
	} {
		planned := c.config // the framework has made unknown what is computed
		if planned.Namespace.IsNull() {
			planned.Namespace = unknown
		}
		if planned.ValueKey.IsNull() {
			planned.ValueKey = unknown
		}
		if planned.EventPattern.IsNull() {
			planned.EventPattern = unknownPattern
		}
		got := planned.filledIn(t.Context(), c.config, newModel(c.state))
		if !got.Namespace.Equal(c.namespace) || !got.ValueKey.Equal(c.value) || !got.EventPattern.Equal(c.pattern) {
			t.Errorf("%s: namespace %s, value_key %s, event_pattern %s", what, got.Namespace, got.ValueKey, got.EventPattern)
		}
	}
}

func TestDifferences(t *testing.T) {
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
