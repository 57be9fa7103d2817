package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// refuseUnknowns returns an error for each value in the provider block that is not
// known yet, such as the ARN of a role that the same apply creates. Without it, the
// provider could use another account or region than the configuration asks for. It
// leaves out the arguments without effect.
func refuseUnknowns(config tftypes.Value) (diags diag.Diagnostics) {
	// Walk only returns an error of the function, and the function returns none.
	_ = tftypes.Walk(config, func(at *tftypes.AttributePath, v tftypes.Value) (bool, error) {
		if steps := at.Steps(); len(steps) > 0 {
			if name, ok := steps[0].(tftypes.AttributeName); ok && isInert(string(name)) {
				return false, nil
			}
		}
		if !v.IsKnown() {
			p := frameworkPath(at)
			diags.AddAttributeError(p, "Unknown provider argument", fmt.Sprintf(
				"%s is known only after the apply, but the provider needs it to plan. "+
					"Use a value that is known, or apply what it depends on first, with -target.", p))
		}
		return true, nil
	})
	return diags
}

// frameworkPath converts a path of the protocol to one of the framework. The
// framework has no path for an element of a set; the result is then the path of
// the set.
func frameworkPath(at *tftypes.AttributePath) path.Path {
	p := path.Empty()
	for _, step := range at.Steps() {
		switch s := step.(type) {
		case tftypes.AttributeName:
			p = p.AtName(string(s))
		case tftypes.ElementKeyInt:
			p = p.AtListIndex(int(s))
		case tftypes.ElementKeyString:
			p = p.AtMapKey(string(s))
		}
	}
	return p
}
