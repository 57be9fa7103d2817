package metricdefinition

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

// ModifyPlan fills in the region and the ID, and names the definitions that a
// create or a change will delete.
func (r *exclusiveResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.ProviderData == nil || req.Plan.Raw.IsNull() {
		return
	}
	var config, plan, state exclusiveModel
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

	updating := !creating && plan.Key() == state.Key()
	unchanged := updating && plan.MetricDefinitionIDs.Equal(state.MetricDefinitionIDs)
	if unchanged || !plan.KeyKnown() || plan.MetricDefinitionIDs.IsUnknown() || resp.Diagnostics.HasError() {
		return
	}
	deletes := everyDefinition
	if updating {
		deletes = state.has()
	}
	resp.Diagnostics.Append(r.review(ctx, plan, deletes)...)
}

// review compares the plan with what the destination has: a definition that will
// be deleted is a warning, and an ID that does not exist is an error. It says
// nothing when it cannot ask.
func (r *exclusiveResource) review(ctx context.Context, plan exclusiveModel, deletes func(rumapi.Definition) bool) (diags diag.Diagnostics) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	r.Client.ForgetDefinitions(plan.Key())
	existing, err := r.Client.ListDefinitions(ctx, plan.Key())
	if err != nil {
		tflog.Debug(ctx, "cannot look for metric definitions to delete", map[string]any{"reason": rumapi.Reason(err)})
		return nil
	}
	strangers, missing := plan.compare(existing)
	if len(missing) > 0 {
		diags.Append(unknownIDs(plan.Key(), missing))
	}
	strangers = slices.DeleteFunc(strangers, func(d rumapi.Definition) bool { return !deletes(d) })
	if len(strangers) == 0 {
		return diags
	}
	exception := ""
	if plan.undecided() {
		exception = " Some IDs in the set are not known yet: a definition stays if one of them is its ID."
	}
	diags.AddAttributeWarning(path.Root("metric_definition_ids"), "RUM metric definitions will be deleted", fmt.Sprintf(
		"The apply deletes the definitions of the %s that are not in metric_definition_ids (%d):\n%s\n\n"+
			"To keep one, import it as a rum_metric_definition and add its ID to the set. Ignore this for a definition that the same plan destroys or replaces.%s", plan.Key(), len(strangers), describeAll(strangers), exception))
	return diags
}

// unknownIDs returns the error for IDs that the destination does not have.
func unknownIDs(k rumapi.Key, missing []string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("metric_definition_ids"), "Unknown metric definition IDs", fmt.Sprintf(
		"The %s has no metric definition with the ID %s. Nothing was deleted. "+
			"Correct the ID, or refer to the resource, as in rum_metric_definition.NAME.metric_definition_id.", k, strings.Join(missing, ", ")))
}
