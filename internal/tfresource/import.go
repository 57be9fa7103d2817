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
// req names. It adds an error to resp and reports false if the ID or the identity is
// malformed, if no destination fits or several do, or if the lookup fails.
func (r *Resource) ImportDestination(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) (found rumapi.Destination, ok bool) {
	var key rumapi.Key
	var err error
	if ByID(req) {
		key, err = ParseDestinationID(req.ID)
	} else {
		var identity KeyModel
		if resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...); resp.Diagnostics.HasError() {
			return found, false
		}
		key = identity.Key()
		err = CheckKey(key)
	}
	key = r.Client.WithRegion(key)
	if err != nil {
		resp.Diagnostics.Append(r.InvalidImport(req, "destination", key.String(), err, DestinationIDFormat))
		return found, false
	}
	if found, err = r.Client.ResolveDestination(ctx, key); errors.Is(err, rumapi.ErrNotFound) {
		resp.Diagnostics.Append(r.NoDestination(ctx, key.String(), key))
	} else if err != nil {
		resp.Diagnostics.Append(r.ExplainLookup(err))
	}
	return found, err == nil
}

// ByID reports whether an import names its object by an ID, which may be "", and not by
// an identity.
func ByID(req resource.ImportStateRequest) bool {
	return req.ID != "" || req.Identity == nil || req.Identity.Raw.IsNull()
}

// NoDestination returns the error for an import of object, which is the destination k
// or belongs to it, when k does not exist. It says whether the app monitor is missing
// or only the destination, and lists what the monitor has.
func (r *Resource) NoDestination(ctx context.Context, object string, k rumapi.Key) diag.Diagnostic {
	const summary = "No such RUM metrics destination"
	all, err := r.Client.ListDestinations(ctx, k.Region, k.AppMonitorName)
	switch {
	case errors.Is(err, rumapi.ErrNotFound):
		return NothingToImport("No such RUM app monitor", object,
			fmt.Sprintf("%s has no app monitor %q. The data source rum_app_monitors lists those that it has", k.Region, k.AppMonitorName), "")
	case err != nil: // what is sure can be said without the list
		return NothingToImport(summary, object, "the destination or its app monitor does not exist", "")
	case len(all) == 0:
		return NothingToImport(summary, object, "the app monitor has no metrics destinations", "")
	}
	return NothingToImport(summary, object, "the app monitor does not have this destination", "It has:\n"+formatIDs(all))
}

// NothingToImport returns the error for an import of object when something does not
// exist. The reason says what that is, and existing, which may be "", what exists in
// its place. Without an error, the CLI would only say that the object does not exist.
func NothingToImport(summary, object, reason, existing string) diag.Diagnostic {
	detail := fmt.Sprintf("Cannot import the %s: %s.\n\n"+
		"If it is in another region, end the import ID in @REGION, or set region in the identity.", object, reason)
	if existing != "" {
		detail += "\n\n" + existing
	}
	return diag.NewErrorDiagnostic(summary, detail)
}

// formatIDs writes the import ID of each destination on a line of its own.
func formatIDs(destinations []rumapi.Destination) string {
	var ids strings.Builder
	for _, d := range destinations {
		fmt.Fprintf(&ids, "\n  %s", FormatID(d.Key))
	}
	return ids.String()
}

// InvalidImport returns the error for a malformed import ID or identity. The object
// is the kind of thing, such as "destination"; key describes what the identity names;
// err says what is wrong; and format lists the valid forms of an ID.
func (r *Resource) InvalidImport(req resource.ImportStateRequest, object, key string, err error, format string) diag.Diagnostic {
	given := fmt.Sprintf("the ID %q", req.ID)
	if !ByID(req) {
		given = "the identity of the " + key
	}
	return diag.NewErrorDiagnostic("Invalid import of "+r.TypeName, fmt.Sprintf(
		"Cannot tell which %s %s means: %s.\n\nAn import ID is %s.", object, given, err, format))
}

// ExplainLookup returns the diagnostic for a failed lookup of a destination, or of an
// object that belongs to one: nothing fits, several destinations fit, or the call
// failed.
func (d *ProviderData) ExplainLookup(err error) diag.Diagnostic {
	if ambiguous, ok := errors.AsType[*rumapi.AmbiguousError](err); ok {
		return diag.NewErrorDiagnostic("Several RUM metrics destinations fit", fmt.Sprintf(
			"The %s could be any of %d. Say which one is meant: in an import with its full ID, in a data source with destination and destination_arn.\n%s",
			ambiguous.Key, len(ambiguous.Candidates), formatIDs(ambiguous.Candidates)))
	}
	if errors.Is(err, rumapi.ErrNotFound) {
		return diag.NewErrorDiagnostic("Not found in CloudWatch RUM", fmt.Sprintf(
			"The lookup in CloudWatch RUM found nothing: %s. If this configuration creates it, refer to the attributes of its resource, so that it is created first. "+
				"Otherwise check the names and the region: app monitors of the same name in other regions don't count.", err))
	}
	return diag.NewErrorDiagnostic(d.Client.Explain(err))
}
