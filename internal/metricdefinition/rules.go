package metricdefinition

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// maxPattern is the largest number of characters of an event pattern (API
// reference, MetricDefinitionRequest).
const maxPattern = 4000

// customFields are the first-level keys that AWS allows in the pattern, the
// value key and the dimensions of a custom metric (API reference,
// MetricDefinitionRequest). The odd application_Id is AWS's; events are more likely to
// have application_id, so that is allowed too.
var customFields = []string{
	"account_id", "application_id", "application_Id", "application_version", "application_name", "batch_id",
	"event_details", "event_id", "event_interaction", "event_timestamp", "event_type", "event_version",
	"log_stream", "metadata", "sessionId", "user_details", "userId",
}

// refusals returns errors for what AWS refuses in a definition: by its model or its
// documents, as long as AWS was not seen to accept it. What only may be wrong is in
// doubts. It skips the rules that depend on a value which is not known yet.
func refusals(m memberModel) (diags diag.Diagnostics) {
	if m.EventPattern.IsUnknown() {
		return nil
	}
	written, diags := readPattern(m)
	if diags.HasError() || m.Namespace.IsUnknown() || m.Name.ValueString() == "" { // the schema refuses a name of ""
		return diags
	}
	if isExtended(m.Namespace) {
		diags.Append(refusalsOfExtended(m, written)...)
	} else {
		diags.Append(refusalsOfCustom(m, written)...)
	}
	if written == nil {
		return diags
	}
	for _, field := range slices.Sorted(maps.Keys(m.dimensions())) {
		if !occurs(written, field) {
			diags.AddAttributeError(path.Root("dimension_keys").AtMapKey(field), "Dimension not in event_pattern", fmt.Sprintf(
				"Every dimension must also occur in event_pattern, but %q does not. Add it to the pattern. It is enough that the field exists: %s.",
				field, example(field)))
		}
	}
	return diags
}

// readPattern decodes the pattern of m. It returns nil if there is none, and an error
// if the pattern is no JSON object or is too long in the form in which it is sent.
func readPattern(m memberModel) (written map[string]any, diags diag.Diagnostics) {
	if m.EventPattern.IsNull() {
		return nil, nil
	}
	problem := ""
	written, isObject := decode(m.EventPattern.ValueString())
	length := utf8.RuneCountInString(rumapi.SentPattern(m.EventPattern.ValueString()))
	if fault := jsonFault(m.EventPattern.ValueString()); fault != "" {
		problem = fmt.Sprintf("event_pattern is no JSON. The fault is in %s. Correct it, or write the pattern with jsonencode({ ... }).", fault)
	} else if !isObject {
		problem = "event_pattern must be a JSON object, and this text is another JSON value. Write it with jsonencode({ ... })."
	} else if length > maxPattern {
		problem = fmt.Sprintf("event_pattern must have at most %d characters. This one has %d. White space between its tokens does not count, since it is not sent. "+
			"Shorten the pattern, or make several definitions.", maxPattern, length)
	}
	if problem != "" {
		diags.AddAttributeError(path.Root("event_pattern"), "Invalid event_pattern", problem)
	}
	return written, diags
}

func refusalsOfExtended(m memberModel, written map[string]any) (diags diag.Diagnostics) {
	allowed := slices.Sorted(maps.Keys(extendedDimensions))
	for _, field := range slices.Sorted(maps.Keys(m.dimensions())) {
		name := m.dimensions()[field]
		documented, known := extendedDimensions[field]
		switch {
		case name == "": // the schema refuses it
		case !known:
			question := didYouMean(field, allowed)
			if extendedDimensions[name] == field { // the map is the wrong way round
				question = fmt.Sprintf("Did you mean { %q = %q }? ", name, field)
			}
			diags.AddAttributeError(path.Root("dimension_keys").AtMapKey(field), "Not a dimension of extended metrics", fmt.Sprintf(
				"%sThe dimensions of an extended metric may be %s. For %q, define a custom metric: set a namespace of your own.",
				question, strings.Join(allowed, ", "), field))
		case name != documented:
			diags.AddAttributeError(path.Root("dimension_keys").AtMapKey(field), "Wrong dimension name", fmt.Sprintf(
				"In an extended metric the dimension %s is called %q, not %q.", field, documented, name))
		}
	}
	if _, documented := extendedMetrics[m.Name.ValueString()]; !documented && written == nil {
		diags.AddAttributeError(path.Root("event_pattern"), "Missing event_pattern", missingPattern(m.Name.ValueString(), m.dimensions()))
	}
	return diags
}

// missingPattern says why the provider cannot fill in the pattern of an extended
// metric, and what to do.
func missingPattern(name string, dimensions map[string]string) string {
	metric, named := namedMetrics[name]
	if !named {
		return fmt.Sprintf("%sAn extended metric needs an event_pattern, and this provider knows none for %q. It knows the ones that AWS documents: %s. "+
			"For a custom metric, set a namespace of your own.",
			didYouMean(name, extendedNames()), name, strings.Join(slices.Sorted(maps.Keys(extendedMetrics)), ", "))
	}
	unit := ""
	if metric.unit != "" {
		unit = ", in " + metric.unit
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
	return fmt.Sprintf("CloudWatch RUM publishes %s by itself in AWS/RUM, with the dimension application_name%s. An alarm on it needs no definition. "+
		"A definition only adds dimensions. AWS does not document its event_pattern, so the provider does not fill one in. %s\n\n"+
		"A definition to try, which CloudWatch RUM may reject:\n\n%s", name, unit, known, try)
}

func refusalsOfCustom(m memberModel, written map[string]any) (diags diag.Diagnostics) {
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
				"%sEvents of CloudWatch RUM have no field %q. A field of a custom metric must begin with one of: %s.",
				didYouMean(first, customFields), field, strings.Join(customFields, ", ")))
		}
	}
	if _, found := written["event_details"]; found && empty(written["event_type"]) {
		diags.AddAttributeError(path.Root("event_pattern"), "Missing event_type in event_pattern",
			"If the pattern of a custom metric has event_details, it must have an event_type too.")
	}
	if written == nil && len(m.dimensions()) > 0 {
		diags.AddAttributeError(path.Root("event_pattern"), "Missing event_pattern",
			"A custom metric with dimensions needs an event_pattern, and each dimension must occur in it.")
	}
	return diags
}
