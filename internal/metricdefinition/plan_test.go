package metricdefinition

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// The configuration leaves out the unit, and the state has one. Count is the default
// of an extended metric, so that it stays there. Another unit, or that of a custom
// metric, is removed.
func TestOmittedUnitKeepsOnlyCountOfAnExtendedMetric(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before    rumapi.Definition
		namespace types.String // in the configuration
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
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := newMember(rumapi.Definition{Name: "Checkouts"})
			config.Namespace = c.namespace
			if got := config.filledIn(config, newMember(c.before)); !got.UnitLabel.Equal(c.want) {
				t.Errorf("got the unit %s, want %s", got.UnitLabel, c.want)
			}
		})
	}
}
