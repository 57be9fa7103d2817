package core

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// block is a resource block for the core and for a CLI.
type block struct {
	Resource
	expressions string // Resource.Expressions in the language of the CLI
}

// stage is one apply, or one import.
type stage struct {
	behind func(*fakerum.Account) // what changes behind the CLI's back, before the stage
	config map[string]block       // by types; every block has the name "test"
	// importID makes the stage import the set.
	importID string

	faults []fakerum.Fault
	tamper *tampering
	fails  bool // whether the stage must fail; otherwise it must not
}

const (
	typeDestination = "rum_metrics_destination"
	typeDefinition  = "rum_metric_definition"
	typeSet         = "rum_metric_definitions"
)

func text(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }

func address(resourceType string) string { return resourceType + ".test" }

// cloudWatch returns the CloudWatch destination of a monitor.
func cloudWatch(monitor string) block {
	return block{Resource: Resource{Type: typeDestination, Arguments: map[string]tftypes.Value{
		"app_monitor_name": text(monitor), "destination": text("CloudWatch"),
	}}}
}

// evidently returns an Evidently destination with a role.
func evidently(role string) block {
	return block{Resource: Resource{Type: typeDestination, Arguments: map[string]tftypes.Value{
		"app_monitor_name": text("web"), "destination": text("Evidently"),
		"destination_arn": text("arn:aws:evidently:eu-west-1:123456789012:project/shop/experiment/basket"),
		"iam_role_arn":    text("arn:aws:iam::123456789012:role/" + role),
	}}}
}

// metric returns a definition of the CloudWatch destination of a monitor.
func metric(monitor, name, unit string) block {
	b := block{Resource: Resource{Type: typeDefinition, After: []string{address(typeDestination)}, Arguments: map[string]tftypes.Value{
		"app_monitor_name": text(monitor), "destination": text("CloudWatch"), "name": text(name), "namespace": text("Shop"),
	}}}
	if unit != "" {
		b.Arguments["unit_label"] = text(unit)
	}
	return b
}

// member is a definition of a set, in both languages.
type member struct {
	attributes map[string]tftypes.Value
	hcl        string
}

// shop returns a custom metric. A name or unit of "" is left out.
func shop(name, unit string) member {
	m := member{map[string]tftypes.Value{"namespace": text("Shop")}, `namespace = "Shop"`}
	for attribute, value := range map[string]string{"name": name, "unit_label": unit} {
		if value != "" {
			m.attributes[attribute] = text(value)
			m.hcl += fmt.Sprintf(", %s = %q", attribute, value)
		}
	}
	return m
}

// setOf returns the set of the CloudWatch destination of a monitor, with definitions by
// keys.
func setOf(monitor string, members map[string]member) block {
	definitions, elements := map[string]tftypes.Value{}, ""
	for _, key := range slices.Sorted(maps.Keys(members)) {
		definitions[key] = Object(members[key].attributes)
		elements += fmt.Sprintf("    %s = { %s }\n", key, members[key].hcl)
	}
	return block{
		Resource: Resource{
			Type: typeSet, After: []string{address(typeDestination)},
			Arguments: map[string]tftypes.Value{"app_monitor_name": text(monitor), "destination": text("CloudWatch")},
			Expressions: func(func(address, attribute string) tftypes.Value) map[string]tftypes.Value {
				return map[string]tftypes.Value{"definitions": Object(definitions)}
			},
		},
		expressions: "  definitions = {\n" + elements + "  }\n",
	}
}

// setOfID returns a set of the monitor "shop" with one definition, whose name is the ID
// of the single definition.
func setOfID() block {
	return block{
		Resource: Resource{
			Type: typeSet, After: []string{address(typeDefinition)},
			Arguments: map[string]tftypes.Value{"app_monitor_name": text("shop"), "destination": text("CloudWatch")},
			Expressions: func(value func(address, attribute string) tftypes.Value) map[string]tftypes.Value {
				named := Object(map[string]tftypes.Value{"namespace": text("Shop"), "name": value(address(typeDefinition), "metric_definition_id")})
				return map[string]tftypes.Value{"definitions": Object(map[string]tftypes.Value{"A": named})}
			},
		},
		expressions: "  definitions = { A = { namespace = \"Shop\", name = rum_metric_definition.test.metric_definition_id } }\n",
	}
}

func blocks(given ...block) map[string]block {
	all := map[string]block{}
	for _, b := range given {
		all[b.Type] = b
	}
	return all
}

func denies(operation string) []fakerum.Fault {
	return []fakerum.Fault{{Operation: operation, Status: http.StatusForbidden, Code: "AccessDeniedException"}}
}

// lost hides from the provider whether a Put was done. It was.
var lost = []fakerum.Fault{
	{Operation: fakerum.OpPutRumMetricsDestination, Status: http.StatusInternalServerError, Code: "InternalServerException", AfterWork: true},
	{Operation: fakerum.OpListRumMetricsDestinations, Status: http.StatusInternalServerError, Code: "InternalServerException"},
}

var scenarios = map[string][]stage{
	"update in place": {
		{config: blocks(evidently("a"))},
		{config: blocks(evidently("b"))},
		{config: blocks(evidently("b"))},
	},
	"update that fails": {
		{config: blocks(evidently("a"))},
		{config: blocks(evidently("b")), faults: denies(fakerum.OpPutRumMetricsDestination), fails: true},
		{config: blocks(evidently("b"))},
	},
	"replace by one with fewer arguments": {
		{config: blocks(evidently("a"))},
		{config: blocks(cloudWatch("web"))},
	},
	"computed argument removed": {
		{config: blocks(cloudWatch("web"), metric("web", "Checkouts", "Count"))},
		{config: blocks(cloudWatch("web"), metric("web", "Checkouts", ""))},
	},
	"replace with a dependent": {
		{config: blocks(cloudWatch("web"), metric("web", "Checkouts", ""))},
		{config: blocks(cloudWatch("shop"), metric("shop", "Checkouts", ""))},
		{config: blocks(cloudWatch("shop"), metric("shop", "Checkouts", ""))},
	},
	"replacement whose destroy fails": {
		{config: blocks(cloudWatch("web"))},
		{config: blocks(cloudWatch("shop")), faults: denies(fakerum.OpDeleteRumMetricsDestination), fails: true},
		{config: blocks(cloudWatch("shop"))},
	},
	"replacement whose create fails": {
		{config: blocks(cloudWatch("web"))},
		{config: blocks(cloudWatch("shop")), faults: denies(fakerum.OpPutRumMetricsDestination), fails: true},
		{config: blocks(cloudWatch("shop"))},
	},
	"destroy that fails": {
		{config: blocks(cloudWatch("web"), metric("web", "Checkouts", ""))},
		{faults: denies(fakerum.OpBatchDeleteRumMetricDefinitions), fails: true},
		{},
	},
	"drift: vanished": {
		{config: blocks(cloudWatch("web"), metric("web", "Checkouts", ""))},
		{
			behind: func(a *fakerum.Account) { a.DeleteDestination("web", "CloudWatch", "") },
			config: blocks(cloudWatch("web"), metric("web", "Checkouts", "")),
		},
	},
	"drift: vanished and no longer configured": {
		{config: blocks(cloudWatch("web"))},
		{behind: func(a *fakerum.Account) { a.DeleteDestination("web", "CloudWatch", "") }},
		{},
	},
	"drift: changed": {
		{config: blocks(cloudWatch("web"), metric("web", "Checkouts", "Count"))},
		{
			behind: func(a *fakerum.Account) {
				d := a.Definitions("web", "CloudWatch", "")[0]
				d.UnitLabel = "Drift"
				a.UpdateDefinition("web", "CloudWatch", "", d)
			},
			config: blocks(cloudWatch("web"), metric("web", "Checkouts", "Count")),
		},
	},
	"refresh that fails": {
		{config: blocks(cloudWatch("web"), metric("web", "Checkouts", ""))},
		{config: blocks(cloudWatch("web"), metric("web", "Checkouts", "Count")), faults: denies(fakerum.OpListRumMetricsDestinations), fails: true},
		{config: blocks(cloudWatch("web"), metric("web", "Checkouts", "Count"))},
	},
	"refresh that fails after another found drift": {
		{config: blocks(cloudWatch("web"), metric("web", "Checkouts", ""))},
		{
			behind: func(a *fakerum.Account) { a.DeleteDestination("web", "CloudWatch", "") },
			config: blocks(cloudWatch("web"), metric("web", "Checkouts", "")), faults: denies(fakerum.OpBatchGetRumMetricDefinitions), fails: true,
		},
		{config: blocks(cloudWatch("web"), metric("web", "Checkouts", ""))},
	},
	"create that fails, with a dependent": {
		{config: blocks(cloudWatch("web"), metric("web", "Checkouts", "")), faults: denies(fakerum.OpPutRumMetricsDestination), fails: true},
		{config: blocks(cloudWatch("web"), metric("web", "Checkouts", ""))},
	},
	"tainted": {
		{config: blocks(cloudWatch("web")), faults: lost, fails: true},
		{config: blocks(cloudWatch("web"))},
		{config: blocks(cloudWatch("web"))},
	},
	"tainted, and its destroy fails": {
		{config: blocks(cloudWatch("web")), faults: lost, fails: true},
		{config: blocks(cloudWatch("web")), faults: denies(fakerum.OpDeleteRumMetricsDestination), fails: true},
		{config: blocks(cloudWatch("web"))},
	},
	"tainted and vanished": {
		{config: blocks(cloudWatch("web")), faults: lost, fails: true},
		{config: blocks(cloudWatch("web")), behind: func(a *fakerum.Account) { a.DeleteDestination("web", "CloudWatch", "") }},
		{config: blocks(cloudWatch("web"))},
	},
	"values that the plan does not know": {
		{
			behind: func(a *fakerum.Account) { a.PutDestination("shop", fakerum.Destination{Destination: "CloudWatch"}) },
			config: blocks(cloudWatch("web"), metric("web", "Checkouts", ""), setOfID()),
		},
		{config: blocks(cloudWatch("web"), metric("web", "Sales", ""), setOfID())},
		{config: blocks(cloudWatch("web"), metric("web", "Sales", ""), setOfID())},
	},
	"a set: a change, a renamed key, a stranger, and a replacement": {
		{config: blocks(cloudWatch("web"), setOf("web", map[string]member{"A": shop("", ""), "B": shop("", "")}))},
		{config: blocks(cloudWatch("web"), setOf("web", map[string]member{"A": shop("", "Count"), "C": shop("B", "")}))},
		{
			behind: func(a *fakerum.Account) {
				a.CreateDefinition("web", "CloudWatch", "", fakerum.Definition{Name: "Stranger", Namespace: "Shop"})
			},
			config: blocks(cloudWatch("web"), setOf("web", map[string]member{"A": shop("", "Count"), "C": shop("B", "")})),
		},
		{config: blocks(cloudWatch("shop"), setOf("shop", map[string]member{"A": shop("", "")}))},
	},
	"a set that refuses others, and is imported": {
		{config: blocks(cloudWatch("web"))},
		{
			behind: func(a *fakerum.Account) {
				a.CreateDefinition("web", "CloudWatch", "", fakerum.Definition{Name: "A", Namespace: "Shop"})
				a.CreateDefinition("web", "CloudWatch", "", fakerum.Definition{Name: "Stranger", Namespace: "Shop"})
			},
			config: blocks(cloudWatch("web"), setOf("web", map[string]member{"A": shop("", "")})), fails: true,
		},
		{config: blocks(cloudWatch("web"), setOf("web", map[string]member{"A": shop("", "")})), importID: "web"},
		{config: blocks(cloudWatch("web"), setOf("web", map[string]member{"A": shop("", "")}))},
	},
	"update that turns out to be none": {
		{config: blocks(cloudWatch("web"), metric("web", "Checkouts", ""))},
		{
			config: blocks(cloudWatch("web"), metric("web", "Checkouts", "")),
			tamper: &tampering{methodPlan, 0, typeDefinition, "metric_definition_id", tftypes.NewValue(tftypes.String, tftypes.UnknownValue)},
		},
		{config: blocks(cloudWatch("web"), metric("web", "Checkouts", ""))},
	},
	"create that is not as planned": {
		{config: blocks(evidently("a")), tamper: &tampering{methodApply, 1, typeDestination, "iam_role_arn", text("arn:aws:iam::123456789012:role/b")}, fails: true},
		{config: blocks(evidently("a"))},
		{config: blocks(evidently("a"))},
	},
	"update that is not as planned": {
		{config: blocks(evidently("a"))},
		{config: blocks(evidently("b")), tamper: &tampering{methodApply, 1, typeDestination, "iam_role_arn", text("arn:aws:iam::123456789012:role/c")}, fails: true},
		{config: blocks(evidently("b"))},
	},
	"second plan that is not as the first": {
		{config: blocks(evidently("a")), tamper: &tampering{methodPlan, 1, typeDestination, "id", text("another")}, fails: true},
		{config: blocks(evidently("a"))},
	},
}

// hcl returns the block in the language of the CLI.
func (b block) hcl() string {
	var body strings.Builder
	for _, name := range slices.Sorted(maps.Keys(b.Arguments)) {
		var s string
		if err := b.Arguments[name].As(&s); err != nil {
			panic(err) // only for an argument that is no string
		}
		fmt.Fprintf(&body, "  %s = %q\n", name, s)
	}
	body.WriteString(b.expressions)
	return fmt.Sprintf("resource %q \"test\" {\n%s  depends_on = [%s]\n}\n", b.Type, &body, strings.Join(b.After, ", "))
}
