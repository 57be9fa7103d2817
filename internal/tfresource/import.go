package tfresource

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// ImportDestination returns the destination that the import ID or the identity of
// req names. For a destination that does not exist it returns only the key: the Read
// that follows removes the resource, and the CLI says in its own words that there is
// nothing to import. It adds an error to resp and reports false if the ID or the
// identity is malformed, if several destinations fit, or if the lookup fails.
func (r *Resource) ImportDestination(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) (rumapi.Destination, bool) {
	var key rumapi.Key
	var err error
	if req.ID != "" {
		key, err = ParseDestinationID(req.ID)
	} else {
		var identity KeyModel
		if resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...); resp.Diagnostics.HasError() {
			return rumapi.Destination{}, false
		}
		key = identity.Key()
		err = CheckKey(key)
	}
	key = r.Client.WithRegion(key)
	if err != nil {
		resp.Diagnostics.Append(r.InvalidImport(req, "destination", key.String(), err, DestinationIDFormat))
		return rumapi.Destination{}, false
	}
	found, err := r.Client.ResolveDestination(ctx, key)
	switch {
	case errors.Is(err, rumapi.ErrNotFound):
		return rumapi.Destination{Key: key}, true
	case err != nil:
		resp.Diagnostics.Append(ExplainLookup(err))
		return rumapi.Destination{}, false
	}
	return found, true
}

// InvalidImport returns the error for a malformed import ID or identity. The object
// is the kind of thing, such as "destination"; key describes what the identity names;
// err says what is wrong; and format lists the valid forms of an ID.
func (r *Resource) InvalidImport(req resource.ImportStateRequest, object, key string, err error, format string) diag.Diagnostic {
	given := fmt.Sprintf("the ID %q", req.ID)
	if req.ID == "" {
		given = "the identity of the " + key
	}
	return diag.NewErrorDiagnostic("Invalid import of "+r.TypeName, fmt.Sprintf(
		"Cannot tell which %s %s means: %s.\n\nAn import ID is %s.", object, given, err, format))
}

// ExplainLookup returns the diagnostic for a failed lookup of a destination, or of an
// object that belongs to one: nothing fits, several destinations fit, or the call
// failed.
func ExplainLookup(err error) diag.Diagnostic {
	var ambiguous *rumapi.AmbiguousError
	switch {
	case errors.As(err, &ambiguous):
		var ids strings.Builder
		for _, c := range ambiguous.Candidates {
			fmt.Fprintf(&ids, "\n  %s", FormatID(c.Key))
		}
		return diag.NewErrorDiagnostic("Several RUM metrics destinations fit", fmt.Sprintf(
			"The %s could be any of %d. Say which one is meant: in an import with its full ID, in a data source with destination and destination_arn.\n%s",
			ambiguous.Key, len(ambiguous.Candidates), ids.String()))
	case errors.Is(err, rumapi.ErrNotFound):
		return diag.NewErrorDiagnostic("No such RUM metrics destination", fmt.Sprintf(
			"The lookup in CloudWatch RUM found nothing: %s. Check the names and the region: app monitors of the same name in other regions don't count.", err))
	}
	return diag.NewErrorDiagnostic(rumapi.Explain(err))
}
