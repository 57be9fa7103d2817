package metricsdestination

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

// NewListResource returns the list resource rum_metrics_destination, for
// `terraform query`. Configure expects a *tfresource.ProviderData.
func NewListResource() list.ListResource {
	return &tfresource.List[rumapi.Destination]{
		Resource:    tfresource.Resource{TypeName: typeName},
		Description: "Lists the metrics destinations of one app monitor, or of every app monitor of a region.",
		Find: func(ctx context.Context, c *rumapi.Client, k rumapi.Key) iter.Seq2[rumapi.Destination, error] {
			return c.Destinations(ctx, k.Region, k.AppMonitorName)
		},
		Describe: func(d rumapi.Destination) (name string, identity, resource any) {
			return tfresource.FormatID(d.Key), tfresource.NewKeyModel(d.Key), newModel(d)
		},
	}
}
