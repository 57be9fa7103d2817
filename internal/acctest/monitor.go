package acctest

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// monitorProvider is the provider "fakerum". Its only resource, fakerum_app_monitor, is
// a monitor of the fake. A change of the name replaces the monitor. The id is the name,
// but a plan that creates the monitor does not know it.
type monitorProvider struct{ account *fakerum.Account }

// Metadata names the provider.
func (p *monitorProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "fakerum"
}

// Schema returns no arguments.
func (p *monitorProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

// Configure does nothing.
func (p *monitorProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

// DataSources returns none.
func (p *monitorProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }

// Resources returns the monitor.
func (p *monitorProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &monitorResource{p.account} }}
}

type monitorResource struct{ account *fakerum.Account }

// Metadata names the resource.
func (r *monitorResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "fakerum_app_monitor"
}

// Schema returns a name and an id.
func (r *monitorResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"name": schema.StringAttribute{Required: true, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()}},
		"id":   schema.StringAttribute{Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()}},
	}}
}

// Create creates the monitor in the fake.
func (r *monitorResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var name types.String
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("name"), &name)...)
	r.account.CreateMonitor(name.ValueString())
	resp.State.Raw = req.Plan.Raw
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), name)...)
}

// Read leaves the state as it is.
func (r *monitorResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update is never called, because every change replaces the monitor.
func (r *monitorResource) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}

// Delete deletes the monitor from the fake.
func (r *monitorResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var name types.String
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("name"), &name)...)
	r.account.DeleteMonitor(name.ValueString())
}
