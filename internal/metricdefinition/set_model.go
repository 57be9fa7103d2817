package metricdefinition

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

// setModel is all definitions of a destination as Terraform holds them. Definitions is
// a map of objects and not of memberModel, because the map, or an element of it, may be
// unknown or null.
type setModel struct {
	tfresource.KeyModel
	Definitions types.Map    `tfsdk:"definitions"`
	ID          types.String `tfsdk:"id"`
}

// newSetModel returns the set of members, or one without definitions for nil.
func newSetModel(k rumapi.Key, members map[string]memberModel) setModel {
	m := setModel{KeyModel: tfresource.NewKeyModel(k), Definitions: types.MapNull(memberType), ID: types.StringValue(tfresource.FormatID(k))}
	if members != nil {
		elements := make(map[string]attr.Value, len(members))
		for key, member := range members {
			elements[key] = member.object()
		}
		m.Definitions = types.MapValueMust(memberType, elements)
	}
	return m
}

// members returns the elements that are neither unknown nor null.
func (m setModel) members() map[string]memberModel {
	members := make(map[string]memberModel, len(m.Definitions.Elements()))
	for key, element := range m.Definitions.Elements() {
		if object, ok := element.(types.Object); ok && !object.IsUnknown() && !object.IsNull() {
			members[key] = newMemberOf(object)
		}
	}
	return members
}

var memberType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"name":                 types.StringType,
	"namespace":            types.StringType,
	"event_pattern":        jsontypes.NormalizedType{},
	"value_key":            types.StringType,
	"unit_label":           types.StringType,
	"dimension_keys":       types.MapType{ElemType: types.StringType},
	"cloudwatch_namespace": types.StringType,
	"metric_definition_id": types.StringType,
}}

// object and newMemberOf convert by hand. The framework's conversion compiles a regular
// expression for each member, which is most of the time that a plan of 2000 takes.
func (m memberModel) object() types.Object {
	return types.ObjectValueMust(memberType.AttrTypes, map[string]attr.Value{
		"name":                 m.Name,
		"namespace":            m.Namespace,
		"event_pattern":        m.EventPattern,
		"value_key":            m.ValueKey,
		"unit_label":           m.UnitLabel,
		"dimension_keys":       m.DimensionKeys,
		"cloudwatch_namespace": m.CloudWatchNamespace,
		"metric_definition_id": m.MetricDefinitionID,
	})
}

func newMemberOf(o types.Object) (m memberModel) {
	a := o.Attributes()
	m.Name, _ = a["name"].(types.String)
	m.Namespace, _ = a["namespace"].(types.String)
	m.EventPattern, _ = a["event_pattern"].(jsontypes.Normalized)
	m.ValueKey, _ = a["value_key"].(types.String)
	m.UnitLabel, _ = a["unit_label"].(types.String)
	m.DimensionKeys, _ = a["dimension_keys"].(types.Map)
	m.CloudWatchNamespace, _ = a["cloudwatch_namespace"].(types.String)
	m.MetricDefinitionID, _ = a["metric_definition_id"].(types.String)
	return m
}

// named returns m with key as its name if the configuration gives it none.
func (m memberModel) named(key string) memberModel {
	if m.Name.IsNull() {
		m.Name = types.StringValue(key)
	}
	return m
}

// refreshed returns the members that existing makes. A definition of the state keeps
// its key. Another one gets its name as its key, with its dimensions and then its ID
// where that is taken. Without a state, as after an import, the plain name comes first,
// because it is the key that a configuration has unless it says otherwise.
func refreshed(before map[string]memberModel, existing []rumapi.Definition, imported bool) map[string]memberModel {
	keys := make(map[string]string, len(before)) // by ID
	for key, member := range before {
		keys[member.MetricDefinitionID.ValueString()] = key
	}
	members := make(map[string]memberModel, len(existing))
	var others []rumapi.Definition
	for _, d := range existing {
		if key, known := keys[d.ID]; known {
			members[key] = newMember(d)
		} else {
			others = append(others, d)
		}
	}
	// The service promises no order, and the keys must not depend on it.
	slices.SortFunc(others, func(a, b rumapi.Definition) int {
		return cmp.Or(cmp.Compare(len(a.DimensionKeys), len(b.DimensionKeys)), cmp.Compare(a.ID, b.ID))
	})
	for _, d := range others {
		labels := []string{title(d), title(d) + " (" + d.ID + ")"}
		if imported {
			labels = append([]string{d.Name}, labels...)
		}
		for _, label := range labels {
			if _, taken := members[label]; !taken {
				members[label] = newMember(d)
				break
			}
		}
	}
	return members
}

// title is the name of a definition with its dimensions.
func title(d rumapi.Definition) string {
	if len(d.DimensionKeys) == 0 {
		return d.Name
	}
	return d.Name + " by " + strings.Join(slices.Sorted(maps.Values(d.DimensionKeys)), ", ")
}

// pool is definitions to find equal ones in. Each is found once.
type pool map[string][]rumapi.Definition

// newPool groups definitions by what is cheap to compare, so that 2000 of them are not
// each compared with 2000 others.
func newPool(all []rumapi.Definition) pool {
	p := make(pool, len(all))
	for _, d := range all {
		p[group(d)] = append(p[group(d)], d)
	}
	return p
}

// group is equal for definitions that are the same.
func group(d rumapi.Definition) string {
	var pattern any
	rumapi.DecodePattern(d.EventPattern, &pattern)
	return fmt.Sprint(d.Name, d.ValueKey, d.DimensionKeys, encode(pattern))
}

// take removes a definition that a create of d would make from the pool.
func (p pool) take(d rumapi.Definition) (rumapi.Definition, bool) {
	candidates := p[group(d)]
	i := slices.IndexFunc(candidates, d.Same)
	if i < 0 {
		return rumapi.Definition{}, false
	}
	found := candidates[i]
	p[group(d)] = slices.Delete(slices.Clone(candidates), i, i+1)
	return found, true
}

// left returns what is still in the pool, in the order of the names.
func (p pool) left() (all []rumapi.Definition) {
	for _, definitions := range p {
		all = append(all, definitions...)
	}
	slices.SortFunc(all, func(a, b rumapi.Definition) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return all
}
