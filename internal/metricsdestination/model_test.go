package metricsdestination

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

const roleARN = "arn:aws:iam::123456789012:role/rum-evidently"

// What is "" to the API is null to Terraform, and the other way round.
func TestModel(t *testing.T) {
	null := types.StringNull()
	tests := map[string]struct {
		destination rumapi.Destination
		model       model
	}{
		"CloudWatch": {
			rumapi.Destination{Key: rumapi.Key{Region: "eu-west-1", AppMonitorName: "web", Destination: "CloudWatch"}},
			model{
				AppMonitorName: types.StringValue("web"), Destination: types.StringValue("CloudWatch"), DestinationARN: null, IAMRoleARN: null,
				Region: types.StringValue("eu-west-1"), ID: types.StringValue("web,CloudWatch@eu-west-1"),
			},
		},
		"Evidently": {
			rumapi.Destination{
				Key:        rumapi.Key{Region: "eu-west-1", AppMonitorName: "web", Destination: "Evidently", DestinationARN: featureARN},
				IAMRoleARN: roleARN,
			},
			model{
				AppMonitorName: types.StringValue("web"), Destination: types.StringValue("Evidently"), DestinationARN: types.StringValue(featureARN),
				IAMRoleARN: types.StringValue(roleARN), Region: types.StringValue("eu-west-1"),
				ID: types.StringValue("web,Evidently," + featureARN + "@eu-west-1"),
			},
		},
		"a region that is not known yet": {
			rumapi.Destination{Key: rumapi.Key{AppMonitorName: "web", Destination: "CloudWatch"}},
			model{
				AppMonitorName: types.StringValue("web"), Destination: types.StringValue("CloudWatch"), DestinationARN: null, IAMRoleARN: null,
				Region: null, ID: types.StringValue("web,CloudWatch"),
			},
		},
		"a partial key": {
			rumapi.Destination{Key: rumapi.Key{Region: "eu-west-1", AppMonitorName: "web"}},
			model{
				AppMonitorName: types.StringValue("web"), Destination: null, DestinationARN: null, IAMRoleARN: null,
				Region: types.StringValue("eu-west-1"), ID: types.StringValue("web@eu-west-1"),
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.model, newModel(test.destination)); diff != "" {
				t.Errorf("as state (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.destination, test.model.destination()); diff != "" {
				t.Errorf("from state (-want +got):\n%s", diff)
			}
			if got := test.model.key(); got != test.destination.Key {
				t.Errorf("the key is %#v, want %#v", got, test.destination.Key)
			}

			identified := identity{
				AppMonitorName: test.model.AppMonitorName, Destination: test.model.Destination,
				DestinationARN: test.model.DestinationARN, Region: test.model.Region,
			}
			if diff := cmp.Diff(identified, newIdentity(test.destination.Key)); diff != "" {
				t.Errorf("as identity (-want +got):\n%s", diff)
			}
			if got := identified.key(); got != test.destination.Key {
				t.Errorf("the identity's key is %#v, want %#v", got, test.destination.Key)
			}

			member := memberModel{test.model.Destination, test.model.DestinationARN, test.model.IAMRoleARN, test.model.ID}
			if diff := cmp.Diff(member, newMember(test.destination)); diff != "" {
				t.Errorf("among others (-want +got):\n%s", diff)
			}
		})
	}
}

// "" in a state, as other providers write it, is as good as null.
func TestModelOfEmptyStrings(t *testing.T) {
	empty := types.StringValue("")
	m := model{AppMonitorName: types.StringValue("web"), Destination: types.StringValue("CloudWatch"), DestinationARN: empty, IAMRoleARN: empty, Region: empty}
	want := rumapi.Destination{Key: rumapi.Key{AppMonitorName: "web", Destination: "CloudWatch"}}
	if diff := cmp.Diff(want, m.destination()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestKeyKnown(t *testing.T) {
	complete := newModel(rumapi.Destination{
		Key:        rumapi.Key{Region: "eu-west-1", AppMonitorName: "web", Destination: "Evidently", DestinationARN: featureARN},
		IAMRoleARN: roleARN,
	})
	tests := map[string]struct {
		change func(*model)
		known  bool
	}{
		"all is":                {func(*model) {}, true},
		"null is known":         {func(m *model) { m.DestinationARN = types.StringNull() }, true},
		"the role is not in it": {func(m *model) { m.IAMRoleARN = types.StringUnknown() }, true},
		"the ID is not in it":   {func(m *model) { m.ID = types.StringUnknown() }, true},
		"not the monitor":       {func(m *model) { m.AppMonitorName = types.StringUnknown() }, false},
		"not the destination":   {func(m *model) { m.Destination = types.StringUnknown() }, false},
		"not the ARN":           {func(m *model) { m.DestinationARN = types.StringUnknown() }, false},
		"not the region":        {func(m *model) { m.Region = types.StringUnknown() }, false},
	}
	for name, test := range tests {
		m := complete
		test.change(&m)
		if got := m.keyKnown(); got != test.known {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
