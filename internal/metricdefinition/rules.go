package metricdefinition

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// maxPattern is the largest number of characters of an event pattern (API
// reference, MetricDefinitionRequest).
const maxPattern = 4000

// customFields are the first-level keys that AWS allows in the pattern, the
// value key and the dimensions of a custom metric (API reference,
// MetricDefinitionRequest). The odd application_Id is AWS's.
var customFields = []string{
	"account_id", "application_Id", "application_version", "application_name", "batch_id",
	"event_details", "event_id", "event_interaction", "event_timestamp", "event_type", "event_version",
	"log_stream", "metadata", "sessionId", "user_details", "userId",
}

// check compares a definition with what AWS documents of definitions. It returns
// errors for what AWS refuses, and warnings for what AWS may refuse. It skips the
// rules that depend on a value which is not known yet. The attributes of m are below
// at, which is path.Empty() for a resource that is one definition.
func check(m memberModel, at path.Path) (diags diag.Diagnostics) {
	if m.EventPattern.IsUnknown() {
		return nil
	}
	written, diags := readPattern(m.EventPattern, at)
	if diags.HasError() || m.Namespace.IsUnknown() || m.Name.ValueString() == "" { // the schema refuses a name of ""
		return diags
	}
	if isExtended(m.Namespace) {
		diags.Append(checkExtended(m, at, written)...)
	} else {
		diags.Append(checkCustom(m, at, written)...)
	}
	if written == nil {
		return diags
	}
	for _, field := range slices.Sorted(maps.Keys(m.dimensions())) {
		if !occurs(written, field) {
			diags.AddAttributeError(at.AtName("dimension_keys").AtMapKey(field), "Dimension not in event_pattern", fmt.Sprintf(
				"Every dimension must also occur in event_pattern, but %q does not. Add it to the pattern. It is enough that the field exists: %s.",
				field, example(field)))
		}
	}
	return diags
}

// readPattern decodes a pattern. It returns nil if there is none, and an error if the
// pattern is no JSON object or is too long in the form in which it is sent.
func readPattern(text jsontypes.Normalized, at path.Path) (written map[string]any, diags diag.Diagnostics) {
	if text.IsNull() {
		return nil, nil
	}
	written, ok := decode(text.ValueString())
	length := utf8.RuneCountInString(rumapi.SentPattern(text.ValueString()))
	switch {
	case !ok:
		diags.AddAttributeError(at.AtName("event_pattern"), "Invalid event_pattern", fmt.Sprintf(
			"event_pattern must be a JSON object of at most %d characters. This text of %d characters is no JSON object. Write it with jsonencode({ ... }).",
			maxPattern, length))
	case length > maxPattern:
		diags.AddAttributeError(at.AtName("event_pattern"), "Invalid event_pattern", fmt.Sprintf(
			"event_pattern must have at most %d characters. This one has %d. White space between its tokens does not count, since it is not sent. "+
				"Shorten the pattern, or make several definitions.", maxPattern, length))
	}
	return written, diags
}

func checkExtended(m memberModel, at path.Path, written map[string]any) (diags diag.Diagnostics) {
	name := m.Name.ValueString()
	for _, field := range slices.Sorted(maps.Keys(m.dimensions())) {
		name := m.dimensions()[field]
		documented, allowed := extendedDimensions[field]
		switch {
		case name == "": // the schema refuses it
		case !allowed:
			diags.AddAttributeError(at.AtName("dimension_keys").AtMapKey(field), "Not a dimension of extended metrics", fmt.Sprintf(
				"The dimensions of an extended metric may be %s. For %q, define a custom metric: set a namespace of your own.",
				strings.Join(slices.Sorted(maps.Keys(extendedDimensions)), ", "), field))
		case name != documented:
			diags.AddAttributeError(at.AtName("dimension_keys").AtMapKey(field), "Wrong dimension name", fmt.Sprintf(
				"In an extended metric the dimension %s is called %q, not %q.", field, documented, name))
		}
	}
	if metric, documented := extendedMetrics[name]; documented {
		diags.Append(compare(m, at, metric, written)...)
	} else if written == nil {
		diags.AddAttributeError(at.AtName("event_pattern"), "Missing event_pattern", missingPattern(name, m.dimensions()))
	}
	return diags
}

// missingPattern says why the provider cannot fill in the pattern of an extended
// metric, and what to do.
func missingPattern(name string, dimensions map[string]string) string {
	metric, named := namedMetrics[name]
	if !named {
		return fmt.Sprintf("An extended metric needs an event_pattern, and this provider knows none for %q. It knows the ones that AWS documents: %s. "+
			"For a custom metric, set a namespace of your own.",
			name, strings.Join(slices.Sorted(maps.Keys(extendedMetrics)), ", "))
	}
	known := "Nothing public says which events it is made of. `aws rum get-app-monitor-data` and the monitor's log group show the events " +
		"that the monitor gets: find the event_type there."
	if metric.eventType != "" {
		known = fmt.Sprintf("The event schemas of AWS's web client call the event %s.", metric.event())
	}
	try := fmt.Sprintf("  event_pattern = jsonencode(%s)", metric.pattern(dimensions))
	if metric.valueKey != "" {
		try += fmt.Sprintf("\n  value_key     = %q", metric.valueKey)
	}
	return fmt.Sprintf("AWS names the extended metric %s, but does not document its event_pattern, so the provider does not fill one in. %s\n\n"+
		"A definition to try, which CloudWatch RUM may reject:\n\n%s", name, known, try)
}

// compare warns of an extended metric that differs from what AWS documents. It
// refuses nothing: AWS was seen to reject what it documents and to accept what it
// does not.
func compare(m memberModel, at path.Path, metric extendedMetric, written map[string]any) (diags diag.Diagnostics) {
	name := m.Name.ValueString()
	if written != nil && !matches(written["event_type"], metric.event()) {
		diags.AddAttributeWarning(at.AtName("event_pattern"), "Unusual event_pattern", fmt.Sprintf(
			"AWS documents that the pattern of %s has the event_type %q. CloudWatch RUM may reject another one.", name, metric.event()))
	}
	if !m.ValueKey.IsNull() && !m.ValueKey.IsUnknown() && m.ValueKey.ValueString() != metric.valueKey {
		documented := "no value_key"
		if metric.valueKey != "" {
			documented = fmt.Sprintf("the value_key %q", metric.valueKey)
		}
		diags.AddAttributeWarning(at.AtName("value_key"), "Unusual value_key", fmt.Sprintf(
			"AWS documents that %s has %s. CloudWatch RUM may reject another one.", name, documented))
	}
	return diags
}

func checkCustom(m memberModel, at path.Path, written map[string]any) (diags diag.Diagnostics) {
	fields := map[string]path.Path{}
	if m.ValueKey.ValueString() != "" {
		fields[m.ValueKey.ValueString()] = at.AtName("value_key")
	}
	for field := range m.dimensions() {
		fields[field] = at.AtName("dimension_keys").AtMapKey(field)
	}
	for key := range written {
		fields[key] = at.AtName("event_pattern")
	}
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		if first, _, _ := strings.Cut(field, "."); !slices.Contains(customFields, first) {
			diags.AddAttributeError(fields[field], "Unknown event field", fmt.Sprintf(
				"Events of CloudWatch RUM have no field %q. A field of a custom metric must begin with one of: %s.", field, strings.Join(customFields, ", ")))
		}
	}
	values, operands := severalValues(written, "")
	if values != "" {
		diags.AddAttributeError(at.AtName("event_pattern"), "Several values in event_pattern", fmt.Sprintf(
			"In the event_pattern of a custom metric an array may have one value only, but %s has several. Define one metric for each.", values))
	}
	if operands != "" {
		diags.AddAttributeWarning(at.AtName("event_pattern"), "Several operands in event_pattern", fmt.Sprintf(
			"AWS documents that in the event_pattern of a custom metric an array has one value. It does not say whether an operand of an operator counts as a value. "+
				"%s has several operands, so CloudWatch RUM may reject the definition. If it does, let your code send such events under an event_type of their own, and let the pattern match that event_type.", operands))
	}
	if _, found := written["event_details"]; found && empty(written["event_type"]) {
		diags.AddAttributeError(at.AtName("event_pattern"), "Missing event_type in event_pattern",
			"If the pattern of a custom metric has event_details, it must have an event_type too.")
	}
	if written == nil && len(m.dimensions()) > 0 {
		diags.AddAttributeError(at.AtName("event_pattern"), "Missing event_pattern",
			"A custom metric with dimensions needs an event_pattern, and each dimension must occur in it.")
	}
	return diags
}
