// Package metricsdestination is everything Terraform knows of a CloudWatch RUM
// metrics destination.
package metricsdestination

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

var (
	_ resource.ResourceWithConfigure   = (*destinationResource)(nil)
	_ resource.ResourceWithIdentity    = (*destinationResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*destinationResource)(nil)
	_ resource.ResourceWithImportState = (*destinationResource)(nil)
	_ resource.ResourceWithMoveState   = (*destinationResource)(nil)
)

type destinationResource struct{ tfresource.Resource }

// NewResource returns the resource rum_metrics_destination. Configure expects a
// *tfresource.ProviderData.
func NewResource() resource.Resource { return newResource() }

func newResource() *destinationResource {
	return &destinationResource{tfresource.Resource{TypeName: "rum_metrics_destination"}}
}

// Schema is the resource's attributes, with what the API demands of each.
func (r *destinationResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: description, Attributes: tfresource.ResourceAttributes("destination", map[string]schema.Attribute{
		"destination": schema.StringAttribute{
			MarkdownDescription: "Where the metrics go: `CloudWatch` or `Evidently`. Evidently reached its end of support in October 2025; such a destination can still be read, updated and deleted. Changing it replaces the destination.",
			Required:            true,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			Validators:          []validator.String{stringvalidator.OneOf(rumapi.DestinationKinds()...)},
		},
		"iam_role_arn": schema.StringAttribute{
			MarkdownDescription: "ARN of the IAM role that CloudWatch RUM assumes to write to the Evidently experiment. Required when `destination` is `Evidently`, not allowed when it is `CloudWatch`. Changed in place.",
			Optional:            true,
			Validators:          tfresource.OnlyEvidently("it is the role by which CloudWatch RUM writes to Evidently"),
		},
		"id": schema.StringAttribute{
			MarkdownDescription: "The import ID: " + tfresource.DestinationIDMarkdown + ".",
			Computed:            true,
		},
	})}
}

const description = "Lets a CloudWatch RUM app monitor send extended and custom metrics to CloudWatch. " +
	"A destination alone publishes nothing: its metric definitions, each a `rum_metric_definition`, say which metrics are sent."

// IdentitySchema is the key of a destination.
func (r *destinationResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: tfresource.IdentityKeyAttributes()}
}

// Create puts the destination and waits until it can be read.
func (r *destinationResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	if resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...); resp.Diagnostics.HasError() {
		return
	}
	err := create(ctx, r.ProviderData, plan.destination())
	if errors.Is(err, errNotDeletedInThisRun) {
		resp.Diagnostics.AddError("Did not create a RUM metrics destination", fmt.Sprintf(
			"This run had to destroy another resource for the %s first. That delete failed, so nothing was created. With two resources for one destination, the next run would delete the destination of both. "+
				"Remove the cause of the failed delete, then run again.", plan.Key()))
		return
	}
	if err != nil {
		resp.Diagnostics.AddError(rumapi.Explain(err))
		if !rumapi.OutcomeUnknown(err) {
			return
		}
		// The destination may exist. The state gets it as tainted, so that the next run
		// finds it and can destroy it.
	}
	resp.Diagnostics.Append(save(ctx, plan.destination(), &resp.State, resp.Identity)...)
	if err == nil {
		resp.Diagnostics.Append(r.readBack(ctx, plan.destination())...)
	}
}

// Read removes a destination that does not exist from the state.
func (r *destinationResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	if resp.Diagnostics.Append(req.State.Get(ctx, &state)...); resp.Diagnostics.HasError() {
		return
	}

	// A Read that returns no identity fails, even if it finds nothing.
	key := r.Client.WithRegion(state.Key())
	resp.Diagnostics.Append(resp.Identity.Set(ctx, tfresource.NewKeyModel(key))...)

	found, err := r.Client.FindDestination(ctx, key)
	switch {
	case errors.Is(err, rumapi.ErrNotFound):
		resp.State.RemoveResource(ctx)
	case err != nil:
		resp.Diagnostics.AddError(rumapi.Explain(err))
	default:
		resp.Diagnostics.Append(resp.State.Set(ctx, newModel(found))...)
		if !r.FirstRefresh(tfresource.FormatID(key)) {
			warnOfSecondResource(key, &resp.Diagnostics)
		}
	}
}

// Update puts the destination with its new role. Nothing else changes in place.
func (r *destinationResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan model
	if resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...); resp.Diagnostics.HasError() {
		return
	}
	if err := r.Client.PutDestination(ctx, plan.destination()); err != nil {
		resp.Diagnostics.AddError(rumapi.Explain(err))
		return
	}
	resp.Diagnostics.Append(save(ctx, plan.destination(), &resp.State, resp.Identity)...)
	resp.Diagnostics.Append(r.readBack(ctx, plan.destination())...)
}

// Delete deletes the destination. It succeeds if the destination is gone already.
func (r *destinationResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	if resp.Diagnostics.Append(req.State.Get(ctx, &state)...); resp.Diagnostics.HasError() {
		return
	}
	key := r.Client.WithRegion(state.Key())
	err := remove(ctx, r.ProviderData, key)
	switch {
	case errors.Is(err, errCreatedInThisRun):
		resp.Diagnostics.AddWarning("Kept a RUM metrics destination", fmt.Sprintf(
			"The %s was not deleted, because this run created a new resource, or the replacement of this one, for the same destination. A delete would have left the new resource without its destination.", key))
	case err != nil:
		resp.Diagnostics.AddError(rumapi.Explain(err))
	}
}

func warnOfSecondResource(k rumapi.Key, diags *diag.Diagnostics) {
	diags.AddWarning("Two resources for one RUM metrics destination", fmt.Sprintf(
		"This resource and another one of this configuration stand for the %s. Destroying one of them deletes the destination of both. "+
			"Keep one. To drop the other from the state and keep the destination, use a removed block with destroy = false, or\n\n"+
			"  terraform state rm ADDRESS", k))
}

// save writes a destination to state. After a Put it writes what was put and not
// what List shows: readBack warns of a difference, and the next plan shows it.
func save(ctx context.Context, d rumapi.Destination, state *tfsdk.State, id *tfsdk.ResourceIdentity) diag.Diagnostics {
	diags := state.Set(ctx, newModel(d))
	diags.Append(id.Set(ctx, tfresource.NewKeyModel(d.Key))...)
	return diags
}

// readBack waits until CloudWatch RUM shows what was put. It only warns: the service
// has accepted the destination, and an error here would taint it.
func (r *destinationResource) readBack(ctx context.Context, d rumapi.Destination) (diags diag.Diagnostics) {
	err := r.Client.AwaitDestination(ctx, d)
	switch {
	case err == nil:
	case errors.Is(err, rumapi.ErrNotFound), errors.Is(err, rumapi.ErrNotAsPut):
		diags.AddWarning("RUM metrics destination not seen yet", fmt.Sprintf(
			"CloudWatch RUM accepted the %s, but does not show it as it was put: %s. The next plan shows whether anything is left to do.", d.Key, err))
	default:
		_, detail := rumapi.Explain(err)
		diags.AddWarning("RUM metrics destination was put but could not be read back", detail)
	}
	return diags
}
