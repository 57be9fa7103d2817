// Package metricsdestination is everything Terraform knows of a CloudWatch RUM
// metrics destination.
package metricsdestination

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"golang.org/x/sync/semaphore"

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
func NewResource() resource.Resource {
	return &destinationResource{tfresource.Resource{TypeName: typeName}}
}

// typeName is the type of the resource, the list resource and the data source.
const typeName = "rum_metrics_destination"

// Schema is the resource's attributes, with what the API demands of each.
func (r *destinationResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: description, Attributes: tfresource.ResourceAttributes("destination", map[string]schema.Attribute{
		"destination": schema.StringAttribute{
			MarkdownDescription: "Where the metrics go: " + tfresource.DestinationText + " Evidently reached its end of support in October 2025; the provider still reads, updates and deletes such a destination, as far as CloudWatch RUM allows it. Changing it replaces the destination.",
			Required:            true,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			Validators:          []validator.String{stringvalidator.OneOf(rumapi.DestinationKinds()...)},
		},
		"iam_role_arn": schema.StringAttribute{
			MarkdownDescription: roleText + tfresource.ARNWhenText + " Changed in place.",
			Optional:            true,
			Validators:          tfresource.ARNWhen("it is the role by which CloudWatch RUM writes to Evidently"),
		},
		"id": schema.StringAttribute{
			MarkdownDescription: "The import ID: " + tfresource.DestinationIDMarkdown + ".",
			Computed:            true,
		},
	})}
}

const description = "Lets a CloudWatch RUM app monitor send extended and custom metrics to CloudWatch. " +
	"A destination alone publishes nothing: a `rum_metric_definitions`, or single `rum_metric_definition` resources, say which metrics are sent."

// turn is held while a destination is created or deleted, since an old and a new
// resource can manage the same destination during a run.
type turn struct {
	*semaphore.Weighted
	// created is set once a create of this run may have made the destination.
	created atomic.Bool
}

func (r *destinationResource) turn(k rumapi.Key) *turn {
	return tfresource.Shared(&r.Run, k, func() *turn { return &turn{Weighted: semaphore.NewWeighted(1)} })
}

// Create puts the destination. Put is an upsert, so an old and a new resource can
// manage one destination during a run: in a replacement with create_before_destroy
// that keeps the key, and when a resource is renamed without a moved block. The CLI may
// delete the old resource before or after it creates the new one. Delete must not take
// what Create has made, so the two take turns.
func (r *destinationResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	r.Run.Applies()
	var plan model
	if resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...); resp.Diagnostics.HasError() {
		return
	}
	turn := r.turn(plan.Key())
	defer tfresource.Hold(ctx, turn.Weighted, 1)()
	err := r.Client.PutDestination(ctx, plan.destination())
	if err != nil {
		resp.Diagnostics.AddError(r.Client.Explain(err))
		if !rumapi.OutcomeUnknown(err) {
			return
		}
		// The destination may exist. The state gets it as tainted, so that the next run
		// finds it and can destroy it.
	}
	turn.created.Store(true)
	resp.Diagnostics.Append(save(ctx, plan.destination(), &resp.State, resp.Identity)...)
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
		resp.Diagnostics.AddError(r.Client.Explain(err))
	default:
		resp.Diagnostics.Append(resp.State.Set(ctx, newModel(found))...)
		if !r.FirstRefresh(tfresource.FormatID(key)) {
			warnOfSecondResource(key, &resp.Diagnostics)
		}
	}
}

// Update puts the destination with its new role. Nothing else changes in place.
func (r *destinationResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	r.Run.Applies()
	var plan model
	if resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...); resp.Diagnostics.HasError() {
		return
	}
	if err := r.Client.PutDestination(ctx, plan.destination()); err != nil {
		resp.Diagnostics.AddError(r.Client.Explain(err))
		return
	}
	resp.Diagnostics.Append(save(ctx, plan.destination(), &resp.State, resp.Identity)...)
}

// Delete deletes the destination, unless a create of this run has made it. It succeeds
// if the destination is gone already.
func (r *destinationResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	r.Run.Applies()
	var state model
	if resp.Diagnostics.Append(req.State.Get(ctx, &state)...); resp.Diagnostics.HasError() {
		return
	}
	key := r.Client.WithRegion(state.Key())
	turn := r.turn(key)
	defer tfresource.Hold(ctx, turn.Weighted, 1)()
	if turn.created.Load() {
		resp.Diagnostics.AddWarning("Kept a RUM metrics destination", fmt.Sprintf("Not deleted: the %s now belongs to a resource that this run created.", key))
		return
	}
	if err := r.Client.DeleteDestination(ctx, key); err != nil {
		resp.Diagnostics.AddError(r.Client.Explain(err))
	}
}

func warnOfSecondResource(k rumapi.Key, diags *diag.Diagnostics) {
	diags.AddWarning("Two resources for one RUM metrics destination", fmt.Sprintf(
		"This resource and another one of this configuration manage the %s. Destroying one of them deletes the destination of both, with its metric definitions. "+
			"Keep one. To drop the other from the state and keep the destination, use a removed block with destroy = false, or\n\n"+
			"  terraform state rm ADDRESS", k))
}

// save writes a destination to state. After a Put that is what was put: the answer
// shows nothing, and the next refresh finds what differs.
func save(ctx context.Context, d rumapi.Destination, state *tfsdk.State, id *tfsdk.ResourceIdentity) diag.Diagnostics {
	diags := state.Set(ctx, newModel(d))
	diags.Append(id.Set(ctx, tfresource.NewKeyModel(d.Key))...)
	return diags
}

// ImportState accepts every form of import ID, or an identity, and finds the
// destination that it names.
func (r *destinationResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if found, ok := r.ImportDestination(ctx, req, resp); ok {
		resp.Diagnostics.Append(save(ctx, found, &resp.State, resp.Identity)...)
	}
}
