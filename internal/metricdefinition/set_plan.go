package metricdefinition

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

// atDefinitions is where the definitions of a set are.
var atDefinitions = path.Root("definitions")

// ValidateConfig checks each definition as that of a single resource is checked, and
// that none is null and no two are equal. The diagnostics have the path of a whole
// definition: the CLI finds its line, but not those of its attributes.
func (r *setResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config openSetModel
	if resp.Diagnostics.Append(req.Config.Get(ctx, &config)...); resp.Diagnostics.HasError() {
		return
	}
	elements, members := config.Definitions.Elements(), config.members(ctx)
	var seen []rumapi.Definition
	for _, key := range slices.Sorted(maps.Keys(elements)) {
		at := atDefinitions.AtMapKey(key)
		if elements[key].IsNull() {
			resp.Diagnostics.AddAttributeError(at, "Null metric definition", fmt.Sprintf(
				"The definition at the key %q is null. Leave such keys out, for example with { for k, v in local.definitions : k => v if v != null }.", key))
		}
		member, known := members[key]
		if !known {
			continue
		}
		member = member.named(key)
		for _, refused := range refusals(member) {
			resp.Diagnostics.AddAttributeError(at, refused.Summary(), fmt.Sprintf("%s\n\nThis is the definition at the key %q.", refused.Detail(), key))
		}
		member = member.filledIn(member, memberModel{})
		if !member.known() {
			continue
		}
		if isDefaultUnit(member) { // the service may give it to the other one
			member.UnitLabel = types.StringNull()
		}
		d := member.definition(rumapi.Key{})
		d.ID = key
		if i := slices.IndexFunc(seen, d.Same); i >= 0 {
			resp.Diagnostics.AddAttributeError(at, "Two equal metric definitions", fmt.Sprintf(
				"The definitions at the keys %q and %q are equal, so each event would count twice. Remove one of them.", seen[i].ID, key))
		}
		seen = append(seen, d)
	}
}

// ModifyPlan fills in what the configuration leaves to the provider. It refuses a create
// where the destination has other definitions, since a create deletes none.
func (r *setResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var config, plan openSetModel
	var state setModel
	if r.PlansDestroy(ctx, req, resp, &state) {
		resp.Diagnostics.Append(runOf(r.ProviderData, state.Key()).planSetDestroy(state.Key())...)
		return
	}
	creating, ok := r.DecodePlan(ctx, req, resp, &config, &plan, &state)
	if !ok {
		return
	}
	plan.Region = r.PlanRegion(config.Region, plan.Region, state.Region, resp)
	plan.ID = types.StringUnknown()
	if plan.KeyKnown() {
		plan.ID = types.StringValue(tfresource.FormatID(plan.Key()))
	}
	var before map[string]memberModel // nil for a create and for a replacement
	if plan.KeyKnown() && !creating && plan.Key() == r.Client.WithRegion(state.Key()) {
		before = state.Definitions
	}
	if !plan.Definitions.IsUnknown() {
		plan.Definitions = plan.filledIn(ctx, config.members(ctx), before)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
	if !plan.KeyKnown() || plan.Definitions.IsUnknown() || resp.Diagnostics.HasError() {
		return
	}

	key, members := plan.Key(), plan.members(ctx)
	resp.Diagnostics.Append(runOf(r.ProviderData, key).planSet(key, creating, config.Definitions, before)...)
	known := len(members) == len(plan.Definitions.Elements())
	for _, name := range slices.Sorted(maps.Keys(members)) {
		member, at := members[name], atDefinitions.AtMapKey(name)
		wanted := member.definition(key)
		known = known && member.known()
		old, exists := before[name]
		if renamed := !exists && wanted.ID != ""; renamed || wanted.Same(old.definition(key)) {
			continue
		}
		doubtful := doubts(member)
		if member.known() {
			doubtful.Append(warnOfSilence(ctx, r.ProviderData, wanted)...)
		}
		for _, doubt := range doubtful {
			resp.Diagnostics.AddAttributeWarning(at, doubt.Summary(), doubt.Detail())
		}
	}
	if before == nil && known { // otherwise the create itself looks
		resp.Diagnostics.Append(r.refuseOthers(ctx, key, members)...)
	}
}

// filledIn returns the map with what the configuration leaves to the provider. A member
// keeps the ID that its key has in the state. A new key gets the ID of an equal
// definition whose key goes: then only the key is renamed, and nothing is called. Any
// other ID comes from a create.
func (m openSetModel) filledIn(ctx context.Context, config, before map[string]memberModel) types.Map {
	elements, members := maps.Clone(m.Definitions.Elements()), m.members(ctx)
	var renamed []rumapi.Definition
	for _, key := range slices.Sorted(maps.Keys(before)) { // the apply plans again, and must choose the same
		if _, stays := elements[key]; !stays {
			renamed = append(renamed, before[key].definition(m.Key()))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(config)) {
		old, exists := before[key]
		member := members[key]
		member.Name = config[key].named(key).Name
		member = member.filledIn(config[key], old)
		member.MetricDefinitionID = types.StringUnknown()
		if exists {
			member.MetricDefinitionID = old.MetricDefinitionID
		} else if member.known() {
			if i := slices.IndexFunc(renamed, member.definition(m.Key()).Same); i >= 0 {
				member.MetricDefinitionID, member.UnitLabel = types.StringValue(renamed[i].ID), tfresource.Optional(renamed[i].UnitLabel)
				renamed = slices.Delete(renamed, i, i+1)
			}
		}
		elements[key], _ = types.ObjectValueFrom(ctx, memberType.AttrTypes, member) // cannot fail, as in members
	}
	return types.MapValueMust(memberType, elements) // an element that is unknown as a whole is as it was
}

// refuseOthers looks for definitions that a create of the set would have to delete.
func (r *setResource) refuseOthers(ctx context.Context, k rumapi.Key, members map[string]memberModel) diag.Diagnostics {
	existing, err := r.LookForDefinitions(ctx, k)
	if err != nil {
		return r.Run.NotAsked(err)
	}
	others := runOf(r.ProviderData, k).foreign(adopt(members, k, existing))
	if len(others) == 0 {
		return nil
	}
	return diag.Diagnostics{existsAlready(k, others)}
}

// existsAlready returns the error for definitions that a create of a set would have to
// delete.
func existsAlready(k rumapi.Key, others []rumapi.Definition) diag.Diagnostic {
	slices.SortFunc(others, func(a, b rumapi.Definition) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return diag.NewAttributeErrorDiagnostic(atDefinitions, "Other RUM metric definitions exist", fmt.Sprintf(
		"A rum_metric_definitions has all definitions of its destination, and its create deletes none. "+
			"The %s has definitions (%d) beyond those in the map:\n%s\n\n"+
			"Import the set: the next plan then shows how they differ from the map, and what it deletes.\n\n"+
			"  import {\n    to = rum_metric_definitions.NAME\n    id = %q\n  }\n\n"+
			"Or add them to the map. If the set was only renamed, write a moved block instead. If it is tainted, run terraform untaint ADDRESS.",
		k, len(others), describeAll(others), tfresource.FormatID(k)))
}
