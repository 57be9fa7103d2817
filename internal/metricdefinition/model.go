package metricdefinition

import (
	"cmp"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

// model is a metric definition as Terraform holds it. This file is the only place
// that converts between it and the API's types.
type model struct {
	tfresource.KeyModel
	memberModel
	ID types.String `tfsdk:"id"`
}

// memberModel is a definition without the key of its destination. Every schema that
// has a definition has these attributes.
type memberModel struct {
	Name                types.String `tfsdk:"name"`
	Namespace           types.String `tfsdk:"namespace"`
	EventPattern        types.String `tfsdk:"event_pattern"`
	ValueKey            types.String `tfsdk:"value_key"`
	UnitLabel           types.String `tfsdk:"unit_label"`
	DimensionKeys       types.Map    `tfsdk:"dimension_keys"`
	CloudWatchNamespace types.String `tfsdk:"cloudwatch_namespace"`
	MetricDefinitionID  types.String `tfsdk:"metric_definition_id"`
}

// newModel converts a definition to state.
func newModel(d rumapi.Definition) model {
	return model{tfresource.NewKeyModel(d.Key), newMember(d), types.StringValue(formatID(d.DefinitionKey))}
}

// newMember converts a definition to state. Absent members are stored as the
// attribute's default, so that leaving them out is no change: the namespace AWS/RUM,
// the value key "", an empty map of dimensions, and otherwise null.
func newMember(d rumapi.Definition) memberModel {
	namespace := types.StringValue(cmp.Or(d.Namespace, rumapi.ExtendedNamespace))
	return memberModel{
		Name:                tfresource.Optional(d.Name),
		Namespace:           namespace,
		EventPattern:        tfresource.Optional(d.EventPattern),
		ValueKey:            types.StringValue(d.ValueKey),
		UnitLabel:           tfresource.Optional(d.UnitLabel),
		DimensionKeys:       dimensionsValue(d.DimensionKeys),
		CloudWatchNamespace: cloudWatchNamespace(namespace),
		MetricDefinitionID:  tfresource.Optional(d.ID),
	}
}

func (m model) definitionKey() rumapi.DefinitionKey {
	return rumapi.DefinitionKey{Key: m.Key(), ID: m.MetricDefinitionID.ValueString()}
}

func (m model) definition() rumapi.Definition { return m.memberModel.definition(m.Key()) }

// definition converts m to a definition of the destination k.
func (m memberModel) definition(k rumapi.Key) rumapi.Definition {
	return rumapi.Definition{
		DefinitionKey: rumapi.DefinitionKey{Key: k, ID: m.MetricDefinitionID.ValueString()},
		Name:          m.Name.ValueString(),
		Namespace:     m.Namespace.ValueString(),
		EventPattern:  m.EventPattern.ValueString(),
		ValueKey:      m.ValueKey.ValueString(),
		UnitLabel:     m.UnitLabel.ValueString(),
		DimensionKeys: m.dimensions(),
	}
}

// dimensions returns the dimensions that are known, or nil if there are none.
func (m memberModel) dimensions() map[string]string {
	var known map[string]string
	for key, value := range m.DimensionKeys.Elements() {
		if s, ok := value.(types.String); ok && !s.IsUnknown() {
			if known == nil {
				known = map[string]string{}
			}
			known[key] = s.ValueString()
		}
	}
	return known
}

// keepingText returns m with the pattern of state, if the two mean the same as JSON.
func (m memberModel) keepingText(state memberModel) memberModel {
	if !m.EventPattern.IsUnknown() && rumapi.SamePattern(m.EventPattern.ValueString(), state.EventPattern.ValueString()) {
		m.EventPattern = state.EventPattern
	}
	return m
}

// known reports whether every value that is sent to the service is known.
func (m model) known() bool { return m.KeyKnown() && m.memberModel.known() }

func (m memberModel) known() bool {
	for _, v := range []attr.Value{
		m.Name, m.Namespace, m.EventPattern, m.ValueKey, m.UnitLabel,
	} {
		if v.IsUnknown() {
			return false
		}
	}
	return m.dimensionsKnown()
}

func (m memberModel) dimensionsKnown() bool {
	return !m.DimensionKeys.IsUnknown() && len(m.dimensions()) == len(m.DimensionKeys.Elements())
}

// identity tells a definition from every other. Terraform holds it beside the state
// and in `import { identity = ... }`.
type identity struct {
	tfresource.KeyModel
	MetricDefinitionID types.String `tfsdk:"metric_definition_id"`
}

func newIdentity(k rumapi.DefinitionKey) identity {
	return identity{tfresource.NewKeyModel(k.Key), tfresource.Optional(k.ID)}
}

func (i identity) key() rumapi.DefinitionKey {
	return rumapi.DefinitionKey{Key: i.Key(), ID: i.MetricDefinitionID.ValueString()}
}

func dimensionsValue(keys map[string]string) types.Map {
	elements := map[string]attr.Value{}
	for key, name := range keys {
		elements[key] = types.StringValue(name)
	}
	return types.MapValueMust(types.StringType, elements)
}
