package acctest

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	providerschema "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
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
	required, optional := schema.StringAttribute{Required: true}, schema.StringAttribute{Optional: true}
	number := schema.Float64Attribute{Optional: true}
	otherwise := func(value string) schema.Attribute {
		return schema.StringAttribute{Optional: true, Computed: true, Default: stringdefault.StaticString(value)}
	}
	return standIn("aws",
		// Its id is the name of the monitor. In its state an absent string is "", not null. A region of "" stands
		// for a state without a region, which hashicorp/aws left before version 6.
		standInResource{
			name: "aws_rum_metrics_destination",
			schema: schema.Schema{Attributes: map[string]schema.Attribute{
				"app_monitor_name": required, "destination": required, "destination_arn": otherwise(""), "iam_role_arn": otherwise(""),
				"region": otherwise(Region), "id": schema.StringAttribute{Computed: true},
			}},
			create: func(value func(attribute string) string) (id string) {
				account.PutDestination(value("app_monitor_name"), fakerum.Destination{
					Destination: value("destination"), DestinationARN: value("destination_arn"), IAMRoleARN: value("iam_role_arn"),
				})
				return value("app_monitor_name")
			},
			remove: func(value func(attribute string) string) {
				account.DeleteDestination(value("app_monitor_name"), value("destination"), value("destination_arn"))
			},
		},
		standInResource{name: "aws_rum_app_monitor", schema: schema.Schema{
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
		}},
		standInResource{name: "aws_cloudwatch_metric_alarm", schema: schema.Schema{
			Attributes: map[string]schema.Attribute{
				"alarm_name": required, "comparison_operator": required, "evaluation_periods": schema.Int64Attribute{Required: true},
				"metric_name": optional, "namespace": optional, "statistic": optional, "treat_missing_data": optional,
				"period": number, "threshold": number,
				"dimensions": schema.MapAttribute{ElementType: types.StringType, Optional: true},
			},
		}},
	)
}

// newMonitors returns a function that makes the provider "fakerum". Its only resource,
// fakerum_app_monitor, is a monitor of the account. A change of the name replaces the
// monitor. The id is the name, but a plan that creates the monitor does not know it.
func newMonitors(account *fakerum.Account) func() tfprotov6.ProviderServer {
	return standIn("fakerum", standInResource{
		name: "fakerum_app_monitor",
		schema: schema.Schema{Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{Required: true, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()}},
			"id":   schema.StringAttribute{Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()}},
		}},
		create: func(value func(attribute string) string) (id string) {
			account.CreateMonitor(value("name"))
			return value("name")
		},
		remove: func(value func(attribute string) string) { account.DeleteMonitor(value("name")) },
	})
}

// standIn returns a function that makes a provider of resources.
func standIn(name string, resources ...standInResource) func() tfprotov6.ProviderServer {
	return providerserver.NewProtocol6(&standInProvider{name, resources})
}

type standInProvider struct {
	name      string
	resources []standInResource
}

// Metadata names the provider.
func (p *standInProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = p.name
}

// Schema returns the arguments of the provider block.
func (p *standInProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerschema.Schema{Attributes: map[string]providerschema.Attribute{"region": providerschema.StringAttribute{Optional: true}}}
}

// Configure does nothing.
func (p *standInProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

// DataSources returns none.
func (p *standInProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }

// Resources returns the resources.
func (p *standInProvider) Resources(context.Context) (all []func() resource.Resource) {
	for _, r := range p.resources {
		all = append(all, func() resource.Resource { return r })
	}
	return all
}

// standInResource is a resource whose attributes are text. No test changes one in place.
type standInResource struct {
	name   string
	schema schema.Schema
	// create and remove change the fake; value returns an attribute, or "" for null. They are nil for a resource that
	// can only be validated.
	create func(value func(attribute string) string) (id string)
	remove func(value func(attribute string) string)
}

// Metadata names the resource.
func (r standInResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = r.name
}

// Schema describes the resource.
func (r standInResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = r.schema
}

// Create makes the object in the fake. The plan becomes the state.
func (r standInResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	resp.State.Raw = req.Plan.Raw
	id := r.create(texts(ctx, req.Plan, &resp.Diagnostics))
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
}

// Read leaves the state as it is.
func (standInResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update does nothing.
func (standInResource) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}

// Delete deletes the object from the fake.
func (r standInResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	r.remove(texts(ctx, req.State, &resp.Diagnostics))
}

// texts returns a function that returns an attribute of a plan or of a state.
func texts(ctx context.Context, from interface {
	GetAttribute(ctx context.Context, at path.Path, target any) diag.Diagnostics
}, diags *diag.Diagnostics,
) func(attribute string) string {
	return func(attribute string) string {
		var text types.String
		diags.Append(from.GetAttribute(ctx, path.Root(attribute), &text)...)
		return text.ValueString()
	}
}
