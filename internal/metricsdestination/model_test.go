package metricsdestination

import (
	"reflect"
	"testing"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// A member that is new in the API's type must have a place in Terraform's.
func TestModelKeepsEveryMember(t *testing.T) {
	full := rumapi.Destination{
		Key:        rumapi.Key{Region: "eu-west-1", AppMonitorName: "web", Destination: "Evidently", DestinationARN: "arn:aws:evidently:::a"},
		IAMRoleARN: "arn:aws:iam:::role/a",
	}
	for _, value := range []any{full, newModel(full), newItem(full)} {
		for _, member := range reflect.VisibleFields(reflect.TypeOf(value)) {
			if reflect.ValueOf(value).FieldByIndex(member.Index).IsZero() {
				t.Errorf("the %T has no %s, want it to have every member", value, member.Name)
			}
		}
	}
	if got := newModel(full).destination(); got != full {
		t.Errorf("back from the model: got %v, want %v", got, full)
	}
}
