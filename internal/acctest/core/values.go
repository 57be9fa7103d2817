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
	object := p.schemas[r.Type].ValueType()
	configured, merged := merge(object, p.schemas[r.Type].Block.Attributes, prior, r.Arguments)
	return p.encode(r.Type, configured), p.encode(r.Type, merged)
}

// merge returns an object with the given attributes, and with null for the others. The
// object proposed has, in their place, the computed attributes of prior.
func merge(object tftypes.Type, attributes []*tfprotov6.SchemaAttribute, prior tftypes.Value, given map[string]tftypes.Value) (configured, proposed tftypes.Value) {
	before, config, merged := map[string]tftypes.Value{}, map[string]tftypes.Value{}, map[string]tftypes.Value{}
	_ = prior.As(&before) // null leaves it empty
	for _, a := range attributes {
		v, ok := given[a.Name]
		if !ok {
			v = tftypes.NewValue(a.ValueType(), nil)
		}
		config[a.Name], merged[a.Name] = v, v
		if old, ok := before[a.Name]; ok && a.Computed && v.IsNull() {
			merged[a.Name] = old
		}
		if a.NestedType != nil && !v.IsNull() {
			config[a.Name], merged[a.Name] = mergeElements(a, before[a.Name], v)
		}
	}
	return tftypes.NewValue(object, config), tftypes.NewValue(object, merged)
}

// mergeElements merges the elements of a map of objects with the prior ones at their
// keys. The value given is an object of objects, as it is in the language of a CLI.
func mergeElements(a *tfprotov6.SchemaAttribute, prior, given tftypes.Value) (configured, proposed tftypes.Value) {
	before, elements := map[string]tftypes.Value{}, map[string]tftypes.Value{}
	_, _ = prior.As(&before), given.As(&elements) // null leaves them empty
	config, merged := map[string]tftypes.Value{}, map[string]tftypes.Value{}
	all, _ := a.ValueType().(tftypes.Map)
	for key, element := range elements {
		attributes := map[string]tftypes.Value{}
		_ = element.As(&attributes)
		config[key], merged[key] = merge(all.ElementType, a.NestedType.Attributes, before[key], attributes)
	}
	return tftypes.NewValue(all, config), tftypes.NewValue(all, merged)
}

// Object returns an object with the given attributes.
func Object(attributes map[string]tftypes.Value) tftypes.Value {
	types := map[string]tftypes.Type{}
	for name, v := range attributes {
		types[name] = v.Type()
	}
	return tftypes.NewValue(tftypes.Object{AttributeTypes: types}, attributes)
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
		if !keeps(v, got[name]) {
			return fmt.Errorf("%w: %s is %s, planned was %s", ErrInconsistent, name, got[name], v)
		}
	}
	return nil
}

// keeps reports whether value has all that is known of planned.
func keeps(planned, value tftypes.Value) bool {
	want, got := map[string]tftypes.Value{}, map[string]tftypes.Value{}
	if !planned.IsKnown() || planned.IsFullyKnown() || planned.As(&want) != nil || value.As(&got) != nil {
		return !planned.IsKnown() || planned.Equal(value)
	}
	for key, v := range want {
		if !keeps(v, got[key]) {
			return false
		}
	}
	return len(want) == len(got)
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
