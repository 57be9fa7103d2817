package tfresource

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// KeyModel is the key of a destination as Terraform holds it. It is embedded in the
// models of everything that belongs to a destination, and is the identity of a
// destination.
type KeyModel struct {
	AppMonitorName types.String `tfsdk:"app_monitor_name"`
	Destination    types.String `tfsdk:"destination"`
	DestinationARN types.String `tfsdk:"destination_arn"`
	Region         types.String `tfsdk:"region"`
}

// NewKeyModel converts a key. A value that is "" in the API is null in Terraform.
func NewKeyModel(k rumapi.Key) KeyModel {
	return KeyModel{
		AppMonitorName: Optional(k.AppMonitorName),
		Destination:    Optional(k.Destination),
		DestinationARN: Optional(k.DestinationARN),
		Region:         Optional(k.Region),
	}
}

// Key converts m to a key of the API. Null and unknown become "".
func (m KeyModel) Key() rumapi.Key {
	return rumapi.Key{
		Region:         m.Region.ValueString(),
		AppMonitorName: m.AppMonitorName.ValueString(),
		Destination:    m.Destination.ValueString(),
		DestinationARN: m.DestinationARN.ValueString(),
	}
}

// KeyKnown reports whether every part of the key is known.
func (m KeyModel) KeyKnown() bool {
	return !m.Region.IsUnknown() && !m.AppMonitorName.IsUnknown() &&
		!m.Destination.IsUnknown() && !m.DestinationARN.IsUnknown()
}

// Optional returns s, and null for "".
func Optional(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}
