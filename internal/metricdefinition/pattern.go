package metricdefinition

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// occurs reports whether a field, such as metadata.browserName, is in a pattern.
// The pattern may nest the field, or have it as one key with dots.
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

// example returns a pattern in which a field occurs.
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

// empty reports whether a pattern's value for a field lets nothing through.
func empty(value any) bool {
	list, ok := value.([]any)
	return value == nil || ok && (len(list) == 0 || list[0] == "")
}

// severalValues looks for arrays with several elements in the part of a pattern at
// path. It returns two paths: values leads to the first array whose elements are
// values of a field, and operands to the first array whose elements are operands of
// an operator. An operator is an object in an array, such as {"numeric": [">", 5]}.
// A path is "" if there is no such array.
func severalValues(part any, path string) (values, operands string) {
	switch part := part.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(part)) {
			innerValues, innerOperands := severalValues(part[key], strings.TrimPrefix(path+"."+key, "."))
			values, operands = cmp.Or(values, innerValues), cmp.Or(operands, innerOperands)
		}
	case []any:
		if len(part) > 1 {
			values = path
		}
		for _, element := range part {
			innerValues, innerOperands := severalValues(element, path)
			operands = cmp.Or(operands, innerValues, innerOperands)
		}
	}
	return values, operands
}

// add puts value at a path of nested objects.
func add(object map[string]any, path []string, value any) {
	for ; len(path) > 1; path = path[1:] {
		inner, ok := object[path[0]].(map[string]any)
		if !ok {
			inner = map[string]any{}
			object[path[0]] = inner
		}
		object = inner
	}
	object[path[0]] = value
}

// encode writes JSON as a person would: keys in order, and <, > and & as
// themselves.
func encode(v any) string {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(v) // maps, strings and numbers
	return strings.TrimSpace(text.String())
}

// decode reads a pattern that is a JSON object.
func decode(text string) (object map[string]any, ok bool) {
	return object, rumapi.DecodePattern(text, &object) && object != nil
}
