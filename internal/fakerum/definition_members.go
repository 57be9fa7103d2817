package fakerum

import (
	"cmp"
	"maps"
	"slices"
)

// Definition is a metric definition. "" stands for an absent member. Its JSON is
// the MetricDefinition of the service model.
type Definition struct {
	ID            string `json:"MetricDefinitionId"`
	Name          string
	Namespace     string            `json:",omitempty"`
	EventPattern  string            `json:",omitempty"`
	DimensionKeys map[string]string `json:",omitempty"`
	UnitLabel     string            `json:",omitempty"`
	ValueKey      string            `json:",omitempty"`
}

// definitionRequest is the MetricDefinitionRequest of the service model.
type definitionRequest struct {
	Name          *string
	Namespace     *string           `json:",omitempty"`
	EventPattern  *string           `json:",omitempty"`
	DimensionKeys map[string]string `json:",omitempty"`
	UnitLabel     *string           `json:",omitempty"`
	ValueKey      *string           `json:",omitempty"`
}

func (r definitionRequest) definition() Definition {
	return Definition{
		Name:          valueOf(r.Name),
		Namespace:     valueOf(r.Namespace),
		EventPattern:  valueOf(r.EventPattern),
		DimensionKeys: r.DimensionKeys,
		UnitLabel:     valueOf(r.UnitLabel),
		ValueKey:      valueOf(r.ValueKey),
	}
}

// members returns the members of r with their constraints. path says where the
// request has r.
func (r definitionRequest) members(path string) []member {
	members := []member{
		{path + ".name", r.Name, definitionName},
		{path + ".namespace", r.Namespace, namespace},
		{path + ".eventPattern", r.EventPattern, eventPattern},
		{path + ".unitLabel", r.UnitLabel, unitLabel},
		{path + ".valueKey", r.ValueKey, valueKey},
		collection(path+".dimensionKeys", len(r.DimensionKeys), true, dimensionKeys),
	}
	for _, key := range slices.Sorted(maps.Keys(r.DimensionKeys)) {
		name := r.DimensionKeys[key]
		members = append(members,
			member{path + ".dimensionKeys.key", &key, dimensionKey},
			member{path + ".dimensionKeys." + key, &name, dimensionName})
	}
	return members
}

// filledFrom returns d with the members of old that d lacks.
func (d Definition) filledFrom(old Definition) Definition {
	d.Namespace = cmp.Or(d.Namespace, old.Namespace)
	d.EventPattern = cmp.Or(d.EventPattern, old.EventPattern)
	d.UnitLabel = cmp.Or(d.UnitLabel, old.UnitLabel)
	d.ValueKey = cmp.Or(d.ValueKey, old.ValueKey)
	if d.DimensionKeys == nil {
		d.DimensionKeys = old.DimensionKeys
	}
	return d
}

func (d Definition) clone() Definition {
	d.DimensionKeys = maps.Clone(d.DimensionKeys)
	return d
}
