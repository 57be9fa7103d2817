package metricdefinition

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/validate"
)

var _ datasource.DataSourceWithConfigure = (*definitionsDataSource)(nil)

type definitionsDataSource struct{ client *rumapi.Client }

type definitionsModel struct {
	AppMonitorName types.String  `tfsdk:"app_monitor_name"`
	Destination    types.String  `tfsdk:"destination"`
	DestinationARN types.String  `tfsdk:"destination_arn"`
	Region         types.String  `tfsdk:"region"`
	Definitions    []memberModel `tfsdk:"definitions"`
}

// NewDefinitionsDataSource returns the data source rum_metric_definitions: all
// definitions of a destination. Configure expects a *rumapi.Client as the
// provider's data.
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
	resp.Schema = schema.Schema{
		MarkdownDescription: "All metric definitions of a destination of a CloudWatch RUM app monitor.",
		Attributes: map[string]schema.Attribute{
			"app_monitor_name": schema.StringAttribute{
				MarkdownDescription: "Name of the app monitor.",
				Required:            true,
				Validators:          []validator.String{validate.AppMonitorName()},
			},
			"destination": schema.StringAttribute{
				MarkdownDescription: "`CloudWatch` or `Evidently`.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.OneOf(rumapi.DestinationKinds()...)},
			},
			"destination_arn": schema.StringAttribute{
				MarkdownDescription: "ARN of the Evidently experiment.",
				Optional:            true,
				Validators: []validator.String{
					validate.ARN(),
					validate.RequiredWhen("destination", rumapi.Evidently, "it tells the Evidently destinations of a monitor apart"),
					validate.RefusedWhen("destination", rumapi.CloudWatch, "a CloudWatch destination has none"),
				},
			},
			"region": schema.StringAttribute{
				MarkdownDescription: "Region of the app monitor. Defaults to the provider's region.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{validate.Region()},
			},
			"definitions": schema.ListNestedAttribute{
				MarkdownDescription: "The definitions, ordered by `namespace`, `name` and `metric_definition_id`.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"name":      computed("Name of the metric."),
					"namespace": computed("`AWS/RUM` for an extended metric, and otherwise the namespace of the custom metric."),
					"event_pattern": schema.StringAttribute{
						MarkdownDescription: "JSON pattern of the events to count or measure.",
						CustomType:          jsontypes.NormalizedType{},
						Computed:            true,
					},
					"value_key":  computed("Field of the event that holds the value. Empty if each event counts 1."),
					"unit_label": computed("CloudWatch unit of the metric."),
					"dimension_keys": schema.MapAttribute{
						MarkdownDescription: "Dimensions of the metric: a field of the event to the name of the dimension.",
						ElementType:         types.StringType,
						Computed:            true,
					},
					"cloudwatch_namespace": computed(cloudWatchNamespaceMarkdown),
					"metric_definition_id": computed("The ID that CloudWatch RUM gave the definition."),
					"id":                   computed("The import ID of the definition: " + idMarkdown + "."),
				}},
			},
		},
	}
}

// Configure takes the client from the provider.
func (d *definitionsDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.client, _ = req.ProviderData.(*rumapi.Client) // nil until the provider is configured
}

func (d *definitionsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var data definitionsModel
	if resp.Diagnostics.Append(req.Config.Get(ctx, &data)...); resp.Diagnostics.HasError() {
		return
	}
	key := d.client.WithRegion(rumapi.Key{
		Region:         data.Region.ValueString(),
		AppMonitorName: data.AppMonitorName.ValueString(),
		Destination:    data.Destination.ValueString(),
		DestinationARN: data.DestinationARN.ValueString(),
	})
	found, err := d.client.ListDefinitions(ctx, key)
	if err != nil {
		resp.Diagnostics.Append(explainLookup(err))
		return
	}
	data.Region = types.StringValue(key.Region)
	data.Definitions = newMembers(found)
	resp.Diagnostics.Append(resp.State.Set(ctx, data)...)
}

// newMembers is found in a stable order: the service promises none.
func newMembers(found []rumapi.Definition) []memberModel {
	members := make([]memberModel, len(found)) // not nil: a destination without definitions has an empty list
	for i, d := range found {
		members[i] = newMember(d)
	}
	slices.SortFunc(members, func(a, b memberModel) int {
		return cmp.Or(
			cmp.Compare(a.Namespace.ValueString(), b.Namespace.ValueString()),
			cmp.Compare(a.Name.ValueString(), b.Name.ValueString()),
			cmp.Compare(a.MetricDefinitionID.ValueString(), b.MetricDefinitionID.ValueString()))
	})
	return members
}

// explainLookup is the diagnostic for definitions that could not be looked up.
func explainLookup(err error) diag.Diagnostic {
	if errors.Is(err, rumapi.ErrNotFound) {
		return diag.NewErrorDiagnostic("No such RUM metrics destination", fmt.Sprintf(
			"Asked CloudWatch RUM, and got: %s. Check the names and the region: app monitors of the same name in other regions don't count.", err))
	}
	return diag.NewErrorDiagnostic(rumapi.Explain(err))
}
