//go:build unix

package main

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// report is the tables, as Markdown. The first one is printed as it grows; the
// comparison follows it.
type report struct {
	strings.Builder
	comparison []string
}

func newReport() *report {
	r := &report{}
	r.line("| load | latency | phase | time | requests | at once | CPU | memory | to floor | to ideal + floor |")
	r.line("|---|---:|---|---:|---:|---:|---:|---:|---:|---:|")
	return r
}

// add adds the phases of a load. "To floor" is the time divided by the time of
// the floor. "To ideal + floor" divides it by the time that the latency and the
// floor make unavoidable together.
func (r *report) add(l load, latency time.Duration, taken, floor [len(phases)]sample) {
	for i, s := range taken {
		ideal := time.Duration(s.requests) * latency / parallelism
		r.line("| %s | %s | %s | %.2f s | %d | %d | %.2f s | %.0f MB | %.1f | %.2f |",
			l.name, latency, phases[i][0], s.wall.Seconds(), s.requests, s.flights, s.usage.cpu.Seconds(), s.usage.memory,
			s.wall.Seconds()/floor[i].wall.Seconds(), s.wall.Seconds()/(ideal+floor[i].wall).Seconds())
	}
}

// addPeer adds to the comparison the phases of a load: for each phase a row of
// this provider, one of the peer, and one of what the peer took divided by what
// this provider took.
func (r *report) addPeer(l load, latency time.Duration, providers [2]provider, ours, peer [len(phases)]sample) {
	for i := range phases {
		head := fmt.Sprintf("| %s | %s | %s |", l.name, latency, phases[i][0])
		us, them := ours[i], peer[i]
		for j, s := range []sample{us, them} {
			r.comparison = append(r.comparison, fmt.Sprintf("%s %s | %.2f s | %d | %.2f s | %.0f MB |",
				head, providers[j].name, s.wall.Seconds(), s.requests, s.usage.cpu.Seconds(), s.usage.memory))
		}
		r.comparison = append(r.comparison, fmt.Sprintf("%s *ratio* | %.1f | %.1f | %.1f | %.1f |", head,
			them.wall.Seconds()/us.wall.Seconds(), float64(them.requests)/float64(us.requests),
			them.usage.cpu.Seconds()/us.usage.cpu.Seconds(), them.usage.memory/us.usage.memory))
	}
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
	r.WriteString(line)
	fmt.Fprint(os.Stdout, line)
}
