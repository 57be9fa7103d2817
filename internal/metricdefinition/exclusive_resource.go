package metricdefinition

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

var (
	_ resource.ResourceWithConfigure   = (*exclusiveResource)(nil)
	_ resource.ResourceWithIdentity    = (*exclusiveResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*exclusiveResource)(nil)
	_ resource.ResourceWithImportState = (*exclusiveResource)(nil)
)

type exclusiveResource struct{ tfresource.Resource }

// NewExclusiveResource returns the resource rum_metric_definitions_exclusive.
// Configure expects a *tfresource.ProviderData.
func NewExclusiveResource() resource.Resource {
	return &exclusiveResource{tfresource.Resource{TypeName: "rum_metric_definitions_exclusive"}}
}

// Schema is the resource's attributes.
func (r *exclusiveResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Makes the metric definitions of a destination exclusive: the destination has the definitions with the given IDs and no others. " +
			"It creates no definition. It deletes the definitions that are not in the set. The plan names those that exist when it is made.",
		Attributes: tfresource.ResourceAttributes("exclusive set", map[string]schema.Attribute{
			"metric_definition_ids": schema.SetAttribute{
				MarkdownDescription: "The IDs of the definitions that the destination keeps, typically " +
					"`[for d in rum_metric_definition.web : d.metric_definition_id]`. The set may be empty: then the destination has no definitions.",
				ElementType: types.StringType,
				Required:    true,
				Validators:  []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(stringvalidator.UTF8LengthBetween(1, 255))},
			},
			"id": schema.StringAttribute{
				MarkdownDescription: "The import ID: " + tfresource.DestinationIDMarkdown + ".",
				Computed:            true,
			},
		}),
	}
}

// IdentitySchema is the key of the destination.
func (r *exclusiveResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: tfresource.IdentityKeyAttributes()}
}

// Create deletes the definitions that are not in the set.
func (r *exclusiveResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan exclusiveModel
	if resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...); resp.Diagnostics.HasError() {
		return
	}
	if resp.Diagnostics.Append(r.enforce(ctx, plan, everyDefinition)...); resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, tfresource.NewKeyModel(plan.Key()))...)
}

// Read finds the IDs of all definitions that the destination has. It removes the set
// from the state if the destination does not exist.
func (r *exclusiveResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state exclusiveModel
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
		resp.Diagnostics.Append(resp.State.Set(ctx, newExclusiveModel(key, existing))...)
		if !r.FirstRefresh(tfresource.FormatID(key)) {
			resp.Diagnostics.AddWarning("Two resources for one exclusive set", fmt.Sprintf(
				"This rum_metric_definitions_exclusive and another one of this configuration stand for the %s. Each deletes the definitions that only the other one has. Keep one.", key))
		}
	}
}

// Update deletes the definitions that are not in the set and that existed when the
// plan was made. A definition that appeared later was in no plan that anybody has
// approved: it stays, and the next plan names it. A create has no earlier state to
// compare with.
func (r *exclusiveResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state exclusiveModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.Append(req.State.Get(ctx, &state)...); resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, tfresource.NewKeyModel(plan.Key()))...)
	if resp.Diagnostics.Append(r.enforce(ctx, plan, state.has())...); resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// enforce deletes every definition of the destination that is not in the set and for
// which deletes returns true. It warns of the others that are not in the set. If an ID
// in the set does not exist, it deletes nothing and returns an error.
func (r *exclusiveResource) enforce(ctx context.Context, plan exclusiveModel, deletes func(rumapi.Definition) bool) (diags diag.Diagnostics) {
	r.Client.ForgetDefinitions(plan.Key())
	existing, err := r.Client.ListDefinitions(ctx, plan.Key())
	if err != nil {
		diags.Append(r.ExplainLookup(err))
		return diags
	}
	strangers, missing := plan.compare(existing)
	if len(missing) > 0 {
		diags.Append(unknownIDs(plan.Key(), missing))
		return diags
	}
	var ids []string
	var late []rumapi.Definition
	for _, d := range strangers {
		if deletes(d) {
			ids = append(ids, d.ID)
		} else {
			late = append(late, d)
		}
	}
	for _, err := range r.Client.DeleteDefinitions(ctx, plan.Key(), ids...) {
		diags.AddError(r.Client.Explain(err))
	}
	if len(late) > 0 {
		diags.AddAttributeWarning(path.Root("metric_definition_ids"), "RUM metric definitions appeared after the plan", fmt.Sprintf(
			"These definitions of the %s are not in metric_definition_ids. They did not exist when the plan was made, so this apply kept them. The next plan deletes them:\n%s",
			plan.Key(), describeAll(late)))
	}
	return diags
}

// Delete deletes nothing in AWS. It ends the exclusiveness.
func (r *exclusiveResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}

// ImportState accepts every form of a destination's import ID, or an identity. The
// Read that follows finds the definitions.
func (r *exclusiveResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	found, ok := r.ImportDestination(ctx, req, resp)
	if !ok {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, newExclusiveModel(found.Key, nil))...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, tfresource.NewKeyModel(found.Key))...)
}
