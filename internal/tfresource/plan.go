package tfresource

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// DecodePlan decodes what a ModifyPlan gets into models. It reports whether the resource
// is to be created, and in that case leaves state as it is. It returns false for ok if
// there is nothing to plan: the provider is not configured, the plan is to destroy, or
// resp has an error.
func (r *Resource) DecodePlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, config, plan, state any) (creating, ok bool) {
	if r.ProviderData == nil || req.Plan.Raw.IsNull() {
		return false, false
	}
	resp.Diagnostics.Append(req.Config.Get(ctx, config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, plan)...)
	if creating = req.State.Raw.IsNull(); !creating {
		resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	}
	return creating, !resp.Diagnostics.HasError()
}

// PlansDestroy decodes the state of a resource that is to be destroyed. It returns false
// if that is not what is planned, or the provider is not configured.
func (r *Resource) PlansDestroy(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, state any) bool {
	if r.ProviderData == nil || !req.Plan.Raw.IsNull() {
		return false
	}
	resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	return !resp.Diagnostics.HasError()
}

// PlanRegion returns the region to plan: the planned one, or the provider's if the
// configuration has none. In the latter case, it plans a replacement if the state has
// another region than the provider. It adds an error to resp for a region of another
// partition, because the provider's credentials are not valid there.
func (d *ProviderData) PlanRegion(config, planned, state types.String, resp *resource.ModifyPlanResponse) types.String {
	if config.IsNull() {
		planned = types.StringValue(d.Client.Region())
		// A state that was moved from another provider may have no region yet.
		if !state.IsNull() && !state.Equal(planned) {
			resp.RequiresReplace.Append(path.Root("region"))
		}
	}
	if !planned.IsUnknown() {
		if err := d.Client.CheckRegion(planned.ValueString()); err != nil {
			resp.Diagnostics.AddAttributeError(path.Root("region"), "Region outside the provider's AWS partition", err.Error())
		}
	}
	return planned
}
