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
		for set, err := range sets(ctx, l.Client, k) {
			if err != nil {
				yield(rumapi.Definition{}, err)
				return
			}
			for _, d := range set.all {
				if !yield(d, nil) {
					return
				}
			}
		}
	}
}

// definitionSet is all definitions of a destination.
type definitionSet struct {
	key rumapi.Key
	all []rumapi.Definition
}

// sets yields the definitions of every destination of one monitor, or of all, that has
// any. An error is the last thing it yields.
func sets(ctx context.Context, c *rumapi.Client, k rumapi.Key) iter.Seq2[definitionSet, error] {
	return func(yield func(definitionSet, error) bool) {
		for destination, err := range c.Destinations(ctx, k.Region, k.AppMonitorName) {
			if err != nil {
				yield(definitionSet{}, err)
				return
			}
			found, err := c.ListDefinitions(ctx, destination.Key)
			if errors.Is(err, rumapi.ErrNotFound) { // deleted since it was listed
				continue
			}
			if len(found) == 0 && err == nil {
				continue
			}
			if !yield(definitionSet{destination.Key, found}, err) || err != nil {
				return
			}
		}
	}
}
