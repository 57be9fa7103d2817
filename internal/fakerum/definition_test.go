package fakerum_test

import (
	"errors"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

const (
	definitionsPath       = "/rummetrics/web/metrics"
	cloudWatchDefinitions = definitionsPath + "?destination=CloudWatch"
	sessionPattern        = `{ "metadata": {"browserName": ["Chrome", "Safari"]}, "event_type": ["com.amazon.rum.session_start_event"] }`
)

var (
	uuid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

	sessions  = fakerum.Definition{Name: "SessionCount", EventPattern: sessionPattern, DimensionKeys: map[string]string{"metadata.browserName": "BrowserName"}}
	checkouts = fakerum.Definition{
		Name: "Checkouts", Namespace: "Shop", EventPattern: `{"event_type":["checkout"],"metadata":{"browserName":[{"exists":true}]}}`,
		DimensionKeys: map[string]string{"metadata.browserName": "Browser"}, UnitLabel: "Count", ValueKey: "event_details.items",
	}
)

// serveWithCloudWatch returns a fake with the app monitor web, which has a
// CloudWatch destination.
func serveWithCloudWatch(t *testing.T) fake {
	t.Helper()
	f := serve(t)
	f.account().CreateMonitor("web")
	f.account().PutDestination("web", fakerum.Destination{Destination: cloudWatch})
	return f
}

// toSDK omits members that are "".
func toSDK(d fakerum.Definition) types.MetricDefinitionRequest {
	return types.MetricDefinitionRequest{
		Name: aws.String(d.Name), Namespace: optional(d.Namespace), EventPattern: optional(d.EventPattern),
		DimensionKeys: d.DimensionKeys, UnitLabel: optional(d.UnitLabel), ValueKey: optional(d.ValueKey),
	}
}

// Without it the probes would not ask AWS about a new member of a definition.
func TestSampleHasEveryMemberOfARequest(t *testing.T) {
	t.Parallel()
	for member, value := range reflect.ValueOf(toSDK(checkouts)).Fields() {
		if member.IsExported() && value.IsZero() {
			t.Errorf("the sample has no %s, want one", member.Name)
		}
	}
}

func fromSDK(all []types.MetricDefinition) (got []fakerum.Definition) {
	for _, d := range all {
		got = append(got, fakerum.Definition{
			ID: *d.MetricDefinitionId, Name: *d.Name, Namespace: aws.ToString(d.Namespace), EventPattern: aws.ToString(d.EventPattern),
			DimensionKeys: d.DimensionKeys, UnitLabel: aws.ToString(d.UnitLabel), ValueKey: aws.ToString(d.ValueKey),
		})
	}
	return got
}

func (f fake) createDefinitions(monitor, destination, arn string, all ...fakerum.Definition) (*rum.BatchCreateRumMetricDefinitionsOutput, error) {
	in := &rum.BatchCreateRumMetricDefinitionsInput{
		AppMonitorName: aws.String(monitor), Destination: types.MetricDestination(destination), DestinationArn: optional(arn),
		MetricDefinitions: []types.MetricDefinitionRequest{},
	}
	for _, d := range all {
		in.MetricDefinitions = append(in.MetricDefinitions, toSDK(d))
	}
	return f.api.BatchCreateRumMetricDefinitions(f.t.Context(), in)
}

func (f fake) getDefinitions(monitor, destination, arn string) ([]fakerum.Definition, error) {
	out, err := f.api.BatchGetRumMetricDefinitions(f.t.Context(), &rum.BatchGetRumMetricDefinitionsInput{
		AppMonitorName: aws.String(monitor), Destination: types.MetricDestination(destination), DestinationArn: optional(arn),
	})
	if err != nil {
		return nil, err
	}
	return fromSDK(out.MetricDefinitions), nil
}

func (f fake) deleteDefinitions(monitor, destination, arn string, ids ...string) (*rum.BatchDeleteRumMetricDefinitionsOutput, error) {
	return f.api.BatchDeleteRumMetricDefinitions(f.t.Context(), &rum.BatchDeleteRumMetricDefinitionsInput{
		AppMonitorName: aws.String(monitor), Destination: types.MetricDestination(destination), DestinationArn: optional(arn), MetricDefinitionIds: ids,
	})
}

func (f fake) updateDefinition(monitor, destination, arn string, d fakerum.Definition) error {
	update := toSDK(d)
	_, err := f.api.UpdateRumMetricDefinition(f.t.Context(), &rum.UpdateRumMetricDefinitionInput{
		AppMonitorName: aws.String(monitor), Destination: types.MetricDestination(destination), DestinationArn: optional(arn),
		MetricDefinitionId: aws.String(d.ID), MetricDefinition: &update,
	})
	return err
}

func withID(d fakerum.Definition, id string) fakerum.Definition {
	d.ID = id
	return d
}

func wantDefinitions(t *testing.T, got []fakerum.Definition, want ...fakerum.Definition) {
	t.Helper()
	if len(got) == len(want) && (len(got) == 0 || reflect.DeepEqual(got, want)) {
		return
	}
	t.Fatalf("definitions = %+v\nwant %+v", got, want)
}

func (f fake) wantDefinitions(want ...fakerum.Definition) {
	f.t.Helper()
	wantDefinitions(f.t, f.account().Definitions("web", cloudWatch, ""), want...)
}

// wantListedDefinitions is wantDefinitions for what BatchGet returns.
func (f fake) wantListedDefinitions(want ...fakerum.Definition) {
	f.t.Helper()
	got, err := f.getDefinitions("web", cloudWatch, "")
	wantOK(f.t, err)
	wantDefinitions(f.t, got, want...)
}

func TestDefinitionsAreCreatedReadUpdatedAndDeleted(t *testing.T) {
	f := serveWithCloudWatch(t)
	f.account().PutDestination("web", fakerum.Destination{Destination: evidently, DestinationARN: featureARN, IAMRoleARN: roleARN})
	created, err := f.createDefinitions("web", cloudWatch, "", sessions, checkouts, sessions)
	wantOK(t, err)
	elsewhere, err := f.createDefinitions("web", evidently, featureARN, checkouts)
	wantOK(t, err)
	all, other := fromSDK(created.MetricDefinitions), fromSDK(elsewhere.MetricDefinitions)
	if len(all) != 3 || len(created.Errors) != 0 || !uuid.MatchString(all[0].ID) || all[0].ID == all[2].ID {
		t.Fatalf("created %+v, errors = %#v, want 3 with different UUIDs, and no error", all, created.Errors)
	}
	wantDefinitions(t, all, withID(sessions, all[0].ID), withID(checkouts, all[1].ID), withID(sessions, all[2].ID))
	f.wantDefinitions(all...)
	f.wantListedDefinitions(all...)

	changed := fakerum.Definition{ID: all[0].ID, Name: "Visits", Namespace: "Shop"}
	wantOK(t, f.updateDefinition("web", cloudWatch, "", changed))
	f.wantListedDefinitions(changed, all[1], all[2])

	deleted, err := f.deleteDefinitions("web", cloudWatch, "", all[2].ID, "unknown", all[0].ID, all[0].ID, other[0].ID)
	wantOK(t, err)
	wantIDs(t, deleted.MetricDefinitionIds, all[2].ID, all[0].ID)
	var unknown []string
	for _, e := range deleted.Errors {
		if unknown = append(unknown, *e.MetricDefinitionId); *e.ErrorCode != "ResourceNotFoundException" || *e.ErrorMessage == "" {
			t.Errorf("error = %s %q, want ResourceNotFoundException and a message", *e.ErrorCode, *e.ErrorMessage)
		}
	}
	wantIDs(t, unknown, "unknown", all[0].ID, other[0].ID)
	f.wantDefinitions(all[1])
	wantDefinitions(t, f.account().Definitions("web", evidently, featureARN), other...)
}

// wantIDs ignores the order, because the SDK sorts the IDs when it signs the
// request.
func wantIDs(t *testing.T, got []string, want ...string) {
	t.Helper()
	slices.Sort(got)
	if slices.Sort(want); !slices.Equal(got, want) {
		t.Errorf("IDs = %v, want %v", got, want)
	}
}

func TestDefinitionAnswersHaveTheJSONOfTheModel(t *testing.T) {
	f := serveWithCloudWatch(t)
	f.wantAnswer(http.MethodGet, cloudWatchDefinitions, "", `{"MetricDefinitions":[]}`)
	f.wantAnswer(http.MethodPost, definitionsPath, `{"Destination":"CloudWatch","MetricDefinitions":[]}`, `{"Errors":[],"MetricDefinitions":[]}`)
	f.wantAnswer(http.MethodPost, definitionsPath, `{"Destination":"CloudWatch","MetricDefinitions":[{"Name":"SessionCount","UnitLabel":"Count"}]}`,
		`{"Errors":[{"ErrorCode":"ValidationException","ErrorMessage":"EventPattern is required for extended metrics",`+
			`"MetricDefinition":{"Name":"SessionCount","UnitLabel":"Count"}}],"MetricDefinitions":[]}`)
	f.wantAnswer(http.MethodDelete, cloudWatchDefinitions+"&metricDefinitionIds=1", "",
		`{"Errors":[{"ErrorCode":"ResourceNotFoundException","ErrorMessage":"Metric definition 1 not found","MetricDefinitionId":"1"}],"MetricDefinitionIds":[]}`)

	id := f.account().CreateDefinition("web", cloudWatch, "", fakerum.Definition{Name: "Visits", Namespace: "Shop"})
	f.wantAnswer(http.MethodGet, cloudWatchDefinitions, "", `{"MetricDefinitions":[{"MetricDefinitionId":"`+id+`","Name":"Visits","Namespace":"Shop"}]}`)
	f.wantAnswer(http.MethodPatch, definitionsPath, `{"Destination":"CloudWatch","MetricDefinitionId":"`+id+`","MetricDefinition":{"Name":"Views","Namespace":"Shop"}}`, "")
	f.wantAnswer(http.MethodDelete, cloudWatchDefinitions+"&metricDefinitionIds="+id, "", `{"Errors":[],"MetricDefinitionIds":["`+id+`"]}`)
}

func TestDefinitionsOfAnAbsentMonitorAreNotFound(t *testing.T) {
	serve(t).wantNotFound("other", "AppMonitor")
}

// wantNotFound fails the test unless each operation on the definitions of the CloudWatch
// destination answers that a resource of this type is missing.
func (f fake) wantNotFound(monitor, resourceType string) {
	f.t.Helper()
	_, get := f.getDefinitions(monitor, cloudWatch, "")
	_, create := f.createDefinitions(monitor, cloudWatch, "", checkouts)
	_, remove := f.deleteDefinitions(monitor, cloudWatch, "", absentID)
	update := f.updateDefinition(monitor, cloudWatch, "", withID(checkouts, absentID))
	for _, err := range []error{get, create, remove, update} {
		wantNotFound(f.t, err, resourceType)
	}
}

func wantNotFound(t *testing.T, err error, resourceType string) {
	t.Helper()
	wantError(t, err, http.StatusNotFound, "ResourceNotFoundException")
	absent, ok := errors.AsType[*types.ResourceNotFoundException](err)
	if !ok || *absent.ResourceType != resourceType || *absent.ResourceName == "" {
		t.Fatalf("error = %+v, want ResourceNotFoundException with a name and type %s", absent, resourceType)
	}
}

func TestDefinitionLimitsAreEnforced(t *testing.T) {
	f := serveWithCloudWatch(t)
	var ids []string
	for range 1800 {
		ids = append(ids, f.account().CreateDefinition("web", cloudWatch, "", checkouts))
	}
	_, err := f.createDefinitions("web", cloudWatch, "", slices.Repeat([]fakerum.Definition{sessions}, 201)...)
	wantError(t, err, http.StatusBadRequest, "ValidationException")
	_, err = f.createDefinitions("web", cloudWatch, "", slices.Repeat([]fakerum.Definition{sessions}, 200)...)
	wantOK(t, err)
	_, err = f.createDefinitions("web", cloudWatch, "", sessions)
	wantError(t, err, http.StatusPaymentRequired, "ServiceQuotaExceededException")
	_, err = f.deleteDefinitions("web", cloudWatch, "", ids[:201]...)
	wantError(t, err, http.StatusBadRequest, "ValidationException")
	if n := len(f.account().Definitions("web", cloudWatch, "")); n != 2000 {
		t.Fatalf("%d definitions, want 2000", n)
	}
	out, err := f.deleteDefinitions("web", cloudWatch, "", ids[:200]...)
	wantOK(t, err)
	wantIDs(t, out.MetricDefinitionIds, slices.Clone(ids[:200])...)
	if n := len(f.account().Definitions("web", cloudWatch, "")); n != 1800 {
		t.Errorf("%d definitions, want 1800", n)
	}
}

func TestStaleReadsHaveTheDefinitionsOfTheirTime(t *testing.T) {
	f := serveWithCloudWatch(t)
	first, second := f.account().CreateDefinition("web", cloudWatch, "", checkouts), f.account().CreateDefinition("web", cloudWatch, "", sessions)
	f.Inject(fakerum.Fault{Stale: true, Times: 1})
	wantOK(t, f.updateDefinition("web", cloudWatch, "", withID(sessions, first)))
	_, err := f.deleteDefinitions("web", cloudWatch, "", second)
	wantOK(t, err)
	f.wantListedDefinitions(withID(checkouts, first), withID(sessions, second))
	f.wantListedDefinitions(withID(sessions, first))
}
