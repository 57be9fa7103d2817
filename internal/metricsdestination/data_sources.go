package metricsdestination

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

type destinationsModel struct {
	AppMonitorName types.String `tfsdk:"app_monitor_name"`
	Region         types.String `tfsdk:"region"`
	Destinations   []itemModel  `tfsdk:"destinations"`
}

// NewDestinationsDataSource returns the data source rum_metrics_destinations: all
// destinations of an app monitor. Configure expects a *tfresource.ProviderData.
func NewDestinationsDataSource() datasource.DataSource {
	attributes := tfresource.DataSourceMonitorAttributes()
	attributes["destinations"] = schema.ListNestedAttribute{
		MarkdownDescription: "The destinations, ordered by `destination` and `destination_arn`.",
		Computed:            true,
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"destination":     tfresource.ComputedString(tfresource.DestinationText),
			"destination_arn": tfresource.ComputedString(tfresource.ARNText),
			"iam_role_arn":    tfresource.ComputedString(roleText),
			"id":              tfresource.ComputedString(idText),
		}},
	}
	return &tfresource.DataSource[destinationsModel]{
		TypeName: "rum_metrics_destinations",
		Description: "All metrics destinations of a CloudWatch RUM app monitor. It is an error if the monitor does not exist. A monitor without destinations has an empty list.\n\n" +
			"The caller needs the IAM action `rum:ListRumMetricsDestinations` on the app monitor, and no other.",
		Attributes: attributes,
		Find:       findDestinations,
	}
}

func findDestinations(ctx context.Context, c *rumapi.Client, data destinationsModel) (destinationsModel, error) {
	key := c.WithRegion(rumapi.Key{Region: data.Region.ValueString(), AppMonitorName: data.AppMonitorName.ValueString()})
	c.ForgetDestinations(key)
	found, err := c.ListDestinations(ctx, key.Region, key.AppMonitorName)
	data.Region = types.StringValue(key.Region)
	data.Destinations = newItems(found)
	return data, err
}

// newItems converts found and sorts the result: the service promises no order.
func newItems(found []rumapi.Destination) []itemModel {
	items := make([]itemModel, len(found)) // not nil: a monitor without destinations has an empty list
	for i, d := range slices.SortedFunc(slices.Values(found), func(a, b rumapi.Destination) int {
		return cmp.Or(cmp.Compare(a.Destination, b.Destination), cmp.Compare(a.DestinationARN, b.DestinationARN))
	}) {
		items[i] = newItem(d)
	}
	return items
}
