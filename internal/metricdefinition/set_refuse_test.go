package metricdefinition_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/rum/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

const othersExist = "Other RUM metric definitions exist"

// A create deletes nothing. Its plan refuses, names what is there, and gives the import.
// After the import, the diff shows the deletions.
func TestCreateOfASetRefusesOthersAtPlan(t *testing.T) {
	t.Parallel()
	env, monitor, cli := bare(t)
	equal(env, monitor, "A")
	twin, other := equal(env, monitor, "A"), stranger(env, monitor, "Stranger")
	config := env.Config("%s", set("test", monitor, custom("A", "B")))
	cli.Configure(config)
	d := acctest.WantOne(t, cli.Diagnostics("plan"), "error", othersExist,
		monitor, env.Region, "Stranger in Shop by Browser, OS ("+other+")", "A in Shop (", "definitions (2)",
		"import {", `id = "`+monitor+`,CloudWatch@`+env.Region+`"`)
	if d.Address != setAddress {
		t.Errorf("got the address %q, want %q", d.Address, setAddress)
	}
	acctest.WantOne(t, cli.Diagnostics("apply", "-auto-approve"), "error", othersExist)
	checkCalls(t, env)

	cli.Configure(config + fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", setAddress, monitor+",CloudWatch@"+env.Region))
	_, before, after := planned(t, cli)
	if len(before) != 3 || len(after) != 2 {
		t.Errorf("got %+v before and %+v after, want the two deletions", before, after)
	}
	cli.Run("apply", "planned")
	checkSet(t, env, cli, monitor, "A", "B")
	if left := atService(env, monitor); slices.Contains(left, twin) && slices.Contains(left, other) {
		t.Errorf("got %v, want it without the twin and the stranger", left)
	}
}

// The plan could not know. The apply refuses before its first write.
func TestCreateOfASetRefusesOthersAtApply(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		definitions string
		before      func(*acctest.Env, string) // what happens before the plan, and after it
		after       func(*acctest.Env, string)
	}{
		"a name that only the apply knows": {
			definitions: `{ A = { name = terraform_data.name.output, namespace = "Shop" } }`,
			before:      func(env *acctest.Env, monitor string) { stranger(env, monitor, "Stranger") },
		},
		"a map that only the apply knows": {
			definitions: `{ for name in [terraform_data.name.output] : name => { namespace = "Shop" } }`,
			before:      func(env *acctest.Env, monitor string) { stranger(env, monitor, "Stranger") },
		},
		"after the plan": {
			definitions: custom("A"),
			after:       func(env *acctest.Env, monitor string) { stranger(env, monitor, "Stranger") },
		},
		"the plan could not ask": {
			definitions: custom("A"),
			before: func(env *acctest.Env, monitor string) {
				stranger(env, monitor, "Stranger")
				env.Fake.Inject(fakerum.Fault{Operation: opLook, Status: 403, Code: "AccessDeniedException"})
			},
			after: func(env *acctest.Env, _ string) { env.Fake.ClearFaults() },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, monitor, cli := bare(t)
			if test.before != nil {
				test.before(env, monitor)
			}
			cli.Configure(env.Config("resource \"terraform_data\" \"name\" {\n  input = \"A\"\n}\n%s", set("test", monitor, test.definitions)))
			cli.Run("plan", "-out=planned")
			if test.after != nil {
				test.after(env, monitor)
			}
			acctest.WantOne(t, cli.Diagnostics("apply", "planned"), "error", othersExist, monitor, env.Region, "Stranger in Shop by Browser, OS", "import {")
			checkCalls(t, env)
			if inState(t, cli) != nil {
				t.Error("got a set in the state, want none")
			}
		})
	}
}

// The run makes the destination, and with it the definitions of an earlier one come
// back. No plan could see them. The create itself looks, and refuses.
func TestCreateOfASetLooksBeforeItsFirstWrite(t *testing.T) {
	t.Parallel()
	env, monitor, cli := bare(t)
	env.Fake.Behave(func(b *fakerum.Behavior) { b.LeftDefinitions = fakerum.DefinitionsReturn })
	stranger(env, monitor, "Stranger")
	env.Account.DeleteDestination(monitor, "CloudWatch", "")
	cli.Configure(ofDestination(env, monitor, custom("A")))
	acctest.WantOne(t, cli.Diagnostics("apply", "-auto-approve"), "error", othersExist, monitor, "Stranger in Shop by Browser, OS", "import {")
	checkCalls(t, env, fakerum.OpPutRumMetricsDestination)
}

// What exists and is equal is taken over without a write, also where the service shows
// it in other words.
func TestCreateOfASetTakesOverWhatIsEqual(t *testing.T) {
	t.Parallel()
	env, monitor, cli := bare(t)
	env.Fake.Behave(func(b *fakerum.Behavior) { b.FillDefaults, b.RewritePatterns = true, true })
	for _, d := range []fakerum.Definition{
		{
			Name: "JsErrorCount", DimensionKeys: map[string]string{"metadata.browserName": "BrowserName"},
			EventPattern: `{"metadata":{"browserName":[{"exists":true}]},"event_type":["com.amazon.rum.js_error_event"]}`,
		},
		{Name: "Checkouts", Namespace: "Shop", UnitLabel: "Count", EventPattern: `{ "event_type": ["checkout"] }`},
	} {
		env.Account.CreateDefinition(monitor, "CloudWatch", "", d)
	}
	before := atService(env, monitor)
	cli.Configure(env.Config("%s", set("test", monitor, threeDefinitions)))
	acctest.WantNone(t, cli.Diagnostics("apply", "-auto-approve"))
	checkCalls(t, env, opCreate) // Http4xxCount is new
	checkSet(t, env, cli, monitor, "Checkouts", "Http4xxCount", "errors_by_browser")
	for _, id := range before {
		if !slices.Contains(atService(env, monitor), id) {
			t.Errorf("got the definition %s deleted, want it kept", id)
		}
	}
	cli.Run("plan", "-detailed-exitcode")

	// All of it exists: nothing is written.
	cli.Run("state", "rm", setAddress)
	env.Fake.ForgetRequests()
	cli.Run("apply", "-auto-approve")
	checkCalls(t, env)
	checkSet(t, env, cli, monitor, "Checkouts", "Http4xxCount", "errors_by_browser")
}

// What a configuration alone shows to be wrong is an error of the plan at the key.
func TestSetRefusesAtPlan(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ definitions, summary, says string }{
		"null elements": {
			`{ A = { namespace = "Shop" }, B = null, C = null }`, "Null metric definition", `"B"`,
		},
		"null elements, and how to leave them out": {
			`{ B = null }`, "Null metric definition", `{ for k, v in local.definitions : k => v if v != null }`,
		},
		"equal twins": {
			`{ A = { name = "X", namespace = "Shop" }, B = { namespace = "Shop" }, C = { name = "X", namespace = "Shop" } }`,
			"Two equal metric definitions", `"A" and "C"`,
		},
		"equal but for a unit that AWS may fill in": {
			`{ a = { name = "JsErrorCount" }, b = { name = "JsErrorCount", unit_label = "Count" } }`,
			"Two equal metric definitions", `"a" and "b"`,
		},
		"equal in other words": {
			`{ a = { name = "SessionCount" }, b = { name = "SessionCount", namespace = "AWS/RUM", value_key = "", event_pattern = "{ \"event_type\": [\"com.amazon.rum.session_start_event\"] }" } }`,
			"Two equal metric definitions", `"a" and "b"`,
		},
		"a rule between members": {
			`{ A = { namespace = "Shop", value_key = "details.total" } }`, "Unknown event field", "details.total",
		},
		"a name that is too long": {
			`{ A = { name = "` + strings.Repeat("x", 256) + `", namespace = "Shop" } }`, "Invalid Attribute Value Length", `definitions["A"].name`,
		},
		"a key that is too long": {
			`{ "` + strings.Repeat("x", 256) + `" = { namespace = "Shop" } }`, "Invalid Attribute Value Length", "definitions",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, monitor, cli := bare(t)
			cli.Configure(env.Config("%s", set("test", monitor, test.definitions)))
			got := cli.Diagnostics("plan")
			if !slices.ContainsFunc(got, func(d acctest.Diagnostic) bool {
				return d.Severity == "error" && d.Summary == test.summary && strings.Contains(d.Detail, test.says)
			}) {
				t.Errorf("got %+v, want an error %q that says %q", got, test.summary, test.says)
			}
		})
	}
}

// Two null elements and two pairs of equal ones are each named.
func TestSetNamesEveryWrongKey(t *testing.T) {
	t.Parallel()
	env, monitor, cli := bare(t)
	cli.Configure(env.Config("%s", set("test", monitor, `{ A = null, B = null }`)))
	text := ""
	for _, d := range cli.Diagnostics("plan") {
		text += d.Detail
	}
	for _, key := range []string{`"A"`, `"B"`} {
		if !strings.Contains(text, key) {
			t.Errorf("got %q, want it to name %s", text, key)
		}
	}
}

// A doubt about a definition is said as for a single one, once, and at its key.
func TestSetWarnsOfADefinitionWithoutEvents(t *testing.T) {
	t.Parallel()
	env, monitor, cli := bare(t)
	customEvents(t, env, monitor, types.CustomEventsStatusDisabled)
	cli.Configure(env.Config("%s", set("test", monitor, threeDefinitions)))
	acctest.WantOne(t, cli.Diagnostics("plan"), "warning", "App monitor accepts no custom events for Checkouts", `"Checkouts"`, monitor)
	cli.Run("apply", "-auto-approve")
	acctest.WantNone(t, cli.Diagnostics("plan", "-detailed-exitcode"))
}

// Values that only the apply knows: the monitor, a member, an element, the map.
func TestSetWithUnknownValues(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ monitor, definitions string }{
		"the monitor":             {"terraform_data.monitor.output", custom("A", "B")},
		"a member":                {"%q", `{ A = { namespace = "Shop", unit_label = terraform_data.unit.output }, B = { namespace = "Shop" } }`},
		"a name":                  {"%q", `{ A = { namespace = "Shop", name = terraform_data.name.output }, B = { namespace = "Shop" } }`},
		"a pattern":               {"%q", `{ A = { namespace = "Shop", event_pattern = terraform_data.pattern.output }, B = { namespace = "Shop" } }`},
		"dimensions":              {"%q", `{ A = { name = "JsErrorCount", dimension_keys = terraform_data.dimensions.output }, B = { namespace = "Shop" } }`},
		"a dimension":             {"%q", `{ A = { name = "JsErrorCount", dimension_keys = { "metadata.osName" = terraform_data.dimensions.output["metadata.osName"] } }, B = { namespace = "Shop" } }`},
		"a whole element":         {"%q", `{ A = terraform_data.element.output, B = { namespace = "Shop" } }`},
		"the whole map":           {"%q", `{ for k, v in terraform_data.map.output : k => v }`},
		"the monitor and the map": {"terraform_data.monitor.output", `terraform_data.map.output`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, monitor, cli := bare(t)
			cli.Configure(env.Config(`
resource "terraform_data" "monitor" {
  input = %[1]q
}
resource "terraform_data" "unit" {
  input = "Count"
}
resource "terraform_data" "name" {
  input = "Named"
}
resource "terraform_data" "pattern" {
  input = jsonencode({ event_type = ["checkout"] })
}
resource "terraform_data" "dimensions" {
  input = { "metadata.osName" = "OSName" }
}
resource "terraform_data" "element" {
  input = { namespace = "Shop", unit_label = "Count" }
}
resource "terraform_data" "map" {
  input = { A = { namespace = "Shop", unit_label = "Count" }, B = { namespace = "Shop", unit_label = "None" } }
}
%[2]s`, monitor, strings.Replace(set("test", "MONITOR", c.definitions), `"MONITOR"`, strings.ReplaceAll(c.monitor, "%q", fmt.Sprintf("%q", monitor)), 1)))
			cli.Run("apply", "-auto-approve")
			checkSet(t, env, cli, monitor, "A", "B")
			cli.Run("plan", "-detailed-exitcode")
		})
	}
}

// A value that turns out wrong only at the apply is refused there, before a call.
func TestSetChecksWhatOnlyTheApplyKnows(t *testing.T) {
	t.Parallel()
	for name, definitions := range map[string]string{
		"equal twins": `{ A = { name = terraform_data.name.output, namespace = "Shop" }, B = { name = "Named", namespace = "Shop" } }`,
		"a rule":      `{ A = { namespace = "Shop", value_key = terraform_data.name.output } }`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, monitor, cli := bare(t)
			cli.Configure(env.Config("resource \"terraform_data\" \"name\" {\n  input = \"Named\"\n}\n%s", set("test", monitor, definitions)))
			cli.Run("plan")
			if got := errorsOf(cli.Diagnostics("apply", "-auto-approve")); len(got) != 1 {
				t.Errorf("got %+v, want one error", got)
			}
			checkCalls(t, env)
		})
	}
}

// The map may have many definitions, so an error says which one it is about.
func TestSetNamesTheKeyOfARefusedDefinition(t *testing.T) {
	t.Parallel()
	env, monitor, cli := bare(t)
	cli.Configure(env.Config("%s", set("test", monitor, `{
    errors = { name = "JsErrorCount", dimension_keys = { "metadata.browsername" = "BrowserName" } }
  }`)))
	acctest.WantOne(t, cli.Diagnostics("plan"), "error", "Not a dimension of extended metrics", "Did you mean metadata.browserName?", `the key "errors"`)
}
