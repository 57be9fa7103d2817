//go:build unix

package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// entry is a destination of an app monitor, and the metrics of its definitions.
type entry struct {
	monitor string
	fakerum.Destination
	metrics string
}

func cloudWatch(monitor string) entry {
	return entry{monitor, fakerum.Destination{Destination: "CloudWatch"}, ""}
}

// measured returns e with a count of JavaScript errors.
func measured(e entry) entry {
	e.metrics = "JsErrorCount"
	return e
}

func evidently(monitor, experiment, role string) entry {
	return entry{monitor, fakerum.Destination{
		Destination:    "Evidently",
		DestinationARN: "arn:aws:evidently:eu-west-1:111122223333:project/shop/experiment/" + experiment,
		IAMRoleARN:     "arn:aws:iam::111122223333:role/" + role,
	}, ""}
}

// String returns a row of a table.
func (e entry) String() string {
	whose := ""
	if e == foreign {
		whose = "(somebody else's)"
	}
	return row(e.monitor, e.Destination.Destination, last(e.DestinationARN), last(e.IAMRoleARN), e.metrics, whose)
}

func row(cells ...any) string {
	return strings.TrimRight(fmt.Sprintf("  %-14s %-13s %-15s %-18s %-13s %s", cells...), " ") + "\n"
}

// last returns the part of an ARN after the last slash.
func last(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }

func table(entries []entry) string {
	rows := []string{row("APP MONITOR", "DESTINATION", "EXPERIMENT", "ROLE", "METRICS", "")}
	for _, e := range entries {
		rows = append(rows, e.String())
	}
	return strings.Join(rows, "")
}

func sorted(entries []entry) []entry {
	return slices.SortedFunc(slices.Values(entries), func(a, b entry) int { return strings.Compare(a.String(), b.String()) })
}

// held returns the entries of an account.
func held(a *fakerum.Account) []entry {
	var all []entry
	for _, monitor := range a.Monitors() {
		for _, d := range a.Destinations(monitor) {
			var metrics []string
			for _, m := range a.Definitions(monitor, d.Destination, d.DestinationARN) {
				metrics = append(metrics, m.Name)
			}
			all = append(all, entry{monitor, d, strings.Join(metrics, ", ")})
		}
	}
	return sorted(all)
}
