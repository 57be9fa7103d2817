package tfresource

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

func TestKeyIsKnownWhenAllItsPartsAre(t *testing.T) {
	complete := NewKeyModel(rumapi.Key{Region: "eu-west-1", AppMonitorName: "web", Destination: "Evidently", DestinationARN: featureARN})
	for name, test := range map[string]struct {
		change func(*KeyModel)
		want   bool
	}{
		"all parts are known":        {func(*KeyModel) {}, true},
		"null is known":              {func(m *KeyModel) { m.DestinationARN = types.StringNull() }, true},
		"the monitor is unknown":     {func(m *KeyModel) { m.AppMonitorName = types.StringUnknown() }, false},
		"the destination is unknown": {func(m *KeyModel) { m.Destination = types.StringUnknown() }, false},
		"the ARN is unknown":         {func(m *KeyModel) { m.DestinationARN = types.StringUnknown() }, false},
		"the region is unknown":      {func(m *KeyModel) { m.Region = types.StringUnknown() }, false},
	} {
		t.Run(name, func(t *testing.T) {
			m := complete
			test.change(&m)
			if got := m.KeyKnown(); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}
