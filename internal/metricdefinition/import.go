package metricdefinition

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// ImportState takes an import ID or an identity. Of what does not exist it keeps
// just the key: the Read that follows removes it, and the CLI says in its own
// words that there is nothing to import.
func (r *definitionResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var key rumapi.DefinitionKey
	var err error
	what := fmt.Sprintf("the ID %q", req.ID)
	if req.ID != "" {
		key, err = parseID(req.ID)
	} else {
		var id identity
		if resp.Diagnostics.Append(req.Identity.Get(ctx, &id)...); resp.Diagnostics.HasError() {
			return
		}
		key = id.key()
		err = checkKey(key)
		what = "the identity of the " + key.String()
	}
	if err != nil {
		resp.Diagnostics.AddError("Invalid import of rum_metric_definition", fmt.Sprintf(
			"Cannot tell which metric definition %s means: %s.\n\nAn import ID is %s.", what, err, idFormat))
		return
	}

	key.Key = r.client.WithRegion(key.Key)
	found, err := r.client.FindDefinition(ctx, key)
	switch {
	case errors.Is(err, rumapi.ErrNotFound):
		found = rumapi.Definition{DefinitionKey: key}
	case err != nil:
		resp.Diagnostics.AddError(rumapi.Explain(err))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, newModel(found))...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, newIdentity(key))...)
}
