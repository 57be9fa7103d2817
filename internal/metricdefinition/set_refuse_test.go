package metricdefinition_test

import (
	"slices"
	"strconv"
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

	cli.Configure(config + imports(setAddress, monitor+",CloudWatch@"+env.Region))
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
	comes := func(env *acctest.Env, monitor string) { stranger(env, monitor, "Stranger") }
	nothing := func(*acctest.Env, string) {}
	for name, test := range map[string]struct {
		definitions   string
		before, after func(*acctest.Env, string) // what happens before the plan, and after it
	}{
		"a name that only the apply knows": {`{ A = { name = terraform_data.later.output, namespace = "Shop" } }`, comes, nothing},
		"a map that only the apply knows":  {`{ for name in [terraform_data.later.output] : name => { namespace = "Shop" } }`, comes, nothing},
		"after the plan":                   {custom("A"), nothing, comes},
		"the plan could not ask": {
			custom("A"),
			func(env *acctest.Env, monitor string) {
				comes(env, monitor)
				env.Fake.Inject(fakerum.Fault{Operation: opLook, Status: 403, Code: "AccessDeniedException"})
			},
			func(env *acctest.Env, _ string) { env.Fake.ClearFaults() },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, monitor, cli := bare(t)
			test.before(env, monitor)
			cli.Configure(env.Config("%s", set("test", monitor, test.definitions)+later(`"A"`)))
			cli.Run("plan", "-out=planned")
			test.after(env, monitor)
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
	for name, test := range map[string]struct {
		definitions, summary string
		says                 []string // in the details of the errors
	}{
		"null elements": {
			`{ A = { namespace = "Shop" }, B = null, C = null }`, "Null metric definition",
			[]string{`"B"`, `"C"`, `{ for k, v in local.definitions : k => v if v != null }`},
		},
		"equal twins": {
			`{ A = { name = "X", namespace = "Shop" }, B = { namespace = "Shop" }, C = { name = "X", namespace = "Shop" } }`,
			"Two equal metric definitions", []string{`"A" and "C"`},
		},
		"equal but for a unit that AWS may fill in": {
			`{ a = { name = "JsErrorCount" }, b = { name = "JsErrorCount", unit_label = "Count" } }`,
			"Two equal metric definitions", []string{`"a" and "b"`},
		},
		"equal in other words": {
			`{ a = { name = "SessionCount" }, b = { name = "SessionCount", namespace = "AWS/RUM", value_key = "", event_pattern = "{ \"event_type\": [\"com.amazon.rum.session_start_event\"] }" } }`,
			"Two equal metric definitions", []string{`"a" and "b"`},
		},
		"a rule between members, and the key of the definition": {
			`{ errors = { name = "JsErrorCount", dimension_keys = { "metadata.browsername" = "BrowserName" } } }`,
			"Not a dimension of extended metrics", []string{"Did you mean metadata.browserName?", `the key "errors"`},
		},
		"a name that is too long": {
			`{ A = { name = "` + strings.Repeat("x", 256) + `", namespace = "Shop" } }`, "Invalid Attribute Value Length", []string{`definitions["A"].name`},
		},
		"a key that is too long": {
			`{ "` + strings.Repeat("x", 256) + `" = { namespace = "Shop" } }`, "Invalid Attribute Value Length", []string{"definitions"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, monitor, cli := bare(t)
			cli.Configure(env.Config("%s", set("test", monitor, test.definitions)))
			got, details := cli.Diagnostics("plan"), ""
			for _, d := range got {
				details += d.Detail
				if d.Severity != "error" || d.Summary != test.summary {
					t.Errorf("got %+v, want errors %q only", d, test.summary)
				}
			}
			for _, text := range test.says {
				if !strings.Contains(details, text) {
					t.Errorf("got %+v, want errors that say %q", got, text)
				}
			}
		})
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
	const b = `, B = { namespace = "Shop" } }`
	for name, c := range map[string]struct {
		monitor     bool // whether only the apply knows it
		definitions string
	}{
		"the monitor":             {true, custom("A", "B")},
		"a member":                {false, `{ A = { namespace = "Shop", unit_label = local.later.unit }` + b},
		"a name":                  {false, `{ A = { namespace = "Shop", name = local.later.name }` + b},
		"a pattern":               {false, `{ A = { namespace = "Shop", event_pattern = local.later.pattern }` + b},
		"dimensions":              {false, `{ A = { name = "JsErrorCount", dimension_keys = local.later.dimensions }` + b},
		"a dimension":             {false, `{ A = { name = "JsErrorCount", dimension_keys = { "metadata.osName" = local.later.dimensions["metadata.osName"] } }` + b},
		"a whole element":         {false, `{ A = local.later.map.A` + b},
		"the whole map":           {false, `{ for k, v in local.later.map : k => v }`},
		"the monitor and the map": {true, `local.later.map`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, monitor, cli := bare(t)
			block := set("test", monitor, c.definitions)
			if c.monitor {
				block = strings.Replace(block, strconv.Quote(monitor), "local.later.monitor", 1)
			}
			cli.Configure(env.Config("locals {\n  later = terraform_data.later.output\n}\n%s", block+later(`{
    monitor    = "`+monitor+`"
    unit       = "Count"
    name       = "Named"
    pattern    = jsonencode({ event_type = ["checkout"] })
    dimensions = { "metadata.osName" = "OSName" }
    map        = { A = { namespace = "Shop", unit_label = "Count" }, B = { namespace = "Shop", unit_label = "None" } }
  }`)))
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
		"equal twins": `{ A = { name = terraform_data.later.output, namespace = "Shop" }, B = { name = "Named", namespace = "Shop" } }`,
		"a rule":      `{ A = { namespace = "Shop", value_key = terraform_data.later.output } }`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, monitor, cli := bare(t)
			cli.Configure(env.Config("%s", set("test", monitor, definitions)+later(`"Named"`)))
			cli.Run("plan")
			if got := errorsOf(cli.Diagnostics("apply", "-auto-approve")); len(got) != 1 {
				t.Errorf("got %+v, want one error", got)
			}
			checkCalls(t, env)
		})
	}
}
