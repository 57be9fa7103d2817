package metricdefinition

import (
	"context"
	"errors"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

var _ list.ListResourceWithConfigure = (*definitionList)(nil)

// definitionList shares its name and its data with the resource.
type definitionList struct{ definitionResource }

// NewListResource returns the list resource rum_metric_definition, for
// `terraform query`. Configure expects a *tfresource.ProviderData.
func NewListResource() list.ListResource { return &definitionList{*newResource()} }

// ListResourceConfigSchema is the arguments of a list block.
func (l *definitionList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = tfresource.ListSchema("Lists the metric definitions of all destinations of one app monitor, or of every app monitor of a region.")
}

// List streams the definitions of one app monitor, or of all.
func (l *definitionList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	tfresource.Stream(ctx, l.ProviderData, req, stream, l.definitions, func(result *list.ListResult, d rumapi.Definition) {
		result.DisplayName = title(d) + " " + formatID(d.DefinitionKey)
		result.Diagnostics.Append(result.Identity.Set(ctx, newIdentity(d.DefinitionKey))...)
		if req.IncludeResource {
			result.Diagnostics.Append(result.Resource.Set(ctx, newModel(d))...)
		}
	})
}

// definitions yields the definitions of every destination of one monitor, or of all.
// An error is the last thing it yields.
func (l *definitionList) definitions(ctx context.Context, k rumapi.Key) iter.Seq2[rumapi.Definition, error] {
	return func(yield func(rumapi.Definition, error) bool) {
		for destination, err := range l.Client.Destinations(ctx, k.Region, k.AppMonitorName) {
			if err != nil {
				yield(rumapi.Definition{}, err)
				return
			}
			found, err := l.Client.ListDefinitions(ctx, destination.Key)
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
