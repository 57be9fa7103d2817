package metricdefinition

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

// ValidateConfig checks each definition as that of a single resource is checked, and
// that no two are equal.
func (r *setResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config setModel
	if resp.Diagnostics.Append(req.Config.Get(ctx, &config)...); resp.Diagnostics.HasError() {
		return
	}
	at := path.Root("definitions")
	var null []string
	for key, element := range config.Definitions.Elements() {
		if element.IsNull() {
			null = append(null, fmt.Sprintf("%q", key))
		}
	}
	if len(null) > 0 {
		slices.Sort(null)
		resp.Diagnostics.AddAttributeError(at, "Null metric definitions", fmt.Sprintf(
			"The definition at the key %s is null. Leave such keys out, for example with { for k, v in local.definitions : k => v if v != null }.", strings.Join(null, ", ")))
	}
	members := config.members()
	first := map[string]string{} // the first key, by what the definition is
	for _, key := range slices.Sorted(maps.Keys(members)) {
		member := members[key].named(key)
		resp.Diagnostics.Append(check(member, at.AtMapKey(key))...)
		if !member.known() {
			continue
		}
		what := identical(member.filledIn(ctx, member, memberModel{}))
		if other, twice := first[what]; twice {
			resp.Diagnostics.AddAttributeError(at.AtMapKey(key), "Two equal metric definitions", fmt.Sprintf(
				"The definitions at the keys %q and %q are equal, so each event would count twice. Remove one of them.", other, key))
		}
		first[what] = key
	}
}

// identical is equal for two members of one set that make the same definition.
func identical(m memberModel) string {
	d := m.definition(rumapi.Key{})
	unit := d.UnitLabel
	if isDefaultUnit(m) {
		unit = ""
	}
	return group(d) + "\n" + unit + "\n" + cloudWatchNamespace(m.Namespace).ValueString()
}

// ModifyPlan fills in what the configuration leaves to the provider. It refuses a create
// where the destination has other definitions, which a create must not delete.
func (r *setResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.ProviderData == nil || req.Plan.Raw.IsNull() {
		return
	}
	var config, plan, state setModel
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
	updating := !creating && plan.KeyKnown() && plan.Key() == r.Client.WithRegion(state.Key())
	before := map[string]memberModel{}
	if updating {
		before = state.members()
	}
	if !plan.Definitions.IsUnknown() {
		plan.Definitions = planned(ctx, plan.Key(), config.members(), plan.Definitions, before)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
	if !plan.KeyKnown() || resp.Diagnostics.HasError() {
		return
	}

	run := runOf(r.ProviderData, plan.Key())
	does := keepsSet
	if creating {
		does = createsSet
	}
	resp.Diagnostics.Append(run.plan(plan.Key(), does)...)
	for key, member := range plan.members() {
		if d := member.definition(plan.Key()); member.known() && !d.Same(before[key].definition(plan.Key())) {
			resp.Diagnostics.Append(warnOfSilence(ctx, r.ProviderData, d, path.Root("definitions").AtMapKey(key))...)
		}
	}
	if !updating && !plan.Definitions.IsUnknown() {
		resp.Diagnostics.Append(r.refuseOthers(ctx, plan, run)...)
	}
}

// planned fills in the members of a set. A member keeps the ID that its key has in the
// state. A new key gets the ID of an equal definition whose key goes: then only the key
// is renamed, and nothing is called. Any other new key gets its ID from its create.
func planned(ctx context.Context, k rumapi.Key, config map[string]memberModel, plan types.Map, before map[string]memberModel) types.Map {
	elements := maps.Clone(plan.Elements()) // an element that is wholly unknown stays
	var going []rumapi.Definition
	for key, member := range before {
		if _, stays := elements[key]; !stays {
			going = append(going, member.definition(k))
		}
	}
	renamed := newPool(going)
	for _, key := range slices.Sorted(maps.Keys(config)) {
		object, _ := elements[key].(types.Object)
		written := config[key]
		old, exists := before[key]
		member := newMemberOf(object)
		member.Name = written.named(key).Name
		member = member.filledIn(ctx, written, old)
		member.MetricDefinitionID = types.StringUnknown()
		if exists {
			member.MetricDefinitionID = old.MetricDefinitionID
		} else if member.known() {
			if found, ok := renamed.take(member.definition(k)); ok {
				member.MetricDefinitionID = types.StringValue(found.ID)
				member.UnitLabel = tfresource.Optional(found.UnitLabel)
			}
		}
		elements[key] = member.object()
	}
	return types.MapValueMust(memberType, elements)
}

// refuseOthers looks for definitions that a create of the set would have to delete.
// While a member is unknown, it cannot tell which these are, and the create itself
// looks.
func (r *setResource) refuseOthers(ctx context.Context, plan setModel, run *destinationRun) diag.Diagnostics {
	members := plan.members()
	if len(members) < len(plan.Definitions.Elements()) || slices.ContainsFunc(slices.Collect(maps.Values(members)), func(m memberModel) bool { return !m.known() }) {
		return nil
	}
	existing, looked, diags := r.look(ctx, plan.Key())
	if !looked {
		return diags
	}
	others := newPool(existing)
	for _, member := range members {
		others.take(member.definition(plan.Key()))
	}
	if foreign := run.foreign(others.left()); len(foreign) > 0 {
		diags.Append(existsAlready(plan.Key(), foreign))
	}
	return diags
}

// existsAlready returns the error for definitions that a create of a set would have to
// delete.
func existsAlready(k rumapi.Key, others []rumapi.Definition) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("definitions"), "Other RUM metric definitions exist", fmt.Sprintf(
		"A rum_metric_definitions has all definitions of its destination, and a create deletes none. "+
			"The %s has definitions (%d) that are not in the map, or are there only once:\n%s\n\n"+
			"Add them to the map. Or import the set: the next plan then shows what it deletes.\n\n"+
			"  import {\n    to = rum_metric_definitions.NAME\n    id = %q\n  }",
		k, len(others), describeAll(others), tfresource.FormatID(k)))
}
