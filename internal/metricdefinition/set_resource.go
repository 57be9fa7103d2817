package metricdefinition

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/sync/errgroup"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

var (
	_ resource.ResourceWithConfigure      = (*setResource)(nil)
	_ resource.ResourceWithIdentity       = (*setResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*setResource)(nil)
	_ resource.ResourceWithValidateConfig = (*setResource)(nil)
	_ resource.ResourceWithImportState    = (*setResource)(nil)
)

const setTypeName = "rum_metric_definitions"

type setResource struct{ tfresource.Resource }

// NewSetResource returns the resource rum_metric_definitions: all definitions of a
// destination. Configure expects a *tfresource.ProviderData.
func NewSetResource() resource.Resource {
	return &setResource{tfresource.Resource{TypeName: setTypeName}}
}

// Schema is the resource's attributes. No attribute of a definition is required, because
// an element of the map may be unknown as a whole.
func (r *setResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "All metric definitions of a destination of a CloudWatch RUM app monitor: the destination has these definitions and no others. " +
			"For definitions that share a destination with those of others, use `rum_metric_definition`.",
		Attributes: tfresource.ResourceAttributes("set", map[string]schema.Attribute{
			"definitions": schema.MapNestedAttribute{
				MarkdownDescription: "The definitions. A key is the name of the metric, or a word of your own if `name` is set. " +
					"The map may be empty: then the destination has no definitions.",
				Required:     true,
				Validators:   []validator.Map{mapvalidator.KeysAre(stringvalidator.UTF8LengthBetween(1, 255))},
				NestedObject: schema.NestedAttributeObject{Attributes: setMemberAttributes()},
			},
			"id": schema.StringAttribute{
				MarkdownDescription: "The import ID: " + tfresource.DestinationIDMarkdown + ".",
				Computed:            true,
			},
		}),
	}
}

// setMemberAttributes are the attributes of one definition of the set.
func setMemberAttributes() map[string]schema.Attribute {
	return memberAttributes(schema.StringAttribute{MarkdownDescription: nameMarkdown + " Defaults to the key.", Optional: true, Computed: true})
}

// Create takes over what exists and is equal, and makes the rest. It deletes nothing:
// if the destination has other definitions, it fails before its first write. A create
// that fails leaves no state, since a partial one would be tainted, and replaced by the
// next apply. That apply takes over what this one made.
func (r *setResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	r.Run.Applies()
	var plan setModel
	if resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...); resp.Diagnostics.HasError() {
		return
	}
	key, members := plan.Key(), maps.Clone(plan.Definitions)
	others, err := r.takeOver(ctx, key, members)
	if err != nil {
		resp.Diagnostics.Append(r.ExplainLookup(err))
		return
	}
	if len(others) > 0 {
		resp.Diagnostics.Append(existsAlready(key, others))
		return
	}
	if failed := r.create(ctx, key, members); len(failed) > 0 {
		resp.Diagnostics.Append(r.explainEach(key, plan.Definitions, failed)...)
		if len(members) > 0 {
			resp.Diagnostics.AddWarning("Some RUM metric definitions exist without a state", fmt.Sprintf(
				"The %s has the other definitions of the set (%d), but the set is not in the state. The next apply takes them over.", key, len(members)))
		}
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, newSetModel(key, members))...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, tfresource.NewKeyModel(key))...)
}

// takeOver gives each member the ID of an equal definition that exists, and returns the
// other definitions of the destination. It takes nothing over if there are any.
func (r *setResource) takeOver(ctx context.Context, k rumapi.Key, members map[string]memberModel) (others []rumapi.Definition, err error) {
	run := runOf(r.ProviderData, k)
	defer run.alone(ctx)()
	r.Client.ForgetDefinitions(k)
	existing, err := r.Client.ExistingDefinitions(ctx, k)
	if err != nil {
		return nil, err
	}
	if others = adopt(members, k, existing); len(others) == 0 {
		run.adopt(existing)
	}
	return others, nil
}

// create makes the members that have no ID yet, and gives each its ID. It returns the
// errors by key, and removes these members.
func (r *setResource) create(ctx context.Context, k rumapi.Key, members map[string]memberModel) (failed map[string]error) {
	var keys []string
	for key, member := range members {
		if member.MetricDefinitionID.ValueString() == "" {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	wanted := make([]rumapi.Definition, len(keys))
	for i, key := range keys {
		wanted[i] = members[key].definition(k)
	}
	created, errs := r.Client.CreateDefinitions(ctx, k, wanted...)
	failed = map[string]error{}
	for i, key := range keys {
		if errs[i] != nil {
			failed[key] = errs[i]
			delete(members, key)
			continue
		}
		member := members[key]
		member.MetricDefinitionID = types.StringValue(created[i].ID)
		members[key] = member
	}
	return failed
}

// Read finds all definitions that the destination has. It removes the set from the
// state if the destination does not exist.
func (r *setResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state setModel
	if resp.Diagnostics.Append(req.State.Get(ctx, &state)...); resp.Diagnostics.HasError() {
		return
	}

	// A Read that returns no identity fails, even if it finds nothing.
	key := state.Key()
	resp.Diagnostics.Append(resp.Identity.Set(ctx, tfresource.NewKeyModel(key))...)

	existing, err := r.Client.ExistingDefinitions(ctx, key)
	switch {
	case errors.Is(err, rumapi.ErrNotFound):
		resp.State.RemoveResource(ctx)
	case err != nil:
		resp.Diagnostics.AddError(r.Client.Explain(err))
	default:
		members := refreshed(state.Definitions, existing)
		resp.Diagnostics.Append(resp.State.Set(ctx, newSetModel(key, members))...)
		resp.Diagnostics.Append(runOf(r.ProviderData, key).setRefreshed(key)...)
	}
}

// maxUpdates is how many updates of one set run at once. A call updates one definition.
const maxUpdates = 8

// Update changes what has another content at the same key, then creates what is new, and
// deletes last, and only if nothing has failed, what the plan has no more. The state
// gets what was done.
func (r *setResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	r.Run.Applies()
	var plan, state setModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.Append(req.State.Get(ctx, &state)...); resp.Diagnostics.HasError() {
		return
	}
	key, members, before := plan.Key(), maps.Clone(plan.Definitions), state.Definitions
	resp.Diagnostics.Append(resp.Identity.Set(ctx, tfresource.NewKeyModel(key))...)

	failed := r.update(ctx, key, members, before)
	maps.Copy(failed, r.create(ctx, key, members))
	going := notIn(members, before)
	if len(failed) == 0 {
		failed = r.delete(ctx, key, going, &resp.Diagnostics)
	}
	resp.Diagnostics.Append(r.explainEach(key, plan.Definitions, failed)...)
	maps.Copy(members, going)
	resp.Diagnostics.Append(resp.State.Set(ctx, newSetModel(key, members))...)
}

// update changes the definitions that have another content than before. A member whose
// update failed gets its content from before. It returns the errors by key.
func (r *setResource) update(ctx context.Context, k rumapi.Key, members, before map[string]memberModel) (failed map[string]error) {
	var changed []string
	for key, old := range before {
		if member, stays := members[key]; stays && !member.definition(k).Same(old.definition(k)) {
			changed = append(changed, key)
		}
	}
	errs := make([]error, len(changed))
	var updates errgroup.Group
	updates.SetLimit(maxUpdates)
	for i, key := range changed {
		updates.Go(func() error {
			errs[i] = r.Client.UpdateDefinition(ctx, members[key].definition(k))
			return nil
		})
	}
	_ = updates.Wait() // each error is in errs
	failed = map[string]error{}
	for i, key := range changed {
		if errs[i] != nil {
			failed[key], members[key] = errs[i], before[key]
		}
	}
	return failed
}

// notIn returns the members of before whose definitions are not in members, under any
// key.
func notIn(members, before map[string]memberModel) map[string]memberModel {
	ids := map[string]bool{}
	for _, member := range members {
		ids[member.MetricDefinitionID.ValueString()] = true
	}
	going := maps.Clone(before)
	maps.DeleteFunc(going, func(_ string, member memberModel) bool { return ids[member.MetricDefinitionID.ValueString()] })
	return going
}

// delete deletes the definitions of going, and removes from going what no longer belongs
// to the set. It returns the errors by key.
func (r *setResource) delete(ctx context.Context, k rumapi.Key, going map[string]memberModel, diags *diag.Diagnostics) (failed map[string]error) {
	keys := map[string]string{} // by ID
	for key, member := range going {
		keys[member.MetricDefinitionID.ValueString()] = key
	}
	failed = map[string]error{}
	for id, err := range runOf(r.ProviderData, k).delete(ctx, r.Client, k, diags, slices.Sorted(maps.Keys(keys))...) {
		failed[keys[id]] = err
	}
	maps.DeleteFunc(going, func(key string, _ memberModel) bool { return failed[key] == nil })
	return failed
}

// Delete deletes the definitions that the state has. Those that appeared since stay.
func (r *setResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	r.Run.Applies()
	var state setModel
	if resp.Diagnostics.Append(req.State.Get(ctx, &state)...); resp.Diagnostics.HasError() {
		return
	}
	failed := r.delete(ctx, state.Key(), state.Definitions, &resp.Diagnostics)
	resp.Diagnostics.Append(r.explainEach(state.Key(), state.Definitions, failed)...)
}

// ImportState accepts every form of a destination's import ID, or an identity. The Read
// that follows finds the definitions.
func (r *setResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	found, ok := r.ImportDestination(ctx, req, resp)
	if !ok {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, newSetModel(found.Key, nil))...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, tfresource.NewKeyModel(found.Key))...)
}

// explainEach returns an error for each cause, with the keys of the definitions that it
// hit.
func (r *setResource) explainEach(k rumapi.Key, members map[string]memberModel, failed map[string]error) (diags diag.Diagnostics) {
	keys := map[string][]string{} // by cause
	for _, key := range slices.Sorted(maps.Keys(failed)) {
		cause := failed[key].Error()
		if e, ok := errors.AsType[*rumapi.Error](failed[key]); ok {
			cause = e.Cause()
		}
		keys[cause] = append(keys[cause], key)
	}
	for _, cause := range slices.Sorted(maps.Keys(keys)) {
		hit := keys[cause]
		err := failed[hit[0]]
		if e, ok := errors.AsType[*rumapi.Error](err); ok {
			all := *e
			all.Definition = named(hit)
			err = &all
		}
		diags.AddError(explain(r.Client, err, members[hit[0]].definition(k)))
	}
	return diags
}

// named returns the first of keys, and how many more there are.
func named(keys []string) string {
	const most = 10
	more := ""
	if len(keys) > most {
		more = fmt.Sprintf(" and %d more", len(keys)-most)
		keys = keys[:most]
	}
	return strings.Join(keys, ", ") + more
}
