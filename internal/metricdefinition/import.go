package metricdefinition

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// ImportState accepts an import ID or an identity, and saves only the key. The Read
// that follows finds the rest. For a definition that does not exist, the Read removes
// the resource, and the CLI says in its own words that there is nothing to import.
func (r *definitionResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var key rumapi.DefinitionKey
	var err error
	if req.ID != "" {
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

	resp.Diagnostics.Append(resp.State.Set(ctx, newModel(rumapi.Definition{DefinitionKey: key}))...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, newIdentity(key))...)
}
