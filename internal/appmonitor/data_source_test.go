package appmonitor_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// one returns a configuration with the data source rum_app_monitor.
func one(env *acctest.Env, arguments string) string {
	return env.Config("data \"rum_app_monitor\" \"test\" {\n%s\n}\n", arguments)
}

// wantAttributes returns checks of the attributes of the data source at address.
func wantAttributes(address string, want map[string]knownvalue.Check) []statecheck.StateCheck {
	var checks []statecheck.StateCheck
	for attribute, check := range want {
		checks = append(checks, statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), check))
	}
	return checks
}

// texts returns checks of the elements of a list or a set of strings.
func texts(values ...string) []knownvalue.Check {
	checks := []knownvalue.Check{}
	for _, v := range values {
		checks = append(checks, knownvalue.StringExact(v))
	}
	return checks
}

func TestAccAppMonitorDataSource_basic(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	monitor := env.Monitor(t)
	env.Run(t, resource.TestStep{
		Config: env.Config(`
data "rum_app_monitor" "test" {
  name = %q
}

data "rum_app_monitors" "test" {}

output "listed" {
  value = contains(data.rum_app_monitors.test.names, data.rum_app_monitor.test.name)
}
`, monitor),
		ConfigStateChecks: append(wantAttributes("data.rum_app_monitor.test", map[string]knownvalue.Check{
			"name":          knownvalue.StringExact(monitor),
			"region":        knownvalue.StringExact(env.Region),
			"id":            knownvalue.NotNull(),
			"domain":        knownvalue.StringExact("localhost"),
			"custom_events": knownvalue.StringExact("ENABLED"),
		}), statecheck.ExpectKnownOutputValue("listed", knownvalue.Bool(true))),
	})
}

func TestAppMonitorHasEveryValueOfTheService(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	created, err := env.SDK.CreateAppMonitor(t.Context(), &rum.CreateAppMonitorInput{
		Name:       aws.String("web"),
		DomainList: []string{"b.example.com", "a.example.com"},
		Platform:   types.AppMonitorPlatformIos,
		AppMonitorConfiguration: &types.AppMonitorConfiguration{
			SessionSampleRate: 0.25,
			Telemetries:       []types.Telemetry{types.TelemetryPerformance, types.TelemetryErrors},
		},
		CustomEvents: &types.CustomEvents{Status: types.CustomEventsStatusEnabled},
		CwLogEnabled: aws.Bool(true),
		Tags:         map[string]string{"team": "web", "empty": ""},
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := env.SDK.GetAppMonitor(t.Context(), &rum.GetAppMonitorInput{Name: aws.String("web")})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]knownvalue.Check{
		"name":                knownvalue.StringExact("web"),
		"region":              knownvalue.StringExact(acctest.Region),
		"id":                  knownvalue.StringExact(*created.Id),
		"domain":              knownvalue.Null(),
		"domain_list":         knownvalue.ListExact(texts("b.example.com", "a.example.com")), // in the service's order
		"platform":            knownvalue.StringExact("iOS"),
		"state":               knownvalue.StringExact("CREATED"),
		"custom_events":       knownvalue.StringExact("ENABLED"),
		"session_sample_rate": knownvalue.Float64Exact(0.25),
		"telemetries":         knownvalue.SetExact(texts("errors", "performance")),
		"cw_log_enabled":      knownvalue.Bool(true),
		"cw_log_group":        knownvalue.StringExact("/aws/vendedlogs/RUMService_web" + (*created.Id)[:8]),
		"tags":                knownvalue.MapExact(map[string]knownvalue.Check{"team": knownvalue.StringExact("web"), "empty": knownvalue.StringExact("")}),
		"created":             knownvalue.StringExact(*got.AppMonitor.Created),
		"last_modified":       knownvalue.StringExact(*got.AppMonitor.LastModified),
	}
	env.Run(t, resource.TestStep{Config: one(env, `name = "web"`), ConfigStateChecks: wantAttributes("data.rum_app_monitor.test", want)})
}

func TestAppMonitorShowsChangedCustomEvents(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	env.Account.CreateMonitor("web")
	customEvents := func(want string) []statecheck.StateCheck {
		return wantAttributes("data.rum_app_monitor.test", map[string]knownvalue.Check{"custom_events": knownvalue.StringExact(want)})
	}
	env.Run(t,
		resource.TestStep{Config: one(env, `name = "web"`), ConfigStateChecks: customEvents("DISABLED")},
		resource.TestStep{
			PreConfig: func() {
				_, err := env.SDK.UpdateAppMonitor(t.Context(), &rum.UpdateAppMonitorInput{
					Name: aws.String("web"), CustomEvents: &types.CustomEvents{Status: types.CustomEventsStatusEnabled},
				})
				if err != nil {
					t.Fatal(err)
				}
			},
			Config: one(env, `name = "web"`), ConfigStateChecks: customEvents("ENABLED"),
		},
	)
}

func TestAppMonitorHasNullForAbsentMembers(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	env.Account.CreateMonitor("web")
	absent := map[string]knownvalue.Check{"name": knownvalue.StringExact("web"), "region": knownvalue.StringExact(acctest.Region)}
	for _, attribute := range []string{
		"id", "domain", "domain_list", "platform", "state", "custom_events", "session_sample_rate",
		"telemetries", "cw_log_enabled", "cw_log_group", "tags", "created", "last_modified",
	} {
		absent[attribute] = knownvalue.Null()
	}
	env.Run(t,
		resource.TestStep{Config: one(env, `name = "web"`), ConfigStateChecks: wantAttributes("data.rum_app_monitor.test", map[string]knownvalue.Check{
			"domain":         knownvalue.StringExact("example.com"),
			"domain_list":    knownvalue.Null(),
			"telemetries":    knownvalue.SetExact(texts()), // the service gives some members as empty collections, which must not become null
			"tags":           knownvalue.MapExact(map[string]knownvalue.Check{}),
			"cw_log_enabled": knownvalue.Bool(false),
			"cw_log_group":   knownvalue.Null(),
		})},
		resource.TestStep{
			PreConfig: func() { env.Fake.Behave(func(b *fakerum.Behavior) { b.BareMonitors = true }) },
			Config:    one(env, `name = "web"`), ConfigStateChecks: wantAttributes("data.rum_app_monitor.test", absent),
		},
	)
}

func TestAppMonitorIsReadFromItsRegion(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	env.In(acctest.OtherRegion).CreateMonitor("web")
	env.Run(t,
		resource.TestStep{Config: one(env, "name = \"web\"\nregion = \"us-east-1\""), ConfigStateChecks: wantAttributes("data.rum_app_monitor.test", map[string]knownvalue.Check{
			"name": knownvalue.StringExact("web"), "region": knownvalue.StringExact("us-east-1"),
		})},
		// The provider's region has no monitor of that name.
		resource.TestStep{Config: one(env, `name = "web"`), ExpectError: acctest.Saying(
			`No app monitor of eu-west-1 has the name "web". Check the name and the region: monitors of the same name in other regions don't count.`)},
	)
}

func TestAppMonitorErrorSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		arguments string
		fault     fakerum.Fault // none when its Status is 0
		want      []string
	}{
		"no such monitor": {`name = "absent"`, fakerum.Fault{}, []string{
			"Cannot read RUM app monitor", `App monitor "absent" in eu-west-1`, "ResourceNotFoundException", `has the name "absent"`,
		}},
		"no permission": {`name = "web"`, fakerum.Fault{Operation: fakerum.OpGetAppMonitor, Status: 403, Code: "AccessDeniedException"}, []string{
			"Cannot read RUM app monitor", `App monitor "web" in eu-west-1`, "rum:GetAppMonitor on arn:aws:rum:eu-west-1:ACCOUNT:appmonitor/web",
		}},
		"malformed name":              {`name = ".hidden"`, fakerum.Fault{}, []string{"not starting with a full stop"}},
		"malformed region":            {"name = \"web\"\nregion = \"Ireland\"", fakerum.Fault{}, []string{"region"}},
		"region of another partition": {"name = \"web\"\nregion = \"cn-north-1\"", fakerum.Fault{}, []string{`"cn-north-1" is in the partition aws-cn`}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.NewFake(t)
			env.Account.CreateMonitor("web")
			if test.fault.Status != 0 {
				env.Fake.Inject(test.fault)
			}
			var steps []resource.TestStep
			for _, text := range test.want {
				steps = append(steps, resource.TestStep{Config: one(env, test.arguments), ExpectError: acctest.Saying(text)})
			}
			env.Run(t, steps...)
		})
	}
}

// The data source works for a caller whose only permission is to read monitors.
func TestAppMonitorNeedsNoOtherPermission(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	env.Account.CreateMonitor("web")
	env.Fake.Inject(fakerum.Fault{Status: 403, Code: "AccessDeniedException", Match: func(r fakerum.Request) bool {
		return r.Operation != fakerum.OpGetAppMonitor
	}})
	env.Run(t, resource.TestStep{Config: one(env, `name = "web"`)})
}
