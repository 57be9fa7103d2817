package metricdefinition

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// full returns a definition that has every member.
func full() rumapi.Definition {
	return rumapi.Definition{
		DefinitionKey: rumapi.DefinitionKey{
			Key: rumapi.Key{Region: "eu-west-1", AppMonitorName: "web", Destination: "Evidently", DestinationARN: arn},
			ID:  "x",
		},
		Name: "Checkouts", Namespace: "Shop", EventPattern: `{"event_type":["checkout"]}`, UnitLabel: "Count", ValueKey: "event_details.total",
		DimensionKeys: map[string]string{"metadata.browserName": "BrowserName"},
	}
}

func TestDefinitionComesBackFromItsModel(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]rumapi.Definition{
		"all members": full(),
		"as few as possible": {
			DefinitionKey: rumapi.DefinitionKey{Key: rumapi.Key{Region: "eu-west-1", AppMonitorName: "web", Destination: "CloudWatch"}, ID: "x"},
			Name:          "SessionCount", Namespace: "AWS/RUM",
		},
	} {
		if got := newModel(d).definition(); !reflect.DeepEqual(got, d) {
			t.Errorf("%s: got the definition %+v back from its model, want %+v", name, got, d)
		}
		if got := newIdentity(d.DefinitionKey).key(); got != d.DefinitionKey {
			t.Errorf("%s: got the key %+v back from its identity, want %+v", name, got, d.DefinitionKey)
		}
	}
}

// A new member of rumapi.Definition must be in full, and then in the model in both
// directions and in known. The model has each member by the same name.
func TestEveryMemberOfADefinitionIsInItsModel(t *testing.T) {
	t.Parallel()
	if !newModel(full()).known() {
		t.Error("known: got false, want true")
	}
	for _, member := range reflect.VisibleFields(reflect.TypeFor[rumapi.Definition]()) {
		if member.Anonymous {
			continue
		}
		t.Run(member.Name, func(t *testing.T) {
			t.Parallel()
			if reflect.ValueOf(full()).FieldByIndex(member.Index).IsZero() {
				t.Error("full has no such member, want it to have every one")
			}
			if member.Name == "ID" { // the service gives it, so a definition may be known without it
				return
			}
			m := newModel(full())
			if makeUnknown(t, &m, member.Name); m.known() {
				t.Error("known while the member is unknown: got true, want false")
			}
		})
	}
	t.Run("one dimension", func(t *testing.T) {
		t.Parallel()
		m := newModel(full())
		if !m.dimensionsKnown() {
			t.Error("the dimensions are known: got false, want true")
		}
		m.DimensionKeys = types.MapValueMust(types.StringType, map[string]attr.Value{"metadata.osName": types.StringUnknown()})
		if m.known() {
			t.Error("known: got true, want false")
		}
	})
}

// makeUnknown makes one attribute of the struct to which m points unknown.
func makeUnknown(t *testing.T, m any, name string) {
	t.Helper()
	attribute := reflect.ValueOf(m).Elem().FieldByName(name)
	for _, unknown := range []attr.Value{types.StringUnknown(), types.MapUnknown(types.StringType)} {
		if value := reflect.ValueOf(unknown); attribute.IsValid() && value.Type() == attribute.Type() {
			attribute.Set(value)
			return
		}
	}
	t.Fatalf("the model has no %s that this test can make unknown", name)
}

// The framework makes computed attributes unknown that the configuration omits. All
// that the service does not decide must be known after filledIn.
func TestFilledInLeavesOnlyTheIDUnknown(t *testing.T) {
	t.Parallel()
	config := memberModel{Name: types.StringValue("SessionCount")}
	planned := newMember(rumapi.Definition{Name: "SessionCount"})
	for _, name := range []string{"EventPattern", "ValueKey", "UnitLabel", "CloudWatchNamespace", "MetricDefinitionID"} {
		makeUnknown(t, &planned, name)
	}
	got := planned.filledIn(config, memberModel{})
	for _, attribute := range reflect.VisibleFields(reflect.TypeFor[memberModel]()) {
		value, ok := reflect.TypeAssert[attr.Value](reflect.ValueOf(got).FieldByIndex(attribute.Index))
		if want := attribute.Name == "MetricDefinitionID"; !ok || value.IsUnknown() != want {
			t.Errorf("%s: got the value %v, want it unknown: %t", attribute.Name, value, want)
		}
	}
}
