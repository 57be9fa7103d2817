package metricsdestination

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// ImportState accepts every form of import ID, or an identity, and finds the
// destination that it names.
func (r *destinationResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	found, ok := r.ImportDestination(ctx, req, resp)
	if !ok {
		return
	}
	resp.Diagnostics.Append(save(ctx, found, &resp.State, resp.Identity)...)
}
