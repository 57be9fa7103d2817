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

// List is a list resource of what app monitors have. A T is one result.
type List[T any] struct {
	Resource
	Description string
	// Find yields what exists for a key that has a region. Its monitor is "" for every
	// monitor of the region. An error is the last thing that it yields.
	Find func(context.Context, *rumapi.Client, rumapi.Key) iter.Seq2[T, error]
	// Describe returns the display name of a result, and what its identity and its
	// resource are.
	Describe func(T) (name string, identity, resource any)
}

// ListResourceConfigSchema is the arguments of a list block for one app monitor, or for
// every app monitor of a region.
func (l *List[T]) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: l.Description, Attributes: map[string]schema.Attribute{
		"app_monitor_name": schema.StringAttribute{
			MarkdownDescription: monitorText + " If not set, every monitor of the region is listed.",
			Optional:            true,
			Validators:          []validator.String{validate.AppMonitorName()},
		},
		"region": schema.StringAttribute{
			MarkdownDescription: ListedRegionText,
			Optional:            true,
			Validators:          []validator.String{validate.Region()},
		},
	}}
}

// List streams what Find yields. An error becomes the last result, because a stream
// cannot report it in another way.
func (l *List[T]) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config listModel
	if diags := req.Config.Get(ctx, &config); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	key := l.Client.WithRegion(rumapi.Key{Region: config.Region.ValueString(), AppMonitorName: config.AppMonitorName.ValueString()})
	stream.Results = func(push func(list.ListResult) bool) {
		left := req.Limit
		for item, err := range l.Find(ctx, l.Client, key) {
			result := req.NewListResult(ctx)
			if err != nil {
				result.Diagnostics.Append(l.ExplainLookup(err))
				push(result)
				return
			}
			name, identity, resource := l.Describe(item)
			result.DisplayName = name
			result.Diagnostics.Append(result.Identity.Set(ctx, identity)...)
			if req.IncludeResource {
				result.Diagnostics.Append(result.Resource.Set(ctx, resource)...)
			}
			// Neither the framework nor every CLI stops at the limit.
			if left--; !push(result) || left == 0 {
				return
			}
		}
	}
}
