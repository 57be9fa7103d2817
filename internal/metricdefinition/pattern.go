package metricdefinition

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

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

// empty reports whether a pattern's value for a field lets nothing through.
func empty(value any) bool {
	list, ok := value.([]any)
	return value == nil || ok && (len(list) == 0 || list[0] == "")
}

// leaves calls visit with each field of a pattern that has values, and with its value.
// An operator without its brackets is a value too.
func leaves(part any, field string, visit func(field string, value any)) {
	inner, nested := part.(map[string]any)
	for key := range inner {
		if _, isOperator := operators[key]; isOperator && field != "" && len(inner) == 1 {
			nested = false
		}
	}
	if !nested {
		visit(field, part)
		return
	}
	for _, key := range slices.Sorted(maps.Keys(inner)) {
		if alternatives, ok := inner[key].([]any); ok && key == "$or" {
			for _, alternative := range alternatives {
				leaves(alternative, field, visit)
			}
			continue
		}
		leaves(inner[key], strings.TrimPrefix(field+"."+key, "."), visit)
	}
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

// jsonFault returns where a text is no JSON, and why, in words. It returns "" for JSON.
func jsonFault(text string) string {
	var raw json.RawMessage
	fault, broken := errors.AsType[*json.SyntaxError](json.Unmarshal([]byte(text), &raw))
	if !broken {
		return ""
	}
	before := text[:max(0, min(int(fault.Offset), len(text))-1)] // Offset counts the byte at fault
	line := before[strings.LastIndex(before, "\n")+1:]
	return fmt.Sprintf("line %d, column %d: %s", strings.Count(before, "\n")+1, utf8.RuneCountInString(line)+1, fault)
}
