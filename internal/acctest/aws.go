package acctest

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// awsFactories serve a provider "aws" that has the one resource of
// hashicorp/aws that matters here, aws_rum_metrics_destination, and leaves
// states as that one does: the id is the monitor's name, and what is absent is
// "" and not null. A region of "" makes a state that has none, as before its
// version 6.
func awsFactories(a *fakerum.Account) map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"aws": providerserver.NewProtocol6WithError(&awsProvider{monitorProvider{a}}),
	}
}

type awsProvider struct{ monitorProvider }

// Metadata names the provider.
func (p *awsProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "aws"
}

// Resources returns the destination.
func (p *awsProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &awsResource{p.account} }}
}

type awsResource struct{ account *fakerum.Account }

// Metadata names the resource.
func (r *awsResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "aws_rum_metrics_destination"
}

// Schema is that of hashicorp/aws, as far as the state goes.
func (r *awsResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"app_monitor_name": schema.StringAttribute{Required: true},
		"destination":      schema.StringAttribute{Required: true},
		"destination_arn":  schema.StringAttribute{Optional: true, Computed: true},
		"iam_role_arn":     schema.StringAttribute{Optional: true, Computed: true},
		"region":           schema.StringAttribute{Optional: true, Computed: true},
		"id":               schema.StringAttribute{Computed: true},
	}}
}

// Create puts the destination into the fake.
func (r *awsResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	resp.State.Raw = req.Plan.Raw
	value := func(attribute string) string {
		var s types.String
		resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root(attribute), &s)...)
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(attribute), s.ValueString())...) // "" for null and unknown
		return s.ValueString()
	}
	r.account.PutDestination(value("app_monitor_name"), fakerum.Destination{
		Destination:    value("destination"),
		DestinationARN: value("destination_arn"),
		IAMRoleARN:     value("iam_role_arn"),
	})
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), value("app_monitor_name"))...)
	var region types.String
	if resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("region"), &region)...); region.IsUnknown() {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("region"), Region)...)
	}
}

// Read leaves the state as it is.
func (r *awsResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update does nothing: no test changes one.
func (r *awsResource) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}

// Delete does nothing: the destination is moved on, never deleted here.
func (r *awsResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
