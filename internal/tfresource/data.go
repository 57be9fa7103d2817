// Package tfresource is what the resource packages share: the attributes, the
// model, the identity and the import ID that name a metrics destination, the region
// rules of a plan, what every data source and every list resource does, and what the
// provider hands to each resource.
//
//	data.go         the provider's data, and Configure
//	data_source.go  what every data source does
//	run.go          what one run has planned and done, and what its resources share
//	look.go         what a plan reads and can do without
//	key.go          the key of a destination as model and as identity
//	schema.go       the attributes that name a destination, for every kind of schema
//	import_id.go    the codec of import IDs
//	import.go       the import of what a destination's ID or identity names
//	plan.go         the beginning of a plan, and its region rules
//	list.go         the stream of a list resource
package tfresource

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// ProviderData is what a configured provider hands to its resources, data sources
// and list resources.
type ProviderData struct {
	Client *rumapi.Client
	Run    Run
}

// Resource is embedded in a resource or a list resource. It has the provider's data
// once the provider is configured, and nil until then.
type Resource struct {
	TypeName string // with the provider's prefix, such as rum_metric_definition
	*ProviderData
}

// Metadata names the resource.
func (r *Resource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = r.TypeName
}

// IdentitySchema is the key of a destination, for a resource that has no identity of its
// own.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: IdentityKeyAttributes()}
}

// Configure takes the provider's data. It adds an error for data of another type,
// which is a mistake in this program.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.ProviderData = providerData(req.ProviderData, &resp.Diagnostics)
}

func providerData(data any, diags *diag.Diagnostics) *ProviderData {
	if data == nil { // the provider is not configured yet
		return nil
	}
	configured, ok := data.(*ProviderData)
	if !ok {
		diags.AddError("Unexpected provider data", fmt.Sprintf("Expected %T, got %T. Please report this to the developers of the provider.", configured, data))
	}
	return configured
}
