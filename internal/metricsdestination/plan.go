package metricsdestination

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// ModifyPlan fills in the region and the ID, refuses a region that the
// provider's credentials are no good for, plans a replacement when the
// provider's region moved under a resource that names none, and warns of a
// create or a replacement that would take over a destination that exists.
func (r *destinationResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.client == nil || req.Plan.Raw.IsNull() {
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

	if config.Region.IsNull() {
		plan.Region = types.StringValue(r.client.Region())
		if !state.Region.IsNull() && !state.Region.Equal(plan.Region) {
			resp.RequiresReplace.Append(path.Root("region"))
		}
	}
	if !plan.Region.IsUnknown() {
		if err := r.client.CheckRegion(plan.Region.ValueString()); err != nil {
			resp.Diagnostics.AddAttributeError(path.Root("region"), "Region out of reach", err.Error())
			return
		}
	}
	plan.ID = types.StringUnknown()
	if plan.keyKnown() {
		plan.ID = types.StringValue(formatID(plan.key()))
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)

	// Of a replacement, the CLI shows only what is said of it here, where the
	// old object is at hand; it then plans the new one as a create, and drops
	// what is said of that.
	if plan.keyKnown() && (creating || plan.key() != r.client.WithRegion(state.key())) {
		r.warnOfTakeover(ctx, plan.key(), resp)
	}
}

// warnOfTakeover warns that Put, being an upsert, would overwrite what is
// there. It never fails the plan: not for that, and not when it can't ask.
func (r *destinationResource) warnOfTakeover(ctx context.Context, k rumapi.Key, resp *resource.ModifyPlanResponse) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	found, err := r.client.FindDestination(ctx, k)
	if err != nil {
		tflog.Debug(ctx, "no destination to take over is known", map[string]any{"reason": err.Error()})
		return
	}
	role := "It has no IAM role."
	if found.IAMRoleARN != "" {
		role = fmt.Sprintf("Its IAM role %s would be overwritten.", found.IAMRoleARN)
	}
	resp.Diagnostics.AddWarning("RUM metrics destination exists already", fmt.Sprintf(
		"The %s is to be created, but CloudWatch RUM has it already. Creating it takes it over, and a later destroy deletes it. %s\n\n"+
			"If another configuration manages it, remove it from one of the two. To bring it in as it is, import it first:\n\n"+
			"  terraform import ADDRESS '%s'\n\n"+
			"If this resource was only renamed, a moved block keeps it. After an apply that failed half-way, or in a replacement that changes nothing, it is this resource's own, and all is well.",
		k, role, formatID(found.Key)))
}
