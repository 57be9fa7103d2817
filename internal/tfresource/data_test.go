package tfresource

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

func TestConfigureTakesTheProvidersData(t *testing.T) {
	data := &ProviderData{}
	for name, test := range map[string]struct {
		given any
		want  *ProviderData
		fails bool
	}{
		"before the provider is configured": {nil, nil, false},
		"the provider's data":               {data, data, false},
		"data of another type":              {"data", nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			var r Resource
			var resourceResp resource.ConfigureResponse
			r.Configure(t.Context(), resource.ConfigureRequest{ProviderData: test.given}, &resourceResp)
			var d DataSource
			var dataResp datasource.ConfigureResponse
			d.Configure(t.Context(), datasource.ConfigureRequest{ProviderData: test.given}, &dataResp)
			if r.ProviderData != test.want || d.ProviderData != test.want {
				t.Errorf("got %p and %p, want %p", r.ProviderData, d.ProviderData, test.want)
			}
			for _, diags := range []interface {
				HasError() bool
			}{resourceResp.Diagnostics, dataResp.Diagnostics} {
				if got := diags.HasError(); got != test.fails {
					t.Errorf("got an error: %t, want %t", got, test.fails)
				}
			}
			if test.fails && !strings.Contains(resourceResp.Diagnostics[0].Detail(), "got string") {
				t.Errorf("the error does not name the type: %s", resourceResp.Diagnostics[0].Detail())
			}
		})
	}
}
