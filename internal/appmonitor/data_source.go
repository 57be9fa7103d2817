// Package appmonitor has the data sources of app monitors: rum_app_monitors for all
// of a region, and rum_app_monitor for one. The provider hashicorp/aws manages app
// monitors.
package appmonitor

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/validate"
)

var _ datasource.DataSourceWithConfigure = (*monitorDataSource)(nil)

type monitorDataSource struct{ tfresource.DataSource }

// NewDataSource returns the data source rum_app_monitor: one app monitor.
// Configure expects a *tfresource.ProviderData.
func NewDataSource() datasource.DataSource { return &monitorDataSource{} }

// Metadata names the data source.
func (d *monitorDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_app_monitor"
}

// Descriptions of what both data sources have.
const (
	idDescription           = "The ID that CloudWatch RUM gave the app monitor."
	stateDescription        = "State of the app monitor: `CREATED`, `ACTIVE` or `DELETING`."
	platformDescription     = "Platform of the application: `Web`, `Android` or `iOS`."
	createdDescription      = "When the app monitor was created, as CloudWatch RUM writes it."
	lastModifiedDescription = "When the app monitor was last changed, as CloudWatch RUM writes it."
)

// Schema is the data source's arguments and results.
func (d *monitorDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "One CloudWatch RUM app monitor. Values are as CloudWatch RUM gives them; what it leaves out is null. " +
			"If the resource `aws_rum_app_monitor` has the same attribute, the name is the same, except that its `app_monitor_id` is `id` here.\n\n" +
			"The caller needs the IAM action `rum:GetAppMonitor` on the app monitor, and no other.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the app monitor. It is an error if the region has no app monitor of this name.",
				Required:            true,
				Validators:          []validator.String{validate.AppMonitorName()},
			},
			"region": tfresource.DataSourceRegionAttribute(),
			"id":     computedString(idDescription),
			"domain": computedString("The top-level domain of the application. An app monitor has either this or `domain_list`."),
			"domain_list": schema.ListAttribute{
				MarkdownDescription: "The domains of the application.",
				ElementType:         types.StringType,
				Computed:            true,
			},
			"platform":      computedString(platformDescription),
			"state":         computedString(stateDescription),
			"custom_events": computedString("Whether the app monitor accepts custom events: `ENABLED` or `DISABLED`."),
			"session_sample_rate": schema.Float64Attribute{
				MarkdownDescription: "The portion of sessions that the app monitor is configured to sample, from 0 to 1. A web client with a configuration of its own may sample another portion.",
				Computed:            true,
			},
			"telemetries": schema.SetAttribute{
				MarkdownDescription: "The kinds of telemetry that the app monitor is configured to collect: `errors`, `performance` and `http`. A web client with a configuration of its own may collect others.",
				ElementType:         types.StringType,
				Computed:            true,
			},
			"cw_log_enabled": schema.BoolAttribute{
				MarkdownDescription: "Whether a copy of the events is kept in CloudWatch Logs.",
				Computed:            true,
			},
			"cw_log_group": computedString("Name of the log group that keeps the copy."),
			"tags": schema.MapAttribute{
				MarkdownDescription: "Tags of the app monitor.",
				ElementType:         types.StringType,
				Computed:            true,
			},
			"created":       computedString(createdDescription),
			"last_modified": computedString(lastModifiedDescription),
		},
	}
}

func computedString(description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true}
}

func (d *monitorDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config monitorModel
	if resp.Diagnostics.Append(req.Config.Get(ctx, &config)...); resp.Diagnostics.HasError() {
		return
	}
	key := d.Client.WithRegion(rumapi.Key{Region: config.Region.ValueString(), AppMonitorName: config.Name.ValueString()})
	found, err := d.Client.GetAppMonitor(ctx, key.Region, key.AppMonitorName)
	if err != nil {
		resp.Diagnostics.AddError(d.Client.Explain(err))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, newMonitorModel(key.Region, found))...)
}
