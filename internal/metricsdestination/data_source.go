package metricsdestination

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/validate"
)

var _ datasource.DataSourceWithConfigure = (*destinationDataSource)(nil)

type destinationDataSource struct{ client *rumapi.Client }

// NewDataSource returns the data source rum_metrics_destination: one
// destination. Configure expects a *rumapi.Client as the provider's data.
func NewDataSource() datasource.DataSource { return &destinationDataSource{} }

// Metadata names the data source.
func (d *destinationDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_metrics_destination"
}

// Schema is the data source's arguments and results.
func (d *destinationDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "One metrics destination of a CloudWatch RUM app monitor. Of a monitor that has one only, the name of the monitor is enough; " +
			"if several fit, or none, it is an error.",
		Attributes: map[string]schema.Attribute{
			"app_monitor_name": schema.StringAttribute{
				MarkdownDescription: "Name of the app monitor.",
				Required:            true,
				Validators:          []validator.String{validate.AppMonitorName()},
			},
			"destination": schema.StringAttribute{
				MarkdownDescription: "`CloudWatch` or `Evidently`. Whichever there is unless set.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{stringvalidator.OneOf(rumapi.DestinationKinds()...)},
			},
			"destination_arn": schema.StringAttribute{
				MarkdownDescription: "ARN of the Evidently experiment. Whichever there is unless set.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{validate.ARN()},
			},
			"region": schema.StringAttribute{
				MarkdownDescription: "Region of the app monitor. Defaults to the provider's region.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{validate.Region()},
			},
			"iam_role_arn": schema.StringAttribute{
				MarkdownDescription: "ARN of the IAM role that CloudWatch RUM assumes to write to the Evidently experiment.",
				Computed:            true,
			},
			"id": schema.StringAttribute{
				MarkdownDescription: "The import ID of the destination: " + idMarkdown + ".",
				Computed:            true,
			},
		},
	}
}

// Configure takes the client from the provider.
func (d *destinationDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.client, _ = req.ProviderData.(*rumapi.Client) // nil until the provider is configured
}

func (d *destinationDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config model
	if resp.Diagnostics.Append(req.Config.Get(ctx, &config)...); resp.Diagnostics.HasError() {
		return
	}
	key := d.client.WithRegion(config.key())
	found, err := d.client.ResolveDestination(ctx, key)
	if err != nil {
		resp.Diagnostics.Append(explainLookup(err))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, newModel(found))...)
}

// explainLookup is the diagnostic for a partial key that fits no destination,
// or several, or that could not be looked up.
func explainLookup(err error) diag.Diagnostic {
	var ambiguous *rumapi.AmbiguousError
	switch {
	case errors.As(err, &ambiguous):
		return diag.NewErrorDiagnostic(ambiguity(ambiguous))
	case errors.Is(err, rumapi.ErrNotFound):
		return diag.NewErrorDiagnostic("No such RUM metrics destination", fmt.Sprintf(
			"Asked CloudWatch RUM, and got: %s. Check the names and the region: app monitors of the same name in other regions don't count.", err))
	}
	return diag.NewErrorDiagnostic(rumapi.Explain(err))
}
