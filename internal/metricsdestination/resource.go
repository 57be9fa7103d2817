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
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/validate"
)

var (
	_ resource.ResourceWithConfigure   = (*destinationResource)(nil)
	_ resource.ResourceWithIdentity    = (*destinationResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*destinationResource)(nil)
	_ resource.ResourceWithImportState = (*destinationResource)(nil)
	_ resource.ResourceWithMoveState   = (*destinationResource)(nil)
)

type destinationResource struct{ client *rumapi.Client }

// NewResource returns the resource rum_metrics_destination. Configure expects a
// *rumapi.Client as the provider's data.
func NewResource() resource.Resource { return &destinationResource{} }

// Metadata names the resource.
func (r *destinationResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_metrics_destination"
}

// Schema is the resource's attributes, with what the API demands of each.
func (r *destinationResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	replace := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	resp.Schema = schema.Schema{
		MarkdownDescription: description,
		Attributes: map[string]schema.Attribute{
			"app_monitor_name": schema.StringAttribute{
				MarkdownDescription: "Name of the app monitor whose metrics the destination receives. The monitor must exist in the same region. Changing it replaces the destination.",
				Required:            true,
				PlanModifiers:       replace,
				Validators:          []validator.String{validate.AppMonitorName()},
			},
			"destination": schema.StringAttribute{
				MarkdownDescription: "Where the metrics go: `CloudWatch` or `Evidently`. Evidently reached its end of support in October 2025; such a destination can still be read, updated and deleted. Changing it replaces the destination.",
				Required:            true,
				PlanModifiers:       replace,
				Validators: []validator.String{
					stringvalidator.OneOf(rumapi.DestinationKinds()...),
					validate.Warn(rumapi.Evidently, "CloudWatch Evidently has reached its end of support",
						"AWS ended support for CloudWatch Evidently on 16 October 2025, and says that requests for new Evidently destinations will be rejected. "+
							"A destination that exists can still be managed here. For a new one use destination = \"CloudWatch\"."),
				},
			},
			"destination_arn": schema.StringAttribute{
				MarkdownDescription: "ARN of the Evidently experiment that receives the metrics. Required when `destination` is `Evidently`, not allowed when it is `CloudWatch`. Changing it replaces the destination.",
				Optional:            true,
				PlanModifiers:       replace,
				Validators:          onlyEvidently("it names the experiment that receives the metrics"),
			},
			"iam_role_arn": schema.StringAttribute{
				MarkdownDescription: "ARN of the IAM role that CloudWatch RUM assumes to write to the Evidently experiment. Required when `destination` is `Evidently`, not allowed when it is `CloudWatch`. Changed in place.",
				Optional:            true,
				Validators:          onlyEvidently("it is the role by which CloudWatch RUM writes to Evidently"),
			},
			"region": schema.StringAttribute{
				MarkdownDescription: "Region of the app monitor. Defaults to the provider's region. Changing it, here or in the provider, replaces the destination.",
				Optional:            true,
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplaceIfConfigured()},
				Validators:          []validator.String{validate.Region()},
			},
			"id": schema.StringAttribute{
				MarkdownDescription: "The import ID: " + idMarkdown + ".",
				Computed:            true,
			},
		},
	}
}

const description = "Lets a CloudWatch RUM app monitor send extended and custom metrics to CloudWatch. " +
	"A destination alone publishes nothing: which metrics are sent is up to its metric definitions, each a `rum_metric_definition`."

func onlyEvidently(reason string) []validator.String {
	return []validator.String{
		validate.ARN(),
		validate.RequiredWhen("destination", rumapi.Evidently, reason),
		validate.RefusedWhen("destination", rumapi.CloudWatch, reason),
	}
}

// IdentitySchema is the key of a destination. What an import may leave out is
// resolved as in an import ID.
func (r *destinationResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"app_monitor_name": identityschema.StringAttribute{RequiredForImport: true, Description: "Name of the app monitor."},
			"destination":      identityschema.StringAttribute{OptionalForImport: true, Description: "CloudWatch or Evidently. May be left out if the monitor has one destination only."},
			"destination_arn":  identityschema.StringAttribute{OptionalForImport: true, Description: "ARN of the Evidently experiment."},
			"region":           identityschema.StringAttribute{OptionalForImport: true, Description: "Region of the app monitor. Defaults to the provider's region."},
		},
	}
}

// Configure takes the client from the provider.
func (r *destinationResource) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	r.client, _ = req.ProviderData.(*rumapi.Client) // nil until the provider is configured
}

// Create puts the destination and waits until it can be read.
func (r *destinationResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	if resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...); resp.Diagnostics.HasError() {
		return
	}
	err := r.client.CreateDestination(ctx, plan.destination())
	if errors.Is(err, rumapi.ErrNotDeletedInThisRun) {
		resp.Diagnostics.AddError("Did not create a RUM metrics destination", fmt.Sprintf(
			"The %s was to be deleted first, as that of another resource, and that failed. Creating it all the same would leave two resources for it, and the next run would delete what both stand for. Run again once it can be deleted.", plan.key()))
		return
	}
	if err != nil {
		resp.Diagnostics.AddError(rumapi.Explain(err))
		if !rumapi.OutcomeUnknown(err) {
			return
		}
		// It may exist: in state, tainted, it can be found again and destroyed.
	}
	resp.Diagnostics.Append(save(ctx, plan, &resp.State, resp.Identity)...)
	if err == nil {
		resp.Diagnostics.Append(r.readBack(ctx, plan)...)
	}
}

func (r *destinationResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	if resp.Diagnostics.Append(req.State.Get(ctx, &state)...); resp.Diagnostics.HasError() {
		return
	}
	key := r.client.WithRegion(state.key())
	// First of all: without identity even a Read that finds nothing fails.
	resp.Diagnostics.Append(resp.Identity.Set(ctx, newIdentity(key))...)
	found, err := r.client.FindDestination(ctx, key)
	switch {
	case errors.Is(err, rumapi.ErrNotFound):
		resp.State.RemoveResource(ctx)
	case err != nil:
		resp.Diagnostics.AddError(rumapi.Explain(err))
	default:
		resp.Diagnostics.Append(resp.State.Set(ctx, newModel(found))...)
		if !r.client.FirstRefresh(key) {
			resp.Diagnostics.AddWarning("Two resources for one RUM metrics destination", fmt.Sprintf(
				"Another resource of this configuration stands for the %s as well. Destroying one of them deletes the destination of both. "+
					"Keep one; to drop the other from the state and leave the destination alone, use a removed block with destroy = false, or\n\n"+
					"  terraform state rm ADDRESS", key))
		}
	}
}

// Update puts the destination with its new role: nothing else changes in place.
func (r *destinationResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan model
	if resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...); resp.Diagnostics.HasError() {
		return
	}
	if err := r.client.PutDestination(ctx, plan.destination()); err != nil {
		resp.Diagnostics.AddError(rumapi.Explain(err))
		return
	}
	resp.Diagnostics.Append(save(ctx, plan, &resp.State, resp.Identity)...)
	resp.Diagnostics.Append(r.readBack(ctx, plan)...)
}

// Delete deletes the destination; that it is gone already is success.
func (r *destinationResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	if resp.Diagnostics.Append(req.State.Get(ctx, &state)...); resp.Diagnostics.HasError() {
		return
	}
	key := r.client.WithRegion(state.key())
	err := r.client.DeleteDestination(ctx, key)
	switch {
	case errors.Is(err, rumapi.ErrCreatedInThisRun):
		resp.Diagnostics.AddWarning("Kept a RUM metrics destination", fmt.Sprintf(
			"The %s was to be deleted, but another resource, or the replacement of this one, was created in this run for the same destination. Deleting it would have left that one without.", key))
	case err != nil:
		resp.Diagnostics.AddError(rumapi.Explain(err))
	}
}

// save writes what was put to state. It is the plan and not what List shows:
// where the service shows something else, readBack says so and the next plan
// has the difference.
func save(ctx context.Context, plan model, state *tfsdk.State, id *tfsdk.ResourceIdentity) diag.Diagnostics {
	d := plan.destination()
	diags := state.Set(ctx, newModel(d))
	diags.Append(id.Set(ctx, newIdentity(d.Key))...)
	return diags
}

// readBack waits until CloudWatch RUM shows what was put. It only ever warns:
// the service has accepted the destination, and an error here would taint it.
func (r *destinationResource) readBack(ctx context.Context, plan model) (diags diag.Diagnostics) {
	d := plan.destination()
	err := r.client.AwaitDestination(ctx, d)
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
