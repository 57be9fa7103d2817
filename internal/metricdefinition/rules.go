package metricdefinition

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// customFields are the first-level keys that AWS allows in the pattern, the
// value key and the dimensions of a custom metric (API reference,
// MetricDefinitionRequest). The odd application_Id is AWS's.
var customFields = []string{
	"account_id", "application_Id", "application_version", "application_name", "batch_id",
	"event_details", "event_id", "event_interaction", "event_timestamp", "event_type", "event_version",
	"log_stream", "metadata", "sessionId", "user_details", "userId",
}

// check returns errors for what AWS documents that it refuses, and warnings
// where it was seen to do other than it documents. It is silent about what is
// not known yet.
func check(m model) (diags diag.Diagnostics) {
	if m.Namespace.IsUnknown() || m.Name.IsUnknown() || m.EventPattern.IsUnknown() {
		return nil
	}
	written, ok := map[string]any(nil), true
	if !m.EventPattern.IsNull() {
		written, ok = decode(m.EventPattern.ValueString())
	}
	if !ok {
		diags.AddAttributeError(path.Root("event_pattern"), "Invalid event_pattern", "event_pattern must be a JSON object.")
		return diags
	}
	if silentNamespace(m.Namespace) {
		diags.Append(checkExtended(m, written)...)
	} else {
		diags.Append(checkCustom(m, written)...)
	}
	if written == nil {
		return diags
	}
	for _, field := range slices.Sorted(maps.Keys(m.dimensions())) {
		if !occurs(written, field) {
			diags.AddAttributeError(path.Root("dimension_keys").AtMapKey(field), "Dimension not in event_pattern", fmt.Sprintf(
				"Every dimension must also occur in event_pattern, but %q does not. Add it there; that it exists is enough: %s.",
				field, example(field)))
		}
	}
	return diags
}

func checkExtended(m model, written map[string]any) (diags diag.Diagnostics) {
	name := m.Name.ValueString()
	for _, field := range slices.Sorted(maps.Keys(m.dimensions())) {
		documented, allowed := extendedDimensions[field]
		switch {
		case !allowed:
			diags.AddAttributeError(path.Root("dimension_keys").AtMapKey(field), "Not a dimension of extended metrics", fmt.Sprintf(
				"The dimensions of an extended metric may be %s. For %q, define a custom metric: set a namespace of your own.",
				strings.Join(slices.Sorted(maps.Keys(extendedDimensions)), ", "), field))
		case m.dimensions()[field] != documented:
			diags.AddAttributeError(path.Root("dimension_keys").AtMapKey(field), "Wrong dimension name", fmt.Sprintf(
				"In an extended metric the dimension %s is called %q, not %q.", field, documented, m.dimensions()[field]))
		}
	}
	metric, documented := extendedMetrics[name]
	switch {
	case !documented && written == nil:
		diags.AddAttributeError(path.Root("event_pattern"), "Missing event_pattern", fmt.Sprintf(
			"An extended metric needs an event_pattern. This provider knows the ones that AWS documents, and %q is not among them: %s. "+
				"For a custom metric, set a namespace of your own.",
			name, strings.Join(slices.Sorted(maps.Keys(extendedMetrics)), ", ")))
	case !documented:
	default:
		diags.Append(compare(m, metric, written)...)
	}
	return diags
}

// compare warns of an extended metric that is not as AWS documents it. It does
// not refuse it: for some, AWS was seen to reject what it documents and to take
// what it does not.
func compare(m model, metric extendedMetric, written map[string]any) (diags diag.Diagnostics) {
	name := m.Name.ValueString()
	if written != nil && !matches(written["event_type"], metric.event()) {
		diags.AddAttributeWarning(path.Root("event_pattern"), "Unusual event_pattern", fmt.Sprintf(
			"AWS documents that the pattern of %s has the event_type %q. CloudWatch RUM may reject another one.", name, metric.event()))
	}
	if !m.ValueKey.IsNull() && !m.ValueKey.IsUnknown() && m.ValueKey.ValueString() != metric.valueKey {
		documented := "no value_key"
		if metric.valueKey != "" {
			documented = fmt.Sprintf("the value_key %q", metric.valueKey)
		}
		diags.AddAttributeWarning(path.Root("value_key"), "Unusual value_key", fmt.Sprintf(
			"AWS documents that %s has %s. CloudWatch RUM may reject another one.", name, documented))
	}
	return diags
}

func checkCustom(m model, written map[string]any) (diags diag.Diagnostics) {
	fields := map[string]path.Path{}
	if m.ValueKey.ValueString() != "" {
		fields[m.ValueKey.ValueString()] = path.Root("value_key")
	}
	for field := range m.dimensions() {
		fields[field] = path.Root("dimension_keys").AtMapKey(field)
	}
	for key := range written {
		fields[key] = path.Root("event_pattern")
	}
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		if first, _, _ := strings.Cut(field, "."); !slices.Contains(customFields, first) {
			diags.AddAttributeError(fields[field], "Unknown event field", fmt.Sprintf(
				"%q is not in an event of CloudWatch RUM. A field of a custom metric must begin with one of: %s.", field, strings.Join(customFields, ", ")))
		}
	}
	if list := longArray(written); list != "" {
		diags.AddAttributeError(path.Root("event_pattern"), "Several values in event_pattern", fmt.Sprintf(
			"In the event_pattern of a custom metric an array may have one value only, but %s has several. Define one metric for each.", list))
	}
	if _, found := written["event_details"]; found && empty(written["event_type"]) {
		diags.AddAttributeError(path.Root("event_pattern"), "Missing event_type in event_pattern",
			"A pattern of a custom metric that has event_details must have an event_type too.")
	}
	if written == nil && len(m.dimensions()) > 0 {
		diags.AddAttributeError(path.Root("event_pattern"), "Missing event_pattern",
			"A custom metric with dimensions needs an event_pattern in which they occur.")
	}
	return diags
}

// occurs reports whether a field, such as metadata.browserName, is in a pattern.
// The pattern may nest it, or have it as one key with dots.
func occurs(value any, field string) bool {
	object, _ := value.(map[string]any)
	if _, found := object[field]; found {
		return true
	}
	for i, c := range field {
		if c == '.' && occurs(object[field[:i]], field[i+1:]) {
			return true
		}
	}
	return false
}

// example is a pattern in which a field occurs.
func example(field string) string {
	object := map[string]any{}
	add(object, strings.Split(field, "."), []any{map[string]any{"exists": true}})
	return encode(object)
}

// matches reports whether a pattern's value for a field lets want through.
func matches(value any, want string) bool {
	list, _ := value.([]any)
	return slices.Contains(list, any(want))
}

// longArray is the path of an array of a pattern that has several values, or "".
// The operands of a numeric comparison are no values.
func longArray(value any) string {
	switch v := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if key == "numeric" {
				continue
			}
			if list, _ := v[key].([]any); len(list) > 1 {
				return key
			}
			if inner := longArray(v[key]); inner != "" {
				return key + "." + inner
			}
		}
	case []any:
		for _, element := range v {
			if inner := longArray(element); inner != "" {
				return inner
			}
		}
	}
	return ""
}

// empty reports whether a pattern's value for a field lets nothing through.
func empty(value any) bool {
	list, ok := value.([]any)
	return value == nil || ok && (len(list) == 0 || list[0] == "")
}
