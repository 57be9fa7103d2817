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
			var d DataSource[struct{}]
			var dataResp datasource.ConfigureResponse
			d.Configure(t.Context(), datasource.ConfigureRequest{ProviderData: test.given}, &dataResp)
			if r.ProviderData != test.want {
				t.Errorf("the resource has the data %p, want %p", r.ProviderData, test.want)
			}
			if d.ProviderData != test.want {
				t.Errorf("the data source has the data %p, want %p", d.ProviderData, test.want)
			}
			if got := resourceResp.Diagnostics.HasError(); got != test.fails {
				t.Errorf("the resource fails: got %t, want %t", got, test.fails)
			}
			if got := dataResp.Diagnostics.HasError(); got != test.fails {
				t.Errorf("the data source fails: got %t, want %t", got, test.fails)
			}
			if !test.fails {
				return
			}
			if got, want := resourceResp.Diagnostics[0].Detail(), "got string"; !strings.Contains(got, want) {
				t.Errorf("got the error %q, want it to name the type: %q", got, want)
			}
		})
	}
}
