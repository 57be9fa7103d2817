package fakerum_test

import (
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// switchTest has the check of one switch after set. What the fake answers without a
// switch is in probe_test.go.
type switchTest struct {
	set func(*fakerum.Behavior)
	on  func(fake)
}

// testSwitches runs each check on a new fake with the app monitor web, which has a
// CloudWatch destination.
func testSwitches(t *testing.T, tests map[string]switchTest) {
	t.Helper()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := serveWithCloudWatch(t)
			f.Behave(test.set)
			test.on(f)
		})
	}
}

func TestSwitchesOfDestinationsChangeTheAnswer(t *testing.T) {
	testSwitches(t, map[string]switchTest{
		"OmitAbsent": {
			set: func(b *fakerum.Behavior) { b.OmitAbsent = true },
			on:  wantListed(`{"Destinations":[{"Destination":"CloudWatch"}]}`),
		},
		"DeleteAbsentOK": {
			set: func(b *fakerum.Behavior) { b.DeleteAbsentOK = true },
			on: func(f fake) {
				wantOK(f.t, f.deleteDestination("web", evidently, featureARN))
				wantOK(f.t, f.deleteDestination("other", cloudWatch, ""))
				wantError(f.t, f.deleteDestination(".other", cloudWatch, ""), http.StatusBadRequest, "ValidationException")
				f.wantDestinations("web", fakerum.Destination{Destination: cloudWatch})
			},
		},
		"RefuseEvidently": {
			set: func(b *fakerum.Behavior) { b.RefuseEvidently = true },
			on: func(f fake) {
				wantError(f.t, f.putDestination("web", evidently, featureARN, roleARN), http.StatusBadRequest, "ValidationException")
				wantOK(f.t, f.putDestination("web", cloudWatch, "", ""))
			},
		},
		"KeepRole": {
			set: func(b *fakerum.Behavior) { b.KeepRole = true },
			on:  wantRoleAfterPut(roleARN),
		},
		"CloudWatchARNs: ignored": {
			set: func(b *fakerum.Behavior) { b.CloudWatchARNs = fakerum.ARNsIgnored },
			on: func(f fake) {
				wantOK(f.t, f.putDestination("web", cloudWatch, featureARN, roleARN))
				f.wantDestinations("web", fakerum.Destination{Destination: cloudWatch})
			},
		},
		"CloudWatchARNs: kept": {
			set: func(b *fakerum.Behavior) { b.CloudWatchARNs = fakerum.ARNsKept },
			on: func(f fake) {
				wantOK(f.t, f.putDestination("web", cloudWatch, featureARN, roleARN))
				f.wantDestinations("web", fakerum.Destination{Destination: cloudWatch},
					fakerum.Destination{Destination: cloudWatch, DestinationARN: featureARN, IAMRoleARN: roleARN})
			},
		},
		"MonitorState": {
			set: func(b *fakerum.Behavior) { b.MonitorState = "DELETING" },
			on:  wantState(types.StateEnumDeleting),
		},
		"KeepOrphans": {
			set: func(b *fakerum.Behavior) { b.KeepOrphans = true },
			on: func(f fake) {
				f.account().DeleteMonitor("web")
				f.account().CreateMonitor("web")
				f.wantDestinations("web", fakerum.Destination{Destination: cloudWatch})
			},
		},
		"OneWriteAtATime": {
			set: func(b *fakerum.Behavior) { b.OneWriteAtATime = true },
			on: func(f fake) {
				f.account().CreateMonitor("api")
				f.whilePutting("web", false, func() {
					wantError(f.t, f.putDestination("web", cloudWatch, "", ""), http.StatusConflict, "ConflictException")
					wantError(f.t, f.deleteDestination("web", cloudWatch, ""), http.StatusConflict, "ConflictException")
					wantOK(f.t, f.putDestination("api", cloudWatch, "", ""))
					_, err := f.listDestinations("web")
					wantOK(f.t, err)
				})
				eventually(f.t, func() bool { return f.putDestination("web", cloudWatch, "", "") == nil })
			},
		},
	})
}

func wantListed(want string) func(fake) {
	return func(f fake) {
		f.t.Helper()
		if _, body := f.send(http.MethodGet, "/rummetrics/web/metricsdestination", ""); body != want {
			f.t.Errorf("body = %s, want %s", body, want)
		}
	}
}

func wantState(want types.StateEnum) func(fake) {
	return func(f fake) {
		f.t.Helper()
		got, err := f.api.GetAppMonitor(f.t.Context(), &rum.GetAppMonitorInput{Name: aws.String("web")})
		wantOK(f.t, err)
		listed, err := f.api.ListAppMonitors(f.t.Context(), nil)
		wantOK(f.t, err)
		if got.AppMonitor.State != want || listed.AppMonitorSummaries[0].State != want {
			f.t.Errorf("State = %s in GetAppMonitor and %s in ListAppMonitors, want %s", got.AppMonitor.State, listed.AppMonitorSummaries[0].State, want)
		}
	}
}

// wantRoleAfterPut returns a check that puts a destination without a role over one
// with a role. The kind is CloudWatch, because Evidently requires a role.
func wantRoleAfterPut(wantRole string) func(fake) {
	return func(f fake) {
		f.t.Helper()
		f.account().PutDestination("web", fakerum.Destination{Destination: cloudWatch, IAMRoleARN: roleARN})
		wantOK(f.t, f.putDestination("web", cloudWatch, "", ""))
		f.wantDestinations("web", fakerum.Destination{Destination: cloudWatch, IAMRoleARN: wantRole})
	}
}

func TestPatternThatIsNotJSONIsNotRewritten(t *testing.T) {
	f := serveWithCloudWatch(t)
	f.Behave(func(b *fakerum.Behavior) { b.RewritePatterns = true })
	id := f.account().CreateDefinition("web", cloudWatch, "", fakerum.Definition{Name: "Visits", EventPattern: "{"})
	got, err := f.getDefinitions("web", cloudWatch, "")
	wantOK(t, err)
	wantDefinitions(t, got, fakerum.Definition{ID: id, Name: "Visits", EventPattern: "{"})
}

func TestSingleValuesRefusesSeveral(t *testing.T) {
	for name, test := range map[string]struct {
		pattern string
		on, off bool // whether the service accepts the pattern with the switch, and without it
	}{
		"one value":        {`{"event_type":["x"]}`, true, true},
		"one operand":      {`{"event_type":[{"anything-but":["x"]}]}`, true, true},
		"several values":   {`{"event_type":["x","y"]}`, false, true},
		"several operands": {`{"event_type":["x"],"event_details":{"ms":[{"numeric":[">",5]}]}}`, false, true},
		"no value":         {`{"event_type":["x"],"metadata":{"title":[]}}`, false, false},
		"no operand":       {`{"event_type":["x",{"anything-but":[]}]}`, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			f := serveWithCloudWatch(t)
			for single, want := range map[bool]bool{false: test.off, true: test.on} {
				f.Behave(func(b *fakerum.Behavior) { b.SingleValues = single })
				out, err := f.createDefinitions("web", cloudWatch, "", fakerum.Definition{Name: "Visits", Namespace: "Shop", EventPattern: test.pattern})
				wantOK(t, err)
				if got := len(out.Errors) == 0; got != want {
					t.Errorf("SingleValues %t: accepted = %t, want %t", single, got, want)
				}
			}
		})
	}
}

// The message is AWS's. It quotes the event_details, or {} if there are none.
func TestHTTPErrorsNeedAStatus(t *testing.T) {
	for pattern, quoted := range map[string]string{
		`{"event_type":["com.amazon.rum.http_event"]}`:                                                                  "{}",
		`{"event_type":["com.amazon.rum.http_event"],"event_details":{"trace_id":["<"]}}`:                               `{"trace_id":["<"]}`,
		`{"event_type":["com.amazon.rum.http_event"],"event_details":{"response":{"status":[{"numeric":[">=",400]}]}}}`: "",
	} {
		f := serveWithCloudWatch(t)
		for _, namespace := range []string{"", "AWS/RUM", "Shop"} {
			for _, asDocumented := range []bool{false, true} {
				f.Behave(func(b *fakerum.Behavior) { b.HTTPErrorsWithoutStatus = asDocumented })
				out, err := f.createDefinitions("web", cloudWatch, "", fakerum.Definition{Name: "HttpErrorCount", Namespace: namespace, EventPattern: pattern})
				wantOK(t, err)
				got, want := "", ""
				if len(out.Errors) > 0 {
					got = *out.Errors[0].ErrorCode + ": " + *out.Errors[0].ErrorMessage
				}
				if quoted != "" && !asDocumented && namespace != "Shop" {
					want = "ValidationException: Value " + quoted + " for metric field event detail is not valid."
				}
				if got != want {
					t.Errorf("HTTPErrorsWithoutStatus %t, namespace %q, pattern %s: got the error %q, want %q", asDocumented, namespace, pattern, got, want)
				}
			}
		}
	}
}

func TestSwitchesOfDefinitionsChangeTheAnswer(t *testing.T) {
	extendedAndCustom := []fakerum.Definition{sessions, checkouts, {Name: "Visits", Namespace: "Shop"}}
	patterns := []fakerum.Definition{sessions, {Name: "Visits", Namespace: "Shop", EventPattern: `{"metadata":{"title":[{"numeric":["<"]}]}}`}}
	testSwitches(t, map[string]switchTest{
		"FillDefaults": {
			set: func(b *fakerum.Behavior) { b.FillDefaults = true },
			on: wantReturned(extendedAndCustom,
				fakerum.Definition{Name: sessions.Name, Namespace: "AWS/RUM", EventPattern: sessionPattern, DimensionKeys: sessions.DimensionKeys, UnitLabel: "Count"},
				checkouts, fakerum.Definition{Name: "Visits", Namespace: "Shop"}),
		},
		"RewritePatterns": {
			set: func(b *fakerum.Behavior) { b.RewritePatterns = true },
			on: wantReturned(patterns,
				fakerum.Definition{
					Name: sessions.Name, DimensionKeys: sessions.DimensionKeys,
					EventPattern: "{\n  \"event_type\": [\n    \"com.amazon.rum.session_start_event\"\n  ],\n" +
						"  \"metadata\": {\n    \"browserName\": [\n      \"Chrome\",\n      \"Safari\"\n    ]\n  }\n}",
				},
				fakerum.Definition{
					Name: "Visits", Namespace: "Shop",
					EventPattern: "{\n  \"metadata\": {\n    \"title\": [\n      {\n        \"numeric\": [\n          \"<\"\n        ]\n      }\n    ]\n  }\n}",
				}),
		},
		"KeepMembers": {
			set: func(b *fakerum.Behavior) { b.KeepMembers = true },
			on: wantUpdated(fakerum.Definition{
				Name: "Visits", Namespace: "Store", EventPattern: checkouts.EventPattern,
				DimensionKeys: checkouts.DimensionKeys, UnitLabel: checkouts.UnitLabel, ValueKey: checkouts.ValueKey,
			}),
		},
		"EmptyWithoutDestination": {
			set: func(b *fakerum.Behavior) { b.EmptyWithoutDestination = true },
			on: func(f fake) {
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
			},
		},
		"LeftDefinitions: return": {
			set: func(b *fakerum.Behavior) { b.LeftDefinitions = fakerum.DefinitionsReturn },
			on: afterDestinationDelete(func(f fake, id string) {
				f.wantNoDestination()
				f.Behave(func(b *fakerum.Behavior) { b.EmptyWithoutDestination = true })
				hidden, err := f.getDefinitions("web", evidently, featureARN)
				wantOK(f.t, err)
				wantDefinitions(f.t, hidden)
				wantOK(f.t, f.putDestination("web", evidently, featureARN, roleARN))
				got, err := f.getDefinitions("web", evidently, featureARN)
				wantOK(f.t, err)
				wantDefinitions(f.t, got, withID(checkouts, id))
			}),
		},
		"LeftDefinitions: stay": {
			set: func(b *fakerum.Behavior) { b.LeftDefinitions = fakerum.DefinitionsStay },
			on: afterDestinationDelete(func(f fake, id string) {
				wantOK(f.t, f.updateDefinition("web", evidently, featureARN, withID(sessions, id)))
				got, err := f.getDefinitions("web", evidently, featureARN)
				wantOK(f.t, err)
				wantDefinitions(f.t, got, withID(sessions, id))
				_, err = f.createDefinitions("web", evidently, featureARN, checkouts)
				wantNotFound(f.t, err, "MetricsDestination")
				_, err = f.deleteDefinitions("web", evidently, featureARN, id)
				wantOK(f.t, err)
				f.wantNoDestination()
			}),
		},
		"KeepOrphans": {
			set: func(b *fakerum.Behavior) { b.KeepOrphans = true },
			on: func(f fake) {
				id := f.recreateWithDefinition()
				f.wantDefinitions(withID(checkouts, id))
			},
		},
		"RejectDefinition": {
			set: func(b *fakerum.Behavior) {
				b.RejectDefinition = func(operation string, d fakerum.Definition) (code, message string) {
					if d.Name != checkouts.Name {
						return "", ""
					}
					return "Refused", "not in " + operation
				}
			},
			on: wantRejected,
		},
	})
}

// wantReturned returns a check that creates the definitions sent. BatchCreate and
// BatchGet must both return the definitions want.
func wantReturned(sent []fakerum.Definition, want ...fakerum.Definition) func(fake) {
	return func(f fake) {
		f.t.Helper()
		out, err := f.createDefinitions("web", cloudWatch, "", sent...)
		wantOK(f.t, err)
		created := fromSDK(out.MetricDefinitions)
		got, err := f.getDefinitions("web", cloudWatch, "")
		wantOK(f.t, err)
		wantDefinitions(f.t, got, created...)
		for i := range got {
			got[i].ID = ""
		}
		wantDefinitions(f.t, got, want...)
	}
}

func wantUpdated(want fakerum.Definition) func(fake) {
	return func(f fake) {
		f.t.Helper()
		id := f.account().CreateDefinition("web", cloudWatch, "", checkouts)
		wantOK(f.t, f.updateDefinition("web", cloudWatch, "", fakerum.Definition{ID: id, Name: "Visits", Namespace: "Store"}))
		f.wantDefinitions(withID(want, id))
	}
}

// wantNoDestination fails the test unless every operation answers that web has no
// Evidently destination.
func (f fake) wantNoDestination() {
	f.t.Helper()
	_, get := f.getDefinitions("web", evidently, featureARN)
	_, create := f.createDefinitions("web", evidently, featureARN, checkouts)
	_, remove := f.deleteDefinitions("web", evidently, featureARN, "1")
	update := f.updateDefinition("web", evidently, featureARN, withID(checkouts, "1"))
	for _, err := range []error{get, create, remove, update} {
		wantNotFound(f.t, err, "MetricsDestination")
	}
}

// afterDestinationDelete returns a check that deletes a destination with a
// definition, and then calls check with the definition's ID.
func afterDestinationDelete(check func(f fake, id string)) func(fake) {
	return func(f fake) {
		f.t.Helper()
		wantOK(f.t, f.putDestination("web", evidently, featureARN, roleARN))
		id := f.account().CreateDefinition("web", evidently, featureARN, checkouts)
		wantOK(f.t, f.deleteDestination("web", evidently, featureARN))
		check(f, id)
	}
}

func (f fake) recreateWithDefinition() (id string) {
	a := f.account()
	id = a.CreateDefinition("web", cloudWatch, "", checkouts)
	a.DeleteMonitor("web")
	a.CreateMonitor("web")
	return id
}

func wantRejected(f fake) {
	f.t.Helper()
	out, err := f.createDefinitions("web", cloudWatch, "", checkouts, sessions)
	wantOK(f.t, err)
	kept := f.account().CreateDefinition("web", cloudWatch, "", checkouts)
	if len(out.Errors) != 1 || *out.Errors[0].ErrorCode != "Refused" || *out.Errors[0].ErrorMessage != "not in BatchCreateRumMetricDefinitions" || *out.Errors[0].MetricDefinition.Name != checkouts.Name {
		f.t.Errorf("errors = %+v, want \"not in BatchCreateRumMetricDefinitions\" for %s", out.Errors, checkouts.Name)
	}
	id := *out.MetricDefinitions[0].MetricDefinitionId
	wantError(f.t, f.updateDefinition("web", cloudWatch, "", withID(checkouts, id)), http.StatusBadRequest, "Refused")
	f.wantDefinitions(withID(sessions, id), withID(checkouts, kept))
	deleted, err := f.deleteDefinitions("web", cloudWatch, "", kept, id)
	wantOK(f.t, err)
	if len(deleted.Errors) != 1 || *deleted.Errors[0].ErrorMessage != "not in BatchDeleteRumMetricDefinitions" || *deleted.Errors[0].MetricDefinitionId != kept {
		f.t.Errorf("errors = %+v, want \"not in BatchDeleteRumMetricDefinitions\" for %s", deleted.Errors, kept)
	}
	f.wantDefinitions(withID(checkouts, kept))
}
