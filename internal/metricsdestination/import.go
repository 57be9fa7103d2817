package metricsdestination

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// ImportState takes any form of import ID, or an identity, and finds the
// destination it means. Of what does not exist it keeps just the key: the Read
// that follows removes it, and the CLI says in its own words that there is
// nothing to import.
func (r *destinationResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var key rumapi.Key
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
	key = r.client.WithRegion(key)
	if err != nil {
		resp.Diagnostics.AddError("Invalid import of rum_metrics_destination", fmt.Sprintf(
			"Cannot tell which destination %s means: %s.\n\nAn import ID is %s.", importedAs(req, key), err, idFormat))
		return
	}

	found, err := r.client.ResolveDestination(ctx, key)
	switch {
	case errors.Is(err, rumapi.ErrNotFound):
		found = rumapi.Destination{Key: key}
	case err != nil:
		resp.Diagnostics.Append(explainLookup(err))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, newModel(found))...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, newIdentity(found.Key))...)
}

func importedAs(req resource.ImportStateRequest, k rumapi.Key) string {
	if req.ID != "" {
		return fmt.Sprintf("the ID %q", req.ID)
	}
	return "the identity of the " + k.String()
}

// ambiguity is the diagnostic for a partial key that fits several destinations.
func ambiguity(e *rumapi.AmbiguousError) (summary, detail string) {
	var ids strings.Builder
	for _, c := range e.Candidates {
		fmt.Fprintf(&ids, "\n  %s", formatID(c.Key))
	}
	return "Several RUM metrics destinations fit", fmt.Sprintf(
		"The %s could be any of %d. Say which: an import by the full ID, a data source by destination and destination_arn.\n%s", e.Key, len(e.Candidates), ids.String())
}
