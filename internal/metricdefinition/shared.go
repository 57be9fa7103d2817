package metricdefinition

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// shared is in the private state of a resource whose definition another one has
// too; there is none in that of others. A create cannot always tell that what it
// takes over has a resource: see rumapi.CreateDefinition. The refresh marks one
// of the two, its plan is to update it in place, and its update gives it a
// definition of its own. A delete of it deletes nothing.
type shared struct {
	// Instead is the ID of a definition without a resource to take, or "".
	Instead string
}

const sharedKey = "shared"

// private is the private state of requests and responses.
type private interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

func getShared(ctx context.Context, p private) (*shared, diag.Diagnostics) {
	text, diags := p.GetKey(ctx, sharedKey)
	var s *shared
	_ = json.Unmarshal(text, &s) // what is no JSON, or nothing, is no mark
	return s, diags
}

// setShared sets s, or, for nil, removes what was set.
func setShared(ctx context.Context, p private, s *shared) diag.Diagnostics {
	if s == nil {
		return p.SetKey(ctx, sharedKey, nil)
	}
	text, _ := json.Marshal(s) // never fails
	return p.SetKey(ctx, sharedKey, text)
}

// share marks a resource that is refreshed and that has a definition which
// another resource has too.
func (r *definitionResource) share(ctx context.Context, d rumapi.Definition, p private) (diags diag.Diagnostics) {
	var s shared
	if spare, err := r.client.UnheldDefinition(ctx, d); err == nil {
		s.Instead = spare.ID
	}
	diags.AddWarning("Two resources for one RUM metric definition", fmt.Sprintf(
		"Another resource of this configuration stands for the %s as well: one took it over from the other, or it was imported twice. "+
			"Applying gives this one a definition of its own. If there should be only one, remove this one from the configuration: the definition stays.", d.DefinitionKey))
	diags.Append(setShared(ctx, p, &s)...)
	return diags
}
