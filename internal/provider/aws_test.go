package provider_test

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	providerschema "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// aws stands in for hashicorp/aws where configurations are validated: it has the
// arguments of it that the documentation uses, and does nothing.
type aws struct{}

func (aws) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "aws"
}

func (aws) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerschema.Schema{Attributes: map[string]providerschema.Attribute{
		"region": providerschema.StringAttribute{Optional: true},
	}}
}

func (aws) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (aws) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (aws) Resources(context.Context) []func() resource.Resource {
	required, optional := schema.StringAttribute{Required: true}, schema.StringAttribute{Optional: true}
	number := schema.Float64Attribute{Optional: true}
	return []func() resource.Resource{
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

type awsResource struct {
	name   string
	schema schema.Schema
}

func (r awsResource) new() resource.Resource { return r }

func (r awsResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = r.name
}

func (r awsResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = r.schema
}

func (awsResource) Create(context.Context, resource.CreateRequest, *resource.CreateResponse) {}
func (awsResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse)       {}
func (awsResource) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}
func (awsResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
