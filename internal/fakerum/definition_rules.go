package fakerum

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// extendedNamespace is the namespace of extended metrics. A definition without a
// namespace is extended too.
const extendedNamespace = "AWS/RUM"

// extendedDimensions has the fields that can be dimensions of an extended metric,
// and the name of each dimension.
var extendedDimensions = map[string]string{
	"metadata.pageId":        "PageId",
	"metadata.browserName":   "BrowserName",
	"metadata.deviceType":    "DeviceType",
	"metadata.osName":        "OSName",
	"metadata.countryCode":   "CountryCode",
	"event_details.fileType": "FileType",
}

// eventKeys has the first-level keys of an event that a custom metric may use.
var eventKeys = []string{
	"account_id", "application_Id", "application_version", "application_name", "batch_id", "event_details", "event_id", "event_interaction",
	"event_timestamp", "event_type", "event_version", "log_stream", "metadata", "sessionId", "user_details", "userId",
}

func (d Definition) extended() bool { return d.Namespace == "" || d.Namespace == extendedNamespace }

// brokenRule returns the first rule in the API reference of MetricDefinitionRequest
// that d breaks, or "" if there is none. severalOperands is the switch of that name.
// brokenRule leaves out the table that has rules for each name of an extended
// metric, because AWS adds names and was seen to differ from its own table.
func (d Definition) brokenRule(severalOperands bool) string {
	if d.EventPattern == "" && d.extended() {
		return "EventPattern is required for extended metrics"
	}
	var pattern map[string]any
	if d.EventPattern != "" {
		// Unmarshal accepts null for a map.
		if err := json.Unmarshal([]byte(d.EventPattern), &pattern); err != nil || pattern == nil {
			return "EventPattern must be a JSON object"
		}
	}
	for _, field := range slices.Sorted(maps.Keys(d.DimensionKeys)) {
		if !hasField(pattern, strings.Split(field, ".")) {
			return "Dimension " + field + " must be included in EventPattern"
		}
	}
	if d.extended() {
		return d.brokenExtendedRule()
	}
	return d.brokenCustomRule(pattern, severalOperands)
}

func (d Definition) brokenExtendedRule() string {
	for _, field := range slices.Sorted(maps.Keys(d.DimensionKeys)) {
		if name := d.DimensionKeys[field]; extendedDimensions[field] != name {
			return "Value " + field + ": " + name + " for metric field dimension keys is not valid"
		}
	}
	return ""
}

func (d Definition) brokenCustomRule(pattern map[string]any, severalOperands bool) string {
	if strings.HasPrefix(d.Namespace, "AWS/") {
		return "Namespace must not start with AWS/"
	}
	// The keys of the dimensions are among the keys of the pattern: brokenRule
	// has checked that.
	keys := slices.Sorted(maps.Keys(pattern))
	if d.ValueKey != "" {
		first, _, _ := strings.Cut(d.ValueKey, ".")
		keys = append(keys, first)
	}
	for _, key := range keys {
		if !slices.Contains(eventKeys, key) {
			return "Value " + key + " is not a field of RUM events"
		}
	}
	if !isEmpty(pattern["event_details"]) && isEmpty(pattern["event_type"]) {
		return "EventPattern with event_details must have an event_type"
	}
	if !hasSingleValues(pattern, severalOperands) {
		return "Arrays in EventPattern must have exactly one value"
	}
	return ""
}

// hasField reports whether the object v has the field at path.
func hasField(v any, path []string) bool {
	if len(path) == 0 {
		return true
	}
	object, _ := v.(map[string]any)
	inner, ok := object[path[0]]
	return ok && hasField(inner, path[1:])
}

// hasSingleValues reports whether every array in v has exactly one value. With
// severalOperands it ignores the arrays in operators. An operator is an object in
// an array.
func hasSingleValues(v any, severalOperands bool) bool {
	switch v := v.(type) {
	case map[string]any:
		for _, inner := range v {
			if !hasSingleValues(inner, severalOperands) {
				return false
			}
		}
	case []any:
		if len(v) != 1 {
			return false
		}
		_, isOperator := v[0].(map[string]any)
		return isOperator && severalOperands || hasSingleValues(v[0], severalOperands)
	}
	return true
}

func isEmpty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}
