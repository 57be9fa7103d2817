package metricdefinition

import (
	"context"
	"errors"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

// NewListResource returns the list resource rum_metric_definition, for
// `terraform query`. Configure expects a *tfresource.ProviderData.
func NewListResource() list.ListResource {
	return &tfresource.List[rumapi.Definition]{
		Resource:    tfresource.Resource{TypeName: typeName},
		Description: "Lists the metric definitions of all destinations of one app monitor, or of every app monitor of a region.",
		Find:        single,
		Describe: func(d rumapi.Definition) (name string, identity, resource any) {
			return title(d) + " " + formatID(d.DefinitionKey), newIdentity(d.DefinitionKey), newModel(d)
		},
	}
}

// NewSetListResource returns the list resource rum_metric_definitions, for
// `terraform query`. Configure expects a *tfresource.ProviderData.
func NewSetListResource() list.ListResource {
	return &tfresource.List[[]rumapi.Definition]{
		Resource:    tfresource.Resource{TypeName: setTypeName},
		Description: "Lists the destinations that have metric definitions, of one app monitor or of every app monitor of a region.",
		Find:        sets,
		Describe: func(all []rumapi.Definition) (name string, identity, resource any) {
			key := all[0].Key
			return tfresource.FormatID(key), tfresource.NewKeyModel(key), newSetModel(key, refreshed(nil, all))
		},
	}
}

// single yields the definitions that sets yields, one by one.
func single(ctx context.Context, c *rumapi.Client, k rumapi.Key) iter.Seq2[rumapi.Definition, error] {
	return func(yield func(rumapi.Definition, error) bool) {
		for set, err := range sets(ctx, c, k) {
			if err != nil {
				yield(rumapi.Definition{}, err)
				return
			}
			for _, d := range set {
				if !yield(d, nil) {
					return
				}
			}
		}
	}
}

// sets yields the definitions of every destination of one monitor, or of all, that has
// any. An error is the last thing it yields.
func sets(ctx context.Context, c *rumapi.Client, k rumapi.Key) iter.Seq2[[]rumapi.Definition, error] {
	return func(yield func([]rumapi.Definition, error) bool) {
		for destination, err := range c.Destinations(ctx, k.Region, k.AppMonitorName) {
			if err != nil {
				yield(nil, err)
				return
			}
			found, err := c.ListDefinitions(ctx, destination.Key)
			if errors.Is(err, rumapi.ErrNotFound) || err == nil && len(found) == 0 { // deleted since it was listed, or without any
				continue
			}
			if !yield(found, err) || err != nil {
				return
			}
		}
	}
}
