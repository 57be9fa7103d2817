package metricdefinition_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// customEvents sets whether a monitor accepts custom events.
func customEvents(t *testing.T, env *acctest.Env, monitor string, status types.CustomEventsStatus) {
	t.Helper()
	if _, err := env.SDK.UpdateAppMonitor(t.Context(), &rum.UpdateAppMonitorInput{Name: &monitor, CustomEvents: &types.CustomEvents{Status: status}}); err != nil {
		t.Fatal(err)
	}
}

func TestPlanWarnsOfAPatternWhoseEventsTheMonitorDoesNotAccept(t *testing.T) {
	t.Parallel()
	const (
		disabled, enabled = types.CustomEventsStatusDisabled, types.CustomEventsStatusEnabled
		custom            = "name = \"Checkouts\"\nnamespace = \"Shop\"\n"
	)
	for name, test := range map[string]struct {
		status    types.CustomEventsStatus
		arguments string
		warns     bool
	}{
		"custom events, disabled":             {disabled, custom + `event_pattern = jsonencode({ event_type = ["checkout"] })`, true},
		"custom events, enabled":              {enabled, custom + `event_pattern = jsonencode({ event_type = ["checkout"] })`, false},
		"events of AWS X-Ray":                 {disabled, custom + `event_pattern = jsonencode({ event_type = ["com.amazon.xray_trace_event"] })`, false},
		"events of AWS":                       {disabled, custom + `event_pattern = jsonencode({ event_type = ["com.amazon.rum.js_error_event"] })`, false},
		"an extended metric":                  {disabled, sessions, false},
		"an operator":                         {disabled, custom + `event_pattern = jsonencode({ event_type = [{ prefix = "check" }] })`, false},
		"no event type":                       {disabled, custom + `event_pattern = jsonencode({ metadata = { browserName = ["Chrome"] } })`, false},
		"no pattern":                          {disabled, custom, false},
		"an extended metric of custom events": {disabled, "name = \"NewOfAWS\"\n" + `event_pattern = jsonencode({ event_type = ["checkout", "paid"] })`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.NewFake(t)
			monitor := env.Monitor(t)
			customEvents(t, env, monitor, test.status)
			cli := env.CLI(t)
			cli.Configure(withDestination(env, monitor, test.arguments))
			diagnostics := cli.Diagnostics("plan")
			if !test.warns {
				acctest.WantNone(t, diagnostics)
				return
			}
			event, name := `"checkout"`, "Checkouts"
			if strings.Contains(test.arguments, "paid") {
				event, name = `"paid"`, "NewOfAWS"
			}
			acctest.WantOne(t, diagnostics, "warning", "App monitor accepts no custom events for "+name,
				event, monitor, env.Region, `custom_events { status = "ENABLED" }`, "aws_rum_app_monitor", "Ignore this if the same apply")
		})
	}
}

// The plan reads the monitor only when a definition changes.
func TestPlanLooksAheadOnlyForAChange(t *testing.T) {
	t.Parallel()
	env, monitor, cli := applied(t, checkouts)
	customEvents(t, env, monitor, types.CustomEventsStatusDisabled)
	env.Fake.ForgetRequests()
	acctest.WantNone(t, cli.Diagnostics("plan", "-detailed-exitcode"))
	if got := env.Fake.Count(fakerum.OpGetAppMonitor); got != 0 {
		t.Errorf("without a change: %d GetAppMonitor, want none", got)
	}
	cli.Configure(withDestination(env, monitor, strings.Replace(checkouts, `"Count"`, `"Bytes"`, 1)))
	if diagnostics := cli.Diagnostics("plan"); len(diagnostics) != 1 || diagnostics[0].Address != address {
		t.Errorf("with a change: got %+v, want one warning", diagnostics)
	}
}

func TestDefinitionsOfOneMonitorShareTheLookAhead(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]*fakerum.Fault{
		"allowed":       nil,
		"not permitted": {Operation: fakerum.OpGetAppMonitor, Status: 403, Code: "AccessDeniedException"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.NewFake(t)
			monitor := env.Monitor(t)
			customEvents(t, env, monitor, types.CustomEventsStatusDisabled)
			if fault != nil {
				env.Fake.Inject(*fault)
			}
			cli := env.CLI(t)
			cli.Configure(strings.Replace(countedDefinitions(env, monitor, 40, "Checkouts${count.index}"),
				`namespace        = "Shop"`, `namespace        = "Shop"`+"\n  event_pattern    = jsonencode({ event_type = [\"checkout\"] })", 1))
			diagnostics := cli.Diagnostics("plan")
			want := 40
			if fault != nil {
				want = 0
			}
			if len(diagnostics) != want {
				t.Errorf("%d diagnostics, want %d", len(diagnostics), want)
			}
			if got := env.Fake.Count(fakerum.OpGetAppMonitor); got != 1 {
				t.Errorf("%d GetAppMonitor, want 1", got)
			}
		})
	}
}

// device.crash is an event of AWS's client for iOS, and not one of the app's own.
func TestNothingIsSaidOfCustomEventsOnMobile(t *testing.T) {
	t.Parallel()
	for _, platform := range []types.AppMonitorPlatform{types.AppMonitorPlatformAndroid, types.AppMonitorPlatformIos, types.AppMonitorPlatformWeb} {
		env := acctest.NewFake(t)
		if _, err := env.SDK.CreateAppMonitor(t.Context(), &rum.CreateAppMonitorInput{Name: aws.String("app"), Platform: platform, Domain: aws.String("example.com")}); err != nil {
			t.Fatal(err)
		}
		cli := env.CLI(t)
		cli.Configure(withDestination(env, "app", "name = \"Crashes\"\nnamespace = \"Shop\"\n"+`event_pattern = jsonencode({ event_type = ["device.crash"] })`))
		got := cli.Diagnostics("plan")
		if platform != types.AppMonitorPlatformWeb {
			acctest.WantNone(t, got)
			continue
		}
		acctest.WantOne(t, got, "warning", "App monitor accepts no custom events for Crashes")
	}
}
