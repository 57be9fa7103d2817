package metricdefinition

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

var _ list.ListResourceWithConfigure = (*setList)(nil)

// setList shares its name and its data with the resource.
type setList struct{ setResource }

// NewSetListResource returns the list resource rum_metric_definitions, for
// `terraform query`. Configure expects a *tfresource.ProviderData.
func NewSetListResource() list.ListResource { return &setList{*newSetResource()} }

// ListResourceConfigSchema is the arguments of a list block.
func (l *setList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = tfresource.ListSchema("Lists the destinations that have metric definitions, of one app monitor or of every app monitor of a region.")
}

// List streams the destinations that have definitions, each with all of them.
func (l *setList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	find := func(ctx context.Context, k rumapi.Key) iter.Seq2[definitionSet, error] { return sets(ctx, l.Client, k) }
	tfresource.Stream(ctx, l.ProviderData, req, stream, find, func(result *list.ListResult, s definitionSet) {
		result.DisplayName = tfresource.FormatID(s.key)
		result.Diagnostics.Append(result.Identity.Set(ctx, tfresource.NewKeyModel(s.key))...)
		if req.IncludeResource {
			result.Diagnostics.Append(result.Resource.Set(ctx, newSetModel(s.key, refreshed(nil, s.all)))...)
		}
	})
}
