package metricdefinition

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

type definitionsModel struct {
	tfresource.KeyModel
	Definitions []itemModel `tfsdk:"definitions"`
}

// itemModel is a definition in the list.
type itemModel struct {
	memberModel
	ID types.String `tfsdk:"id"`
}

// NewDefinitionsDataSource returns the data source rum_metric_definitions: all
// definitions of a destination. Configure expects a *tfresource.ProviderData.
func NewDefinitionsDataSource() datasource.DataSource {
	attributes := tfresource.DataSourceKeyAttributes()
	attributes["definitions"] = schema.ListNestedAttribute{
		MarkdownDescription: "The definitions, ordered by `namespace`, `name` and `metric_definition_id`.",
		Computed:            true,
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"name":          tfresource.ComputedString("Name of the metric."),
			"namespace":     tfresource.ComputedString("`AWS/RUM` for an extended metric, and otherwise the namespace of the custom metric."),
			"event_pattern": tfresource.ComputedString("JSON pattern of the events to count or measure."),
			"value_key":     tfresource.ComputedString("Field of the event that holds the value. Empty if each event counts 1."),
			"unit_label":    tfresource.ComputedString("CloudWatch unit of the metric."),
			"dimension_keys": schema.MapAttribute{
				MarkdownDescription: "Dimensions of the metric. A key is a field of the event, and its value is the name of the dimension.",
				ElementType:         types.StringType,
				Computed:            true,
			},
			"cloudwatch_namespace": tfresource.ComputedString(cloudWatchNamespaceMarkdown),
			"metric_definition_id": tfresource.ComputedString("The ID that CloudWatch RUM gave the definition."),
			"id":                   tfresource.ComputedString("The import ID of the definition: " + idMarkdown + "."),
		}},
	}
	return &tfresource.DataSource[definitionsModel]{
		TypeName: setTypeName,
		Description: "All metric definitions of a destination of a CloudWatch RUM app monitor. It is an error if the destination does not exist. " +
			"A destination without definitions has an empty list.\n\n" +
			"The caller needs the IAM action `rum:BatchGetRumMetricDefinitions` on the app monitor. If there are no definitions, it also needs " +
			"`rum:ListRumMetricsDestinations`, since the data source then checks whether the destination exists.",
		Attributes: attributes,
		Find:       findDefinitions,
	}
}

func findDefinitions(ctx context.Context, c *rumapi.Client, data definitionsModel) (definitionsModel, error) {
	key := c.WithRegion(data.Key())
	c.ForgetDefinitions(key)
	c.ForgetDestinations(key)
	found, err := c.ExistingDefinitions(ctx, key)
	data.Region = types.StringValue(key.Region)
	data.Definitions = newItems(found)
	return data, err
}

// newItems converts found and sorts the result: the service promises no order.
func newItems(found []rumapi.Definition) []itemModel {
	items := make([]itemModel, len(found)) // not nil: a destination without definitions has an empty list
	for i, d := range found {
		items[i] = itemModel{newMember(d), types.StringValue(formatID(d.DefinitionKey))}
	}
	slices.SortFunc(items, func(a, b itemModel) int {
		return cmp.Or(
			cmp.Compare(a.Namespace.ValueString(), b.Namespace.ValueString()),
			cmp.Compare(a.Name.ValueString(), b.Name.ValueString()),
			cmp.Compare(a.MetricDefinitionID.ValueString(), b.MetricDefinitionID.ValueString()))
	})
	return items
}
