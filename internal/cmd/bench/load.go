//go:build unix

package main

import (
	"fmt"
	"strings"
)

// load is a configuration to measure.
type load struct {
	name     string
	n        int    // how many terraform_data the floor has
	config   string // of this provider
	compares bool   // whether hashicorp/aws is measured with it too
}

// destinations returns a load of n destinations, each of a monitor of its own.
// hashicorp/aws takes too long for 5000, and it has no definitions.
func destinations(n int) load {
	return load{fmt.Sprintf("%d destinations", n), n, destinationsOf("rum_metrics_destination", n), n <= 1000}
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

// definitions returns a load of definitions, each a resource of its own, of the
// destinations of many monitors.
func definitions(name string, n, monitors, each int) load {
	return load{name: name, n: n, config: destinationsOf("rum_metrics_destination", monitors) + fmt.Sprintf(`
resource "rum_metric_definition" "bench" {
  count            = %d
  app_monitor_name = rum_metrics_destination.bench[floor(count.index / %[2]d)].app_monitor_name
  destination      = "CloudWatch"
  name             = "Checkouts${count.index %% %[2]d}"
  namespace        = "Shop"
}
`, monitors*each, each)}
}

// sets returns a load of one set of definitions for each of the monitors. The function
// range of the language stops at 1024, so the elements are written out.
func sets(name string, n, monitors, each int) load {
	var elements strings.Builder
	for i := range each {
		fmt.Fprintf(&elements, "    Checkouts%d = { namespace = \"Shop\" }\n", i)
	}
	return load{name: name, n: n, config: destinationsOf("rum_metrics_destination", monitors) + fmt.Sprintf(`
resource "rum_metric_definitions" "bench" {
  count            = %d
  app_monitor_name = rum_metrics_destination.bench[count.index].app_monitor_name
  destination      = "CloudWatch"
  definitions      = {
%s  }
}
`, monitors, &elements)}
}

// floor returns a configuration with as many terraform_data.
func (l load) floor() string {
	return fmt.Sprintf("resource \"terraform_data\" \"bench\" {\n  count = %d\n  input = \"site-${count.index}\"\n}\n", l.n)
}
