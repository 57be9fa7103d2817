//go:build unix

package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// report collects the tables as Markdown, and prints each line of them at once. The
// comparison of two providers is printed at the end.
type report struct {
	out        io.Writer
	text       strings.Builder
	comparison []string
}

// newReport returns a report that prints to out and has the head of the first table.
func newReport(out io.Writer) *report {
	r := &report{out: out}
	r.line("| load | latency | phase | time | requests | at once | CPU | memory | to floor | to ideal + floor |")
	r.line("|---|---:|---|---:|---:|---:|---:|---:|---:|---:|")
	return r
}

// add adds the phases of a load to the first table. "To floor" is the time divided by
// the time of the floor. "To ideal + floor" is the time divided by the sum of the ideal
// and the floor.
func (r *report) add(l load, latency time.Duration, taken, floor [len(phases)]sample) {
	for i, s := range taken {
		ideal := time.Duration(s.requests) * latency / parallelism
		r.line("| %s | %s | %s | %.2f s | %d | %d | %s | %s | %.1f | %.2f |",
			l.name, latency, phases[i][0], s.wall.Seconds(), s.requests, s.flights, s.usage.cpuCell(), s.usage.memoryCell(),
			s.wall.Seconds()/floor[i].wall.Seconds(), s.wall.Seconds()/(ideal+floor[i].wall).Seconds())
	}
}

// addPeer adds the phases of a load to the comparison. A phase has a row for each
// provider, and one for what the peer took divided by what this provider took.
func (r *report) addPeer(l load, latency time.Duration, providers [2]provider, ours, peer [len(phases)]sample) {
	for i := range phases {
		head := fmt.Sprintf("| %s | %s | %s |", l.name, latency, phases[i][0])
		us, them := ours[i], peer[i]
		for j, s := range []sample{us, them} {
			r.comparison = append(r.comparison, fmt.Sprintf("%s %s | %.2f s | %d | %s | %s |",
				head, providers[j].name, s.wall.Seconds(), s.requests, s.usage.cpuCell(), s.usage.memoryCell()))
		}
		r.comparison = append(r.comparison, fmt.Sprintf("%s *ratio* | %s | %s | %s | %s |", head,
			ratio(them.wall.Seconds(), us.wall.Seconds()), ratio(float64(them.requests), float64(us.requests)),
			ratio(them.usage.cpu.Seconds(), us.usage.cpu.Seconds()), ratio(them.usage.memory, us.usage.memory)))
	}
}

// notMeasured stands in a cell for which there is no number.
const notMeasured = "-"

// ratio returns a divided by b, or notMeasured if one of them is 0.
func ratio(a, b float64) string {
	if a == 0 || b == 0 {
		return notMeasured
	}
	return fmt.Sprintf("%.1f", a/b)
}

// endTables prints the comparison, if there is one.
func (r *report) endTables() {
	r.line("")
	if len(r.comparison) == 0 {
		return
	}
	r.line("| load | latency | phase | provider | time | requests | CPU | memory |")
	r.line("|---|---:|---|---|---:|---:|---:|---:|")
	for _, row := range r.comparison {
		r.line("%s", row)
	}
	r.line("")
	r.line("A ratio is what hashicorp/aws took, divided by what this provider took.")
	r.line("")
}

func (r *report) line(format string, args ...any) {
	line := fmt.Sprintf(format, args...) + "\n"
	r.text.WriteString(line)
	fmt.Fprint(r.out, line)
}

// String returns all that was printed.
func (r *report) String() string { return r.text.String() }
