// Package appmonitor has the data sources of app monitors: rum_app_monitors for all
// of a region, and rum_app_monitor for one. The provider hashicorp/aws manages app
// monitors.
package appmonitor

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/validate"
)

// NewDataSource returns the data source rum_app_monitor: one app monitor.
// Configure expects a *tfresource.ProviderData.
func NewDataSource() datasource.DataSource {
	attributes := summaryAttributes()
	maps.Copy(attributes, map[string]schema.Attribute{
		"name": schema.StringAttribute{
			MarkdownDescription: "Name of the app monitor. It is an error if the region has no app monitor of this name.",
			Required:            true,
			Validators:          []validator.String{validate.AppMonitorName()},
		},
		"region": tfresource.DataSourceRegionAttribute(tfresource.RegionText),
		"domain": tfresource.ComputedString("The top-level domain of the application. An app monitor has either this or `domain_list`."),
		"domain_list": schema.ListAttribute{
			MarkdownDescription: "The domains of the application.",
			ElementType:         types.StringType,
			Computed:            true,
		},
		"custom_events": tfresource.ComputedString("Whether the app monitor accepts custom events: `ENABLED` or `DISABLED`."),
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
		"cw_log_group": tfresource.ComputedString("Name of the log group that keeps the copy."),
		"tags": schema.MapAttribute{
			MarkdownDescription: "Tags of the app monitor.",
			ElementType:         types.StringType,
			Computed:            true,
		},
	})
	return &tfresource.DataSource[monitorModel]{
		TypeName: "rum_app_monitor",
		Description: "One CloudWatch RUM app monitor. Values are as CloudWatch RUM gives them; what it leaves out is null. " +
			"If the resource `aws_rum_app_monitor` has the same attribute, the name is the same, except that its `app_monitor_id` is `id` here.\n\n" +
			"The caller needs the IAM action `rum:GetAppMonitor` on the app monitor, and no other.",
		Attributes: attributes,
		Find: func(ctx context.Context, c *rumapi.Client, config monitorModel) (monitorModel, error) {
			key := c.WithRegion(rumapi.Key{Region: config.Region.ValueString(), AppMonitorName: config.Name.ValueString()})
			found, err := c.GetAppMonitor(ctx, key.Region, key.AppMonitorName)
			return newMonitorModel(key.Region, found), err
		},
	}
}
