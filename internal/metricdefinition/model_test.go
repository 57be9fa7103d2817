package metricdefinition

import (
	"reflect"
	"testing"

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
