package fakerum_test

import (
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// What the fake answers without a switch is in probe_test.go.
func TestSwitchesChangeTheAnswer(t *testing.T) {
	for name, test := range map[string]struct {
		set fakerum.Behavior
		// on checks a fake with the app monitor web, which has a CloudWatch destination.
		on func(fake)
	}{
		"OmitAbsent": {fakerum.Behavior{OmitAbsent: true}, func(f fake) {
			f.wantAnswer(http.MethodGet, destinationsPath, "", `{"Destinations":[{"Destination":"CloudWatch"}]}`)
		}},
		"DeleteAbsentOK": {fakerum.Behavior{DeleteAbsentOK: true}, func(f fake) {
			wantOK(f.t, f.deleteDestination("web", evidently, featureARN))
			wantOK(f.t, f.deleteDestination("other", cloudWatch, ""))
			wantError(f.t, f.deleteDestination(".other", cloudWatch, ""), http.StatusBadRequest, "ValidationException")
			f.wantDestinations("web", fakerum.Destination{Destination: cloudWatch})
		}},
		"RefuseEvidently": {fakerum.Behavior{RefuseEvidently: true}, func(f fake) {
			wantError(f.t, f.putDestination("web", evidently, featureARN, roleARN), http.StatusBadRequest, "ValidationException")
			wantOK(f.t, f.putDestination("web", cloudWatch, "", ""))
		}},
		"KeepRole": {fakerum.Behavior{KeepRole: true}, func(f fake) { // of CloudWatch, because Evidently requires a role
			f.account().PutDestination("web", fakerum.Destination{Destination: cloudWatch, IAMRoleARN: roleARN})
			wantOK(f.t, f.putDestination("web", cloudWatch, "", ""))
			f.wantDestinations("web", fakerum.Destination{Destination: cloudWatch, IAMRoleARN: roleARN})
		}},
		"IgnoreCloudWatchARNs": {fakerum.Behavior{IgnoreCloudWatchARNs: true}, func(f fake) {
			wantOK(f.t, f.putDestination("web", cloudWatch, featureARN, roleARN))
			f.wantDestinations("web", fakerum.Destination{Destination: cloudWatch})
		}},
		"MonitorState": {fakerum.Behavior{MonitorState: "DELETING"}, func(f fake) {
			got, err := f.api.GetAppMonitor(f.t.Context(), &rum.GetAppMonitorInput{Name: aws.String("web")})
			wantOK(f.t, err)
			listed, err := f.api.ListAppMonitors(f.t.Context(), nil)
			wantOK(f.t, err)
			if got.AppMonitor.State != "DELETING" || listed.AppMonitorSummaries[0].State != "DELETING" {
				f.t.Errorf("State = %s in GetAppMonitor and %s in ListAppMonitors, want DELETING", got.AppMonitor.State, listed.AppMonitorSummaries[0].State)
			}
		}},
		"BareMonitors": {fakerum.Behavior{BareMonitors: true}, func(f fake) {
			f.wantAnswer(http.MethodGet, "/appmonitor/web", "", `{"AppMonitor":{"Name":"web"}}`)
			f.wantAnswer(http.MethodPost, "/appmonitors", "", `{"AppMonitorSummaries":[{"Name":"web"}]}`)
		}},
		"KeepOrphans": {fakerum.Behavior{KeepOrphans: true}, func(f fake) {
			id := f.account().CreateDefinition("web", cloudWatch, "", checkouts)
			f.account().DeleteMonitor("web")
			f.account().CreateMonitor("web")
			f.wantDestinations("web", fakerum.Destination{Destination: cloudWatch})
			f.wantDefinitions(withID(checkouts, id))
		}},
		"OneWriteAtATime": {fakerum.Behavior{OneWriteAtATime: true}, func(f fake) {
			f.account().CreateMonitor("api")
			f.whilePutting("web", false, func() {
				wantError(f.t, f.putDestination("web", cloudWatch, "", ""), http.StatusConflict, "ConflictException")
				wantError(f.t, f.deleteDestination("web", cloudWatch, ""), http.StatusConflict, "ConflictException")
				wantOK(f.t, f.putDestination("api", cloudWatch, "", ""))
				_, err := f.listDestinations("web")
				wantOK(f.t, err)
			})
			eventually(f.t, func() bool { return f.putDestination("web", cloudWatch, "", "") == nil })
		}},
		"SingleValues": {fakerum.Behavior{SingleValues: true}, func(f fake) {
			f.wantReturned(
				[]fakerum.Definition{visits(`{"event_type":["x"]}`), visits(`{"event_type":["x","y"]}`), visits(`{"event_type":[{"anything-but":["x"]}]}`),
					visits(`{"event_type":["x"],"event_details":{"ms":[{"numeric":[">",5]}]}}`)},
				visits(`{"event_type":["x"]}`), visits(`{"event_type":[{"anything-but":["x"]}]}`))
		}},
		"FillDefaults": {fakerum.Behavior{FillDefaults: true}, func(f fake) {
			filled, other := sessions, sessions
			filled.Namespace, filled.UnitLabel = "AWS/RUM", "Count"
			other.Namespace, other.UnitLabel = "AWS/RUM", "Milliseconds"
			f.wantReturned([]fakerum.Definition{sessions, checkouts, visits(""), other}, filled, checkouts, visits(""), other)
		}},
		"RewritePatterns": {fakerum.Behavior{RewritePatterns: true}, func(f fake) {
			f.account().CreateDefinition("web", cloudWatch, "", visits("{")) // is not JSON, and stays as it is
			f.wantReturned([]fakerum.Definition{visits(`{"metadata":{"title":[{"numeric":["<"]}]},"event_type":["x"]}`)}, visits("{"),
				visits("{\n  \"event_type\": [\n    \"x\"\n  ],\n"+
					"  \"metadata\": {\n    \"title\": [\n      {\n        \"numeric\": [\n          \"<\"\n        ]\n      }\n    ]\n  }\n}"))
		}},
		"KeepMembers": {fakerum.Behavior{KeepMembers: true}, func(f fake) {
			want := withID(checkouts, f.account().CreateDefinition("web", cloudWatch, "", checkouts))
			want.Name, want.Namespace = "Visits", "Store"
			wantOK(f.t, f.updateDefinition("web", cloudWatch, "", fakerum.Definition{ID: want.ID, Name: "Visits", Namespace: "Store"}))
			f.wantDefinitions(want)
		}},
		"EmptyWithoutDestination": {fakerum.Behavior{EmptyWithoutDestination: true}, func(f fake) {
			got, err := f.getDefinitions("web", evidently, featureARN)
			wantOK(f.t, err)
			wantDefinitions(f.t, got)
			out, err := f.deleteDefinitions("web", evidently, featureARN, "1")
			wantOK(f.t, err)
			if len(out.Errors) != 1 || len(out.MetricDefinitionIds) != 0 {
				f.t.Errorf("deleted %v with errors %+v, want none and 1 error", out.MetricDefinitionIds, out.Errors)
			}
			wantNotFound(f.t, f.updateDefinition("web", evidently, featureARN, withID(checkouts, "1")), "MetricDefinition")
			_, err = f.createDefinitions("web", evidently, featureARN, checkouts)
			wantNotFound(f.t, err, "MetricsDestination")
			_, err = f.getDefinitions("other", cloudWatch, "")
			wantNotFound(f.t, err, "AppMonitor")
		}},
		"LeftDefinitions: return": {fakerum.Behavior{LeftDefinitions: fakerum.DefinitionsReturn}, func(f fake) {
			id := f.account().CreateDefinition("web", cloudWatch, "", checkouts)
			wantOK(f.t, f.deleteDestination("web", cloudWatch, ""))
			f.wantNotFound("web", "MetricsDestination")
			f.Behave(func(b *fakerum.Behavior) { b.EmptyWithoutDestination = true })
			f.wantListedDefinitions()
			wantOK(f.t, f.putDestination("web", cloudWatch, "", ""))
			f.wantListedDefinitions(withID(checkouts, id))
		}},
		"LeftDefinitions: stay": {fakerum.Behavior{LeftDefinitions: fakerum.DefinitionsStay}, func(f fake) {
			id := f.account().CreateDefinition("web", cloudWatch, "", checkouts)
			wantOK(f.t, f.deleteDestination("web", cloudWatch, ""))
			wantOK(f.t, f.updateDefinition("web", cloudWatch, "", withID(sessions, id)))
			f.wantListedDefinitions(withID(sessions, id))
			_, err := f.createDefinitions("web", cloudWatch, "", checkouts)
			wantNotFound(f.t, err, "MetricsDestination")
			_, err = f.deleteDefinitions("web", cloudWatch, "", id)
			wantOK(f.t, err)
			f.wantNotFound("web", "MetricsDestination")
		}},
		"RejectDefinition": {fakerum.Behavior{RejectDefinition: func(operation string, d fakerum.Definition) (code, message string) {
			if d.Name != checkouts.Name {
				return "", ""
			}
			return "Refused", "not in " + operation
		}}, wantRejected},
	} {
		t.Run(name, func(t *testing.T) {
			f := serveWithCloudWatch(t)
			f.Behave(func(b *fakerum.Behavior) { *b = test.set })
			test.on(f)
		})
	}
}

// visits is a custom metric.
func visits(pattern string) fakerum.Definition {
	return fakerum.Definition{Name: "Visits", Namespace: "Shop", EventPattern: pattern}
}

// wantReturned creates the definitions sent. Afterwards BatchGet must return the
// definitions want, and BatchCreate the last of them.
func (f fake) wantReturned(sent []fakerum.Definition, want ...fakerum.Definition) {
	f.t.Helper()
	out, err := f.createDefinitions("web", cloudWatch, "", sent...)
	wantOK(f.t, err)
	created := fromSDK(out.MetricDefinitions)
	got, err := f.getDefinitions("web", cloudWatch, "")
	wantOK(f.t, err)
	wantDefinitions(f.t, got[max(0, len(got)-len(created)):], created...)
	for i := range got {
		got[i].ID = ""
	}
	wantDefinitions(f.t, got, want...)
}

func wantRejected(f fake) {
	f.t.Helper()
	out, err := f.createDefinitions("web", cloudWatch, "", checkouts, sessions)
	wantOK(f.t, err)
	kept := f.account().CreateDefinition("web", cloudWatch, "", checkouts)
	if len(out.Errors) != 1 || *out.Errors[0].ErrorCode != "Refused" ||
		*out.Errors[0].ErrorMessage != "not in BatchCreateRumMetricDefinitions" || *out.Errors[0].MetricDefinition.Name != checkouts.Name {
		f.t.Errorf("errors = %+v, want \"not in BatchCreateRumMetricDefinitions\" for %s", out.Errors, checkouts.Name)
	}
	id := *out.MetricDefinitions[0].MetricDefinitionId
	wantError(f.t, f.updateDefinition("web", cloudWatch, "", withID(checkouts, id)), http.StatusBadRequest, "Refused")
	f.wantDefinitions(withID(sessions, id), withID(checkouts, kept))
	deleted, err := f.deleteDefinitions("web", cloudWatch, "", kept, id)
	wantOK(f.t, err)
	if len(deleted.Errors) != 1 || *deleted.Errors[0].ErrorMessage != "not in BatchDeleteRumMetricDefinitions" ||
		*deleted.Errors[0].MetricDefinitionId != kept {
		f.t.Errorf("errors = %+v, want \"not in BatchDeleteRumMetricDefinitions\" for %s", deleted.Errors, kept)
	}
	f.wantDefinitions(withID(checkouts, kept))
}
