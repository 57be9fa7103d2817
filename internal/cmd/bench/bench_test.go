//go:build unix

package main

import (
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
	of := func(n int) (taken [len(phases)]sample) {
		for i := range taken {
			seconds := time.Duration(n) * time.Second
			taken[i] = sample{wall: seconds, requests: 10 * n, usage: usage{cpu: seconds / 2, memory: float64(30 * n)}}
		}
		return taken
	}
	r := &report{}
	r.addPeer(destinations(100), 0, [2]provider{{name: "rum"}, {name: "hashicorp/aws"}}, of(2), of(5))
	r.endTables()
	for _, row := range []string{
		"| 100 destinations | 0s | apply | rum | 2.00 s | 20 | 1.00 s | 60 MB |",
		"| 100 destinations | 0s | apply | hashicorp/aws | 5.00 s | 50 | 2.50 s | 150 MB |",
		"| 100 destinations | 0s | apply | *ratio* | 2.5 | 2.5 | 2.5 | 2.5 |",
		"| 100 destinations | 0s | destroy | rum | 2.00 s | 20 | 1.00 s | 60 MB |",
	} {
		if !strings.Contains(r.String(), row+"\n") {
			t.Errorf("no row %q in\n%s", row, r)
		}
	}
}

func TestWithoutPeerThereIsNoComparison(t *testing.T) {
	t.Parallel()
	r := &report{}
	r.endTables()
	if got := r.String(); got != "\n" {
		t.Errorf("got %q, want an empty line", got)
	}
}
