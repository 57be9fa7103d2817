package metricsdestination

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

var _ datasource.DataSourceWithConfigure = (*destinationDataSource)(nil)

type destinationDataSource struct{ tfresource.DataSource }

// NewDataSource returns the data source rum_metrics_destination: one destination.
// Configure expects a *tfresource.ProviderData.
func NewDataSource() datasource.DataSource { return &destinationDataSource{} }

// Metadata names the data source.
func (d *destinationDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_metrics_destination"
}

// Schema is the data source's arguments and results.
func (d *destinationDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := tfresource.DataSourcePartialKeyAttributes()
	attributes["iam_role_arn"] = schema.StringAttribute{MarkdownDescription: roleText, Computed: true}
	attributes["id"] = schema.StringAttribute{MarkdownDescription: idText, Computed: true}
	resp.Schema = schema.Schema{
		MarkdownDescription: "One metrics destination of a CloudWatch RUM app monitor. If the monitor has only one, its name is enough. " +
			"It is an error if no destination fits, or if several do.\n\n" +
			"The caller needs the IAM action `rum:ListRumMetricsDestinations` on the app monitor, and no other.",
		Attributes: attributes,
	}
}

const roleText = "ARN of the IAM role that CloudWatch RUM assumes to write to the Evidently experiment."

var idText = "The import ID of the destination: " + tfresource.DestinationIDMarkdown + "."

func (d *destinationDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config model
	if resp.Diagnostics.Append(req.Config.Get(ctx, &config)...); resp.Diagnostics.HasError() {
		return
	}
	key := d.Client.WithRegion(config.Key())
	d.Client.ForgetDestinations(key)
	found, err := d.Client.ResolveDestination(ctx, key)
	if err != nil {
		resp.Diagnostics.Append(d.ExplainLookup(err))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, newModel(found))...)
}
