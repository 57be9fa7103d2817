package metricdefinition

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// TestPlanOfAUnitThatIsLeftOut plans a unit that the configuration leaves out, for what has
// one in state: Count stays on an extended metric, where it says nothing.
func TestPlanOfAUnitThatIsLeftOut(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before    rumapi.Definition
		namespace types.String // that is configured
		want      types.String
	}{
		"extended":                       {rumapi.Definition{UnitLabel: "Count"}, types.StringNull(), types.StringValue("Count")},
		"extended, written out":          {rumapi.Definition{UnitLabel: "Count", Namespace: "AWS/RUM"}, types.StringValue("AWS/RUM"), types.StringValue("Count")},
		"extended, another unit":         {rumapi.Definition{UnitLabel: "Bytes"}, types.StringNull(), types.StringNull()},
		"custom":                         {rumapi.Definition{UnitLabel: "Count", Namespace: "Shop"}, types.StringValue("Shop"), types.StringNull()},
		"extended before, custom now":    {rumapi.Definition{UnitLabel: "Count"}, types.StringValue("Shop"), types.StringNull()},
		"custom before, extended now":    {rumapi.Definition{UnitLabel: "Count", Namespace: "Shop"}, types.StringNull(), types.StringNull()},
		"not known yet":                  {rumapi.Definition{UnitLabel: "Count"}, types.StringUnknown(), types.StringUnknown()},
		"not known yet, and had none":    {rumapi.Definition{}, types.StringUnknown(), types.StringNull()},
		"not known yet, was of a custom": {rumapi.Definition{UnitLabel: "Count", Namespace: "Shop"}, types.StringUnknown(), types.StringUnknown()},
	} {
		config := newModel(rumapi.Definition{Name: "Checkouts"})
		config.Namespace = c.namespace
		if got := config.filledIn(t.Context(), config, newModel(c.before)); !got.UnitLabel.Equal(c.want) {
			t.Errorf("%s: %s, want %s", name, got.UnitLabel, c.want)
		}
	}
}
