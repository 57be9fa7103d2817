package metricdefinition

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// ModifyPlan fills in what the configuration leaves to the provider, keeps what
// only looks different, and warns of a create that makes a second definition of
// the same kind.
func (r *definitionResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
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
		if !creating && !state.Region.Equal(plan.Region) {
			resp.RequiresReplace.Append(path.Root("region"))
		}
	}
	if !plan.Region.IsUnknown() {
		if err := r.client.CheckRegion(plan.Region.ValueString()); err != nil {
			resp.Diagnostics.AddAttributeError(path.Root("region"), "Region out of reach", err.Error())
			return
		}
	}
	plan = plan.filledIn(ctx, config, state)
	plan.MetricDefinitionID, plan.ID = types.StringUnknown(), types.StringUnknown()
	if !creating {
		plan.MetricDefinitionID, plan.ID = state.MetricDefinitionID, state.ID
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
	if creating && plan.known() {
		r.warnOfEqual(ctx, plan.definition(), resp)
	}
}

// filledIn sets the attributes that the configuration omits and that the schema has
// no default for. A pattern that means the same as the one in state keeps its text.
func (m model) filledIn(ctx context.Context, config, state model) model {
	m.CloudWatchNamespace = cloudWatchNamespace(m.Namespace)
	if config.UnitLabel.IsNull() {
		switch {
		case m.Namespace.IsUnknown() && !state.UnitLabel.IsNull():
			m.UnitLabel = types.StringUnknown()
		case isExtended(m.Namespace) && isDefaultUnit(state): // on a custom metric it would be a unit
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
			m.EventPattern = jsontypes.NewNormalizedUnknown()
		case documented:
			m.EventPattern = pattern(metric.pattern(m.dimensions()))
		default:
			m.EventPattern = jsontypes.NewNormalizedNull()
		}
	}
	if m.EventPattern.IsNull() || m.EventPattern.IsUnknown() || state.EventPattern.IsNull() {
		return m
	}
	if same, diags := m.EventPattern.StringSemanticEquals(ctx, state.EventPattern); same && !diags.HasError() {
		m.EventPattern = state.EventPattern
	}
	return m
}

// warnOfEqual warns when the destination already has a definition that is equal to
// the one to create. It says nothing when it cannot ask.
func (r *definitionResource) warnOfEqual(ctx context.Context, d rumapi.Definition, resp *resource.ModifyPlanResponse) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	existing, err := r.client.ListDefinitions(ctx, d.Key)
	if err != nil {
		tflog.Debug(ctx, "cannot look for equal metric definitions", map[string]any{"reason": err.Error()})
		return
	}
	i := slices.IndexFunc(existing, d.Same)
	if i < 0 {
		return
	}
	resp.Diagnostics.AddWarning("Equal RUM metric definition exists", fmt.Sprintf(
		"The destination already has a definition %q that is equal to the one to create: the %s. "+
			"This create makes a second one. Both then count each event, unless the same apply changes or deletes the first.\n\n"+
			"If the first is what an interrupted run left, import it instead:\n\n  terraform import ADDRESS '%s'",
		d.Name, existing[i].DefinitionKey, formatID(existing[i].DefinitionKey)))
}
