package metricsdestination

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

var _ datasource.DataSourceWithConfigure = (*destinationsDataSource)(nil)

type destinationsDataSource struct{ tfresource.DataSource }

type destinationsModel struct {
	AppMonitorName types.String `tfsdk:"app_monitor_name"`
	Region         types.String `tfsdk:"region"`
	Destinations   []itemModel  `tfsdk:"destinations"`
}

// NewDestinationsDataSource returns the data source rum_metrics_destinations: all
// destinations of an app monitor. Configure expects a *tfresource.ProviderData.
func NewDestinationsDataSource() datasource.DataSource { return &destinationsDataSource{} }

// Metadata names the data source.
func (d *destinationsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_metrics_destinations"
}

// Schema is the data source's arguments and results.
func (d *destinationsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	computed := func(description string) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	attributes := tfresource.DataSourceMonitorAttributes()
	attributes["destinations"] = schema.ListNestedAttribute{
		MarkdownDescription: "The destinations, ordered by `destination` and `destination_arn`.",
		Computed:            true,
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"destination":     computed(tfresource.DestinationText),
			"destination_arn": computed("ARN of the Evidently experiment."),
			"iam_role_arn":    computed(roleText),
			"id":              computed(idText),
		}},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "All metrics destinations of a CloudWatch RUM app monitor. It is an error if the monitor does not exist. A monitor without destinations has an empty list.\n\n" +
			"The caller needs the IAM action `rum:ListRumMetricsDestinations` on the app monitor, and no other.",
		Attributes: attributes,
	}
}

func (d *destinationsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var data destinationsModel
	if resp.Diagnostics.Append(req.Config.Get(ctx, &data)...); resp.Diagnostics.HasError() {
		return
	}
	key := d.Client.WithRegion(rumapi.Key{Region: data.Region.ValueString(), AppMonitorName: data.AppMonitorName.ValueString()})
	d.Client.ForgetDestinations(key)
	found, err := d.Client.ListDestinations(ctx, key.Region, key.AppMonitorName)
	if err != nil {
		resp.Diagnostics.Append(d.ExplainLookup(err))
		return
	}
	data.Region = types.StringValue(key.Region)
	data.Destinations = newItems(found)
	resp.Diagnostics.Append(resp.State.Set(ctx, data)...)
}

// newItems converts found and sorts the result: the service promises no order.
func newItems(found []rumapi.Destination) []itemModel {
	items := make([]itemModel, len(found)) // not nil: a monitor without destinations has an empty list
	for i, d := range slices.SortedFunc(slices.Values(found), func(a, b rumapi.Destination) int {
		return cmp.Or(cmp.Compare(a.Destination, b.Destination), cmp.Compare(a.DestinationARN, b.DestinationARN))
	}) {
		items[i] = newItem(d)
	}
	return items
}
