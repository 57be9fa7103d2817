package metricdefinition

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// describe returns a definition as a list shows it: its name, namespace, dimensions
// and ID.
func describe(d rumapi.Definition) string {
	s := d.Name
	if d.Namespace != "" {
		s += " in " + d.Namespace
	}
	if len(d.DimensionKeys) > 0 {
		s += " by " + strings.Join(slices.Sorted(maps.Values(d.DimensionKeys)), ", ")
	}
	return s + " (" + d.ID + ")"
}

// describeAll describes each definition on a line of its own.
func describeAll(definitions []rumapi.Definition) string {
	var lines strings.Builder
	for _, d := range definitions {
		fmt.Fprintf(&lines, "\n  %s", describe(d))
	}
	return lines.String()
}
