package metricsdestination

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// model is a destination as Terraform holds it. This file is the only place
// where one becomes the other.
type model struct {
	AppMonitorName types.String `tfsdk:"app_monitor_name"`
	Destination    types.String `tfsdk:"destination"`
	DestinationARN types.String `tfsdk:"destination_arn"`
	IAMRoleARN     types.String `tfsdk:"iam_role_arn"`
	Region         types.String `tfsdk:"region"`
	ID             types.String `tfsdk:"id"`
}

// newModel is d as state: what is "" to the API is null to Terraform.
func newModel(d rumapi.Destination) model {
	return model{
		AppMonitorName: optional(d.AppMonitorName),
		Destination:    optional(d.Destination),
		DestinationARN: optional(d.DestinationARN),
		IAMRoleARN:     optional(d.IAMRoleARN),
		Region:         optional(d.Region),
		ID:             types.StringValue(formatID(d.Key)),
	}
}

func (m model) destination() rumapi.Destination {
	return rumapi.Destination{Key: m.key(), IAMRoleARN: m.IAMRoleARN.ValueString()}
}

func (m model) key() rumapi.Key {
	return rumapi.Key{
		Region:         m.Region.ValueString(),
		AppMonitorName: m.AppMonitorName.ValueString(),
		Destination:    m.Destination.ValueString(),
		DestinationARN: m.DestinationARN.ValueString(),
	}
}

// keyKnown reports whether all that key is made of is known.
func (m model) keyKnown() bool {
	return !m.Region.IsUnknown() && !m.AppMonitorName.IsUnknown() &&
		!m.Destination.IsUnknown() && !m.DestinationARN.IsUnknown()
}

// identity is what tells a destination from every other, as Terraform holds it
// beside the state and in `import { identity = ... }`.
type identity struct {
	AppMonitorName types.String `tfsdk:"app_monitor_name"`
	Destination    types.String `tfsdk:"destination"`
	DestinationARN types.String `tfsdk:"destination_arn"`
	Region         types.String `tfsdk:"region"`
}

func newIdentity(k rumapi.Key) identity {
	return identity{
		AppMonitorName: optional(k.AppMonitorName),
		Destination:    optional(k.Destination),
		DestinationARN: optional(k.DestinationARN),
		Region:         optional(k.Region),
	}
}

func (i identity) key() rumapi.Key {
	return rumapi.Key{
		Region:         i.Region.ValueString(),
		AppMonitorName: i.AppMonitorName.ValueString(),
		Destination:    i.Destination.ValueString(),
		DestinationARN: i.DestinationARN.ValueString(),
	}
}

// memberModel is a destination among others of the same monitor.
type memberModel struct {
	Destination    types.String `tfsdk:"destination"`
	DestinationARN types.String `tfsdk:"destination_arn"`
	IAMRoleARN     types.String `tfsdk:"iam_role_arn"`
	ID             types.String `tfsdk:"id"`
}

func newMember(d rumapi.Destination) memberModel {
	m := newModel(d)
	return memberModel{m.Destination, m.DestinationARN, m.IAMRoleARN, m.ID}
}

func optional(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}
