package acctest

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// List validates a list block and lists, as `terraform query` does. OpenTofu and
// Terraform before 1.14 have no such command. It returns the results, and what they
// show: the display name, or the error with "error: " in front.
func (s Server) List(
	t *testing.T, resourceType string, limit int64, withResource bool, block map[string]string,
) (shown []string, results []tfprotov6.ListResourceResult) {
	t.Helper()
	server, ok := s.ProviderServer.(tfprotov6.ListResourceServer)
	if !ok {
		t.Fatal("the provider serves no list resources, want it to")
	}
	config := Object(t, s.Schema.ListResourceSchemas[resourceType].ValueType(), block)
	show := func(diagnostics []*tfprotov6.Diagnostic) {
		for _, d := range diagnostics {
			shown = append(shown, "error: "+d.Summary+": "+d.Detail)
		}
	}
	validated, err := server.ValidateListResourceConfig(t.Context(), &tfprotov6.ValidateListResourceConfigRequest{
		TypeName: resourceType, Config: config,
	})
	if err != nil {
		t.Fatal(err)
	}
	if show(validated.Diagnostics); len(shown) > 0 {
		return shown, nil
	}
	stream, err := server.ListResource(t.Context(), &tfprotov6.ListResourceRequest{
		TypeName: resourceType, Config: config, Limit: limit, IncludeResource: withResource,
	})
	if err != nil {
		t.Fatal(err)
	}
	for r := range stream.Results {
		results = append(results, r)
		if show(r.Diagnostics); len(r.Diagnostics) > 0 {
			continue
		}
		shown = append(shown, r.DisplayName)
		if r.Identity == nil || r.Identity.IdentityData == nil || withResource && r.Resource == nil {
			t.Errorf("%s has the resource %v and the identity %v, want both", r.DisplayName, r.Resource, r.Identity)
		}
	}
	return shown, results
}
