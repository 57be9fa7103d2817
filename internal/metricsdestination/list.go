package metricsdestination

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

var _ list.ListResourceWithConfigure = (*destinationList)(nil)

// destinationList shares its name and its data with the resource.
type destinationList struct{ destinationResource }

// NewListResource returns the list resource rum_metrics_destination, for
// `terraform query`. Configure expects a *tfresource.ProviderData.
func NewListResource() list.ListResource { return &destinationList{*newResource()} }

// ListResourceConfigSchema is the arguments of a list block.
func (l *destinationList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = tfresource.ListSchema("Lists the metrics destinations of one app monitor, or of every app monitor of a region.")
}

// List streams the destinations of one app monitor, or of all.
func (l *destinationList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	find := func(ctx context.Context, k rumapi.Key) iter.Seq2[rumapi.Destination, error] {
		return l.Client.Destinations(ctx, k.Region, k.AppMonitorName)
	}
	tfresource.Stream(ctx, l.ProviderData, req, stream, find, func(result *list.ListResult, d rumapi.Destination) {
		result.DisplayName = tfresource.FormatID(d.Key)
		result.Diagnostics.Append(result.Identity.Set(ctx, tfresource.NewKeyModel(d.Key))...)
		if req.IncludeResource {
			result.Diagnostics.Append(result.Resource.Set(ctx, newModel(d))...)
		}
	})
}
