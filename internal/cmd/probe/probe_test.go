package main

import (
	"bytes"
	"context"
	"io"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

const (
	accessKey = "AKIAPROBE1234567890"
	region    = "eu-west-1"
)

// serve starts a fake and makes the environment lead the probe to it.
func serve(t *testing.T) *fakerum.Service {
	t.Helper()
	fake := fakerum.New()
	endpoint, stop, err := fake.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	for name, value := range map[string]string{
		"RUM_ACC_REAL": "1", "AWS_ENDPOINT_URL_RUM": endpoint, "AWS_REGION": region,
		"AWS_ACCESS_KEY_ID": accessKey, "AWS_SECRET_ACCESS_KEY": fakerum.SecretKey, "AWS_SESSION_TOKEN": "", "AWS_PROFILE": "",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "",
	} {
		t.Setenv(name, value)
	}
	return fake
}

// probe returns the rows of the table, cell by cell, and checks that nothing is
// left behind.
func probe(t *testing.T, fake *fakerum.Service) (rows [][]string) {
	t.Helper()
	var out bytes.Buffer
	if err := run(t.Context(), &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	if left := fake.In(accessKey, region).Monitors(); len(left) > 0 {
		t.Errorf("app monitors left behind: got %q, want none", left)
	}
	for line := range strings.Lines(out.String()) {
		if cells := strings.Split(strings.Trim(line, "| \n"), " | "); len(cells) >= 4 && !strings.HasPrefix(line, "| question") && !strings.HasPrefix(line, "|---") {
			rows = append(rows, cells)
		}
	}
	if len(rows) != len(questions) {
		t.Fatalf("got %d rows, want %d:\n%s", len(rows), len(questions), &out)
	}
	return rows
}

// switchesIn returns the switches that the rows name, each once.
func switchesIn(rows [][]string) []string {
	names := map[string]bool{}
	for _, cells := range rows {
		if cells[3] == "different" {
			names[cells[4]] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

func TestFakeAnswersTheSameAsItself(t *testing.T) {
	for _, cells := range probe(t, serve(t)) {
		if cells[2] != "identical" || cells[3] != "same" {
			t.Errorf("got %q, want an identical answer", cells)
		}
	}
}

func TestThreeSwitchesAreNamed(t *testing.T) {
	fake := serve(t)
	fake.Behave(func(b *fakerum.Behavior) {
		b.DeleteAbsentOK, b.KeepMembers, b.LeftDefinitions = true, true, fakerum.DefinitionsReturn
	})
	got := switchesIn(probe(t, fake))
	want := []string{"DeleteAbsentOK", "KeepMembers", "LeftDefinitions: DefinitionsReturn"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A switch that decides no answer to a question would be one that AWS is never
// asked about.
func TestEverySettingIsNamed(t *testing.T) {
	fake := serve(t)
	overlap(fake)
	for _, s := range settings {
		t.Run(s.name, func(t *testing.T) {
			want := []string{s.name}
			fake.Behave(func(b *fakerum.Behavior) {
				*b = fakerum.Behavior{}
				s.set(b)
				if s.name == "KeepRole" { // decides nothing while no Put without a role succeeds
					b.CloudWatchARNs = fakerum.ARNsKept
					want = []string{"CloudWatchARNs: ARNsKept", "CloudWatchARNs: ARNsKept and KeepRole"}
				}
			})
			if got := switchesIn(probe(t, fake)); !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestEverySwitchHasASetting(t *testing.T) {
	var b fakerum.Behavior
	for _, s := range settings {
		s.set(&b)
	}
	others := []string{"SessionDuration", "RejectDefinition"} // of STS, and of tests
	for i := range reflect.TypeFor[fakerum.Behavior]().NumField() {
		name := reflect.TypeFor[fakerum.Behavior]().Field(i).Name
		if reflect.ValueOf(b).Field(i).IsZero() != slices.Contains(others, name) {
			t.Errorf("settings do not set the switch %s as they should", name)
		}
	}
}

func TestAnswerWithoutASwitchIsNamedNone(t *testing.T) {
	fake := serve(t)
	fake.Inject(fakerum.Fault{Operation: fakerum.OpUpdateRumMetricDefinition, Status: 400, Code: "ValidationException", Message: "no"})
	for _, cells := range probe(t, fake) {
		if strings.Contains(cells[1], "UpdateRumMetricDefinition: 400") && (cells[3] != "different" || cells[4] != "none") {
			t.Errorf("got %q, want a different answer without a switch", cells)
		}
	}
	if fake.Count(fakerum.OpUpdateRumMetricDefinition) == 0 {
		t.Error("got no update, want one")
	}
}

func TestNamesOfTheAccountAreMasked(t *testing.T) {
	fake := serve(t)
	fake.Inject(fakerum.Fault{
		Operation: fakerum.OpPutRumMetricsDestination, Times: 2, Status: 403, Code: "AccessDeniedException",
		Message: "User: arn:aws:sts::111122223333:assumed-role/ci/me is not authorized to perform: rum:PutRumMetricsDestination on resource: " +
			"arn:aws:rum:eu-west-1:111122223333:appmonitor/web; account 111122223333, key AKIAPROBE1234567890",
	})
	for _, cells := range probe(t, fake) {
		for _, name := range []string{"111122223333", "arn:", "assumed-role", "AKIA", monitorPrefix} {
			if strings.Contains(strings.Join(cells, " "), name) {
				t.Errorf("got %q, want it without %q", cells, name)
			}
		}
	}
}

func TestInterruptLeavesNothingBehind(t *testing.T) {
	for _, operation := range []string{
		fakerum.OpCreateAppMonitor, fakerum.OpPutRumMetricsDestination, fakerum.OpBatchCreateRumMetricDefinitions, fakerum.OpDeleteAppMonitor,
	} {
		t.Run(operation, func(t *testing.T) {
			fake := serve(t)
			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()
			fake.Inject(fakerum.Fault{
				Operation: operation, Times: 1, Delay: 50 * time.Millisecond,
				Match: func(fakerum.Request) bool { interrupt(); return true },
			})
			err := run(ctx, io.Discard, io.Discard)
			if err == nil || err.Error() != "interrupted" {
				t.Errorf("got error %v, want interrupted", err)
			}
			if left := fake.In(accessKey, region).Monitors(); len(left) > 0 {
				t.Errorf("app monitors left behind: got %q, want none", left)
			}
			// A service may go on with a request whose client has left: with what it then
			// creates, a delete could come too early.
			for _, r := range fake.Requests() {
				if r.Operation == fakerum.OpCreateAppMonitor && r.Status != 200 {
					t.Errorf("got status %d for CreateAppMonitor, want it to be answered", r.Status)
				}
			}
		})
	}
}

func TestOtherWordsAreTheSameAnswer(t *testing.T) {
	fake := serve(t)
	fake.Inject(fakerum.Fault{
		Match:  func(r fakerum.Request) bool { return strings.Contains(r.URL, "nextToken=rum-probe") },
		Status: 400, Code: "ValidationException", Message: "in other words",
	})
	found := 0
	for _, cells := range probe(t, fake) {
		if !strings.Contains(cells[1], "in other words") {
			continue
		}
		found++
		if cells[2] == "identical" || cells[3] != "same" {
			t.Errorf("got %q, want the same answer, with the words of both", cells)
		}
	}
	if found != 1 {
		t.Errorf("got %d answers in other words, want 1", found)
	}
}

func TestWhatIsLeftBehindIsNamed(t *testing.T) {
	fake := serve(t)
	fake.Inject(fakerum.Fault{Operation: fakerum.OpDeleteAppMonitor, Status: 403, Code: "AccessDeniedException"})
	err := run(t.Context(), io.Discard, io.Discard)
	left := fake.In(accessKey, region).Monitors()
	if len(left) != 1 || err == nil || !strings.Contains(err.Error(), "aws rum delete-app-monitor --name "+left[0]) {
		t.Errorf("got error %v, want the command that deletes %q", err, left)
	}
}

func TestNothingIsAskedWithoutConsent(t *testing.T) {
	fake := serve(t)
	t.Setenv("RUM_ACC_REAL", "")
	err := run(t.Context(), io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "RUM_ACC_REAL=1") {
		t.Errorf("got error %v, want one that says to set RUM_ACC_REAL=1", err)
	}
	if n := len(fake.Requests()); n != 0 {
		t.Errorf("got %d requests, want none", n)
	}
}

// With credentials that have expired, a table full of refusals would say nothing
// of AWS.
func TestServiceThatCannotBeAskedEndsTheProbe(t *testing.T) {
	for _, operation := range []string{fakerum.OpGetAppMonitor, fakerum.OpCreateAppMonitor} {
		t.Run(operation, func(t *testing.T) {
			fake := serve(t)
			fake.Inject(fakerum.Fault{Operation: operation, Status: 403, Code: "ExpiredTokenException", Message: "expired"})
			var out bytes.Buffer
			err := run(t.Context(), &out, io.Discard)
			if err == nil || !strings.Contains(err.Error(), "ExpiredTokenException") || strings.Contains(err.Error(), "left behind") {
				t.Errorf("got error %v, want the service's, and nothing left behind", err)
			}
			if strings.Contains(out.String(), questions[0].text) {
				t.Errorf("got %q, want no row", &out)
			}
		})
	}
}
