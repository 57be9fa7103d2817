package metricsdestination

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/validate"
)

var _ datasource.DataSourceWithConfigure = (*destinationsDataSource)(nil)

type destinationsDataSource struct{ client *rumapi.Client }

type destinationsModel struct {
	AppMonitorName types.String  `tfsdk:"app_monitor_name"`
	Region         types.String  `tfsdk:"region"`
	Destinations   []memberModel `tfsdk:"destinations"`
}

// NewDestinationsDataSource returns the data source rum_metrics_destinations:
// all destinations of an app monitor. Configure expects a *rumapi.Client as the
// provider's data.
func NewDestinationsDataSource() datasource.DataSource { return &destinationsDataSource{} }

// Metadata names the data source.
func (d *destinationsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_metrics_destinations"
}

// Schema is the data source's arguments and results.
func (d *destinationsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "All metrics destinations of a CloudWatch RUM app monitor. That it has none is no error; that there is no such monitor is one.",
		Attributes: map[string]schema.Attribute{
			"app_monitor_name": schema.StringAttribute{
				MarkdownDescription: "Name of the app monitor.",
				Required:            true,
				Validators:          []validator.String{validate.AppMonitorName()},
			},
			"region": schema.StringAttribute{
				MarkdownDescription: "Region of the app monitor. Defaults to the provider's region.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{validate.Region()},
			},
			"destinations": schema.ListNestedAttribute{
				MarkdownDescription: "The destinations, ordered by `destination` and `destination_arn`.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"destination": schema.StringAttribute{
						MarkdownDescription: "`CloudWatch` or `Evidently`.",
						Computed:            true,
					},
					"destination_arn": schema.StringAttribute{
						MarkdownDescription: "ARN of the Evidently experiment.",
						Computed:            true,
					},
					"iam_role_arn": schema.StringAttribute{
						MarkdownDescription: "ARN of the IAM role that CloudWatch RUM assumes to write to the Evidently experiment.",
						Computed:            true,
					},
					"id": schema.StringAttribute{
						MarkdownDescription: "The import ID of the destination: " + idMarkdown + ".",
						Computed:            true,
					},
				}},
			},
		},
	}
}

// Configure takes the client from the provider.
func (d *destinationsDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.client, _ = req.ProviderData.(*rumapi.Client) // nil until the provider is configured
}

func (d *destinationsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var data destinationsModel
	if resp.Diagnostics.Append(req.Config.Get(ctx, &data)...); resp.Diagnostics.HasError() {
		return
	}
	key := d.client.WithRegion(rumapi.Key{Region: data.Region.ValueString(), AppMonitorName: data.AppMonitorName.ValueString()})
	found, err := d.client.ListDestinations(ctx, key.Region, key.AppMonitorName)
	if err != nil {
		resp.Diagnostics.Append(explainLookup(err))
		return
	}
	data.Region = types.StringValue(key.Region)
	data.Destinations = newMembers(found)
	resp.Diagnostics.Append(resp.State.Set(ctx, data)...)
}

// newMembers is found in a stable order: the service promises none.
func newMembers(found []rumapi.Destination) []memberModel {
	members := make([]memberModel, len(found)) // not nil: a monitor without destinations has an empty list
	for i, d := range slices.SortedFunc(slices.Values(found), func(a, b rumapi.Destination) int {
		return cmp.Or(cmp.Compare(a.Destination, b.Destination), cmp.Compare(a.DestinationARN, b.DestinationARN))
	}) {
		members[i] = newMember(d)
	}
	return members
}
