package metricdefinition

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

// ModifyPlan fills in what the configuration leaves to the provider, and keeps what
// only looks different. It warns of a create or a replacement where an equal definition
// exists, of two equal creates, and of a replacement whose app monitor does not exist; of
// single definitions beside a set; of what is doubtful; and of a metric that would have
// no data.
func (r *definitionResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var config, plan, state model
	if r.PlansDestroy(ctx, req, resp, &state) {
		resp.Diagnostics.Append(runOf(r.ProviderData, state.Key()).planSingle(state.Key(), true)...)
		return
	}
	creating, ok := r.DecodePlan(ctx, req, resp, &config, &plan, &state)
	if !ok {
		return
	}
	plan.Region = r.PlanRegion(config.Region, plan.Region, state.Region, resp)
	plan.memberModel = plan.filledIn(config.memberModel, state.memberModel)
	plan.MetricDefinitionID, plan.ID = types.StringUnknown(), types.StringUnknown()
	if !creating {
		plan.MetricDefinitionID, plan.ID = state.MetricDefinitionID, state.ID
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
	if plan.KeyKnown() {
		resp.Diagnostics.Append(runOf(r.ProviderData, plan.Key()).planSingle(plan.Key(), false)...)
	}
	wanted := plan.definition()
	changed := creating || !wanted.Same(state.definition())
	if changed {
		resp.Diagnostics.Append(doubts(plan.memberModel)...)
	}
	if !plan.known() || resp.Diagnostics.HasError() {
		return
	}
	id := tfresource.FormatID(wanted.Key) + " " + title(wanted) // so that 2000 are not each compared with 2000
	if creating && tfresource.CreatesTwice(&r.Resource, id, wanted, rumapi.Definition.Same) {
		warnOfTwoCreates(wanted, &resp.Diagnostics)
	}
	// The CLI plans a replacement twice, and shows only the warnings of the first call.
	replacing := !creating && wanted.Key != state.Key()
	if creating || replacing {
		resp.Diagnostics.Append(r.warnOfEqual(ctx, wanted, replacing)...)
	}
	if changed {
		resp.Diagnostics.Append(warnOfSilence(ctx, r.ProviderData, wanted)...)
	}
}

// filledIn sets the attributes that the configuration omits and that the schema has
// no default for. A pattern that means the same as the one in state keeps its text.
func (m memberModel) filledIn(config, state memberModel) memberModel {
	m.CloudWatchNamespace = cloudWatchNamespace(m.Namespace)
	if config.UnitLabel.IsNull() {
		switch {
		case m.Namespace.IsUnknown() && !state.UnitLabel.IsNull():
			m.UnitLabel = types.StringUnknown()
		case isExtended(m.Namespace) && isDefaultUnit(state): // only an extended metric may have a unit that nobody asked for
			m.UnitLabel = state.UnitLabel
		default:
			m.UnitLabel = types.StringNull()
		}
	}

	metric, documented := extendedMetrics[m.Name.ValueString()] // "" while unknown
	documented = documented && isExtended(m.Namespace)
	undecided := m.Name.IsUnknown() || m.Namespace.IsUnknown()
	if config.ValueKey.IsNull() {
		switch {
		case undecided:
			m.ValueKey = types.StringUnknown()
		case documented:
			m.ValueKey = types.StringValue(metric.valueKey)
		default:
			m.ValueKey = types.StringValue("")
		}
	}
	if config.EventPattern.IsNull() {
		switch {
		case undecided, documented && !m.dimensionsKnown():
			m.EventPattern = types.StringUnknown()
		case documented:
			m.EventPattern = types.StringValue(metric.pattern(m.dimensions()))
		default:
			m.EventPattern = types.StringNull()
		}
	}
	return m.keepingText(state)
}

// warnOfEqual warns when the destination already has definitions that are equal to
// the one to create. For a replacement it also warns of an app monitor that does not
// exist, as a destination does.
func (r *definitionResource) warnOfEqual(ctx context.Context, d rumapi.Definition, replacing bool) (diags diag.Diagnostics) {
	existing, err := r.LookForDefinitions(ctx, d.Key)
	if replacing && errors.Is(err, rumapi.ErrNotFound) { // the destination or the monitor
		_, err = r.LookForDestinations(ctx, d.Key)
		if errors.Is(err, rumapi.ErrNotFound) {
			diags.Append(tfresource.WarnOfMissingMonitor(d.Key, "metric definition"))
		}
	}
	if err != nil {
		diags.Append(r.Run.NotAsked(err)...)
		return diags
	}
	var equal []string
	for _, e := range existing {
		if d.Same(e) {
			equal = append(equal, e.ID)
		}
	}
	if len(equal) == 0 {
		return nil
	}
	diags.AddWarning("Equal RUM metric definition exists", fmt.Sprintf(
		"The %s already has a definition %q that is equal to the one to create (ID %s). "+
			"The create makes a second one; both count every event, unless the same apply changes or deletes the other.\n\n"+
			"If an interrupted run left the existing definition, import it instead:\n\n  terraform import ADDRESS '%s'\n\n"+
			"If this resource was only renamed, write a moved block instead.",
		d.Key, d.Name, strings.Join(equal, ", "), formatID(rumapi.DefinitionKey{Key: d.Key, ID: equal[0]})))
	return diags
}

func warnOfTwoCreates(d rumapi.Definition, diags *diag.Diagnostics) {
	diags.AddWarning("Two equal RUM metric definitions", fmt.Sprintf(
		"The plan creates two equal definitions %q for the %s. Both would count every event. "+
			"Keep one. If the other is meant for another app monitor or region, correct its app_monitor_name or set its region.", d.Name, d.Key))
}
