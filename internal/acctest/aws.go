package acctest

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	providerschema "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// NewAWS returns a function that makes a stand-in for hashicorp/aws. The stand-in has
// the resources and arguments that the tests and the documentation use. A CLI can only
// validate them, except for aws_rum_metrics_destination: its apply puts the destination
// into account, and its state is that of hashicorp/aws. Where nothing is applied,
// account may be nil.
func NewAWS(account *fakerum.Account) func() tfprotov6.ProviderServer {
	return providerserver.NewProtocol6(&awsProvider{account})
}

type awsProvider struct{ account *fakerum.Account }

// Metadata names the provider.
func (p *awsProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "aws"
}

// Schema returns the arguments of the provider block.
func (p *awsProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerschema.Schema{Attributes: map[string]providerschema.Attribute{
		"region": providerschema.StringAttribute{Optional: true},
	}}
}

// Configure does nothing.
func (p *awsProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

// DataSources returns none.
func (p *awsProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }

// Resources returns the destination, and the resources that can only be validated.
func (p *awsProvider) Resources(context.Context) []func() resource.Resource {
	required, optional := schema.StringAttribute{Required: true}, schema.StringAttribute{Optional: true}
	number := schema.Float64Attribute{Optional: true}
	return []func() resource.Resource{
		func() resource.Resource { return &awsDestination{p.account} },
		awsResource{"aws_rum_app_monitor", schema.Schema{
			Attributes: map[string]schema.Attribute{"name": required, "domain": optional, "region": optional},
			Blocks: map[string]schema.Block{
				"app_monitor_configuration": schema.ListNestedBlock{NestedObject: schema.NestedBlockObject{
					Attributes: map[string]schema.Attribute{
						"session_sample_rate": number,
						"telemetries":         schema.SetAttribute{ElementType: types.StringType, Optional: true},
					},
				}},
				"custom_events": schema.ListNestedBlock{NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{"status": optional}}},
			},
		}}.new,
		awsResource{"aws_cloudwatch_metric_alarm", schema.Schema{
			Attributes: map[string]schema.Attribute{
				"alarm_name": required, "comparison_operator": required, "evaluation_periods": schema.Int64Attribute{Required: true},
				"metric_name": optional, "namespace": optional, "statistic": optional, "treat_missing_data": optional,
				"period": number, "threshold": number,
				"dimensions": schema.MapAttribute{ElementType: types.StringType, Optional: true},
			},
		}}.new,
	}
}

// awsResource is a resource that can only be validated.
type awsResource struct {
	name   string
	schema schema.Schema
}

func (r awsResource) new() resource.Resource { return r }

// Metadata names the resource.
func (r awsResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = r.name
}

// Schema returns some of the arguments that hashicorp/aws has.
func (r awsResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = r.schema
}

// Create does nothing.
func (awsResource) Create(context.Context, resource.CreateRequest, *resource.CreateResponse) {}

// Read does nothing.
func (awsResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update does nothing.
func (awsResource) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}

// Delete does nothing.
func (awsResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// awsDestination is aws_rum_metrics_destination. Its id is the name of the monitor. In
// its state an absent string is "", not null. A region of "" stands for a state without
// a region, which hashicorp/aws left before version 6.
type awsDestination struct{ account *fakerum.Account }

// Metadata names the resource.
func (r *awsDestination) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "aws_rum_metrics_destination"
}

// Schema returns the attributes that hashicorp/aws has in the state.
func (r *awsDestination) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"app_monitor_name": schema.StringAttribute{Required: true},
		"destination":      schema.StringAttribute{Required: true},
		"destination_arn":  schema.StringAttribute{Optional: true, Computed: true},
		"iam_role_arn":     schema.StringAttribute{Optional: true, Computed: true},
		"region":           schema.StringAttribute{Optional: true, Computed: true},
		"id":               schema.StringAttribute{Computed: true},
	}}
}

// Create puts the destination into the account.
func (r *awsDestination) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
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
func (r *awsDestination) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update does nothing, because no test changes a destination.
func (r *awsDestination) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}

// Delete deletes the destination from the account.
func (r *awsDestination) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	value := func(attribute string) string {
		var s types.String
		resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root(attribute), &s)...)
		return s.ValueString()
	}
	r.account.DeleteDestination(value("app_monitor_name"), value("destination"), value("destination_arn"))
}
