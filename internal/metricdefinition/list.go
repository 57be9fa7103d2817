package metricdefinition

import (
	"context"
	"errors"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/validate"
)

var _ list.ListResourceWithConfigure = (*definitionList)(nil)

// definitionList shares its name and its client with the resource.
type definitionList struct{ definitionResource }

type listModel struct {
	AppMonitorName types.String `tfsdk:"app_monitor_name"`
	Region         types.String `tfsdk:"region"`
}

// NewListResource returns the list resource rum_metric_definition, for
// `terraform query`. Configure expects a *rumapi.Client as the provider's data.
func NewListResource() list.ListResource { return &definitionList{} }

// ListResourceConfigSchema is the arguments of a list block.
func (l *definitionList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the metric definitions of all destinations of one app monitor, or of every app monitor of a region.",
		Attributes: map[string]schema.Attribute{
			"app_monitor_name": schema.StringAttribute{
				MarkdownDescription: "Name of the app monitor. Every monitor of the region unless set.",
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

// List streams what it finds as it finds it. An error is its last result: the
// stream cannot report one in any other way.
func (l *definitionList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config listModel
	if diags := req.Config.Get(ctx, &config); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	key := l.client.WithRegion(rumapi.Key{Region: config.Region.ValueString(), AppMonitorName: config.AppMonitorName.ValueString()})
	stream.Results = func(push func(list.ListResult) bool) {
		left := req.Limit
		for d, err := range l.definitions(ctx, key) {
			result := req.NewListResult(ctx)
			if err != nil {
				result.Diagnostics.Append(explainLookup(err))
				push(result)
				return
			}
			result.DisplayName = d.Name + " " + formatID(d.DefinitionKey)
			result.Diagnostics.Append(result.Identity.Set(ctx, newIdentity(d.DefinitionKey))...)
			if req.IncludeResource {
				result.Diagnostics.Append(result.Resource.Set(ctx, newModel(d))...)
			}
			// Nothing but this stops at the limit: not the framework, and not every CLI.
			if left--; !push(result) || left == 0 {
				return
			}
		}
	}
}

// definitions yields those of every destination of one monitor, or of all. An
// error is the last thing it yields.
func (l *definitionList) definitions(ctx context.Context, k rumapi.Key) iter.Seq2[rumapi.Definition, error] {
	return func(yield func(rumapi.Definition, error) bool) {
		for destination, err := range l.client.Destinations(ctx, k.Region, k.AppMonitorName) {
			if err != nil {
				yield(rumapi.Definition{}, err)
				return
			}
			found, err := l.client.ListDefinitions(ctx, destination.Key)
			if err != nil && !errors.Is(err, rumapi.ErrNotFound) { // deleted since it was listed
				yield(rumapi.Definition{}, err)
				return
			}
			for _, d := range found {
				if !yield(d, nil) {
					return
				}
			}
		}
	}
}
