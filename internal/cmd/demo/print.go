//go:build unix

package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

func (s *stage) printf(format string, args ...any) { fmt.Fprintf(s.out, format, args...) }

// show shows the destinations that CloudWatch RUM holds, unless they are those
// that were shown last.
func (s *stage) show(title string, entries []entry) {
	s.printf("\n%s\n", title)
	if !slices.Equal(entries, s.shown) {
		s.printf("\n%s", table(entries))
		s.shown = entries
	}
}

// Of what a CLI prints, the story shows which resources change, which of their
// arguments, how it ends, and warnings and errors.
var (
	matters    = regexp.MustCompile(`^(  # |      ~ |Plan: |No changes\.|Apply complete!|Destroy complete!|Import successful!|API calls: )`)
	diagnostic = regexp.MustCompile(`^(Warning|Error): `)
	noise      = regexp.MustCompile(`^(      ~ id |\(and .* more similar warnings? elsewhere\))`)
)

// relevant is what matters of a command's output; each warning only once.
func (s *stage) relevant(output string) string {
	var lines []string
	inDiagnostic := false // in one that is shown
	for line := range strings.SplitSeq(output, "\n") {
		switch {
		case diagnostic.MatchString(line):
			inDiagnostic = !s.warned[line]
			s.warned[line] = true
			if inDiagnostic {
				lines = append(lines, "", line)
			}
		case matters.MatchString(line):
			if inDiagnostic {
				lines = append(lines, "")
				inDiagnostic = false
			}
			if !noise.MatchString(line) {
				lines = append(lines, fold(strings.TrimPrefix(line, "  ")))
			}
		case inDiagnostic && !noise.MatchString(line):
			lines = append(lines, line)
		}
	}
	lines = slices.CompactFunc(lines, func(a, b string) bool { return a == "" && b == "" })
	return strings.TrimLeft(strings.Join(lines, "\n"), "\n") + "\n"
}

// fold breaks a long list of API calls at each, and a long change of a value
// before the new value.
func fold(line string) string {
	if len(line) < 90 {
		return line
	}
	if strings.HasPrefix(line, "API calls: ") {
		return strings.ReplaceAll(line, ", ", ",\n"+strings.Repeat(" ", len("API calls: ")))
	}
	return strings.Replace(line, " -> ", "\n"+strings.Repeat(" ", 22)+"-> ", 1)
}

// typed is how a shell wants the arguments.
func typed(args []string) string {
	var quoted []string
	for _, arg := range args {
		if strings.ContainsAny(arg, `[]"`) {
			arg = "'" + arg + "'"
		}
		quoted = append(quoted, arg)
	}
	return strings.Join(quoted, " ")
}

// difference shows two texts as one: the lines that both begin and end with, and
// between them the lines of before with a minus and those of after with a plus.
func difference(before, after string) string {
	old, now := strings.Split(before, "\n"), strings.Split(after, "\n")
	shorter := min(len(old), len(now))
	head := 0
	for head < shorter && old[head] == now[head] {
		head++
	}
	tail := 0
	for tail < shorter-head && old[len(old)-1-tail] == now[len(now)-1-tail] {
		tail++
	}
	var text strings.Builder
	write := func(mark string, lines []string) {
		for _, line := range lines {
			text.WriteString(strings.TrimRight("  "+mark+" "+line, " ") + "\n")
		}
	}
	write(" ", old[:head])
	write("-", old[head:len(old)-tail])
	write("+", now[head:len(now)-tail])
	write(" ", old[len(old)-tail:])
	return text.String()
}

func indent(text string) string {
	return strings.ReplaceAll("  "+strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n  "), "\n  \n", "\n\n") + "\n"
}
