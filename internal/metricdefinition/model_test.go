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
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := newModel(d).definition(); !reflect.DeepEqual(got, d) {
				t.Errorf("got the definition %+v back from its model, want %+v", got, d)
			}
			if got := newIdentity(d.DefinitionKey).key(); got != d.DefinitionKey {
				t.Errorf("got the key %+v back from its identity, want %+v", got, d.DefinitionKey)
			}
		})
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

// The service gives back a definition that has only a name. The model has the
// defaults for those absent members that a configuration can write out.
func TestAbsentMembersHaveOneSpelling(t *testing.T) {
	t.Parallel()
	m := newModel(rumapi.Definition{Name: "SessionCount"})
	for name, c := range map[string]struct{ got, want attr.Value }{
		"destination_arn": {m.DestinationARN, types.StringNull()},
		"namespace":       {m.Namespace, types.StringValue("AWS/RUM")},
		"event_pattern":   {m.EventPattern, types.StringNull()},
		"value_key":       {m.ValueKey, types.StringValue("")},
		"unit_label":      {m.UnitLabel, types.StringNull()},
		"dimension_keys":  {m.DimensionKeys, types.MapValueMust(types.StringType, nil)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !c.got.Equal(c.want) {
				t.Errorf("got %s, want %s", c.got, c.want)
			}
		})
	}
}

func TestCloudWatchNamespaceOfACustomMetricHasAPrefix(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ namespace, want types.String }{
		"left out":      {types.StringNull(), types.StringValue("AWS/RUM")},
		"AWS's":         {types.StringValue("AWS/RUM"), types.StringValue("AWS/RUM")},
		"custom":        {types.StringValue("Shop/Web"), types.StringValue("RUM/CustomMetrics/Shop/Web")},
		"not known yet": {types.StringUnknown(), types.StringUnknown()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := cloudWatchNamespace(c.namespace); !got.Equal(c.want) {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// The configurations leave out value_key and event_pattern in most rows. The state has
// the definition before the plan.
func TestPlanFillsInWhatTheConfigurationOmits(t *testing.T) {
	t.Parallel()
	const (
		event    = "com.amazon.rum.performance_navigation_event"
		text     = `{"event_type":["` + event + `"]}`
		another  = `{ "event_type": ["` + event + `"] }`
		browser  = `{"event_type":["` + event + `"],"metadata":{"browserName":[{"exists":true}]}}`
		duration = "event_details.duration"
	)
	name, unknown, extended := types.StringValue("PerformanceNavigationDuration"), types.StringUnknown(), types.StringValue("AWS/RUM")
	one := dimensionsValue(map[string]string{"metadata.browserName": "BrowserName"})
	unknownPattern, noPattern := types.StringUnknown(), types.StringNull()
	for row, c := range map[string]struct {
		config  memberModel
		state   rumapi.Definition
		shown   types.String // the namespace in CloudWatch
		value   types.String
		pattern types.String
	}{
		"new":                     {memberModel{Name: name}, rumapi.Definition{}, extended, types.StringValue(duration), types.StringValue(text)},
		"with a dimension":        {memberModel{Name: name, DimensionKeys: one}, rumapi.Definition{}, extended, types.StringValue(duration), types.StringValue(browser)},
		"as it is":                {memberModel{Name: name}, rumapi.Definition{EventPattern: another}, extended, types.StringValue(duration), types.StringValue(another)},
		"of another pattern":      {memberModel{Name: name}, rumapi.Definition{EventPattern: browser}, extended, types.StringValue(duration), types.StringValue(text)},
		"custom before":           {memberModel{Name: name}, rumapi.Definition{Namespace: "Shop"}, extended, types.StringValue(duration), types.StringValue(text)},
		"custom of the same name": {memberModel{Name: name, Namespace: types.StringValue("Shop")}, rumapi.Definition{}, types.StringValue("RUM/CustomMetrics/Shop"), types.StringValue(""), noPattern},
		"not documented":          {memberModel{Name: types.StringValue("TimeOnPage")}, rumapi.Definition{ValueKey: duration, EventPattern: text}, extended, types.StringValue(""), noPattern},
		"pattern written anew":    {memberModel{Name: name, EventPattern: types.StringValue(text)}, rumapi.Definition{EventPattern: another}, extended, types.StringValue(duration), types.StringValue(another)},
		"value key written":       {memberModel{Name: name, ValueKey: types.StringValue("")}, rumapi.Definition{}, extended, types.StringValue(""), types.StringValue(text)},
		"name not known yet":      {memberModel{Name: unknown}, rumapi.Definition{EventPattern: text}, extended, unknown, unknownPattern},
		"namespace not known yet": {memberModel{Name: name, Namespace: unknown}, rumapi.Definition{EventPattern: text}, unknown, unknown, unknownPattern},
		"dimensions not known yet": {
			memberModel{Name: name, DimensionKeys: types.MapUnknown(types.StringType)}, rumapi.Definition{EventPattern: text}, extended, types.StringValue(duration), unknownPattern,
		},
	} {
		t.Run(row, func(t *testing.T) {
			t.Parallel()
			config := c.config
			// The framework has filled in defaults, and has made other computed attributes unknown.
			planned := config
			if planned.Namespace.IsNull() {
				planned.Namespace = extended
			}
			if planned.ValueKey.IsNull() {
				planned.ValueKey = unknown
			}
			if planned.EventPattern.IsNull() {
				planned.EventPattern = unknownPattern
			}
			got := planned.filledIn(config, newMember(c.state))
			if !got.CloudWatchNamespace.Equal(c.shown) {
				t.Errorf("got the namespace %s in CloudWatch, want %s", got.CloudWatchNamespace, c.shown)
			}
			if !got.ValueKey.Equal(c.value) {
				t.Errorf("got the value key %s, want %s", got.ValueKey, c.value)
			}
			if !got.EventPattern.Equal(c.pattern) {
				t.Errorf("got the pattern %s, want %s", got.EventPattern, c.pattern)
			}
		})
	}
}
