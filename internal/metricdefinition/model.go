package metricdefinition

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// model is a metric definition as Terraform holds it. This file is the only
// place where one becomes the other.
type model struct {
	AppMonitorName     types.String         `tfsdk:"app_monitor_name"`
	Destination        types.String         `tfsdk:"destination"`
	DestinationARN     types.String         `tfsdk:"destination_arn"`
	Region             types.String         `tfsdk:"region"`
	Name               types.String         `tfsdk:"name"`
	Namespace          types.String         `tfsdk:"namespace"`
	EventPattern       jsontypes.Normalized `tfsdk:"event_pattern"`
	ValueKey           types.String         `tfsdk:"value_key"`
	UnitLabel          types.String         `tfsdk:"unit_label"`
	DimensionKeys      types.Map            `tfsdk:"dimension_keys"`
	MetricDefinitionID types.String         `tfsdk:"metric_definition_id"`
	ID                 types.String         `tfsdk:"id"`

	CloudWatchNamespace types.String `tfsdk:"cloudwatch_namespace"`
}

// newModel converts a definition to state. Where configurations may write an
// absent member in two ways, the state has the one that a configuration can also
// leave out without a change: the namespace AWS/RUM, the value key "", and no
// dimensions as an empty map. Other absent members are null.
func newModel(d rumapi.Definition) model {
	namespace := types.StringValue(cmp.Or(d.Namespace, rumapi.ExtendedNamespace))
	return model{
		AppMonitorName:     optional(d.AppMonitorName),
		Destination:        optional(d.Destination),
		DestinationARN:     optional(d.DestinationARN),
		Region:             optional(d.Region),
		Name:               optional(d.Name),
		Namespace:          namespace,
		EventPattern:       pattern(d.EventPattern),
		ValueKey:           types.StringValue(d.ValueKey),
		UnitLabel:          optional(d.UnitLabel),
		DimensionKeys:      dimensions(d.DimensionKeys),
		MetricDefinitionID: optional(d.ID),
		ID:                 types.StringValue(formatID(d.DefinitionKey)),

		CloudWatchNamespace: cloudWatchNamespace(namespace),
	}
}

// isExtended reports whether a namespace, or its absence, makes a metric an
// extended one. It is false while the namespace is unknown.
func isExtended(namespace types.String) bool {
	return namespace.IsNull() || namespace.ValueString() == rumapi.ExtendedNamespace
}

// cloudWatchNamespace returns the namespace in which CloudWatch shows a metric:
// CloudWatch RUM puts a prefix before the namespace of a custom metric. It is
// unknown while namespace is.
func cloudWatchNamespace(namespace types.String) types.String {
	switch {
	case namespace.IsUnknown():
		return types.StringUnknown()
	case isExtended(namespace):
		return types.StringValue(rumapi.ExtendedNamespace)
	default:
		return types.StringValue("RUM/CustomMetrics/" + namespace.ValueString())
	}
}

// isDefaultUnit reports whether m's unit may be there although nobody asked for
// it: AWS's samples show Count on an extended metric.
func isDefaultUnit(m model) bool {
	return m.UnitLabel.IsNull() || isExtended(m.Namespace) && m.UnitLabel.ValueString() == "Count"
}

func (m model) definition() rumapi.Definition {
	return rumapi.Definition{
		DefinitionKey: rumapi.DefinitionKey{Key: m.key(), ID: m.MetricDefinitionID.ValueString()},
		Name:          m.Name.ValueString(),
		Namespace:     m.Namespace.ValueString(),
		EventPattern:  m.EventPattern.ValueString(),
		ValueKey:      m.ValueKey.ValueString(),
		UnitLabel:     m.UnitLabel.ValueString(),
		DimensionKeys: m.dimensions(),
	}
}

// key is the key of the definition's destination.
func (m model) key() rumapi.Key {
	return rumapi.Key{
		Region:         m.Region.ValueString(),
		AppMonitorName: m.AppMonitorName.ValueString(),
		Destination:    m.Destination.ValueString(),
		DestinationARN: m.DestinationARN.ValueString(),
	}
}

// dimensions are the dimensions that are known, nil where there are none.
func (m model) dimensions() map[string]string {
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

// known reports whether all is known that the service is to be told.
func (m model) known() bool {
	for _, v := range []attr.Value{
		m.AppMonitorName, m.Destination, m.DestinationARN, m.Region, m.Name,
		m.Namespace, m.EventPattern, m.ValueKey, m.UnitLabel,
	} {
		if v.IsUnknown() {
			return false
		}
	}
	return m.dimensionsKnown()
}

func (m model) dimensionsKnown() bool {
	return !m.DimensionKeys.IsUnknown() && len(m.dimensions()) == len(m.DimensionKeys.Elements())
}

// identity is what tells a definition from every other, as Terraform holds it
// beside the state and in `import { identity = ... }`.
type identity struct {
	AppMonitorName     types.String `tfsdk:"app_monitor_name"`
	Destination        types.String `tfsdk:"destination"`
	DestinationARN     types.String `tfsdk:"destination_arn"`
	MetricDefinitionID types.String `tfsdk:"metric_definition_id"`
	Region             types.String `tfsdk:"region"`
}

func newIdentity(k rumapi.DefinitionKey) identity {
	return identity{
		AppMonitorName:     optional(k.AppMonitorName),
		Destination:        optional(k.Destination),
		DestinationARN:     optional(k.DestinationARN),
		MetricDefinitionID: optional(k.ID),
		Region:             optional(k.Region),
	}
}

func (i identity) key() rumapi.DefinitionKey {
	return rumapi.DefinitionKey{
		Key: rumapi.Key{
			Region:         i.Region.ValueString(),
			AppMonitorName: i.AppMonitorName.ValueString(),
			Destination:    i.Destination.ValueString(),
			DestinationARN: i.DestinationARN.ValueString(),
		},
		ID: i.MetricDefinitionID.ValueString(),
	}
}

// memberModel is a definition among others of the same destination.
type memberModel struct {
	Name               types.String         `tfsdk:"name"`
	Namespace          types.String         `tfsdk:"namespace"`
	EventPattern       jsontypes.Normalized `tfsdk:"event_pattern"`
	ValueKey           types.String         `tfsdk:"value_key"`
	UnitLabel          types.String         `tfsdk:"unit_label"`
	DimensionKeys      types.Map            `tfsdk:"dimension_keys"`
	MetricDefinitionID types.String         `tfsdk:"metric_definition_id"`
	ID                 types.String         `tfsdk:"id"`

	CloudWatchNamespace types.String `tfsdk:"cloudwatch_namespace"`
}

func newMember(d rumapi.Definition) memberModel {
	m := newModel(d)
	return memberModel{m.Name, m.Namespace, m.EventPattern, m.ValueKey, m.UnitLabel, m.DimensionKeys, m.MetricDefinitionID, m.ID, m.CloudWatchNamespace}
}

// differences names the members in which got is not what wanted asks for.
func differences(wanted, got rumapi.Definition) string {
	var names []string
	for name, take := range map[string]func(*rumapi.Definition){
		"name":           func(d *rumapi.Definition) { d.Name = got.Name },
		"namespace":      func(d *rumapi.Definition) { d.Namespace = got.Namespace },
		"event_pattern":  func(d *rumapi.Definition) { d.EventPattern = got.EventPattern },
		"value_key":      func(d *rumapi.Definition) { d.ValueKey = got.ValueKey },
		"unit_label":     func(d *rumapi.Definition) { d.UnitLabel = got.UnitLabel },
		"dimension_keys": func(d *rumapi.Definition) { d.DimensionKeys = got.DimensionKeys },
	} {
		changed := wanted
		if take(&changed); !wanted.Same(changed) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func optional(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}

func pattern(s string) jsontypes.Normalized {
	if s == "" {
		return jsontypes.NewNormalizedNull()
	}
	return jsontypes.NewNormalizedValue(s)
}

func dimensions(keys map[string]string) types.Map {
	elements := map[string]attr.Value{}
	for key, name := range keys {
		elements[key] = types.StringValue(name)
	}
	return types.MapValueMust(types.StringType, elements)
}
