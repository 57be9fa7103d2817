package metricdefinition

import (
	"maps"
	"slices"
	"testing"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
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
