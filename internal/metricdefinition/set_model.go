package metricdefinition

import (
	"cmp"
	"context"
	"fmt"
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

// pool is definitions to find equal ones in. It groups them by what is cheap to compare,
// so that 2000 definitions are not each compared with 2000 others.
type pool map[string][]rumapi.Definition

func newPool(all []rumapi.Definition) pool {
	p := make(pool, len(all))
	for _, d := range all {
		p.add(d)
	}
	return p
}

// similar is equal for definitions that are the same.
func similar(d rumapi.Definition) string {
	pattern, _ := decode(d.EventPattern)
	return fmt.Sprint(d.Name, d.ValueKey, d.DimensionKeys, encode(pattern))
}

func (p pool) add(d rumapi.Definition) { p[similar(d)] = append(p[similar(d)], d) }

// take removes a definition that a create of d would make from the pool.
func (p pool) take(d rumapi.Definition) (found rumapi.Definition, ok bool) {
	same := p[similar(d)]
	i := slices.IndexFunc(same, d.Same)
	if i < 0 {
		return found, false
	}
	found = same[i]
	p[similar(d)] = slices.Delete(same, i, i+1)
	return found, true
}

// left returns what is still in the pool, in the order of the names.
func (p pool) left() (all []rumapi.Definition) {
	for _, same := range p {
		all = append(all, same...)
	}
	slices.SortFunc(all, func(a, b rumapi.Definition) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return all
}
