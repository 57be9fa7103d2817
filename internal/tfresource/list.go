package tfresource

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/validate"
)

// listModel is the arguments of a list block.
type listModel struct {
	AppMonitorName types.String `tfsdk:"app_monitor_name"`
	Region         types.String `tfsdk:"region"`
}

// ListSchema is the schema of a list block that lists what one app monitor has, or
// every app monitor of a region.
func ListSchema(description string) schema.Schema {
	return schema.Schema{
		MarkdownDescription: description,
		Attributes: map[string]schema.Attribute{
			"app_monitor_name": schema.StringAttribute{
				MarkdownDescription: monitorText + " Every monitor of the region unless set.",
				Optional:            true,
				Validators:          []validator.String{validate.AppMonitorName()},
			},
			"region": schema.StringAttribute{
				MarkdownDescription: "Region to list. Defaults to the provider's region.",
				Optional:            true,
				Validators:          []validator.String{validate.Region()},
			},
		},
	}
}

// Stream makes stream yield what find finds for the key that the list block names,
// as it finds it. The key has a region, and "" for every monitor. An error of find is
// the last result: a stream cannot report one in any other way. Fill sets the display
// name, the identity and, if it was asked for, the resource.
func Stream[T any](
	ctx context.Context, d *ProviderData, req list.ListRequest, stream *list.ListResultsStream,
	find func(context.Context, rumapi.Key) iter.Seq2[T, error], fill func(*list.ListResult, T),
) {
	var config listModel
	if diags := req.Config.Get(ctx, &config); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	key := d.Client.WithRegion(rumapi.Key{Region: config.Region.ValueString(), AppMonitorName: config.AppMonitorName.ValueString()})
	stream.Results = func(push func(list.ListResult) bool) {
		left := req.Limit
		for item, err := range find(ctx, key) {
			result := req.NewListResult(ctx)
			if err != nil {
				result.Diagnostics.Append(ExplainLookup(err))
				push(result)
				return
			}
			fill(&result, item)
			// Neither the framework nor every CLI stops at the limit.
			if left--; !push(result) || left == 0 {
				return
			}
		}
	}
}
