package metricdefinition

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

// exclusiveModel is the exclusive set of a destination's definitions as Terraform
// holds it.
type exclusiveModel struct {
	tfresource.KeyModel
	MetricDefinitionIDs types.Set    `tfsdk:"metric_definition_ids"`
	ID                  types.String `tfsdk:"id"`
}

// newExclusiveModel returns the set of the definitions that a destination has.
func newExclusiveModel(k rumapi.Key, existing []rumapi.Definition) exclusiveModel {
	ids := make([]attr.Value, len(existing))
	for i, d := range existing {
		ids[i] = types.StringValue(d.ID)
	}
	return exclusiveModel{
		KeyModel:            tfresource.NewKeyModel(k),
		MetricDefinitionIDs: types.SetValueMust(types.StringType, ids),
		ID:                  types.StringValue(tfresource.FormatID(k)),
	}
}

// ids returns the IDs in the set that are known.
func (m exclusiveModel) ids() (known []string) {
	for _, element := range m.MetricDefinitionIDs.Elements() {
		if id, ok := element.(types.String); ok && !id.IsUnknown() {
			known = append(known, id.ValueString())
		}
	}
	return known
}

// has returns a function that reports whether the ID of a definition is in the set.
func (m exclusiveModel) has() func(rumapi.Definition) bool {
	ids := m.ids()
	return func(d rumapi.Definition) bool { return slices.Contains(ids, d.ID) }
}

// everyDefinition is what a create deletes of the definitions that are not in its set.
func everyDefinition(rumapi.Definition) bool { return true }

// undecided reports whether an ID in the set is not known yet.
func (m exclusiveModel) undecided() bool {
	return len(m.ids()) < len(m.MetricDefinitionIDs.Elements())
}

// compare returns the definitions that the set does not have, and the IDs in the
// set that no definition has.
func (m exclusiveModel) compare(existing []rumapi.Definition) (strangers []rumapi.Definition, missing []string) {
	missing = m.ids()
	for _, d := range existing {
		if i := slices.Index(missing, d.ID); i >= 0 {
			missing = slices.Delete(missing, i, i+1)
		} else {
			strangers = append(strangers, d)
		}
	}
	slices.Sort(missing)
	return strangers, missing
}
