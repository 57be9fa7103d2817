package metricsdestination

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

// model is a destination as Terraform holds it. This file is the only place that
// converts between it and the API's types.
type model struct {
	tfresource.KeyModel
	IAMRoleARN types.String `tfsdk:"iam_role_arn"`
	ID         types.String `tfsdk:"id"`
}

// newModel converts a destination to state. A value that is "" in the API is null in
// Terraform.
func newModel(d rumapi.Destination) model {
	return model{
		KeyModel:   tfresource.NewKeyModel(d.Key),
		IAMRoleARN: tfresource.Optional(d.IAMRoleARN),
		ID:         types.StringValue(tfresource.FormatID(d.Key)),
	}
}

func (m model) destination() rumapi.Destination {
	return rumapi.Destination{Key: m.Key(), IAMRoleARN: m.IAMRoleARN.ValueString()}
}

// itemModel is a destination in the list of a data source. The monitor and the region
// are in the data source itself.
type itemModel struct {
	Destination    types.String `tfsdk:"destination"`
	DestinationARN types.String `tfsdk:"destination_arn"`
	IAMRoleARN     types.String `tfsdk:"iam_role_arn"`
	ID             types.String `tfsdk:"id"`
}

func newItem(d rumapi.Destination) itemModel {
	m := newModel(d)
	return itemModel{Destination: m.Destination, DestinationARN: m.DestinationARN, IAMRoleARN: m.IAMRoleARN, ID: m.ID}
}
