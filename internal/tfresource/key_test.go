package tfresource

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// An absent part is "" in the API and null in Terraform.
func TestKeyModelThereAndBack(t *testing.T) {
	for name, test := range map[string]struct {
		key  rumapi.Key
		want KeyModel
	}{
		"CloudWatch": {
			rumapi.Key{Region: "eu-west-1", AppMonitorName: "web", Destination: "CloudWatch"},
			KeyModel{types.StringValue("web"), types.StringValue("CloudWatch"), types.StringNull(), types.StringValue("eu-west-1")},
		},
		"Evidently": {
			rumapi.Key{Region: "eu-west-1", AppMonitorName: "web", Destination: "Evidently", DestinationARN: featureARN},
			KeyModel{types.StringValue("web"), types.StringValue("Evidently"), types.StringValue(featureARN), types.StringValue("eu-west-1")},
		},
		"a partial key": {rumapi.Key{AppMonitorName: "web"}, KeyModel{AppMonitorName: types.StringValue("web")}},
	} {
		t.Run(name, func(t *testing.T) {
			got := NewKeyModel(test.key)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("as a model (-want +got):\n%s", diff)
			}
			if got := got.Key(); got != test.key {
				t.Errorf("as a key: got %#v, want %#v", got, test.key)
			}
		})
	}
}

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
