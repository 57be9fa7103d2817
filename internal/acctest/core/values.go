package core

import (
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// proposal encodes the configuration of a resource, and the new state that a CLI
// proposes for it. The proposed state has the configuration. It keeps the prior value
// of a computed attribute that the configuration leaves out.
func (p process) proposal(prior tftypes.Value, r Resource) (config, proposed *tfprotov6.DynamicValue) {
	before, configured, merged := map[string]tftypes.Value{}, map[string]tftypes.Value{}, map[string]tftypes.Value{}
	_ = prior.As(&before) // null leaves it empty
	for _, a := range p.schemas[r.Type].Block.Attributes {
		configured[a.Name] = tftypes.NewValue(a.Type, nil)
		if v, ok := r.Arguments[a.Name]; ok {
			configured[a.Name] = v
		}
		merged[a.Name] = configured[a.Name]
		if v, ok := before[a.Name]; ok && a.Computed && configured[a.Name].IsNull() {
			merged[a.Name] = v
		}
	}
	object := p.schemas[r.Type].ValueType()
	return p.encode(r.Type, tftypes.NewValue(object, configured)), p.encode(r.Type, tftypes.NewValue(object, merged))
}

// encode encodes an object of a resource type. It encodes the zero value as null.
func (p process) encode(resourceType string, v tftypes.Value) *tfprotov6.DynamicValue {
	object := p.schemas[resourceType].ValueType()
	if v.IsNull() {
		v = tftypes.NewValue(object, nil)
	}
	encoded, err := tfprotov6.NewDynamicValue(object, v)
	if err != nil {
		panic(err) // only for a value of another type
	}
	return &encoded
}

func (p process) decode(resourceType string, encoded *tfprotov6.DynamicValue) (tftypes.Value, error) {
	return encoded.Unmarshal(p.schemas[resourceType].ValueType())
}

// attributeOf returns an attribute of an object.
func attributeOf(value tftypes.Value, attribute string) tftypes.Value {
	values := map[string]tftypes.Value{}
	_ = value.As(&values) // null leaves it empty
	return values[attribute]
}

// requiresReplace reports whether a plan needs a replacement. The provider names the
// attributes whose change needs one, and at least one of them must change.
func requiresReplace(prior, planned tftypes.Value, plan *tfprotov6.PlanResourceChangeResponse) bool {
	return slices.ContainsFunc(plan.RequiresReplace, func(path *tftypes.AttributePath) bool {
		before, _, errBefore := tftypes.WalkAttributePath(prior, path)
		after, _, errAfter := tftypes.WalkAttributePath(planned, path)
		if errBefore != nil || errAfter != nil {
			return true
		}
		return !after.(tftypes.Value).Equal(before.(tftypes.Value)) //nolint:errcheck,forcetypeassert // the elements of a value are values
	})
}

// checkSecondPlan checks the plan that an apply makes. It returns an error if that plan
// has another value than the first plan promised, or has become a replacement.
func checkSecondPlan(promised, prior, planned tftypes.Value, plan *tfprotov6.PlanResourceChangeResponse) error {
	if !prior.IsNull() && requiresReplace(prior, planned, plan) {
		return fmt.Errorf("%w: an update has become a replacement", ErrInconsistent)
	}
	return compare(promised, planned)
}

// compare returns an error if a known attribute of planned has another value in
// value.
func compare(planned, value tftypes.Value) error {
	want, got := map[string]tftypes.Value{}, map[string]tftypes.Value{}
	if err := errors.Join(planned.As(&want), value.As(&got)); err != nil {
		return err
	}
	for name, v := range want {
		if v.IsFullyKnown() && !v.Equal(got[name]) {
			return fmt.Errorf("%w: %s is %s, planned was %s", ErrInconsistent, name, got[name], v)
		}
	}
	return nil
}

// failure returns the errors among diagnostics.
func failure(diagnostics []*tfprotov6.Diagnostic) (err error) {
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			err = errors.Join(err, fmt.Errorf("%s: %s", d.Summary, d.Detail))
		}
	}
	return err
}

// warnings returns the details of the warnings among diagnostics.
func warnings(diagnostics []*tfprotov6.Diagnostic) (details []string) {
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityWarning {
			details = append(details, d.Detail)
		}
	}
	return details
}
