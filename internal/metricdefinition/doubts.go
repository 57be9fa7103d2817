package metricdefinition

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// doubts returns warnings for what is probably wrong in a definition, although AWS may
// accept it: a metric would have no data, or AWS was seen to do otherwise than it
// documents. They belong to the plan that creates or changes the definition. m is as
// planned; doubts skips what depends on a value that is not known yet. There is one
// warning for each attribute, and its title names the metric, because the CLI folds
// warnings of one title.
func doubts(m memberModel) (diags diag.Diagnostics) {
	if m.Name.IsUnknown() || m.Namespace.IsUnknown() {
		return nil
	}
	pattern, _ := decode(m.EventPattern.ValueString()) // nil while unknown
	d := doubter{member: m, events: eventsOf(pattern), types: strings.Join(eventTypes(pattern), " or "), said: map[string][]string{}}
	d.unit()
	if isExtended(m.Namespace) {
		d.extended(pattern)
	} else if strings.HasPrefix(m.Namespace.ValueString(), customNamespace) {
		d.say("namespace", "CloudWatch RUM puts %q before the namespace, so that the metric would be in %q. Leave that part out.",
			customNamespace+"/", cloudWatchNamespace(m.Namespace).ValueString())
	}
	if kinds := d.kinds("value_key", m.ValueKey.ValueString()); !fits(kinds, number) {
		d.say("value_key", "%s is a %s, and the value of a metric is a number. The metric would have no data.", m.ValueKey.ValueString(), kinds[0])
	}
	leaves(pattern, "", d.field)
	for _, attribute := range slices.Sorted(maps.Keys(d.said)) {
		diags.AddAttributeWarning(path.Root(attribute), fmt.Sprintf("Doubtful %s of %s", attribute, m.label()), strings.Join(d.said[attribute], "\n\n"))
	}
	return diags
}

// label is a definition in the title of a warning, and the key of one that has none.
func (m memberModel) label() string {
	return title(rumapi.Definition{Name: m.Name.ValueString(), DimensionKeys: m.dimensions()})
}

// doubter collects what is doubtful in a definition.
type doubter struct {
	member memberModel
	events []fields // the event_details of the events that the pattern is for, or nil if not all are known
	types  string   // their types, for a person
	said   map[string][]string
}

// say adds a sentence on an attribute, unless it was said already.
func (d doubter) say(attribute, format string, args ...any) {
	sentence := fmt.Sprintf(format, args...)
	for _, all := range d.said {
		if slices.Contains(all, sentence) {
			return
		}
	}
	d.said[attribute] = append(d.said[attribute], sentence)
}

func (d doubter) unit() {
	unit := d.member.UnitLabel.ValueString()
	if unit == "" || slices.Contains(units, unit) {
		return
	}
	question := didYouMean(unit, units)
	if meant, found := meantUnits[strings.ToLower(unit)]; found {
		question = fmt.Sprintf("Did you mean %s? ", meant)
	}
	d.say("unit_label", "%s%q is no unit of CloudWatch. Its units are %s.", question, unit, strings.Join(units, ", "))
}

// extended doubts an extended metric that is not as the provider would fill it in.
func (d doubter) extended(pattern map[string]any) {
	name := d.member.Name.ValueString()
	metric, documented := extendedMetrics[name]
	if !documented {
		if question := didYouMean(name, extendedNames()); question != "" {
			d.say("name", "%sAWS names no extended metric %q, so CloudWatch RUM may reject it.", question, name)
		}
		return
	}
	if key := d.member.ValueKey; !key.IsNull() && !key.IsUnknown() && key.ValueString() != metric.valueKey {
		key := "no value_key"
		if metric.valueKey != "" {
			key = fmt.Sprintf("the value_key %q", metric.valueKey)
		}
		d.say("value_key", "AWS documents that %s has %s. CloudWatch RUM may reject another one.", name, key)
	}
	filled, _ := decode(metric.pattern(d.member.dimensions()))
	if pattern == nil || !d.member.dimensionsKnown() || reflect.DeepEqual(d.ownFields(pattern), d.ownFields(filled)) {
		return
	}
	seen := ""
	if metric.seen != "" {
		seen = " AWS was seen to " + metric.seen + "."
	}
	d.say("event_pattern", "CloudWatch RUM may reject a pattern of %s with another event_type or other event_details than the provider would fill in.%s "+
		"It would fill in:\n\n  %s", name, seen, encode(filled))
}

// ownFields returns what a pattern has in event_type and event_details, apart from the
// dimensions.
func (d doubter) ownFields(pattern map[string]any) map[string]any {
	own := map[string]any{}
	leaves(pattern, "", func(field string, value any) {
		_, isDimension := d.member.dimensions()[field]
		if !isDimension && (field == "event_type" || strings.HasPrefix(field, "event_details")) {
			own[field] = value
		}
	})
	return own
}

// field doubts a field of the pattern and its values.
func (d doubter) field(field string, value any) {
	attribute := "event_pattern"
	if _, found := d.member.dimensions()[field]; found {
		attribute = "dimension_keys"
	}
	kinds := d.kinds(attribute, field)
	values, isList := value.([]any)
	if !isList {
		d.say("event_pattern", "The value of %s is no list. Write it in brackets: [%s].", field, encode(value))
		values = []any{value}
	}
	if len(values) == 0 {
		d.say("event_pattern", "The list of %s is empty, so that no event matches. CloudWatch RUM may reject it.", field)
	}
	for _, v := range values {
		if operator, ok := v.(map[string]any); ok {
			d.operator(field, operator, kinds)
		} else {
			d.value(field, v, kinds)
		}
	}
}

func (d doubter) value(field string, value any, kinds []kind) {
	word, _ := value.(string)
	_, known := webClient.Events[word]
	switch got := kindOf(value); {
	case strings.HasPrefix(word, "*"), strings.HasSuffix(word, "*"):
		d.say("event_pattern", "In %s, %q is a text that has the character *. For a field of any value write [{\"exists\": true}]. "+
			"For a part of a text write [{\"prefix\": \"...\"}], [{\"suffix\": \"...\"}] or [{\"wildcard\": \"...\"}].", field, word)
	case field == "event_type" && !known && !isCustomEvent(word):
		d.say("event_pattern", "%sAWS's web client is not known to send events of the type %q. The metric may have no data.",
			didYouMean(word, slices.Collect(maps.Keys(webClient.Events))), word)
	case !fits(kinds, got):
		d.say("event_pattern", "%s is a %s, and %s is a %s, so that they are never equal.", field, kinds[0], encode(value), got)
	}
}

func (d doubter) operator(field string, operator map[string]any, kinds []kind) {
	names := slices.Sorted(maps.Keys(operators))
	for _, name := range slices.Sorted(maps.Keys(operator)) {
		switch compares, known := operators[name]; {
		case !known:
			d.say("event_pattern", "%sThe pattern has the operator %q at %s, which EventBridge does not have. Its operators are %s.",
				didYouMean(name, names), name, field, strings.Join(names, ", "))
		case !fits(kinds, compares):
			d.say("event_pattern", "%s is a %s, and the operator %q compares with a %s, so that no event matches.", field, kinds[0], name, compares)
		}
	}
}

// kinds returns the kinds that a field has in the events of the pattern, or nil if that
// is not certain. It doubts a field that the events do not have.
func (d doubter) kinds(attribute, field string) (kinds []kind) {
	top, name, nested := strings.Cut(field, ".")
	switch {
	case field == "event_type":
		return []kind{text}
	case !nested && (top == "metadata" || top == "event_details"):
		return []kind{group}
	case top == "metadata":
		if k := webClient.Metadata.kind(name); k != "" {
			return []kind{k}
		}
		if question := didYouMean(name, webClient.Metadata.names()); question != "" {
			d.say(attribute, "%sAWS's web client has no metadata of the name %q. Ignore this if it is an attribute that your code sends.", question, name)
		}
	case top == "event_details" && d.events != nil:
		var names []string
		for _, event := range d.events {
			if k := event.kind(name); k != "" {
				kinds = append(kinds, k)
			}
			names = append(names, event.names()...)
		}
		switch {
		case name == "version":
			return []kind{text}
		case len(kinds) == 0:
			d.say(attribute, "%sEvents of the type %s are not known to have the field %s. The metric may have no data.", didYouMean(name, names), d.types, field)
		}
	}
	return kinds
}

func kindOf(value any) kind {
	switch value.(type) {
	case string:
		return text
	case json.Number:
		return number
	case bool:
		return "boolean"
	}
	return anything
}

// fits reports whether a field that has one of kinds can have the kind got.
func fits(kinds []kind, got kind) bool {
	return len(kinds) == 0 || got == anything || slices.Contains(kinds, got) || slices.Contains(kinds, anything)
}

// didYouMean returns a question, with a space after it, that names the one of known
// which somebody probably meant with name. It returns "" if none is near: they begin
// with the same letter and differ in at most two letters, which are less than a third.
// The case of a letter makes no difference here. It returns "" also for a known name.
func didYouMean(name string, known []string) string {
	best, least := "", 3
	if slices.Contains(known, name) {
		return ""
	}
	for _, candidate := range slices.Sorted(slices.Values(known)) {
		a, b := strings.ToLower(name), strings.ToLower(candidate)
		if a == "" || a[0] != b[0] {
			continue
		}
		if distance := levenshtein.Distance(a, b, nil); distance < least && 3*distance < len(a) {
			best, least = candidate, distance
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("Did you mean %s? ", best)
}

// explain is rumapi.Explain for the definition d. If the service rejected the
// event_details of an extended metric, it adds a pattern to try.
func explain(c *rumapi.Client, err error, d rumapi.Definition) (summary, detail string) {
	summary, detail = c.Explain(err)
	metric, documented := extendedMetrics[d.Name]
	if !rumapi.RejectedEventDetails(err) || !documented || cmp.Or(d.Namespace, rumapi.ExtendedNamespace) != rumapi.ExtendedNamespace {
		return summary, detail
	}
	advice := fmt.Sprintf("Without an event_pattern, the provider sends this one for %s. If this one was rejected, set event_pattern to another one.", d.Name)
	if metric.seen == acceptedWithoutDetails {
		advice = fmt.Sprintf("AWS was seen to accept a pattern of %s without event_details.", d.Name)
		metric.details = ""
	}
	return summary, fmt.Sprintf("%s\n\n%s\n\n  event_pattern = jsonencode(%s)", detail, advice, metric.pattern(d.DimensionKeys))
}
