package fakerum

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// constraint is a constraint for a member of a request: of the service model, but for
// entries, which is documented.
type constraint struct {
	required bool
	entries  int // the most entries of a list or map; 0 is no limit
	size     int // how many entries it has
	min, max int // in characters; a max of 0 is no limit
	pattern  *regexp.Regexp
	literal  string // the model's text of the pattern, if Go needs a different one
	enum     []string
}

// The provider validates configurations by the same constraints, and by the rules
// in definition_rules.go. The repetition is on purpose: the fake is an independent
// oracle and shares no code with the provider. If one of the two is wrong, a test
// sees the difference.
var (
	monitorName = constraint{
		required: true, min: 1, max: 255,
		pattern: regexp.MustCompile(`^[\-_#A-Za-z0-9][.\-_#A-Za-z0-9]*$`),
		literal: `^(?!\.)[\.\-_#A-Za-z0-9]+$`,
	}
	anyStructure    = constraint{required: true}
	batch           = constraint{required: true, entries: 200} // definitions or IDs in a call
	destinationKind = constraint{required: true, enum: []string{"CloudWatch", "Evidently"}}
	destinationARN  = constraint{max: 2048, pattern: arn}
	roleARN         = constraint{pattern: arn}
	definitionID    = constraint{min: 1, max: 255}
	requiredID      = constraint{required: true, min: 1, max: 255}
	definitionName  = constraint{required: true, min: 1, max: 255}
	namespace       = constraint{min: 1, max: 237, pattern: regexp.MustCompile(`[a-zA-Z0-9-._/#:]+$`)}
	eventPattern    = constraint{max: 4000}
	unitLabel       = constraint{min: 1, max: 256}
	valueKey        = constraint{min: 1, max: 280}
	dimensionKeys   = constraint{entries: 29}
	dimensionKey    = constraint{min: 1, max: 280}
	dimensionName   = constraint{
		min: 1, max: 255,
		pattern: regexp.MustCompile(`^([^:\s]|[^\S\n].*\S)`),
		literal: `^(?!:).*[^\s].*`,
	}
	platform     = constraint{enum: []string{"Web", "Android", "iOS"}}
	customStatus = constraint{enum: []string{"ENABLED", "DISABLED"}}

	arn = regexp.MustCompile(`arn:[^:]*:[^:]*:[^:]*:[^:]*:.*`)
)

// member is a member of a request with its constraint. The value of an absent
// member is nil.
type member struct {
	name  string
	value *string
	constraint
}

// collection returns a member that is a list, a map or a structure.
func collection(name string, size int, present bool, c constraint) member {
	c.size = size
	m := member{name: name, constraint: c}
	if present {
		m.value = new(string)
	}
	return m
}

// check returns the violated constraints, in AWS's words, or "" if there are
// none.
func check(members ...member) string {
	var problems []string
	for _, m := range members {
		problems = append(problems, m.problems()...)
	}
	switch len(problems) {
	case 0:
		return ""
	case 1:
		return "1 validation error detected: " + problems[0]
	default:
		return fmt.Sprintf("%d validation errors detected: %s", len(problems), strings.Join(problems, "; "))
	}
}

func (m member) problems() []string {
	if m.value == nil {
		if m.required {
			return []string{fmt.Sprintf("Value at '%s' failed to satisfy constraint: Member must not be null", m.name)}
		}
		return nil
	}
	if m.entries > 0 && m.size > m.entries {
		return []string{fmt.Sprintf("Value at '%s' failed to satisfy constraint: Member must have length less than or equal to %d", m.name, m.entries)}
	}
	var problems []string
	require := func(satisfied bool, format string, args ...any) {
		if !satisfied {
			problems = append(problems, fmt.Sprintf("Value '%s' at '%s' failed to satisfy constraint: ", *m.value, m.name)+fmt.Sprintf(format, args...))
		}
	}
	length := utf8.RuneCountInString(*m.value)
	require(length >= m.min, "Member must have length greater than or equal to %d", m.min)
	require(m.max == 0 || length <= m.max, "Member must have length less than or equal to %d", m.max)
	require(m.pattern == nil || m.pattern.MatchString(*m.value), "Member must satisfy regular expression pattern: %s", m.patternText())
	require(m.enum == nil || slices.Contains(m.enum, *m.value), "Member must satisfy enum value set: [%s]", strings.Join(m.enum, ", "))
	return problems
}

func (c constraint) patternText() string {
	if c.literal != "" || c.pattern == nil {
		return c.literal
	}
	return c.pattern.String()
}

// parameter returns a parameter of a query, or nil if it is absent.
func parameter(query url.Values, name string) *string {
	if !query.Has(name) {
		return nil
	}
	value := query.Get(name)
	return &value
}

// valueOf returns "" for an absent member.
func valueOf(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
