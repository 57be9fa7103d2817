package metricsdestination

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

// ModifyPlan fills in the region and the ID, and warns of a create or a replacement
// that would overwrite a destination that exists, or that is for Evidently.
func (r *destinationResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.ProviderData == nil || req.Plan.Raw.IsNull() {
		return
	}
	var config, plan, state model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	creating := req.State.Raw.IsNull()
	if !creating {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}

	plan.Region = r.PlanRegion(config.Region, plan.Region, state.Region, resp)
	plan.ID = types.StringUnknown()
	if plan.KeyKnown() {
		plan.ID = types.StringValue(tfresource.FormatID(plan.Key()))
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)

	// For a replacement, the CLI calls PlanResourceChange twice, first with the prior
	// state and then without it, and shows only the warnings of the first call.
	replacing := !creating && plan.Key() != r.Client.WithRegion(state.Key())
	if (creating || replacing) && plan.Destination.ValueString() == rumapi.Evidently {
		warnOfEvidently(&resp.Diagnostics)
	}
	if plan.KeyKnown() && (creating || replacing) && !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(r.warnOfExisting(ctx, plan.Key())...)
	}
}

// warnOfExisting warns of a destination that a create would overwrite, since Put is
// an upsert. It says nothing when it cannot ask.
func (r *destinationResource) warnOfExisting(ctx context.Context, k rumapi.Key) (diags diag.Diagnostics) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	found, err := r.Client.FindDestination(ctx, k)
	if err != nil {
		tflog.Debug(ctx, "no existing destination was found", map[string]any{"reason": rumapi.Reason(err)})
		return nil
	}
	role := "It has no IAM role."
	if found.IAMRoleARN != "" {
		role = fmt.Sprintf("Its IAM role %s would be overwritten.", found.IAMRoleARN)
	}
	diags.AddWarning("RUM metrics destination exists already", fmt.Sprintf(
		"The plan creates the %s, but CloudWatch RUM has it already. The apply takes it over, and a later destroy deletes it. %s\n\n"+
			"If another configuration manages the destination, remove it from one of the two. To keep it as it is, import it instead:\n\n"+
			"  terraform import ADDRESS '%s'\n\n"+
			"If this resource was only renamed, write a moved block instead: otherwise the destination can be deleted, with its definitions, before it is created again. If an earlier apply failed half-way, go on: the destination is this resource's own.",
		k, role, tfresource.FormatID(found.Key)))
	return diags
}

func warnOfEvidently(diags *diag.Diagnostics) {
	diags.AddAttributeWarning(path.Root("destination"), "CloudWatch Evidently has reached its end of support",
		"AWS ended support for CloudWatch Evidently on 16 October 2025, and says that requests for new Evidently destinations will be rejected. "+
			"A destination that exists can still be managed here. For a new one use destination = \"CloudWatch\".")
}
