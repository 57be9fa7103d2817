package metricsdestination

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

const (
	featureARN = "arn:aws:evidently:eu-west-1:123456789012:project/petfood/feature/upsell"
	roleARN    = "arn:aws:iam::123456789012:role/rum-evidently"
)

// An absent member is "" in the API and null in Terraform.
func TestDestinationComesBackFromItsModel(t *testing.T) {
	null := types.StringNull()
	tests := map[string]struct {
		destination rumapi.Destination
		model       model
	}{
		"CloudWatch": {
			rumapi.Destination{Key: rumapi.Key{Region: "eu-west-1", AppMonitorName: "web", Destination: "CloudWatch"}},
			model{
				KeyModel:   tfresource.KeyModel{AppMonitorName: types.StringValue("web"), Destination: types.StringValue("CloudWatch"), DestinationARN: null, Region: types.StringValue("eu-west-1")},
				IAMRoleARN: null, ID: types.StringValue("web,CloudWatch@eu-west-1"),
			},
		},
		"Evidently": {
			rumapi.Destination{
				Key:        rumapi.Key{Region: "eu-west-1", AppMonitorName: "web", Destination: "Evidently", DestinationARN: featureARN},
				IAMRoleARN: roleARN,
			},
			model{
				KeyModel:   tfresource.KeyModel{AppMonitorName: types.StringValue("web"), Destination: types.StringValue("Evidently"), DestinationARN: types.StringValue(featureARN), Region: types.StringValue("eu-west-1")},
				IAMRoleARN: types.StringValue(roleARN), ID: types.StringValue("web,Evidently," + featureARN + "@eu-west-1"),
			},
		},
		"a region that is not known yet": {
			rumapi.Destination{Key: rumapi.Key{AppMonitorName: "web", Destination: "CloudWatch"}},
			model{
				KeyModel:   tfresource.KeyModel{AppMonitorName: types.StringValue("web"), Destination: types.StringValue("CloudWatch"), DestinationARN: null, Region: null},
				IAMRoleARN: null, ID: types.StringValue("web,CloudWatch"),
			},
		},
		"a partial key": {
			rumapi.Destination{Key: rumapi.Key{Region: "eu-west-1", AppMonitorName: "web"}},
			model{
				KeyModel:   tfresource.KeyModel{AppMonitorName: types.StringValue("web"), Destination: null, DestinationARN: null, Region: types.StringValue("eu-west-1")},
				IAMRoleARN: null, ID: types.StringValue("web@eu-west-1"),
			},
		},
	}
	for _, member := range reflect.VisibleFields(reflect.TypeFor[rumapi.Destination]()) {
		if reflect.ValueOf(tests["Evidently"].destination).FieldByIndex(member.Index).IsZero() {
			t.Errorf("the destination of Evidently has no %s, want it to have every member", member.Name)
		}
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.model, newModel(test.destination)); diff != "" {
				t.Errorf("as a model (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.destination, test.model.destination()); diff != "" {
				t.Errorf("back from the model (-want +got):\n%s", diff)
			}
			member := itemModel{Destination: test.model.Destination, DestinationARN: test.model.DestinationARN, IAMRoleARN: test.model.IAMRoleARN, ID: test.model.ID}
			if diff := cmp.Diff(member, newItem(test.destination)); diff != "" {
				t.Errorf("as an element of a list (-want +got):\n%s", diff)
			}
		})
	}
}

// Other providers write "" into their states. It means the same as null.
func TestEmptyStringsOfAModelMeanNull(t *testing.T) {
	empty := types.StringValue("")
	m := model{
		KeyModel:   tfresource.KeyModel{AppMonitorName: types.StringValue("web"), Destination: types.StringValue("CloudWatch"), DestinationARN: empty, Region: empty},
		IAMRoleARN: empty,
	}
	want := rumapi.Destination{Key: rumapi.Key{AppMonitorName: "web", Destination: "CloudWatch"}}
	if diff := cmp.Diff(want, m.destination()); diff != "" {
		t.Errorf("destination (-want +got):\n%s", diff)
	}
}
