//go:build unix

package main

import (
	"fmt"
	"strings"
)

// load is a configuration with n resources of one kind.
type load struct {
	name, kind string
	n          int
	config     string // of this provider
}

const (
	kindDestination = "destination"
	kindDefinition  = "definition"
)

// destinations returns a load of n destinations, each of a monitor of its own.
func destinations(n int) load {
	return load{fmt.Sprintf("%d destinations", n), kindDestination, n, destinationsOf("rum_metrics_destination", n)}
}

func destinationsOf(resourceType string, n int) string {
	return fmt.Sprintf(`
resource %q "bench" {
  count            = %d
  app_monitor_name = "site-${count.index}"
  destination      = "CloudWatch"
}
`, resourceType, n)
}

// definitions returns a load of n definitions of one destination.
func definitions(n int) load {
	return load{fmt.Sprintf("%d definitions", n), kindDefinition, n, fmt.Sprintf(`
resource "rum_metrics_destination" "bench" {
  app_monitor_name = "site-0"
  destination      = "CloudWatch"
}

resource "rum_metric_definition" "bench" {
  count            = %d
  app_monitor_name = rum_metrics_destination.bench.app_monitor_name
  destination      = rum_metrics_destination.bench.destination
  name             = "Checkouts${count.index}"
  namespace        = "Shop"
}
`, n)}
}

// set returns a load of one set of n definitions.
func set(n int) load {
	return load{fmt.Sprintf("a set of %d definitions", n), kindDefinition, n, `
resource "rum_metrics_destination" "bench" {
  app_monitor_name = "site-0"
  destination      = "CloudWatch"
}

resource "rum_metric_definitions" "bench" {
  app_monitor_name = rum_metrics_destination.bench.app_monitor_name
  destination      = rum_metrics_destination.bench.destination
  definitions      = {
` + members(n) + "  }\n}\n"}
}

// members returns n elements of a map of definitions. The function range of the language
// stops at 1024.
func members(n int) string {
	var elements strings.Builder
	for i := range n {
		fmt.Fprintf(&elements, "    Checkouts%d = { namespace = \"Shop\" }\n", i)
	}
	return elements.String()
}

// sites returns two loads of definitions for many monitors, each with a destination: one
// resource for each definition, and one for each destination.
func sites(monitors, each int) []load {
	destinations := destinationsOf("rum_metrics_destination", monitors)
	return []load{
		{fmt.Sprintf("%d x %d definitions, one by one", monitors, each), kindDefinition, monitors * (1 + each), destinations + fmt.Sprintf(`
resource "rum_metric_definition" "bench" {
  count            = %d
  app_monitor_name = rum_metrics_destination.bench[floor(count.index / %[2]d)].app_monitor_name
  destination      = "CloudWatch"
  name             = "Checkouts${count.index %% %[2]d}"
  namespace        = "Shop"
}
`, monitors*each, each)},
		{fmt.Sprintf("%d sets of %d definitions", monitors, each), kindDefinition, 2 * monitors, destinations + fmt.Sprintf(`
resource "rum_metric_definitions" "bench" {
  count            = %d
  app_monitor_name = rum_metrics_destination.bench[count.index].app_monitor_name
  destination      = "CloudWatch"
  definitions      = {
%s  }
}
`, monitors, members(each))},
	}
}

// compares reports whether hashicorp/aws is measured with l too. hashicorp/aws has no
// definitions, and it takes too long for 5000 destinations.
func (l load) compares() bool { return l.kind == kindDestination && l.n <= 1000 }

// floor returns a configuration with as many terraform_data.
func (l load) floor() string {
	return fmt.Sprintf("resource \"terraform_data\" \"bench\" {\n  count = %d\n  input = \"site-${count.index}\"\n}\n", l.n)
}
