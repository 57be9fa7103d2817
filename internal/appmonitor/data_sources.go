package appmonitor

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

// NewMonitorsDataSource returns the data source rum_app_monitors: all app
// monitors of a region. Configure expects a *tfresource.ProviderData.
func NewMonitorsDataSource() datasource.DataSource {
	return &tfresource.DataSource[monitorsModel]{
		TypeName: "rum_app_monitors",
		Description: "All CloudWatch RUM app monitors of a region. A region without app monitors is no error.\n\n" +
			"The caller needs the IAM action `rum:ListAppMonitors` on `*`, and no other.",
		Attributes: map[string]schema.Attribute{
			"region": tfresource.DataSourceRegionAttribute(tfresource.ListedRegionText),
			"names": schema.SetAttribute{
				MarkdownDescription: "Names of the app monitors, for use in `for_each`.",
				ElementType:         types.StringType,
				Computed:            true,
			},
			"app_monitors": schema.ListNestedAttribute{
				MarkdownDescription: "The app monitors, ordered by `name`.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: summaryAttributes()},
			},
		},
		Find: func(ctx context.Context, c *rumapi.Client, config monitorsModel) (monitorsModel, error) {
			region := c.WithRegion(rumapi.Key{Region: config.Region.ValueString()}).Region
			found, err := c.ListAppMonitors(ctx, region)
			return newMonitorsModel(region, found), err
		},
	}
}

// summaryAttributes are what both data sources have of an app monitor.
func summaryAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"name":          tfresource.ComputedString("Name of the app monitor."),
		"id":            tfresource.ComputedString("The ID that CloudWatch RUM gave the app monitor."),
		"state":         tfresource.ComputedString("State of the app monitor: `CREATED`, `ACTIVE` or `DELETING`."),
		"platform":      tfresource.ComputedString("Platform of the application: `Web`, `Android` or `iOS`."),
		"created":       tfresource.ComputedString("When the app monitor was created, as CloudWatch RUM writes it."),
		"last_modified": tfresource.ComputedString("When the app monitor was last changed, as CloudWatch RUM writes it."),
	}
}
