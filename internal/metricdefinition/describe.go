package metricdefinition

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// title returns what people know a definition by: its name, the namespace of a custom
// metric, and its dimensions.
func title(d rumapi.Definition) string {
	s := d.Name
	if d.Namespace != "" && d.Namespace != rumapi.ExtendedNamespace {
		s += " in " + d.Namespace
	}
	if len(d.DimensionKeys) > 0 {
		s += " by " + strings.Join(slices.Sorted(maps.Values(d.DimensionKeys)), ", ")
	}
	return s
}

// describe returns a definition as a message shows it: its title and ID.
func describe(d rumapi.Definition) string { return title(d) + " (" + d.ID + ")" }

// describeAll describes each definition on a line of its own.
func describeAll(definitions []rumapi.Definition) string {
	var lines strings.Builder
	for _, d := range definitions {
		fmt.Fprintf(&lines, "\n  %s", describe(d))
	}
	return lines.String()
}
