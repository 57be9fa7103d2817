package metricdefinition

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

// setModel is all definitions of a destination, as the state or a plan to apply has
// them. After an import, and before the first refresh, Definitions is nil.
type setModel struct {
	tfresource.KeyModel
	Definitions map[string]memberModel `tfsdk:"definitions"`
	ID          types.String           `tfsdk:"id"`
}

func newSetModel(k rumapi.Key, members map[string]memberModel) setModel {
	return setModel{tfresource.NewKeyModel(k), members, types.StringValue(tfresource.FormatID(k))}
}

// openSetModel is a set of which the map, or an element of it, may be unknown or null.
type openSetModel struct {
	tfresource.KeyModel
	Definitions types.Map    `tfsdk:"definitions"`
	ID          types.String `tfsdk:"id"`
}

// memberType is the type of an element of definitions.
var memberType, _ = schema.NestedAttributeObject{Attributes: setMemberAttributes()}.Type().(types.ObjectType)

// members returns the elements that are neither unknown nor null.
func (m openSetModel) members(ctx context.Context) map[string]memberModel {
	members := make(map[string]memberModel, len(m.Definitions.Elements()))
	for key, element := range m.Definitions.Elements() {
		if object, ok := element.(types.Object); ok && !object.IsUnknown() && !object.IsNull() {
			var member memberModel
			object.As(ctx, &member, basetypes.ObjectAsOptions{}) // cannot fail: every value of memberType fits
			members[key] = member
		}
	}
	return members
}

// named returns m with key as its name if the configuration gives it none.
func (m memberModel) named(key string) memberModel {
	if m.Name.IsNull() {
		m.Name = types.StringValue(key)
	}
	return m
}

// refreshed returns the members that existing makes. A definition of the state keeps
// its key. Another one gets its name and dimensions as its key, and its ID too where
// that is taken. After an import the plain name comes first, because a configuration
// has that key unless it says otherwise.
func refreshed(before map[string]memberModel, existing []rumapi.Definition) map[string]memberModel {
	keys := make(map[string]string, len(before)) // by ID
	for key, member := range before {
		keys[member.MetricDefinitionID.ValueString()] = key
	}
	members := make(map[string]memberModel, len(existing))
	var others []rumapi.Definition
	for _, d := range existing {
		if key, known := keys[d.ID]; known {
			members[key] = newMember(d).keepingText(before[key])
		} else {
			others = append(others, d)
		}
	}
	// The service promises no order, and the keys must not depend on it.
	slices.SortFunc(others, func(a, b rumapi.Definition) int {
		return cmp.Or(cmp.Compare(len(a.DimensionKeys), len(b.DimensionKeys)), cmp.Compare(a.ID, b.ID))
	})
	for _, d := range others {
		label := newMember(d).label()
		labels := []string{label, label + " (" + d.ID + ")"}
		if before == nil {
			labels = slices.Insert(labels, 0, d.Name)
		}
		free := slices.IndexFunc(labels, func(label string) bool { _, taken := members[label]; return !taken })
		members[labels[max(free, 0)]] = newMember(d)
	}
	return members
}

// adopt gives each member the ID of an equal definition of existing, and returns the
// definitions of existing that equal none.
func adopt(members map[string]memberModel, k rumapi.Key, existing []rumapi.Definition) (others []rumapi.Definition) {
	others = slices.Clone(existing)
	for key, member := range members {
		if i := slices.IndexFunc(others, member.definition(k).Same); i >= 0 {
			member.MetricDefinitionID = types.StringValue(others[i].ID)
			members[key] = member
			others = slices.Delete(others, i, i+1)
		}
	}
	return others
}
