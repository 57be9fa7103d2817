package rumapi

import (
	"cmp"
	"encoding/json"
	"maps"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"
)

const (
	// ExtendedNamespace is the namespace of extended metrics. A definition without
	// a namespace is in it too (API reference, MetricDefinitionRequest).
	ExtendedNamespace = "AWS/RUM"
	// countUnit is what AWS's samples show as the unit of a metric that counts.
	countUnit = "Count"
)

// Definition is a metric that a destination receives. "" stands for an absent
// member.
type Definition struct {
	DefinitionKey
	Name, Namespace, EventPattern, UnitLabel, ValueKey string
	DimensionKeys                                      map[string]string
}

// Same reports whether existing is what a create of d would make: all members but
// the ID are equal, and the patterns mean the same as JSON. The service may fill in
// the namespace and the unit of an extended metric, so Same ignores these two if d
// has none.
func (d Definition) Same(existing Definition) bool {
	namespace := cmp.Or(d.Namespace, ExtendedNamespace)
	unitFilled := namespace == ExtendedNamespace && d.UnitLabel == "" && existing.UnitLabel == countUnit
	return d.Key == existing.Key &&
		d.Name == existing.Name &&
		d.ValueKey == existing.ValueKey &&
		(d.UnitLabel == existing.UnitLabel || unitFilled) &&
		namespace == cmp.Or(existing.Namespace, ExtendedNamespace) &&
		maps.Equal(d.DimensionKeys, existing.DimensionKeys) &&
		SamePattern(d.EventPattern, existing.EventPattern)
}

// SamePattern reports whether two event patterns are the same JSON. It compares numbers
// by their text.
func SamePattern(a, b string) bool {
	if a == b {
		return true
	}
	var x, y any
	return DecodePattern(a, &x) && DecodePattern(b, &y) && reflect.DeepEqual(x, y)
}

// DecodePattern decodes an event pattern into v. It keeps the text of numbers, so that
// it also reads numbers that are too large for Go. It reports false for a text that is
// not JSON or does not fit v.
func DecodePattern(text string, v any) bool {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	return json.Valid([]byte(text)) && decoder.Decode(v) == nil
}

func newDefinition(k Key, d types.MetricDefinition) Definition {
	return Definition{
		DefinitionKey: DefinitionKey{k, aws.ToString(d.MetricDefinitionId)},
		Name:          aws.ToString(d.Name),
		Namespace:     aws.ToString(d.Namespace),
		EventPattern:  aws.ToString(d.EventPattern),
		UnitLabel:     aws.ToString(d.UnitLabel),
		ValueKey:      aws.ToString(d.ValueKey),
		DimensionKeys: d.DimensionKeys,
	}
}

// request converts d to the type that the API takes.
func (d Definition) request() types.MetricDefinitionRequest {
	sent := d.Namespace
	if sent == ExtendedNamespace {
		sent = "" // AWS asks to leave it out
	}
	return types.MetricDefinitionRequest{
		Name:          aws.String(d.Name),
		Namespace:     pointer(sent),
		EventPattern:  pointer(SentPattern(d.EventPattern)),
		UnitLabel:     pointer(d.UnitLabel),
		ValueKey:      pointer(d.ValueKey),
		DimensionKeys: d.DimensionKeys,
	}
}
