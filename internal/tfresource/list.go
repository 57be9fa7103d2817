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

// ListSchema returns the schema of a list block for one app monitor, or for every app
// monitor of a region.
func ListSchema(description string) schema.Schema {
	return schema.Schema{
		MarkdownDescription: description,
		Attributes: map[string]schema.Attribute{
			"app_monitor_name": schema.StringAttribute{
				MarkdownDescription: monitorText + " If not set, every monitor of the region is listed.",
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

// Stream makes stream yield what find yields for the key that the list block names.
// The key has a region. Its monitor is "" for every monitor of the region. An error
// of find becomes the last result, because a stream cannot report it in another way.
// The function fill sets the display name, the identity and, if req asks for it, the
// resource.
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
				result.Diagnostics.Append(d.ExplainLookup(err))
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
