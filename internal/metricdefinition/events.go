package metricdefinition

import (
	_ "embed" // of events.json
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// awsEventPrefix begins the types of the events that AWS defines.
const awsEventPrefix = "com.amazon.rum."

// kind is what a field of an event holds, as events.json and the warnings call it.
type kind string

const (
	number   kind = "number"
	text     kind = "text"
	group    kind = "group of fields"
	anything kind = "anything" // the schema leaves it open, and what is below it too
)

// fields are the fields of an object by their kind. A field of an object in the object
// has a dot in its name.
type fields map[kind][]string

// webClient is what AWS's web client sends: the event_details of each event by its
// event_type, and what every event can have in metadata, beside attributes of any other
// name. It is from packages/core/src/event-schemas of aws-observability/aws-rum-web
// 3.2.0. In these schemas, every event also has a text "version".
var webClient = func() (table struct {
	Events   map[string]fields
	Metadata fields
}) {
	if err := json.Unmarshal(eventsJSON, &table); err != nil {
		panic(err) // every test of this package would see it
	}
	return table
}()

//go:embed events.json
var eventsJSON []byte

// kind returns the kind of a field, or "" if f does not have it.
func (f fields) kind(name string) kind {
	for k, names := range f {
		for _, known := range names {
			switch {
			case name == known, k == anything && strings.HasPrefix(name, known+"."):
				return k
			case strings.HasPrefix(known, name+"."):
				return group
			}
		}
	}
	return ""
}

func (f fields) names() []string { return slices.Concat(slices.Collect(maps.Values(f))...) }

// isCustomEvent reports whether an event type is none of AWS's.
func isCustomEvent(eventType string) bool {
	_, known := webClient.Events[eventType]
	return !known && !strings.HasPrefix(eventType, awsEventPrefix)
}

// eventTypes returns the event types that a pattern names. It returns nil if the
// pattern names none, or can let others through by an operator.
func eventTypes(pattern map[string]any) (names []string) {
	list, isList := pattern["event_type"].([]any)
	if !isList {
		list = []any{pattern["event_type"]} // without its brackets
	}
	for _, element := range list {
		name, isText := element.(string)
		if !isText {
			return nil
		}
		names = append(names, name)
	}
	return names
}

// eventsOf returns the event_details of the events that a pattern is for. It returns
// nil unless all of them are in the table.
func eventsOf(pattern map[string]any) (all []fields) {
	for _, name := range eventTypes(pattern) {
		event, known := webClient.Events[name]
		if !known {
			return nil
		}
		all = append(all, event)
	}
	return all
}

// operators are what EventBridge has for patterns (AWS's samples for CloudWatch RUM
// have numeric), each with the kind of the fields that it compares.
var operators = map[string]kind{
	"numeric": number,
	"prefix":  text, "suffix": text, "equals-ignore-case": text, "wildcard": text, "cidr": text,
	"exists": anything, "anything-but": anything,
}

// units are CloudWatch's: StandardUnit of PutMetricData.
var units = strings.Fields("Seconds Microseconds Milliseconds Bytes Kilobytes Megabytes Gigabytes Terabytes " +
	"Bits Kilobits Megabits Gigabits Terabits Percent Count Bytes/Second Kilobytes/Second Megabytes/Second Gigabytes/Second " +
	"Terabytes/Second Bits/Second Kilobits/Second Megabits/Second Gigabits/Second Terabits/Second Count/Second None")

// meantUnits are what people write for a unit, in lower case.
var meantUnits = map[string]string{
	"ms": "Milliseconds", "msec": "Milliseconds", "millis": "Milliseconds", "s": "Seconds", "sec": "Seconds", "us": "Microseconds",
	"b": "Bytes", "kb": "Kilobytes", "mb": "Megabytes", "gb": "Gigabytes", "%": "Percent", "number": "Count", "counts": "Count",
}
