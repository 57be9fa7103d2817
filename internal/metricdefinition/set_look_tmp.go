package metricdefinition

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

func (r *setResource) look(ctx context.Context, k rumapi.Key) ([]rumapi.Definition, bool, diag.Diagnostics) {
	existing, err := r.Client.ListDefinitions(ctx, k)
	return existing, err == nil, nil
}
