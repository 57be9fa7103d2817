package metricsdestination_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// The tests of validate have every form of a wrong name, ARN and region.
func TestWrongConfigurationsFailThePlan(t *testing.T) {
	t.Parallel()
	const kind = `destination = "CloudWatch"`
	for name, test := range map[string]struct {
		lines []string // of the resource block; app_monitor_name is added unless they have it
		want  string
	}{
		"no destination":           {[]string{}, `The argument "destination" is required`},
		"null monitor":             {[]string{`app_monitor_name = null`, kind}, `Must set a configuration value for the app_monitor_name attribute`},
		"monitor with a space":     {[]string{`app_monitor_name = "my web"`, kind}, `Got "my web" (6 characters)`},
		"destination in lowercase": {[]string{`destination = "cloudwatch"`}, `value must be one of: ["CloudWatch" "Evidently"], got: "cloudwatch"`},
		"Evidently without ARN":    {[]string{`destination = "Evidently"`, `iam_role_arn = "` + roleA + `"`}, `destination_arn is required when destination is "Evidently"`},
		"Evidently without role":   {[]string{`destination = "Evidently"`, `destination_arn = "` + arnA + `"`}, `iam_role_arn is required when destination is "Evidently"`},
		"CloudWatch with ARN":      {[]string{kind, `destination_arn = "` + arnA + `"`}, `destination_arn must not be set when destination is "CloudWatch"`},
		"CloudWatch with role":     {[]string{kind, `iam_role_arn = "` + roleA + `"`}, `iam_role_arn must not be set when destination is "CloudWatch"`},
		"no ARN":                   {[]string{`destination = "Evidently"`, `destination_arn = "petfood"`, `iam_role_arn = "` + roleA + `"`}, `destination_arn must be an ARN`},
		"no role ARN":              {[]string{`destination = "Evidently"`, `destination_arn = "` + arnA + `"`, `iam_role_arn = "rum"`}, `iam_role_arn must be an ARN`},
		"no region":                {[]string{kind, `region = "Ireland"`}, `region must be the name of an AWS region`},
		"region of no partition":   {[]string{kind, `region = "xx-new-1"`}, `"xx-new-1" is not a region of any AWS partition known to this version of the provider. Correct it, or set skip_region_validation in the provider block if the region is new`},
		"region of another partition": {
			[]string{kind, `region = "cn-north-1"`},
			`"cn-north-1" is in the partition aws-cn, but the provider's region "eu-west-1" is in aws, and credentials are good for one partition only. Use a provider block of its own for each partition`,
		},
		"id": {[]string{kind, `id = "web"`}, `Invalid Configuration for Read-Only Attribute`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.NewFake(t)
			lines := test.lines
			if !slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, "app_monitor_name") }) {
				lines = append(lines, `app_monitor_name = "web"`)
			}
			env.Run(t, resource.TestStep{
				Config:      config(env, block("test", lines...)),
				PlanOnly:    true,
				ExpectError: acctest.Saying(test.want),
			})
			if requests := env.Fake.Requests(); len(requests) > 0 {
				t.Errorf("the service received %d requests, want none: %v", len(requests), requests)
			}
		})
	}
}

// Modules pass "" for none. Each such value is one error, which says how to write none.
func TestEmptyValueIsOneErrorThatSaysHowToWriteNone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		destination            string
		summary, detail, empty string
	}{
		"ARN of CloudWatch":  {`destination = "CloudWatch"`, "destination_arn not allowed here", "Leave it out, or set it to null.", "destination_arn"},
		"role of CloudWatch": {`destination = "CloudWatch"`, "iam_role_arn not allowed here", "Leave it out, or set it to null.", "iam_role_arn"},
		"region":             {`destination = "CloudWatch"`, "Invalid region", "For none, leave it out or set it to null.", "region"},
		"ARN of Evidently":   {"destination = \"Evidently\"\niam_role_arn = \"" + roleA + `"`, "Missing destination_arn", `is required when destination is "Evidently"`, "destination_arn"},
		"role of Evidently":  {"destination = \"Evidently\"\ndestination_arn = \"" + arnA + `"`, "Missing iam_role_arn", `is required when destination is "Evidently"`, "iam_role_arn"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cli := newCLI(t, newFake(t), block("test", `app_monitor_name = "web"`, test.destination, test.empty+` = ""`))
			got := slices.DeleteFunc(cli.Diagnostics("plan"), func(d acctest.Diagnostic) bool { return d.Severity == "warning" }) // of Evidently
			acctest.WantOne(t, got, "error", test.summary, test.detail)
		})
	}
}

const endOfSupport = "CloudWatch Evidently has reached its end of support"

func TestEvidentlyIsWarnedOf(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	cli := newCLI(t, env, evidently("test", web, arnA, roleA))
	got := acctest.WantOne(t, cli.Diagnostics("plan"), "warning", endOfSupport, `For a new one use destination = "CloudWatch"`)
	if got.Address != address {
		t.Errorf("Evidently: got a warning of %s, want one of %s", got.Address, address)
	}

	// Once it exists, it is said no more: not of a plan without a change, nor of an update.
	cli.Run("apply", "-auto-approve")
	acctest.WantNone(t, cli.Diagnostics("plan", "-detailed-exitcode"))
	cli.Configure(config(env, evidently("test", web, arnA, roleB)))
	acctest.WantNone(t, cli.Diagnostics("plan"))
	cli.Configure(config(env, evidently("test", web, arnB, roleA)))
	acctest.WantOne(t, cli.Diagnostics("plan"), "warning", endOfSupport)

	cli.Configure(config(env, cloudWatch("test", web)))
	acctest.WantNone(t, cli.Diagnostics("plan"))
}

// later returns an expression whose value is known only at apply.
func later(expression string) string {
	return `terraform_data.later.id == "" ? "" : ` + expression
}

const laterData = `resource "terraform_data" "later" {}
`

func TestUnknownValuesPassThePlan(t *testing.T) {
	t.Parallel()
	idUnknown := []plancheck.PlanCheck{plancheck.ExpectUnknownValue(address, tfjsonpath.New("id"))}
	for name, test := range map[string]struct {
		lines  []string
		checks []plancheck.PlanCheck
		region string
		want   fakerum.Destination
	}{
		"everything": {
			lines: []string{
				"app_monitor_name = " + later(`"web"`), "destination = " + later(`"Evidently"`), "region = " + later(`"us-east-1"`),
				"destination_arn = " + later(`"`+arnA+`"`), "iam_role_arn = " + later(`"`+roleA+`"`),
			},
			checks: idUnknown, region: acctest.OtherRegion, want: inEvidently(arnA, roleA),
		},
		"the role alone": {
			lines: []string{
				`app_monitor_name = "web"`, `destination = "Evidently"`, `destination_arn = "` + arnA + `"`,
				"iam_role_arn = " + later(`"`+roleA+`"`),
			},
			checks: []plancheck.PlanCheck{
				plancheck.ExpectUnknownValue(address, tfjsonpath.New("iam_role_arn")),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.StringExact("web,Evidently,"+arnA+"@eu-west-1")),
			},
			region: acctest.Region, want: inEvidently(arnA, roleA),
		},
		"what turns out to be null": {
			lines: []string{
				`app_monitor_name = "web"`, `destination = "CloudWatch"`,
				"destination_arn = " + later("null"), "iam_role_arn = " + later("null"), "region = " + later("null"),
			},
			checks: idUnknown, region: acctest.Region, want: inCloudWatch,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newFake(t)
			env.Run(t, resource.TestStep{
				Config:            config(env, laterData, block("test", test.lines...)),
				ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: test.checks},
				ConfigStateChecks: values(address, map[string]string{"region": test.region}),
				PostApplyFunc:     func() { wantDestinations(t, env.In(test.region), web, test.want) },
			})
		})
	}
}

func TestUnknownValuesAreCheckedBeforeAnyPut(t *testing.T) {
	t.Parallel()
	const kind, monitor = `destination = "CloudWatch"`, `app_monitor_name = "web"`
	for name, test := range map[string]struct {
		lines []string
		want  string
	}{
		"monitor":     {[]string{"app_monitor_name = " + later(`"my web"`), kind}, `Got "my web" (6 characters)`},
		"destination": {[]string{monitor, "destination = " + later(`"cloudwatch"`)}, `got: "cloudwatch"`},
		"CloudWatch with ARN": {
			[]string{monitor, kind, "destination_arn = " + later(`"`+arnA+`"`)},
			`destination_arn must not be set when destination is "CloudWatch"`,
		},
		"Evidently without role": {
			[]string{monitor, "destination = " + later(`"Evidently"`), `destination_arn = "` + arnA + `"`, `iam_role_arn = ` + later("null")},
			`iam_role_arn is required when destination is "Evidently"`,
		},
		"region": {[]string{monitor, kind, "region = " + later(`"cn-north-1"`)}, `"cn-north-1" is in the partition aws-cn`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newFake(t)
			later := config(env, laterData, block("test", test.lines...))
			env.Run(t,
				resource.TestStep{Config: later, PlanOnly: true, ExpectNonEmptyPlan: true},
				resource.TestStep{Config: later, ExpectError: acctest.Saying(test.want)},
			)
			wantWrites(t, env, 0, 0)
		})
	}
}
