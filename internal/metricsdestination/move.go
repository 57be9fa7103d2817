package metricsdestination

import (
	"context"
	"path"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

// MoveState takes over the state of an aws_rum_metrics_destination of
// hashicorp/aws, or of this resource under another registry or namespace, for a
// moved block. Their attributes have the same names. MoveState runs without a
// client, so the Read that follows fills in what the state does not have, such as
// the region in the states of hashicorp/aws before version 6.
func (r *destinationResource) MoveState(context.Context) []resource.StateMover {
	// Undeclared attributes of the source are ignored.
	source := &schema.Schema{Attributes: map[string]schema.Attribute{
		"app_monitor_name": schema.StringAttribute{Required: true},
		"destination":      schema.StringAttribute{Required: true},
		"destination_arn":  schema.StringAttribute{Optional: true},
		"iam_role_arn":     schema.StringAttribute{Optional: true},
		"region":           schema.StringAttribute{Optional: true},
		"id":               schema.StringAttribute{Computed: true}, // the monitor's name; made anew
	}}
	return []resource.StateMover{{SourceSchema: source, StateMover: moveState}}
}

func moveState(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	if !movable(req.SourceProviderAddress, req.SourceTypeName) || req.SourceState == nil {
		return // declines
	}
	var source model
	if resp.Diagnostics.Append(req.SourceState.Get(ctx, &source)...); resp.Diagnostics.HasError() {
		return
	}
	d := source.destination() // "" and null are the same here
	resp.Diagnostics.Append(resp.TargetState.Set(ctx, newModel(d))...)
	if d.Region != "" { // an identity must not change later, so a partial one is not set
		resp.Diagnostics.Append(resp.TargetIdentity.Set(ctx, tfresource.NewKeyModel(d.Key))...)
	}
}

// movable reports whether states of a resource type of a provider can be moved
// here. The address ends in the provider's type, whatever its registry and its
// namespace are. Some versions of OpenTofu give only the type.
func movable(provider, resourceType string) bool {
	switch path.Base(provider) {
	case "aws":
		return resourceType == "aws_rum_metrics_destination"
	case "rum":
		return resourceType == typeName
	}
	return false
}
