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

var _ datasource.DataSourceWithConfigure = (*definitionsDataSource)(nil)

type definitionsDataSource struct{ tfresource.DataSource }

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
func NewDefinitionsDataSource() datasource.DataSource { return &definitionsDataSource{} }

// Metadata names the data source.
func (d *definitionsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_metric_definitions"
}

// Schema is the data source's arguments and results.
func (d *definitionsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	computed := func(description string) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	attributes := tfresource.DataSourceKeyAttributes()
	attributes["definitions"] = schema.ListNestedAttribute{
		MarkdownDescription: "The definitions, ordered by `namespace`, `name` and `metric_definition_id`.",
		Computed:            true,
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"name":      computed("Name of the metric."),
			"namespace": computed("`AWS/RUM` for an extended metric, and otherwise the namespace of the custom metric."),
			"event_pattern": schema.StringAttribute{
				MarkdownDescription: "JSON pattern of the events to count or measure.",
				Computed:            true,
			},
			"value_key":  computed("Field of the event that holds the value. Empty if each event counts 1."),
			"unit_label": computed("CloudWatch unit of the metric."),
			"dimension_keys": schema.MapAttribute{
				MarkdownDescription: "Dimensions of the metric. A key is a field of the event, and its value is the name of the dimension.",
				ElementType:         types.StringType,
				Computed:            true,
			},
			"cloudwatch_namespace": computed(cloudWatchNamespaceMarkdown),
			"metric_definition_id": computed("The ID that CloudWatch RUM gave the definition."),
			"id":                   computed("The import ID of the definition: " + idMarkdown + "."),
		}},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "All metric definitions of a destination of a CloudWatch RUM app monitor. It is an error if the destination does not exist. " +
			"A destination without definitions has an empty list.\n\n" +
			"The caller needs the IAM action `rum:BatchGetRumMetricDefinitions` on the app monitor. If there are no definitions, it also needs " +
			"`rum:ListRumMetricsDestinations`, since the data source then checks whether the destination exists.",
		Attributes: attributes,
	}
}

func (d *definitionsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var data definitionsModel
	if resp.Diagnostics.Append(req.Config.Get(ctx, &data)...); resp.Diagnostics.HasError() {
		return
	}
	key := d.Client.WithRegion(data.Key())
	d.Client.ForgetDefinitions(key)
	d.Client.ForgetDestinations(key)
	found, err := d.Client.ExistingDefinitions(ctx, key)
	if err != nil {
		resp.Diagnostics.Append(d.ExplainLookup(err))
		return
	}
	data.Region = types.StringValue(key.Region)
	data.Definitions = newItems(found)
	resp.Diagnostics.Append(resp.State.Set(ctx, data)...)
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
