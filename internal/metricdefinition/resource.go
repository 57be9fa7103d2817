// Package metricdefinition is everything Terraform knows of a CloudWatch RUM
// metric definition.
//
//	resource.go        the resource rum_metric_definition, and the attributes of a definition
//	plan.go            its plan
//	import.go          its import
//	import_id.go       its import ID
//	set_resource.go    the resource rum_metric_definitions
//	set_plan.go        its plan
//	set_model.go       the set as Terraform's values
//	destination_run.go what one run plans for the definitions of a destination, and does to them
//	model.go           a definition as Terraform's values
//	list.go            the list resources
//	data_sources.go    the data source
//	rules.go           what is refused in a definition
//	doubts.go          what a plan warns of in a definition, and the advice on a rejection
//	silence.go         the warning of an app monitor without custom events
//	extended.go        the table of extended metrics
//	events.go          what is in events.json, and the operators and units of AWS
//	events.json        the events of AWS's web client and their fields
//	pattern.go         what is in an event pattern
//	describe.go        a definition in a message
package metricdefinition

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/validate"
)

var (
	_ resource.ResourceWithConfigure      = (*definitionResource)(nil)
	_ resource.ResourceWithIdentity       = (*definitionResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*definitionResource)(nil)
	_ resource.ResourceWithValidateConfig = (*definitionResource)(nil)
	_ resource.ResourceWithImportState    = (*definitionResource)(nil)
)

const typeName = "rum_metric_definition"

type definitionResource struct{ tfresource.Resource }

// NewResource returns the resource rum_metric_definition. Configure expects a
// *tfresource.ProviderData.
func NewResource() resource.Resource {
	return &definitionResource{tfresource.Resource{TypeName: typeName}}
}

// Schema is the resource's attributes, with what the API demands of each.
func (r *definitionResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := memberAttributes(schema.StringAttribute{MarkdownDescription: nameMarkdown, Required: true})
	attributes["id"] = schema.StringAttribute{
		MarkdownDescription: "The import ID: " + idMarkdown + ".",
		Computed:            true,
	}
	resp.Schema = schema.Schema{MarkdownDescription: description, Attributes: tfresource.ResourceAttributes("definition", attributes)}
}

// memberAttributes returns the attributes of a definition, without those that name its
// destination. It adds the validators of the name.
func memberAttributes(name schema.StringAttribute) map[string]schema.Attribute {
	name.Validators = []validator.String{stringvalidator.UTF8LengthBetween(1, 255)}
	return map[string]schema.Attribute{
		"name": name,
		"namespace": schema.StringAttribute{
			MarkdownDescription: "Namespace of a custom metric, without the `RUM/CustomMetrics/` that CloudWatch RUM puts before it. Defaults to `AWS/RUM`, which makes it an extended metric.",
			Optional:            true,
			Computed:            true,
			Default:             stringdefault.StaticString(rumapi.ExtendedNamespace),
			Validators:          []validator.String{validate.MetricNamespace()},
		},
		"event_pattern": schema.StringAttribute{
			MarkdownDescription: "JSON pattern of the events to count or measure; use `jsonencode`. For an extended metric that AWS documents, the provider fills it in. Any other extended metric needs one. A custom metric may do without; AWS does not document which events it then counts. A pattern that is only formatted differently is no change. The pattern is sent without white space between its tokens, and may then have 4000 characters.",
			Optional:            true,
			Computed:            true,
		},
		"value_key": schema.StringAttribute{
			MarkdownDescription: "Field of the event that holds the value, such as `event_details.duration`. Without it, each event counts 1. For an extended metric that AWS documents, the provider fills it in; `\"\"` means no value key, whatever AWS documents.",
			Optional:            true,
			Computed:            true,
			Validators:          []validator.String{stringvalidator.UTF8LengthAtMost(280)},
		},
		"unit_label": schema.StringAttribute{
			MarkdownDescription: "CloudWatch unit of the metric, such as `Count` or `Milliseconds`: a [StandardUnit](https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html). Without it, a custom metric has no unit.",
			Optional:            true,
			Computed:            true,
			Validators:          []validator.String{validate.UnitLabel()},
		},
		"dimension_keys": schema.MapAttribute{
			MarkdownDescription: "Dimensions of the metric. A key is a field of the event, such as `metadata.browserName`, and its value is the name of the dimension. Each field must also occur in `event_pattern`; in a pattern that the provider fills in, it does. Defaults to none.",
			ElementType:         types.StringType,
			Optional:            true,
			Computed:            true,
			Default:             mapdefault.StaticValue(dimensionsValue(nil)),
			Validators: []validator.Map{
				mapvalidator.SizeAtMost(29),
				mapvalidator.NoNullValues(),
				mapvalidator.KeysAre(stringvalidator.UTF8LengthBetween(1, 280)),
				mapvalidator.ValueStringsAre(validate.DimensionName()),
			},
		},
		"cloudwatch_namespace": schema.StringAttribute{
			MarkdownDescription: cloudWatchNamespaceMarkdown,
			Computed:            true,
		},
		"metric_definition_id": schema.StringAttribute{
			MarkdownDescription: "The ID that CloudWatch RUM gave the definition.",
			Computed:            true,
		},
	}
}

const nameMarkdown = "Name of the metric. For an extended metric, one of AWS's, such as `JsErrorCount`; for a custom metric, your own."

const description = "Defines one metric that a CloudWatch RUM app monitor sends to a destination: an extended metric, " +
	"which AWS names and which gets dimensions of your choice, or a custom metric of your own events."

const cloudWatchNamespaceMarkdown = "Namespace in which CloudWatch shows the metric, as an alarm needs it: `AWS/RUM` for an extended metric, " +
	"and `RUM/CustomMetrics/` followed by `namespace` for a custom metric."

// IdentitySchema is the key of a definition.
func (r *definitionResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	attributes := tfresource.IdentityKeyAttributes()
	attributes["destination"] = identityschema.StringAttribute{RequiredForImport: true, Description: tfresource.DestinationText}
	attributes["metric_definition_id"] = identityschema.StringAttribute{RequiredForImport: true, Description: "The ID that CloudWatch RUM gave the definition."}
	resp.IdentitySchema = identityschema.Schema{Attributes: attributes}
}

// ValidateConfig refuses what AWS refuses of the members of a definition together.
func (r *definitionResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	if resp.Diagnostics.Append(req.Config.Get(ctx, &config)...); resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(refusals(config.memberModel)...)
}

// Create makes the definition. It leaves equal definitions that exist alone. The state
// is the plan: of the answer it needs the ID, and the next refresh finds what differs.
func (r *definitionResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	r.Run.Applies()
	var plan model
	if resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...); resp.Diagnostics.HasError() {
		return
	}

	wanted := plan.definition()
	created, err := r.Client.CreateDefinition(ctx, wanted)
	if err != nil {
		resp.Diagnostics.AddError(explain(r.Client, err, wanted))
		return
	}

	plan.MetricDefinitionID = types.StringValue(created.ID)
	plan.ID = types.StringValue(formatID(created.DefinitionKey))
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, newIdentity(created.DefinitionKey))...)
}

// Read removes a definition that does not exist from the state.
func (r *definitionResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	if resp.Diagnostics.Append(req.State.Get(ctx, &state)...); resp.Diagnostics.HasError() {
		return
	}

	// A Read that returns no identity fails, even if it finds nothing.
	key := state.definitionKey()
	resp.Diagnostics.Append(resp.Identity.Set(ctx, newIdentity(key))...)

	found, err := r.Client.FindDefinition(ctx, key)
	switch {
	case errors.Is(err, rumapi.ErrNotFound):
		resp.State.RemoveResource(ctx)
	case err != nil:
		resp.Diagnostics.AddError(r.Client.Explain(err))
	default:
		read := newModel(found)
		read.memberModel = read.keepingText(state.memberModel) // the service gives back what was sent
		resp.Diagnostics.Append(resp.State.Set(ctx, read)...)
		if !r.FirstRefresh(formatID(key)) {
			warnOfSecondResource(key, &resp.Diagnostics)
		}
	}
}

// Update sends the whole definition. Its ID stays.
func (r *definitionResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	r.Run.Applies()
	var plan model
	if resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...); resp.Diagnostics.HasError() {
		return
	}

	wanted := plan.definition()
	resp.Diagnostics.Append(resp.Identity.Set(ctx, newIdentity(wanted.DefinitionKey))...)
	if err := r.Client.UpdateDefinition(ctx, wanted); err != nil {
		resp.Diagnostics.AddError(explain(r.Client, err, wanted))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// Delete deletes the definition. It succeeds if the definition is gone already.
func (r *definitionResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	r.Run.Applies()
	var state model
	if resp.Diagnostics.Append(req.State.Get(ctx, &state)...); resp.Diagnostics.HasError() {
		return
	}
	run := runOf(r.ProviderData, state.Key())
	for _, err := range run.delete(ctx, r.Client, state.Key(), &resp.Diagnostics, state.MetricDefinitionID.ValueString()) {
		resp.Diagnostics.AddError(r.Client.Explain(err))
	}
}

func warnOfSecondResource(k rumapi.DefinitionKey, diags *diag.Diagnostics) {
	diags.AddWarning("Two resources for one RUM metric definition", fmt.Sprintf(
		"This resource and another one of this configuration manage the %s (import ID %s). Destroying one of them deletes the definition of both. "+
			"Keep one. To drop the other from the state and keep the definition, use a removed block with destroy = false, or\n\n"+
			"  terraform state rm ADDRESS", k, formatID(k)))
}
