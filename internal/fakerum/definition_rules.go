package fakerum

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// extendedNamespace is the namespace of extended metrics, also when it is left
// out.
const extendedNamespace = "AWS/RUM"

// extendedDimensions are the dimensions an extended metric may have.
var extendedDimensions = map[string]string{
	"metadata.pageId":        "PageId",
	"metadata.browserName":   "BrowserName",
	"metadata.deviceType":    "DeviceType",
	"metadata.osName":        "OSName",
	"metadata.countryCode":   "CountryCode",
	"event_details.fileType": "FileType",
}

// eventKeys are the first-level keys of an event that a custom metric may use.
var eventKeys = []string{
	"account_id", "application_Id", "application_version", "application_name", "batch_id", "event_details", "event_id", "event_interaction",
	"event_timestamp", "event_type", "event_version", "log_stream", "metadata", "sessionId", "user_details", "userId",
}

func (d Definition) extended() bool { return d.Namespace == "" || d.Namespace == extendedNamespace }

// brokenRule returns what the API reference of MetricDefinitionRequest has against
// d beyond the constraints of the model, "" if nothing. severalOperands is the
// switch of that name. The rules for each extended metric by name are left out: AWS
// adds names, and was seen to differ from its own table.
func (d Definition) brokenRule(severalOperands bool) string {
	if d.EventPattern == "" && d.extended() {
		return "EventPattern is required for extended metrics"
	}
	var pattern map[string]any
	if d.EventPattern != "" {
		// JSON's null would be taken for an object.
		if err := json.Unmarshal([]byte(d.EventPattern), &pattern); err != nil || pattern == nil {
			return "EventPattern must be a JSON object"
		}
	}
	for _, field := range slices.Sorted(maps.Keys(d.DimensionKeys)) {
		if !holds(pattern, strings.Split(field, ".")) {
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
	// The dimensions are in the pattern.
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
	if !empty(pattern["event_details"]) && empty(pattern["event_type"]) {
		return "EventPattern with event_details must have an event_type"
	}
	if !singleValues(pattern, severalOperands) {
		return "Arrays in EventPattern must have exactly one value"
	}
	return ""
}

// holds reports whether the field at path is in v, an object or a part of one.
func holds(v any, path []string) bool {
	if len(path) == 0 {
		return true
	}
	object, _ := v.(map[string]any)
	inner, ok := object[path[0]]
	return ok && holds(inner, path[1:])
}

// singleValues reports whether every array in v has one value. With
// severalOperands, the arrays in an operator do not count: it is an object in an
// array.
func singleValues(v any, severalOperands bool) bool {
	switch v := v.(type) {
	case map[string]any:
		for _, inner := range v {
			if !singleValues(inner, severalOperands) {
				return false
			}
		}
	case []any:
		if len(v) != 1 {
			return false
		}
		_, operator := v[0].(map[string]any)
		return operator && severalOperands || singleValues(v[0], severalOperands)
	}
	return true
}

func empty(v any) bool {
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
