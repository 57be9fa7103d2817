package tfresource

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

var _ datasource.DataSourceWithConfigure = (*DataSource[struct{}])(nil)

// DataSource is a data source. An M is its model, which holds the arguments and then
// also the results. It has the provider's data once the provider is configured, and nil
// until then.
type DataSource[M any] struct {
	*ProviderData
	TypeName    string // with the provider's prefix, such as rum_app_monitor
	Description string
	Attributes  map[string]schema.Attribute
	// Find completes the model of a configuration.
	Find func(ctx context.Context, c *rumapi.Client, config M) (M, error)
}

// Metadata names the data source.
func (d *DataSource[M]) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = d.TypeName
}

// Schema is the data source's arguments and results.
func (d *DataSource[M]) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: d.Description, Attributes: d.Attributes}
}

// Configure takes the provider's data. It adds an error for data of another type,
// which is a mistake in this program.
func (d *DataSource[M]) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.ProviderData = providerData(req.ProviderData, &resp.Diagnostics)
}

func (d *DataSource[M]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config M
	if resp.Diagnostics.Append(req.Config.Get(ctx, &config)...); resp.Diagnostics.HasError() {
		return
	}
	found, err := d.Find(ctx, d.Client, config)
	if err != nil {
		resp.Diagnostics.Append(d.ExplainLookup(err))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, found)...)
}

// ComputedString is a result of a data source.
func ComputedString(description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true}
}
