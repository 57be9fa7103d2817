package metricdefinition

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// ModifyPlan fills in what the configuration leaves to the provider, keeps what
// only looks different, and warns of an equal definition that exists, of what is
// doubtful, and of a metric that would have no data.
func (r *definitionResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
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
	plan.memberModel = plan.filledIn(config.memberModel, state.memberModel)
	plan.MetricDefinitionID, plan.ID = types.StringUnknown(), types.StringUnknown()
	if !creating {
		plan.MetricDefinitionID, plan.ID = state.MetricDefinitionID, state.ID
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
	changed := creating || !plan.definition().Same(state.definition())
	if changed {
		resp.Diagnostics.Append(doubts(plan.memberModel, path.Empty())...)
	}
	if !plan.known() || resp.Diagnostics.HasError() {
		return
	}
	if creating {
		resp.Diagnostics.Append(r.warnOfEqual(ctx, plan.definition())...)
	}
	if changed {
		resp.Diagnostics.Append(warnOfSilence(ctx, r.ProviderData, plan.definition(), path.Empty())...)
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
// the one to create. It says nothing when it cannot ask.
func (r *definitionResource) warnOfEqual(ctx context.Context, d rumapi.Definition) (diags diag.Diagnostics) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	existing, err := r.Client.ListDefinitions(ctx, d.Key)
	if err != nil {
		tflog.Debug(ctx, "cannot look for equal metric definitions", map[string]any{"reason": rumapi.Reason(err)})
		return nil
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
			"The create makes another one. Each of them then counts each event, unless the same apply changes or deletes the others.\n\n"+
			"If an interrupted run left the existing definition, import it instead:\n\n  terraform import ADDRESS '%s'",
		d.Key, d.Name, strings.Join(equal, ", "), formatID(rumapi.DefinitionKey{Key: d.Key, ID: equal[0]})))
	return diags
}
