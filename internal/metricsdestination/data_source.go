package metricsdestination

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

// NewDataSource returns the data source rum_metrics_destination: one destination.
// Configure expects a *tfresource.ProviderData.
func NewDataSource() datasource.DataSource {
	attributes := tfresource.DataSourcePartialKeyAttributes()
	attributes["iam_role_arn"] = tfresource.ComputedString(roleText)
	attributes["id"] = tfresource.ComputedString(idText)
	return &tfresource.DataSource[model]{
		TypeName: typeName,
		Description: "One metrics destination of a CloudWatch RUM app monitor. If the monitor has only one, its name is enough. " +
			"It is an error if no destination fits, or if several do.\n\n" +
			"The caller needs the IAM action `rum:ListRumMetricsDestinations` on the app monitor, and no other.",
		Attributes: attributes,
		Find: func(ctx context.Context, c *rumapi.Client, config model) (model, error) {
			key := c.WithRegion(config.Key())
			c.ForgetDestinations(key)
			found, err := c.ResolveDestination(ctx, key)
			return newModel(found), err
		},
	}
}

const roleText = "ARN of the IAM role that CloudWatch RUM assumes to write to the Evidently experiment."

var idText = "The import ID of the destination: " + tfresource.DestinationIDMarkdown + "."
