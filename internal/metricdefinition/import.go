package metricdefinition

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

// ImportState accepts an import ID or an identity, and finds the definition that it
// names.
func (r *definitionResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var key rumapi.DefinitionKey
	var err error
	if tfresource.ByID(req) {
		key, err = parseID(req.ID)
	} else {
		var id identity
		if resp.Diagnostics.Append(req.Identity.Get(ctx, &id)...); resp.Diagnostics.HasError() {
			return
		}
		key = id.key()
		err = checkKey(key)
	}
	key.Key = r.Client.WithRegion(key.Key)
	if err != nil {
		resp.Diagnostics.Append(r.InvalidImport(req, "metric definition", key.String(), err, idFormat))
		return
	}
	found, err := r.Client.FindDefinition(ctx, key)
	switch {
	case errors.Is(err, rumapi.ErrNotFound):
		resp.Diagnostics.Append(r.noDefinition(ctx, key))
	case err != nil:
		resp.Diagnostics.AddError(r.Client.Explain(err))
	default:
		resp.Diagnostics.Append(resp.State.Set(ctx, newModel(found))...)
		resp.Diagnostics.Append(resp.Identity.Set(ctx, newIdentity(key))...)
	}
}

// noDefinition returns the error for an import of the definition k, which does not
// exist. It says whether its destination exists, and which definitions that has.
func (r *definitionResource) noDefinition(ctx context.Context, k rumapi.DefinitionKey) diag.Diagnostic {
	const summary, most = "No such RUM metric definition", 20
	existing, err := r.Client.ExistingDefinitions(ctx, k.Key)
	switch {
	case errors.Is(err, rumapi.ErrNotFound):
		return r.NoDestination(ctx, k.String(), k.Key)
	case len(existing) == 0: // an error is left out: that there is no definition is known, and explains the failure
		return tfresource.NothingToImport(summary, k.String(), "the destination has no metric definitions", "")
	case len(existing) > most:
		return tfresource.NothingToImport(summary, k.String(), fmt.Sprintf(
			"none of the destination's %d metric definitions has this ID. The data source rum_metric_definitions lists them", len(existing)), "")
	}
	return tfresource.NothingToImport(summary, k.String(), "the destination does not have this definition", "It has:\n"+describeAll(existing))
}
