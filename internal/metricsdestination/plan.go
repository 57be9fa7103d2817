package metricsdestination

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

// ModifyPlan fills in the region and the ID. It warns of a create or a replacement
// that would overwrite a destination or that is for Evidently, of two creates of one
// destination, and of a replacement whose app monitor does not exist.
func (r *destinationResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var config, plan, state model
	creating, ok := r.DecodePlan(ctx, req, resp, &config, &plan, &state)
	if !ok {
		return
	}
	plan.Region = r.PlanRegion(config.Region, plan.Region, state.Region, resp)
	plan.ID = types.StringUnknown()
	if plan.KeyKnown() {
		plan.ID = types.StringValue(tfresource.FormatID(plan.Key()))
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
	if !plan.KeyKnown() || resp.Diagnostics.HasError() {
		return
	}

	if creating && tfresource.CreatesTwice(&r.Resource, plan.ID.ValueString(), plan.Key(), func(a, b rumapi.Key) bool { return a == b }) {
		warnOfTwoCreates(plan.Key(), &resp.Diagnostics)
	}
	// For a replacement, the CLI calls PlanResourceChange twice, first with the prior
	// state and then without it, and shows only the warnings of the first call.
	replacing := !creating && plan.Key() != r.Client.WithRegion(state.Key())
	if (creating || replacing) && plan.Destination.ValueString() == rumapi.Evidently {
		warnOfEvidently(&resp.Diagnostics)
	}
	if creating || replacing {
		resp.Diagnostics.Append(r.warnOfExisting(ctx, plan, replacing)...)
	}
}

// warnOfExisting warns of a destination that the plan would overwrite, since Put is an
// upsert. For a replacement it also warns of an app monitor that does not exist. For a
// create it does not: the same apply often creates the monitor.
func (r *destinationResource) warnOfExisting(ctx context.Context, plan model, replacing bool) (diags diag.Diagnostics) {
	k := plan.Key()
	existing, err := r.LookForDestinations(ctx, k)
	if replacing && errors.Is(err, rumapi.ErrNotFound) {
		diags.Append(tfresource.WarnOfMissingMonitor(k, "metrics destination"))
	}
	if err != nil {
		diags.Append(r.Run.NotAsked(err)...)
		return diags
	}
	i := slices.IndexFunc(existing, func(d rumapi.Destination) bool { return d.Key == k })
	if i < 0 {
		return nil
	}
	diags.AddWarning("RUM metrics destination exists already", fmt.Sprintf(
		"The plan creates the %s, but CloudWatch RUM has it already. The apply takes it over, and a later destroy deletes it.%s\n\n"+
			"If something else manages it, remove it from one of the two.\n\n"+
			"To keep it as it is, import it instead:\n\n  terraform import ADDRESS '%s'\n\n"+
			"If this resource was only renamed, write a moved block instead: without one, the apply can delete the destination with its definitions. "+
			"A moved block also takes it over from an aws_rum_metrics_destination, as the guide \"Moving from hashicorp/aws\" shows.\n\n"+
			"If it is replaced because it is tainted, the apply deletes the destination first, and its definitions may go with it. To keep them:\n\n  terraform untaint ADDRESS",
		k, overwrittenRole(existing[i].IAMRoleARN, plan.IAMRoleARN), tfresource.FormatID(k)))
	return diags
}

// overwrittenRole says what becomes of the role of a destination that is taken over.
func overwrittenRole(existing string, planned types.String) string {
	switch {
	case existing == "" || existing == planned.ValueString():
		return ""
	case planned.IsUnknown():
		return fmt.Sprintf(" Its IAM role %s may be overwritten.", existing)
	}
	return fmt.Sprintf(" Its IAM role %s would be overwritten.", existing)
}

func warnOfTwoCreates(k rumapi.Key, diags *diag.Diagnostics) {
	diags.AddWarning("Two resources for one RUM metrics destination", fmt.Sprintf(
		"The plan creates two resources that manage the %s. Destroying one of them deletes the destination of both. "+
			"Keep one. If the other is meant for another app monitor or region, correct its app_monitor_name or set its region.", k))
}

func warnOfEvidently(diags *diag.Diagnostics) {
	diags.AddAttributeWarning(path.Root("destination"), "CloudWatch Evidently has reached its end of support",
		"AWS ended support for CloudWatch Evidently on 16 October 2025, and says that requests for such a destination will be rejected. "+
			"If CloudWatch RUM still has this one, it can be imported and destroyed here. For a new one use destination = \"CloudWatch\".")
}
