package appmonitor

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

var _ datasource.DataSourceWithConfigure = (*monitorsDataSource)(nil)

type monitorsDataSource struct{ tfresource.DataSource }

// NewMonitorsDataSource returns the data source rum_app_monitors: all app
// monitors of a region. Configure expects a *tfresource.ProviderData.
func NewMonitorsDataSource() datasource.DataSource { return &monitorsDataSource{} }

// Metadata names the data source.
func (d *monitorsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_app_monitors"
}

// Schema is the data source's arguments and results.
func (d *monitorsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "All CloudWatch RUM app monitors of a region. A region without app monitors is no error.\n\n" +
			"The caller needs the IAM action `rum:ListAppMonitors` on `*`, and no other.",
		Attributes: map[string]schema.Attribute{
			"region": tfresource.DataSourceRegionAttribute(),
			"names": schema.SetAttribute{
				MarkdownDescription: "Names of the app monitors, for use in `for_each`.",
				ElementType:         types.StringType,
				Computed:            true,
			},
			"app_monitors": schema.ListNestedAttribute{
				MarkdownDescription: "The app monitors, ordered by `name`.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"name":          computedString("Name of the app monitor."),
					"id":            computedString(idDescription),
					"state":         computedString(stateDescription),
					"platform":      computedString(platformDescription),
					"created":       computedString(createdDescription),
					"last_modified": computedString(lastModifiedDescription),
				}},
			},
		},
	}
}

func (d *monitorsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config monitorsModel
	if resp.Diagnostics.Append(req.Config.Get(ctx, &config)...); resp.Diagnostics.HasError() {
		return
	}
	region := d.Client.WithRegion(rumapi.Key{Region: config.Region.ValueString()}).Region
	found, err := d.Client.ListAppMonitors(ctx, region)
	if err != nil {
		resp.Diagnostics.AddError(d.Client.Explain(err))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, newMonitorsModel(region, found))...)
}
