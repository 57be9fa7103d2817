//go:build unix

package main

import (
	"io"
	"strings"
	"testing"
	"time"
)

func TestPeerIsNamedAfterItsProgram(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/plugins/terraform-provider-aws_v5.100.0_x5": "hashicorp/aws 5.100.0",
		"terraform-provider-aws_v6.58.0":              "hashicorp/aws 6.58.0",
		"bin/terraform-provider-aws":                  "hashicorp/aws",
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			if got := peerName(path); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestComparisonSaysWhoseRowItIs(t *testing.T) {
	t.Parallel()
	r := &report{out: io.Discard}
	r.addPeer(destinations(100), 0, twoProviders, samples(2, true), samples(5, true))
	r.endTables()
	expectRows(t, r,
		"| 100 destinations | 0s | apply | rum | 2.00 s | 20 | 1.00 s | 60 MB |",
		"| 100 destinations | 0s | apply | hashicorp/aws | 5.00 s | 50 | 2.50 s | 150 MB |",
		"| 100 destinations | 0s | apply | *ratio* | 2.5 | 2.5 | 2.5 | 2.5 |",
		"| 100 destinations | 0s | destroy | rum | 2.00 s | 20 | 1.00 s | 60 MB |",
	)
}

func TestWhatIsNotMeasuredIsADash(t *testing.T) {
	t.Parallel()
	r := &report{out: io.Discard}
	r.add(destinations(100), 0, samples(2, false), samples(1, false))
	r.addPeer(destinations(100), 0, twoProviders, samples(2, false), samples(5, false))
	r.endTables()
	expectRows(t, r,
		"| 100 destinations | 0s | apply | 2.00 s | 20 | 0 | - | - | 2.0 | 2.00 |",
		"| 100 destinations | 0s | apply | rum | 2.00 s | 20 | - | - |",
		"| 100 destinations | 0s | apply | *ratio* | 2.5 | 2.5 | - | - |",
	)
}

var twoProviders = [2]provider{{name: "rum"}, {name: "hashicorp/aws"}}

// samples returns phases of n seconds each, with a usage if the system measures it.
func samples(n int, measured bool) (taken [len(phases)]sample) {
	for i := range taken {
		seconds := time.Duration(n) * time.Second
		taken[i] = sample{wall: seconds, requests: 10 * n}
		if measured {
			taken[i].usage = usage{cpu: seconds / 2, memory: float64(30 * n)}
		}
	}
	return taken
}

func expectRows(t *testing.T, r *report, rows ...string) {
	t.Helper()
	for _, row := range rows {
		if !strings.Contains(r.String(), row+"\n") {
			t.Errorf("got\n%s\nwant the row %q", r, row)
		}
	}
}

func TestWithoutPeerThereIsNoComparison(t *testing.T) {
	t.Parallel()
	r := &report{out: io.Discard}
	r.endTables()
	if got := r.String(); got != "\n" {
		t.Errorf("got %q, want an empty line", got)
	}
}
