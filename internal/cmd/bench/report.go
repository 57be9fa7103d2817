//go:build unix

package main

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// report is the table, printed as it grows and kept as Markdown.
type report struct{ strings.Builder }

func newReport() *report {
	r := &report{}
	r.line("| load | latency | phase | time | requests | at once | CPU | memory | to floor | to ideal + floor |")
	r.line("|---|---:|---|---:|---:|---:|---:|---:|---:|---:|")
	return r
}

// add adds the phases of a load. "To floor" says how many times as long it took
// as the floor did; "to ideal + floor" compares it with what the latency alone
// makes unavoidable on top of that.
func (r *report) add(l load, latency time.Duration, taken, floor [len(phases)]sample) {
	for i, s := range taken {
		ideal := time.Duration(s.requests) * latency / parallelism
		r.line("| %s | %s | %s | %.2f s | %d | %d | %.2f s | %.0f MB | %.1f | %.2f |",
			l.name, latency, phases[i][0], s.wall.Seconds(), s.requests, s.flights, s.usage.cpu.Seconds(), s.usage.memory,
			s.wall.Seconds()/floor[i].wall.Seconds(), s.wall.Seconds()/(ideal+floor[i].wall).Seconds())
	}
}

func (r *report) line(format string, args ...any) {
	line := fmt.Sprintf(format, args...) + "\n"
	r.WriteString(line)
	fmt.Fprint(os.Stdout, line)
}
