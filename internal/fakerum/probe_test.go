package fakerum_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/acctest"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/metricdefinition"
)

// Each test in this file is a question that AWS's documents leave open. Its name is
// the answer that the fake gives by default. "make probe" asks AWS the same
// questions with the same code, so what fails there is a difference.

// probe is a service to ask, with an app monitor that has nothing yet.
type probe struct {
	fake

	monitor string
}

// ask returns the fake, or AWS if RUM_ACC_REAL is 1. The switches are the fields of
// fakerum.Behavior that make the fake give another answer. The test names them when it
// fails.
func ask(t *testing.T, switches ...string) probe {
	t.Helper()
	for _, name := range switches {
		if _, exists := reflect.TypeFor[fakerum.Behavior]().FieldByName(name); !exists {
			t.Fatalf("fakerum.Behavior has no switch %s", name)
		}
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("The switch of the fake for another answer: %s", cmp.Or(strings.Join(switches, ", "), "none"))
		}
	})
	p := probe{monitor: acctest.RandomWithPrefix("rum-probe")}
	if os.Getenv("RUM_ACC_REAL") == "1" {
		p.fake = fake{t: t, api: realAPI(t)}
	} else {
		p.fake = serve(t)
	}
	t.Cleanup(func() {
		if err := p.deleteMonitor(); err != nil && !isNotFound(err) {
			t.Errorf("The app monitor may be left behind. Delete it with: aws rum delete-app-monitor --name %s (%v)", p.monitor, err)
		}
	})
	if err := p.createMonitor(); err != nil {
		t.Fatalf("not asked: %v", err)
	}
	return p
}

// realAPI returns a client of AWS. After an interrupt, it ends the test. A question that
// is being asked goes on, so that its app monitor is deleted.
func realAPI(t *testing.T) *rum.Client {
	t.Helper()
	select {
	case s := <-interrupts():
		interrupts() <- s // for the next test
		t.Fatal("not asked: interrupted")
	default:
	}
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatalf("not asked: %v", err)
	}
	return rum.NewFromConfig(cfg)
}

var interrupts = sync.OnceValue(func() chan os.Signal {
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt)
	return c
})

func (p probe) createMonitor() error {
	_, err := p.api.CreateAppMonitor(p.t.Context(), &rum.CreateAppMonitorInput{
		Name: &p.monitor, Domain: aws.String("localhost"), CustomEvents: &types.CustomEvents{Status: types.CustomEventsStatusEnabled},
	})
	return err
}

// deleteMonitor also works after the end of the test, when the test's context has ended.
func (p probe) deleteMonitor() error {
	_, err := p.api.DeleteAppMonitor(context.WithoutCancel(p.t.Context()), &rum.DeleteAppMonitorInput{Name: &p.monitor})
	return err
}

func isNotFound(err error) bool {
	_, ok := errors.AsType[*types.ResourceNotFoundException](err)
	return ok
}

// withCloudWatch puts the CloudWatch destination.
func (p probe) withCloudWatch() probe {
	p.t.Helper()
	wantOK(p.t, p.putDestination(p.monitor, cloudWatch, "", ""))
	return p
}

// create creates definitions in the CloudWatch destination, one after the other, and
// returns them as the service does.
func (p probe) create(all ...fakerum.Definition) (created []fakerum.Definition) {
	p.t.Helper()
	for _, d := range all {
		out, err := p.createDefinitions(p.monitor, cloudWatch, "", d)
		wantOK(p.t, err)
		if len(out.Errors) > 0 {
			p.t.Fatalf("%s is refused: %s: %s", d.Name, *out.Errors[0].ErrorCode, *out.Errors[0].ErrorMessage)
		}
		created = append(created, fromSDK(out.MetricDefinitions)...)
	}
	return created
}

// wantRefused fails the test unless the service answers 200 and refuses d in its Errors.
func (p probe) wantRefused(d fakerum.Definition) {
	p.t.Helper()
	out, err := p.createDefinitions(p.monitor, cloudWatch, "", d)
	wantOK(p.t, err)
	if len(out.Errors) != 1 {
		p.t.Fatalf("%+v is taken, want it refused", d)
	}
	if code := aws.ToString(out.Errors[0].ErrorCode); code != "ValidationException" {
		p.t.Errorf("ErrorCode = %q (%s), want ValidationException", code, aws.ToString(out.Errors[0].ErrorMessage))
	}
}

// list returns the definitions of the CloudWatch destination.
func (p probe) list() []fakerum.Definition {
	p.t.Helper()
	all, err := p.getDefinitions(p.monitor, cloudWatch, "")
	wantOK(p.t, err)
	return all
}

func (p probe) wantListed(want ...types.MetricDestinationSummary) {
	p.t.Helper()
	out, err := p.listDestinations(p.monitor)
	wantOK(p.t, err)
	if !reflect.DeepEqual(out.Destinations, append([]types.MetricDestinationSummary{}, want...)) {
		got, _ := json.Marshal(out.Destinations)
		wanted, _ := json.Marshal(want)
		p.t.Fatalf("destinations = %s, want %s", got, wanted)
	}
}

// custom is a custom metric that counts events.
func custom(name, pattern string) fakerum.Definition {
	return fakerum.Definition{Name: name, Namespace: "RumProbe", EventPattern: pattern}
}

const (
	probePattern = `{"event_type":["probe"]}`
	absentID     = "00000000-0000-4000-8000-000000000000"
)

// probeRole is the role for the questions that put one. By default it does not exist.
func probeRole() string {
	return cmp.Or(os.Getenv("RUM_PROBE_ROLE_ARN"), "arn:aws:iam::123456789012:role/rum-probe-does-not-exist")
}

// App monitors.

func TestProbeNewMonitorIsCreatedWithEveryMember(t *testing.T) {
	p := ask(t, "MonitorState", "BareMonitors")
	out, err := p.api.GetAppMonitor(t.Context(), &rum.GetAppMonitorInput{Name: &p.monitor})
	wantOK(t, err)
	m := out.AppMonitor
	if m.State != types.StateEnumCreated {
		t.Errorf("State = %q, want CREATED", m.State)
	}
	if m.Id == nil || m.Domain == nil || m.Created == nil || m.LastModified == nil || m.CustomEvents == nil || m.Platform == "" {
		t.Errorf("got %+v, want an Id, a Domain, Created, LastModified, CustomEvents and a Platform", m)
	}
}

func TestProbeNewMonitorHasNothingOfADeletedOne(t *testing.T) {
	p := ask(t, "KeepOrphans").withCloudWatch()
	p.create(custom("Kept", probePattern))
	wantOK(t, p.deleteMonitor())
	_, err := p.api.GetAppMonitor(t.Context(), &rum.GetAppMonitorInput{Name: &p.monitor})
	wantError(t, err, http.StatusNotFound, "ResourceNotFoundException")
	wantOK(t, p.createMonitor())
	p.wantListed()
}

func TestProbeMonitorNameThatBreaksThePatternIsRefused(t *testing.T) {
	p := ask(t)
	_, err := p.api.GetAppMonitor(t.Context(), &rum.GetAppMonitorInput{Name: aws.String("no~name")})
	wantError(t, err, http.StatusBadRequest, "ValidationException")
}

func TestProbeAbsentMonitorIsNamed(t *testing.T) {
	p := ask(t)
	wantNotFound(t, p.putDestination(p.monitor+"0", cloudWatch, "", ""), "AppMonitor")
}

func TestProbeWrongSignatureIsForbidden(t *testing.T) {
	p := ask(t)
	right, err := p.api.Options().Credentials.Retrieve(t.Context())
	wantOK(t, err)
	o := p.api.Options()
	o.Credentials = credentials.NewStaticCredentialsProvider(right.AccessKeyID, "wrong", right.SessionToken)
	o.HTTPSignerV4, o.AuthSchemes = nil, nil // those of the client remember the right key
	_, err = rum.New(o).GetAppMonitor(t.Context(), &rum.GetAppMonitorInput{Name: &p.monitor})
	wantError(t, err, http.StatusForbidden, "InvalidSignatureException")
}

// Destinations.

// emptyARNs is the CloudWatch destination in a list.
var emptyARNs = types.MetricDestinationSummary{
	Destination: types.MetricDestinationCloudWatch, DestinationArn: aws.String(""), IamRoleArn: aws.String(""),
}

func TestProbeListHasEmptyTextsForAbsentARNs(t *testing.T) {
	ask(t, "OmitAbsent").withCloudWatch().wantListed(emptyARNs)
}

func TestProbeSecondPutChangesNothing(t *testing.T) {
	ask(t).withCloudWatch().withCloudWatch().wantListed(emptyARNs)
}

func TestProbeDeleteOfAbsentDestinationIsNotFound(t *testing.T) {
	p := ask(t, "DeleteAbsentOK")
	wantNotFound(t, p.deleteDestination(p.monitor, cloudWatch, ""), "MetricsDestination")
	wantNotFound(t, p.deleteDestination(p.monitor+"0", cloudWatch, ""), "AppMonitor")
}

func TestProbeCloudWatchWithARNsIsRefused(t *testing.T) {
	p := ask(t, "IgnoreCloudWatchARNs")
	wantError(t, p.putDestination(p.monitor, cloudWatch, featureARN, probeRole()), http.StatusBadRequest, "ValidationException")
}

func TestProbeCloudWatchWithEmptyARNsIsRefused(t *testing.T) {
	p := ask(t)
	_, err := p.api.PutRumMetricsDestination(t.Context(), &rum.PutRumMetricsDestinationInput{
		AppMonitorName: &p.monitor, Destination: cloudWatch, DestinationArn: aws.String(""), IamRoleArn: aws.String(""),
	})
	wantError(t, err, http.StatusBadRequest, "ValidationException")
}

func TestProbeEvidentlyIsTaken(t *testing.T) {
	p := ask(t, "RefuseEvidently")
	wantOK(t, p.putDestination(p.monitor, evidently, featureARN, probeRole()))
	p.wantListed(types.MetricDestinationSummary{
		Destination: evidently, DestinationArn: aws.String(featureARN), IamRoleArn: aws.String(probeRole()),
	})
}

func TestProbeEvidentlyNeedsAnARNAndARole(t *testing.T) {
	p := ask(t)
	wantError(t, p.putDestination(p.monitor, evidently, "", ""), http.StatusBadRequest, "ValidationException")
}

// The fake takes a role for Evidently only, and there it demands one. So a Put can
// clear no role.
func TestProbeRoleCannotBeCleared(t *testing.T) {
	p := ask(t, "KeepRole", "RefuseEvidently")
	wantOK(t, p.putDestination(p.monitor, evidently, featureARN, probeRole()))
	wantError(t, p.putDestination(p.monitor, evidently, featureARN, ""), http.StatusBadRequest, "ValidationException")
}

// Rules for definitions.

func TestProbeExtendedMetricsAreTakenAsTheProviderFillsThemIn(t *testing.T) {
	p := ask(t, "RejectDefinition").withCloudWatch()
	for _, d := range metricdefinition.ExtendedDefinitions() {
		out, err := p.createDefinitions(p.monitor, cloudWatch, "", fakerum.Definition{Name: d.Name, EventPattern: d.EventPattern, ValueKey: d.ValueKey})
		wantOK(t, err)
		for _, refused := range out.Errors {
			t.Errorf("%s is refused: %s: %s", d.Name, aws.ToString(refused.ErrorCode), aws.ToString(refused.ErrorMessage))
		}
	}
}

func TestProbeExtendedMetricNeedsAPattern(t *testing.T) {
	ask(t).withCloudWatch().wantRefused(fakerum.Definition{Name: "JsErrorCount"})
}

func TestProbeHTTPErrorCountNeedsAStatus(t *testing.T) {
	ask(t).withCloudWatch().wantRefused(
		fakerum.Definition{Name: "HttpErrorCount", EventPattern: `{"event_type":["com.amazon.rum.http_event"]}`})
}

func TestProbeHttp5xxCountIsTakenWithoutARange(t *testing.T) {
	ask(t, "RejectDefinition").withCloudWatch().create(
		fakerum.Definition{Name: "Http5xxCount", EventPattern: `{"event_type":["com.amazon.rum.http_event"]}`})
}

func TestProbePerformanceNavigationDurationIsTakenWithADimension(t *testing.T) {
	ask(t, "RejectDefinition").withCloudWatch().create(fakerum.Definition{
		Name: "PerformanceNavigationDuration", ValueKey: "event_details.duration",
		EventPattern:  `{"event_type":["com.amazon.rum.performance_navigation_event"],"metadata":{"browserName":[{"exists":true}]}}`,
		DimensionKeys: map[string]string{"metadata.browserName": "BrowserName"},
	})
}

func TestProbeExtendedMetricHasSixDimensionsOnly(t *testing.T) {
	ask(t).withCloudWatch().wantRefused(fakerum.Definition{
		Name: "JsErrorCount", DimensionKeys: map[string]string{"metadata.title": "Title"},
		EventPattern: `{"event_type":["com.amazon.rum.js_error_event"],"metadata":{"title":[{"exists":true}]}}`,
	})
}

func TestProbeDimensionMustBeInThePattern(t *testing.T) {
	d := custom("Dimension", probePattern)
	d.DimensionKeys = map[string]string{"metadata.browserName": "Browser"}
	ask(t).withCloudWatch().wantRefused(d)
}

func TestProbeCustomMetricNeedsNoPattern(t *testing.T) {
	ask(t).withCloudWatch().create(custom("All", ""))
}

func TestProbeCustomNamespaceOfAWSIsRefused(t *testing.T) {
	d := custom("Namespace", probePattern)
	d.Namespace = "AWS/RumProbe"
	ask(t).withCloudWatch().wantRefused(d)
}

func TestProbeUnknownFieldOfEventsIsRefused(t *testing.T) {
	ask(t).withCloudWatch().wantRefused(custom("Field", `{"event_type":["probe"],"weather":["red"]}`))
}

func TestProbeDetailsNeedAnEventType(t *testing.T) {
	ask(t).withCloudWatch().wantRefused(custom("Details", `{"event_details":{"size":["large"]}}`))
}

func TestProbeDetailsOfAWSEventsAreNotCompared(t *testing.T) {
	ask(t, "RejectDefinition").withCloudWatch().create(
		custom("Details", `{"event_type":["com.amazon.rum.js_error_event"],"event_details":{"weather":["red"]}}`))
}

func TestProbeArrayWithSeveralValuesIsTaken(t *testing.T) {
	ask(t, "SingleValues").withCloudWatch().create(custom("Values", `{"event_type":["probe"],"metadata":{"browserName":["Chrome","Safari"]}}`))
}

func TestProbeOperatorWithSeveralOperandsIsTaken(t *testing.T) {
	ask(t, "SingleValues").withCloudWatch().create(
		custom("Operands", `{"event_type":["probe"],"event_details":{"size":[{"numeric":[">=",100]}]}}`))
}

func TestProbeArrayWithoutValuesIsRefused(t *testing.T) {
	ask(t).withCloudWatch().wantRefused(custom("None", `{"event_type":["probe"],"metadata":{"browserName":[]}}`))
}

func TestProbeBothSpellingsOfApplicationIDAreTaken(t *testing.T) {
	ask(t, "RejectDefinition").withCloudWatch().create(custom("1", `{"application_Id":["x"]}`), custom("2", `{"application_id":["x"]}`))
}

// What becomes of definitions.

func TestProbeDefinitionIsGivenBackAsItWasSent(t *testing.T) {
	p := ask(t, "FillDefaults", "RewritePatterns").withCloudWatch()
	sent := fakerum.Definition{Name: "SessionCount", EventPattern: sessionPattern}
	created := p.create(sent)
	sent.ID = created[0].ID
	wantDefinitions(t, created, sent)
	wantDefinitions(t, p.list(), sent)
}

func TestProbeEqualDefinitionsAreTwo(t *testing.T) {
	p := ask(t).withCloudWatch()
	p.create(custom("Equal", probePattern), custom("Equal", probePattern))
	if n := len(p.list()); n != 2 {
		t.Errorf("%d definitions, want 2", n)
	}
}

func TestProbeUpdateClearsWhatItLeavesOut(t *testing.T) {
	p := ask(t, "KeepMembers").withCloudWatch()
	whole := custom("Whole", probePattern)
	whole.UnitLabel, whole.ValueKey = "Milliseconds", "event_details.duration"
	update := withID(custom("Whole", probePattern), p.create(whole)[0].ID)
	wantOK(t, p.updateDefinition(p.monitor, cloudWatch, "", update))
	wantDefinitions(t, p.list(), update)
}

func TestProbeDefinitionsGoWithTheirDestination(t *testing.T) {
	p := ask(t, "LeftDefinitions").withCloudWatch()
	p.create(custom("Left", probePattern))
	wantOK(t, p.deleteDestination(p.monitor, cloudWatch, ""))
	wantDefinitions(t, p.withCloudWatch().list())
}

func TestProbeDefinitionsNeedTheirDestination(t *testing.T) {
	p := ask(t, "EmptyWithoutDestination", "LeftDefinitions")
	p.wantNotFound(p.monitor, "MetricsDestination")
}

func TestProbeAbsentDefinitionIsNotFound(t *testing.T) {
	p := ask(t).withCloudWatch()
	out, err := p.deleteDefinitions(p.monitor, cloudWatch, "", absentID)
	wantOK(t, err)
	if len(out.Errors) != 1 || aws.ToString(out.Errors[0].ErrorCode) != "ResourceNotFoundException" {
		t.Errorf("Errors of the delete = %+v, want one ResourceNotFoundException", out.Errors)
	}
	wantNotFound(t, p.updateDefinition(p.monitor, cloudWatch, "", withID(custom("Absent", probePattern), absentID)), "MetricDefinition")
}

func TestProbeConcurrentCreatesAreAllDone(t *testing.T) {
	p := ask(t, "OneWriteAtATime").withCloudWatch()
	if p.Service != nil { // the network makes those of AWS overlap
		p.Inject(fakerum.Fault{Operation: fakerum.OpBatchCreateRumMetricDefinitions, Delay: 20 * time.Millisecond})
	}
	var creates sync.WaitGroup
	for i := range 5 {
		creates.Go(func() {
			if _, err := p.createDefinitions(p.monitor, cloudWatch, "", custom(fmt.Sprint("Concurrent", i), probePattern)); err != nil {
				t.Error(err)
			}
		})
	}
	creates.Wait()
	if n := len(p.list()); n != 5 {
		t.Errorf("%d definitions, want 5", n)
	}
}

// Lists.

func TestProbeOldestDefinitionIsListedFirst(t *testing.T) {
	p := ask(t, "NewestFirst").withCloudWatch()
	created := p.create(custom("1", probePattern), custom("2", probePattern), custom("3", probePattern))
	wantDefinitions(t, p.list(), created...)
}

func TestProbeLastPageHasNoToken(t *testing.T) {
	p := ask(t, "PageSize", "LastToken").withCloudWatch()
	p.create(custom("1", probePattern), custom("2", probePattern), custom("3", probePattern))
	first, err := p.page(nil)
	wantOK(t, err)
	if len(first.MetricDefinitions) != 2 || aws.ToString(first.NextToken) == "" {
		t.Fatalf("first page = %d definitions and the token %q, want 2 and a token", len(first.MetricDefinitions), aws.ToString(first.NextToken))
	}
	last, err := p.page(first.NextToken)
	wantOK(t, err)
	if len(last.MetricDefinitions) != 1 || last.NextToken != nil {
		t.Errorf("last page = %d definitions and the token %q, want 1 and none", len(last.MetricDefinitions), aws.ToString(last.NextToken))
	}
}

func TestProbeWrongTokenIsRefused(t *testing.T) {
	p := ask(t).withCloudWatch()
	_, err := p.page(aws.String("rum-probe"))
	wantError(t, err, http.StatusBadRequest, "ValidationException")
}

// page returns a page of two definitions.
func (p probe) page(token *string) (*rum.BatchGetRumMetricDefinitionsOutput, error) {
	return p.api.BatchGetRumMetricDefinitions(p.t.Context(), &rum.BatchGetRumMetricDefinitionsInput{
		AppMonitorName: &p.monitor, Destination: cloudWatch, NextToken: token, MaxResults: aws.Int32(2),
	})
}
