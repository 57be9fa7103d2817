//go:build unix

package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

func (s *stage) printf(format string, args ...any) { fmt.Fprintf(s.out, format, args...) }

// show prints a title, and below it the entries unless they are those shown last.
func (s *stage) show(title string, entries []entry) {
	s.printf("\n%s\n", title)
	if !slices.Equal(entries, s.shown) {
		s.printf("\n%s", table(entries))
		s.shown = entries
	}
}

// The story shows a part of the CLI's output: the resources that change, their changed
// arguments, the result, and diagnostics.
var (
	matters    = regexp.MustCompile(`^(  # |      ~ |Plan: |No changes\.|Apply complete!|Destroy complete!|Import successful!|API calls: )`)
	diagnostic = regexp.MustCompile(`^(Warning|Error): `)
	noise      = regexp.MustCompile(`^(      ~ id |\(and .* more similar warnings? elsewhere\))`)
)

// relevant returns the part of a command's output that the story shows. It leaves out a
// warning that an earlier command has shown.
func (s *stage) relevant(output string) string {
	var lines []string
	inDiagnostic := false // that the story shows
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

// fold breaks a line that is too long: a list of API calls after each call, or a change
// of a value before the new value.
func fold(line string) string {
	if len(line) < 90 {
		return line
	}
	if strings.HasPrefix(line, "API calls: ") {
		return strings.ReplaceAll(line, ", ", ",\n"+strings.Repeat(" ", len("API calls: ")))
	}
	return strings.Replace(line, " -> ", "\n"+strings.Repeat(" ", 22)+"-> ", 1)
}

// typed returns arguments as a user types them in a shell.
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

// difference returns the lines of two texts. The lines with which both begin or end have
// no mark. Between them, the lines of before have a minus and those of after a plus.
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
