package metricdefinition

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// ImportState takes an import ID or an identity, and keeps just the key: the Read
// that follows finds the rest. If there is none it removes the key too, and the
// CLI says in its own words that there is nothing to import.
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
	key.Key = r.client.WithRegion(key.Key)
	if err != nil {
		what := fmt.Sprintf("the ID %q", req.ID)
		if req.ID == "" {
			what = "the identity of the " + key.String()
		}
		resp.Diagnostics.AddError("Invalid import of rum_metric_definition", fmt.Sprintf(
			"Cannot tell which metric definition %s means: %s.\n\nAn import ID is %s.", what, err, idFormat))
		return
	}

	resp.Diagnostics.Append(resp.State.Set(ctx, newModel(rumapi.Definition{DefinitionKey: key}))...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, newIdentity(key))...)
}
