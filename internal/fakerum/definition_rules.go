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
// AWS documents application_Id; application_id is what events are likely to have.
var eventKeys = []string{
	"account_id", "application_Id", "application_id", "application_version", "application_name", "batch_id", "event_details", "event_id", "event_interaction",
	"event_timestamp", "event_type", "event_version", "log_stream", "metadata", "sessionId", "user_details", "userId",
}

func (d Definition) extended() bool { return d.Namespace == "" || d.Namespace == extendedNamespace }

// brokenRule returns the first rule in the API reference of MetricDefinitionRequest
// that d breaks, or "" if there is none. b has the switches. brokenRule leaves out the
// table that has rules for each name of an extended metric, because AWS adds names and
// was seen to differ from its own table. It has one rule for a name: what AWS was seen
// to demand of HttpErrorCount since June 2025, although the reference does not.
func (d Definition) brokenRule(b Behavior) string {
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
		return d.brokenExtendedRule(pattern)
	}
	return d.brokenCustomRule(pattern, b)
}

func (d Definition) brokenExtendedRule(pattern map[string]any) string {
	for _, field := range slices.Sorted(maps.Keys(d.DimensionKeys)) {
		if name := d.DimensionKeys[field]; extendedDimensions[field] != name {
			return "Value " + field + ": " + name + " for metric field dimension keys is not valid"
		}
	}
	if d.Name == "HttpErrorCount" && !hasField(pattern, []string{"event_details", "response", "status"}) {
		details := "{}"
		if pattern["event_details"] != nil {
			details = string(encode(pattern["event_details"]))
		}
		return "Value " + details + " for metric field event detail is not valid."
	}
	return ""
}

func (d Definition) brokenCustomRule(pattern map[string]any, b Behavior) string {
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
	if !hasValues(pattern, b.SingleValues) {
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

// hasValues reports whether every array in v has values: exactly one if single is true.
func hasValues(v any, single bool) bool {
	switch v := v.(type) {
	case map[string]any:
		for _, inner := range v {
			if !hasValues(inner, single) {
				return false
			}
		}
	case []any:
		none := func(element any) bool { return !hasValues(element, single) }
		return len(v) > 0 && (len(v) == 1 || !single) && !slices.ContainsFunc(v, none)
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
