package metricdefinition_test

import (
	"fmt"
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
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	config := withDestination(env, monitor, sessions)
	for name, pattern := range map[string]string{
		"checkouts":  `{ event_type = ["checkout"] }`,
		"xray":       `{ event_type = ["com.amazon.xray_trace_event"] }`,
		"errors":     `{ event_type = ["com.amazon.rum.js_error_event"] }`,
		"operator":   `{ event_type = [{ prefix = "check" }] }`,
		"no_type":    `{ metadata = { browserName = ["Chrome"] } }`,
		"no_pattern": "null",
	} {
		if pattern != "null" {
			pattern = "jsonencode(" + pattern + ")"
		}
		config += definition(name, fmt.Sprintf("name = %q\nnamespace = \"Shop\"\nevent_pattern = %s", name, pattern))
	}
	config += definition("extended", `name = "NewOfAWS"`+"\n"+`event_pattern = jsonencode({ event_type = ["checkout", "paid"] })`)
	cli := env.CLI(t)
	cli.Configure(config)
	acctest.WantNone(t, cli.Diagnostics("plan"))

	customEvents(t, env, monitor, types.CustomEventsStatusDisabled)
	got := cli.Diagnostics("plan")
	for name, event := range map[string]string{"checkouts": `"checkout"`, "NewOfAWS": `"paid"`} {
		title := "App monitor accepts no custom events for " + name
		acctest.WantOne(t, named(got, title), "warning", title,
			event, monitor, env.Region, `custom_events { status = "ENABLED" }`, "aws_rum_app_monitor", "Ignore this if the same apply")
	}
	if len(got) != 2 {
		t.Errorf("got %d diagnostics, want two: %+v", len(got), got)
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
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	customEvents(t, env, monitor, types.CustomEventsStatusDisabled)
	cli := env.CLI(t)
	cli.Configure(strings.Replace(countedDefinitions(env, monitor, 40, "Checkouts${count.index}"),
		`namespace        = "Shop"`, `namespace        = "Shop"`+"\n  event_pattern    = jsonencode({ event_type = [\"checkout\"] })", 1))
	for permitted, warnings := range map[bool]int{true: 40, false: 0} {
		env.Fake.ClearFaults()
		env.Fake.ForgetRequests()
		if !permitted {
			env.Fake.Inject(fakerum.Fault{Operation: fakerum.OpGetAppMonitor, Status: 403, Code: "AccessDeniedException"})
		}
		if got := cli.Diagnostics("plan"); len(got) != warnings {
			t.Errorf("permitted %t: got %d diagnostics, want %d", permitted, len(got), warnings)
		}
		if got := env.Fake.Count(fakerum.OpGetAppMonitor); got != 1 {
			t.Errorf("permitted %t: %d GetAppMonitor, want 1", permitted, got)
		}
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
