package metricdefinition

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

var ofWeb = rumapi.Key{Region: "eu-west-1", AppMonitorName: "web", Destination: rumapi.CloudWatch}

// shop returns a custom metric with an ID.
func shop(id, name string, dimensions ...string) rumapi.Definition {
	d := rumapi.Definition{DefinitionKey: rumapi.DefinitionKey{Key: ofWeb, ID: id}, Name: name, Namespace: "Shop"}
	for _, dimension := range dimensions {
		if d.DimensionKeys == nil {
			d.DimensionKeys = map[string]string{}
		}
		d.DimensionKeys["metadata."+dimension] = dimension
	}
	return d
}

func TestRefreshedKeys(t *testing.T) {
	t.Parallel()
	state := map[string]memberModel{"mine": newMember(shop("1", "A")), "B": newMember(shop("2", "B"))}
	none := map[string]memberModel{}
	for name, test := range map[string]struct {
		before   map[string]memberModel
		existing []rumapi.Definition
		want     map[string]string // IDs by keys
	}{
		"as the state has them": {state, []rumapi.Definition{shop("1", "A"), shop("2", "B")}, map[string]string{"mine": "1", "B": "2"}},
		"another name":          {state, []rumapi.Definition{shop("1", "X"), shop("2", "B")}, map[string]string{"mine": "1", "B": "2"}},
		"vanished":              {state, []rumapi.Definition{shop("2", "B")}, map[string]string{"B": "2"}},
		"all vanished":          {state, nil, map[string]string{}},
		"a stranger":            {state, []rumapi.Definition{shop("2", "B"), shop("3", "C", "os")}, map[string]string{"B": "2", "C by os": "3"}},
		"a stranger of two dimensions": {
			state, []rumapi.Definition{shop("3", "C", "os", "browser")}, map[string]string{"C by browser, os": "3"},
		},
		"a twin": {state, []rumapi.Definition{shop("3", "B"), shop("2", "B")}, map[string]string{"B": "2", "B (3)": "3"}},
		"a stranger before the one of the state": {
			state, []rumapi.Definition{shop("3", "B", "os"), shop("2", "B")}, map[string]string{"B": "2", "B by os": "3"},
		},
		"an empty state is no import": {none, []rumapi.Definition{shop("3", "C", "os")}, map[string]string{"C by os": "3"}},
		"an import":                   {nil, []rumapi.Definition{shop("3", "C", "os"), shop("4", "B")}, map[string]string{"C": "3", "B": "4"}},
		"an import, the plain name first": {
			nil, []rumapi.Definition{shop("3", "C", "os"), shop("4", "C")}, map[string]string{"C": "4", "C by os": "3"},
		},
		"an import of twins": {
			nil, []rumapi.Definition{shop("5", "C"), shop("4", "C"), shop("3", "C")}, map[string]string{"C": "3", "C (4)": "4", "C (5)": "5"},
		},
		"an import of twins with dimensions": {
			nil, []rumapi.Definition{shop("5", "C", "os"), shop("4", "C", "os"), shop("3", "C", "os")},
			map[string]string{"C": "3", "C by os": "4", "C by os (5)": "5"},
		},
		"an import of nothing": {nil, nil, map[string]string{}},
	} {
		slices.Reverse(test.existing)
		for range 2 { // the service promises no order
			slices.Reverse(test.existing)
			got := refreshed(test.before, test.existing)
			ids := map[string]string{}
			for key, m := range got {
				ids[key] = m.MetricDefinitionID.ValueString()
			}
			if got == nil || !maps.Equal(ids, test.want) {
				t.Errorf("%s: got %v, want %v", name, ids, test.want)
			}
		}
	}
}

// written is a member as the configuration has it: without what the provider fills in.
func written(name, unit string) memberModel {
	m := memberModel{Namespace: types.StringValue("Shop"), DimensionKeys: dimensionsValue(nil)}
	m.Name, m.UnitLabel = tfresource.Optional(name), tfresource.Optional(unit)
	return m
}

func TestPlannedIDs(t *testing.T) {
	t.Parallel()
	before := map[string]memberModel{"A": newMember(shop("1", "A")), "B": newMember(shop("2", "B"))}
	twins := map[string]memberModel{} // of which every plan must choose the same
	for i, key := range []string{"w", "v", "u", "t", "s", "r", "q", "p"} {
		twins[key] = newMember(shop(fmt.Sprint(i), "A"))
	}
	const unknown = "unknown"
	for name, test := range map[string]struct {
		config, want map[string]string // the config has names, and the result IDs
		before       map[string]memberModel
	}{
		"no change":           {map[string]string{"A": "", "B": ""}, map[string]string{"A": "1", "B": "2"}, before},
		"a new name":          {map[string]string{"A": "X", "B": ""}, map[string]string{"A": "1", "B": "2"}, before},
		"a new one":           {map[string]string{"A": "", "B": "", "C": ""}, map[string]string{"A": "1", "B": "2", "C": unknown}, before},
		"a renamed key":       {map[string]string{"a": "A", "B": ""}, map[string]string{"a": "1", "B": "2"}, before},
		"renamed twice":       {map[string]string{"a": "A", "aa": "A"}, map[string]string{"a": "1", "aa": unknown}, before},
		"renamed and other":   {map[string]string{"a": "X"}, map[string]string{"a": unknown}, before},
		"exchanged at keys":   {map[string]string{"A": "B", "B": "A"}, map[string]string{"A": "1", "B": "2"}, before},
		"equal to what stays": {map[string]string{"A": "", "B": "", "C": "A"}, map[string]string{"A": "1", "B": "2", "C": unknown}, before},
		"a create":            {map[string]string{"A": "", "B": ""}, map[string]string{"A": unknown, "B": unknown}, nil},
		"one of several":      {map[string]string{"new": "A"}, map[string]string{"new": "7"}, twins},
	} {
		config, elements := map[string]memberModel{}, map[string]attr.Value{}
		for key, name := range test.config {
			config[key] = written(name, "")
			elements[key] = types.ObjectUnknown(memberType.AttrTypes)
			object, diags := types.ObjectValueFrom(t.Context(), memberType.AttrTypes, config[key])
			if diags.HasError() {
				t.Fatal(diags)
			}
			elements[key] = object
		}
		plan := openSetModel{KeyModel: tfresource.NewKeyModel(ofWeb), Definitions: types.MapValueMust(memberType, elements)}
		filled, diags := plan.filledIn(t.Context(), config, test.before)
		if diags.HasError() {
			t.Fatal(diags)
		}
		plan.Definitions = filled
		got := map[string]string{}
		for key, m := range plan.members(t.Context()) {
			got[key] = m.MetricDefinitionID.ValueString()
			if m.MetricDefinitionID.IsUnknown() {
				got[key] = unknown
			}
			if name := m.Name.ValueString(); name != test.config[key] && name != key {
				t.Errorf("%s: got the name %q at %s", name, name, key)
			}
		}
		if !maps.Equal(got, test.want) {
			t.Errorf("%s: got the IDs %v, want %v", name, got, test.want)
		}
	}
}

// Each definition of a pool is found once, by what is equal but not by what only looks
// alike.
func TestPool(t *testing.T) {
	t.Parallel()
	spelled := shop("3", "C")
	spelled.EventPattern = `{"b": [1], "a": ["x"]}`
	counted := rumapi.Definition{DefinitionKey: rumapi.DefinitionKey{Key: ofWeb, ID: "4"}, Name: "JsErrorCount", Namespace: "AWS/RUM", UnitLabel: "Count"}
	p := newPool([]rumapi.Definition{shop("1", "A"), shop("2", "A"), spelled, counted, shop("5", "D", "os")})
	other := spelled
	other.ID, other.EventPattern = "", `{"a":["x"],"b":[1]}`
	otherUnit := shop("", "D", "os")
	otherUnit.UnitLabel = "None"
	for i, test := range []struct {
		wanted rumapi.Definition
		id     string
	}{
		{shop("", "A"), "1"},
		{shop("", "A"), "2"},
		{shop("", "A"), ""},
		{other, "3"},
		{rumapi.Definition{DefinitionKey: rumapi.DefinitionKey{Key: ofWeb}, Name: "JsErrorCount"}, "4"},
		{shop("", "D"), ""},
		{otherUnit, ""},
	} {
		if found, ok := p.take(test.wanted); found.ID != test.id || ok != (test.id != "") {
			t.Errorf("take %d: got %q (%t), want %q", i, found.ID, ok, test.id)
		}
	}
	if left := p.left(); len(left) != 1 || left[0].ID != "5" {
		t.Errorf("got %v left, want 5", left)
	}
}
