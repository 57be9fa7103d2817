package rumapi_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// metric is the i-th of many different definitions.
func metric(i int) rumapi.Definition {
	return rumapi.Definition{
		DefinitionKey: rumapi.DefinitionKey{Key: cloudWatch.Key},
		Name:          fmt.Sprintf("Checkouts%d", i), Namespace: "Shop", UnitLabel: "Count",
		EventPattern:  `{"event_type":["checkout"],"metadata":{"browserName":["Chrome"]}}`,
		DimensionKeys: map[string]string{"metadata.browserName": "BrowserName"},
	}
}

func (n *network) definitions() []fakerum.Definition {
	return n.account.Definitions("web", rumapi.CloudWatch, "")
}

// made is the result of a create.
type made struct {
	rumapi.Definition
	err error
}

// createAll creates definitions at the same time.
func createAll(ctx context.Context, client *rumapi.Client, wanted ...rumapi.Definition) []made {
	results := make([]made, len(wanted))
	var all sync.WaitGroup
	for i, d := range wanted {
		all.Go(func() {
			results[i].Definition, results[i].err = client.CreateDefinition(ctx, d)
		})
	}
	all.Wait()
	return results
}

// deleteOne deletes one definition.
func deleteOne(ctx context.Context, client *rumapi.Client, k rumapi.DefinitionKey) error {
	return client.DeleteDefinitions(ctx, k.Key, k.ID)[k.ID]
}

// checkEachHasItsOwn fails unless the service has as many definitions as were
// wanted, and each result is the wanted one with an ID of its own that the
// service knows.
func checkEachHasItsOwn(t *testing.T, n *network, wanted []rumapi.Definition, results []made) {
	t.Helper()
	held := map[string]bool{}
	for _, d := range n.definitions() {
		held[d.ID] = true
	}
	if len(held) != len(wanted) {
		t.Errorf("the service has %d definitions, want %d", len(held), len(wanted))
	}
	for i, m := range results {
		if m.err != nil {
			t.Fatalf("definition %d: got the error %v, want none", i, m.err)
		}
		if !wanted[i].Same(m.Definition) {
			t.Errorf("definition %d: got %+v, want %+v", i, m.Definition, wanted[i])
		}
		if !held[m.ID] {
			t.Errorf("definition %d: got the ID %q, want one that the service knows and no other result has", i, m.ID)
		}
		delete(held, m.ID)
	}
}

func metrics(n int) (all []rumapi.Definition) {
	for i := range n {
		all = append(all, metric(i))
	}
	return all
}

func TestDefinitionsShareCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, cloudWatch)
		n.Inject(fakerum.Fault{Operation: opCreateDefinitions, Delay: time.Second})
		wanted := metrics(450)
		results := createAll(t.Context(), n.client, wanted...)
		checkEachHasItsOwn(t, n, wanted, results)
		n.received(t, opCreateDefinitions, 4) // one at once, and then 200 in each
		n.received(t, opReadDefinitions, 1)   // the answers of the creates keep what was listed up to date
		if got := n.MostInFlight(); got > 1 {
			t.Errorf("%d calls for one destination at the same time, want at most 1", got)
		}

		n.ForgetRequests()
		reader := newClient(t, n.config) // a refresh runs in another process, which remembers nothing
		var all sync.WaitGroup
		ids := make([]string, len(results))
		for i, m := range results {
			ids[i] = m.ID
			all.Go(func() {
				if found, err := reader.FindDefinition(t.Context(), m.DefinitionKey); err != nil || !m.Same(found) {
					t.Errorf("found %+v, %v; want %+v", found, err, m.Definition)
				}
			})
		}
		all.Wait()
		n.received(t, opReadDefinitions, 5) // 100 of the 450 definitions are on a page

		if errs := reader.DeleteDefinitions(t.Context(), cloudWatch.Key, ids...); len(errs) > 0 {
			t.Errorf("got %v, want no errors", errs)
		}
		n.received(t, opDeleteDefinitions, 5) // 100 in each
		if left := n.definitions(); len(left) > 0 {
			t.Errorf("%d definitions are left, want none: %v", len(left), left)
		}
	})
}

// A create makes a definition even when equal ones exist, no matter who made them.
func TestCreateDefinitionNeverTakesOverWhatExists(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, cloudWatch)
		first := createAll(t.Context(), n.client, metric(0))
		second := createAll(t.Context(), newClient(t, n.config), metric(0), metric(0))
		checkEachHasItsOwn(t, n, []rumapi.Definition{metric(0), metric(0), metric(0)}, append(first, second...))
	})
}

func TestRejectedDefinitionFailsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, cloudWatch)
		n.Behave(func(b *fakerum.Behavior) {
			b.RejectDefinition = func(_ string, d fakerum.Definition) (string, string) {
				switch d.Name {
				case "Checkouts1":
					return "BadMetric", "the value key is not valid"
				case "Checkouts3":
					return "OtherMetric", "the name is not valid"
				}
				return "", ""
			}
		})
		wanted := metrics(4)
		results := createAll(t.Context(), n.client, wanted...)
		checkEachHasItsOwn(t, n, []rumapi.Definition{wanted[0], wanted[2]}, []made{results[0], results[2]})
		for i, code := range map[int]string{1: "BadMetric", 3: "OtherMetric"} {
			rejected, ok := errors.AsType[*rumapi.RejectedError](results[i].err)
			if !ok || rejected.Code != code || rumapi.OutcomeUnknown(results[i].err) {
				t.Fatalf("definition %d: got the error %v, want it rejected for %s, and its outcome known", i, results[i].err, code)
			}
		}
		summary, detail := rumapi.Explain(results[1].err)
		for _, want := range []string{"Cannot create RUM metric definition", "Checkouts1", `"web"`, region, "CloudWatch RUM rejected it: BadMetric: the value key is not valid", "Correct what the message names."} {
			if !strings.Contains(summary+detail, want) {
				t.Errorf("got the error %s\n%s\nwant it to say %q", summary, detail, want)
			}
		}
	})
}

// The answer of a BatchCreate is lost, before or after the service did the work.
// Equal definitions are among the many that are wanted.
func TestALostAnswerMakesNoDuplicate(t *testing.T) {
	op := opCreateDefinitions
	twins := append(metrics(198), metric(7), metric(7))
	for name, fault := range map[string]fakerum.Fault{
		"dropped before the work": {Operation: op, Times: 1, Drop: true},
		"dropped after the work":  {Operation: op, Times: 1, Drop: true, AfterWork: true},
		"500 before the work":     {Operation: op, Times: 1, Status: 500, Code: "InternalServerException"},
		"500 after the work":      {Operation: op, Times: 1, Status: 500, Code: "InternalServerException", AfterWork: true},
		"twice 502 with HTML":     {Operation: op, Times: 2, Status: 502, ContentType: "text/html", Body: "<html>", AfterWork: true},
		"times out":               {Operation: op, Times: 1, Delay: 2 * time.Minute, AfterWork: true},
		"429":                     {Operation: op, Times: 3, Status: 429, Code: "ThrottlingException"},
		"409":                     {Operation: op, Times: 3, Status: 409, Code: "ConflictException"},
	} {
		for _, wanted := range [][]rumapi.Definition{metrics(1), twins} {
			t.Run(fmt.Sprintf("%s, %d", name, len(wanted)), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := newNetwork(t, cloudWatch)
					n.Inject(fault)
					results := createAll(t.Context(), n.client, wanted...)
					checkEachHasItsOwn(t, n, wanted, results)
				})
			})
		}
	}
}

// A create whose answer was lost and that cannot look afterwards does not try
// again: a second try could make a second definition.
func TestCreateDefinitionDoesNotRepeatWhatItCannotLookUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, cloudWatch)
		var tried atomic.Bool
		n.Inject(fakerum.Fault{
			Operation: opCreateDefinitions, Status: 500, Code: "InternalServerException", AfterWork: true,
			Match: func(fakerum.Request) bool { tried.Store(true); return true },
		})
		n.Inject(fakerum.Fault{
			Operation: opReadDefinitions, Status: 403, Code: "AccessDeniedException",
			Match: func(fakerum.Request) bool { return tried.Load() },
		})
		if err := createAll(t.Context(), n.client, metric(0))[0].err; !rumapi.OutcomeUnknown(err) || !strings.Contains(err.Error(), "InternalServerException") {
			t.Errorf("got %v, want the InternalServerException of the create and an unknown outcome", err)
		}
		n.received(t, opCreateDefinitions, 1)
	})
}

// A definition that existed before the first try cannot be the work of a lost try.
func TestALostTryAdoptsNothingOlder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, cloudWatch)
		older := createAll(t.Context(), newClient(t, n.config), metric(0))
		n.Inject(fakerum.Fault{Operation: opCreateDefinitions, Times: 1, Drop: true}) // not done
		results := createAll(t.Context(), n.client, metric(0))
		checkEachHasItsOwn(t, n, []rumapi.Definition{metric(0), metric(0)}, append(older, results...))
		n.received(t, opCreateDefinitions, 3)
	})
}

// Lost answers end a create after as many tries as the client makes, and after five
// at most. The last lost answer is looked for too.
func TestCreateDefinitionGivesUpAfterLostAnswers(t *testing.T) {
	for attempts, want := range map[int]int{1: 1, 2: 2, maxAttempts: 5} {
		for name, done := range map[string]bool{"not done": false, "done": true} {
			t.Run(fmt.Sprintf("%d tries, %s", attempts, name), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := newNetwork(t, cloudWatch)
					n.config.Retryer = func() aws.Retryer { return rumapi.NewRetryer(attempts, false) }
					n.Inject(fakerum.Fault{Operation: opCreateDefinitions, Drop: true, AfterWork: done})
					result := createAll(t.Context(), newClient(t, n.config), metric(0))[0]
					if done {
						checkEachHasItsOwn(t, n, []rumapi.Definition{metric(0)}, []made{result})
						n.received(t, opCreateDefinitions, 1)
						return
					}
					if !rumapi.OutcomeUnknown(result.err) {
						t.Errorf("got the error %v, want one whose outcome is unknown", result.err)
					}
					n.received(t, opCreateDefinitions, want)
				})
			})
		}
	}
}

func TestRefusedCreateIsNotRepeated(t *testing.T) {
	for code, c := range map[string]struct {
		status int
		next   string
	}{
		"ServiceQuotaExceededException": {http.StatusPaymentRequired, "2000"},
		"AccessDeniedException":         {http.StatusForbidden, "rum:BatchCreateRumMetricDefinitions"},
		"ValidationException":           {http.StatusBadRequest, "Correct the attribute"},
	} {
		t.Run(code, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork(t, cloudWatch)
				n.Inject(fakerum.Fault{Operation: opCreateDefinitions, Status: c.status, Code: code, Message: "no"})
				results := createAll(t.Context(), n.client, metric(0))
				_, detail := rumapi.Explain(results[0].err)
				if err := results[0].err; rumapi.OutcomeUnknown(err) {
					t.Errorf("got the error %v, whose outcome is unknown; want it known", err)
				}
				for _, want := range []string{code, c.next} {
					if !strings.Contains(detail, want) {
						t.Errorf("got the detail %q, want %q in it", detail, want)
					}
				}
				n.received(t, opCreateDefinitions, 1)
			})
		})
	}
}

func TestCreateDefinitionFailsWithoutDestination(t *testing.T) {
	for name, empty := range map[string]bool{"the list is refused": false, "the list is empty": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork(t)
				n.Behave(func(b *fakerum.Behavior) { b.EmptyWithoutDestination = empty })
				results := createAll(t.Context(), n.client, metric(0))
				checkFailed(t, results[0].err, opCreateDefinitions, false)
				want := "Refer to the destination's resource, as in rum_metrics_destination.NAME.app_monitor_name, so that it is created first."
				if _, detail := rumapi.Explain(results[0].err); !strings.Contains(detail, want) || strings.Contains(detail, "update") {
					t.Errorf("got the detail %q, want %q in it and nothing about an update", detail, want)
				}
				// The create is sent even when the list was refused: its error says best what is missing.
				n.received(t, opCreateDefinitions, 1)
			})
		})
	}
}

// A create that cannot list what exists could not tell whether a lost try made a
// definition. It therefore creates nothing.
func TestCreateDefinitionThatCannotLookSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, cloudWatch)
		n.Inject(fakerum.Fault{Operation: opReadDefinitions, Status: 403, Code: "AccessDeniedException"})
		results := createAll(t.Context(), n.client, metric(0))
		checkFailed(t, results[0].err, opReadDefinitions, false)
		n.received(t, opCreateDefinitions, 0)
	})
}

// The service gives back the definitions in another order, and leaves out members
// and the ID of one definition. Each create still gets its own result.
func TestAnswerInAnotherOrderIsAssigned(t *testing.T) {
	twin := func(unit string) rumapi.Definition {
		d := metric(3)
		d.ValueKey, d.UnitLabel = "event_details.total", unit
		return d
	}
	const answer = `{
		"MetricDefinitions": [
			{"Name": "Checkouts2", "Namespace": "Shop"},
			{"MetricDefinitionId": "id-of-1", "Name": "Checkouts1", "Namespace": "Shop"}, {"MetricDefinitionId": "id-of-0", "Name": "Checkouts0"}
		],
		"Errors": [
			{"ErrorCode": "NoEcho", "ErrorMessage": "no"},
			{"ErrorCode": "OfBytes", "ErrorMessage": "no", "MetricDefinition": {
				"Name": "Checkouts3", "Namespace": "Shop", "UnitLabel": "Bytes", "ValueKey": "event_details.total",
				"EventPattern": "{\"event_type\":[\"checkout\"],\"metadata\":{\"browserName\":[\"Chrome\"]}}", "DimensionKeys": {"metadata.browserName": "BrowserName"}}},
			{"ErrorCode": "OfCount", "ErrorMessage": "no", "MetricDefinition": {
				"Name": "Checkouts3", "Namespace": "Shop", "UnitLabel": "Count", "ValueKey": "event_details.total",
				"EventPattern": "{\"event_type\":[\"checkout\"],\"metadata\":{\"browserName\":[\"Chrome\"]}}", "DimensionKeys": {"metadata.browserName": "BrowserName"}}}
		]
	}`
	synctest.Test(t, func(t *testing.T) {
		cfg := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				_, _ = io.WriteString(w, "{}")
				return
			}
			_, _ = io.WriteString(w, answer)
		}))
		created, errs := newClient(t, cfg).CreateDefinitions(t.Context(), cloudWatch.Key, metric(0), metric(1), metric(2), twin("Count"), twin("Bytes"))
		for i, want := range []string{"id-of-0", "id-of-1"} {
			if errs[i] != nil || created[i].ID != want {
				t.Errorf("definition %d: got the ID %q and the error %v, want %q and none", i, created[i].ID, errs[i], want)
			}
		}
		if !rumapi.OutcomeUnknown(errs[2]) || !strings.Contains(errs[2].Error(), "says neither") {
			t.Errorf("definition 2, which the answer leaves out: got %v, want an unknown outcome and an error that says so", errs[2])
		}
		for i, code := range map[int]string{3: "OfCount", 4: "OfBytes"} {
			if rejected, ok := errors.AsType[*rumapi.RejectedError](errs[i]); !ok || rejected.Code != code {
				t.Errorf("definition %d: got %v, want it rejected for %s", i, errs[i], code)
			}
		}
	})
}

// The answer leaves out a definition that the service has made. The client looks for it,
// and takes no other one for it: not the one that it had before, and not the equal one
// that the answer names.
func TestWhatAnAnswerLeavesOutIsLookedFor(t *testing.T) {
	definition := func(id string) string {
		return `{"MetricDefinitionId": "` + id + `", "Name": "Checkouts", "Namespace": "Shop"}`
	}
	synctest.Test(t, func(t *testing.T) {
		posts, exist := 0, []string{definition("old")}
		cfg := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				_, _ = fmt.Fprintf(w, `{"MetricDefinitions": [%s]}`, strings.Join(exist, ","))
				return
			}
			posts++
			exist = append(exist, definition("named"), definition("left out"))
			_, _ = fmt.Fprintf(w, `{"MetricDefinitions": [%s], "Errors": []}`, definition("named"))
		}))
		d := rumapi.Definition{DefinitionKey: rumapi.DefinitionKey{Key: cloudWatch.Key}, Name: "Checkouts", Namespace: "Shop"}
		created, errs := newClient(t, cfg).CreateDefinitions(t.Context(), cloudWatch.Key, d, d)
		if errors.Join(errs...) != nil || created[0].ID != "named" || created[1].ID != "left out" || posts != 1 {
			t.Errorf("got %v, %v in %d calls, want both definitions in one call", created, errs, posts)
		}
	})
}

// An answer came, so the advice is not about the network.
func TestUnnamedDefinitionIsExplained(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") }))
		_, err := newClient(t, cfg).CreateDefinition(t.Context(), metric(0))
		if _, detail := rumapi.Explain(err); !strings.Contains(detail, "CloudWatch RUM answered, but its answer says neither") || strings.Contains(detail, "network") {
			t.Errorf("got %q, want what the answer lacks, and nothing of the network", detail)
		}
	})
}

// Definitions whose delete is withdrawn by an interrupt fail by their IDs.
func TestWithdrawnDeletesFailByTheirIDs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, cloudWatch)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		failed := n.client.DeleteDefinitions(ctx, cloudWatch.Key, "1", "2")
		for _, id := range []string{"1", "2"} {
			if e, ok := errors.AsType[*rumapi.Error](failed[id]); len(failed) != 2 || !ok || e.Definition != id || e.OutcomeUnknown {
				t.Errorf("%s: got %v, want an error of its own, and a known outcome", id, failed)
			}
		}
	})
}

// The service refuses a whole BatchDelete because one of its definitions is gone
// already. Only the delete of that one has done its work.
func TestRefusedBatchDeleteSucceedsOnlyForTheGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, cloudWatch)
		results := createAll(t.Context(), n.client, metrics(2)...)
		n.account.DeleteDefinition("web", rumapi.CloudWatch, "", results[0].ID)
		n.Inject(fakerum.Fault{Operation: opDeleteDefinitions, Status: http.StatusNotFound, Code: "ResourceNotFoundException"})
		errs := n.client.DeleteDefinitions(t.Context(), cloudWatch.Key, results[0].ID, results[1].ID)
		if e, ok := errors.AsType[*rumapi.Error](errs[results[1].ID]); len(errs) != 1 || !ok || e.Definition != results[1].ID {
			t.Errorf("got the errors %v, want one, of the definition that exists", errs)
		}
	})
}

func TestSameIgnoresWhatMeansTheSame(t *testing.T) {
	change := func(f func(*rumapi.Definition)) rumapi.Definition {
		d := metric(0)
		f(&d)
		return d
	}
	for name, c := range map[string]struct {
		wanted, existing rumapi.Definition
		same             bool
	}{
		"another ID": {metric(0), change(func(d *rumapi.Definition) { d.ID = "x" }), true},
		"another text": {metric(0), change(func(d *rumapi.Definition) {
			d.EventPattern = ` {"metadata": {"browserName":["Chrome"]},"event_type":["checkout"]}`
		}), true},
		"another pattern":    {metric(0), change(func(d *rumapi.Definition) { d.EventPattern = `{"event_type":["checkout"]}` }), false},
		"no pattern in both": {change(func(d *rumapi.Definition) { d.EventPattern = "" }), change(func(d *rumapi.Definition) { d.EventPattern = "" }), true},
		"null for a pattern": {change(func(d *rumapi.Definition) { d.EventPattern = "" }), change(func(d *rumapi.Definition) { d.EventPattern = "null" }), false},
		"another unit":       {metric(0), change(func(d *rumapi.Definition) { d.UnitLabel = "Bytes" }), false},
		"namespace filled":   {change(func(d *rumapi.Definition) { d.Namespace = "" }), change(func(d *rumapi.Definition) { d.Namespace = "AWS/RUM" }), true},
		"unit filled":        {change(func(d *rumapi.Definition) { d.Namespace, d.UnitLabel = "", "" }), change(func(d *rumapi.Definition) { d.Namespace = "" }), true},
		"another is filled":  {change(func(d *rumapi.Definition) { d.Namespace, d.UnitLabel = "", "" }), change(func(d *rumapi.Definition) { d.Namespace, d.UnitLabel = "", "Bytes" }), false},
		"not Count":          {change(func(d *rumapi.Definition) { d.Namespace, d.UnitLabel = "", "Bytes" }), change(func(d *rumapi.Definition) { d.Namespace = "" }), false},
		"unit of a custom":   {change(func(d *rumapi.Definition) { d.UnitLabel = "" }), metric(0), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.wanted.Same(c.existing); got != c.same {
				t.Errorf("got %t, want %t", got, c.same)
			}
		})
	}
}

// The definition has every member, and its destination an ARN. Each member comes
// back after a create and after an update.
func TestDefinitionKeepsEveryMember(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, evidently)
		check := func(client *rumapi.Client, want rumapi.Definition) {
			t.Helper()
			all, err := client.ListDefinitions(t.Context(), evidently.Key)
			if err != nil {
				t.Errorf("got the error %v, want none", err)
			}
			if diff := cmp.Diff([]rumapi.Definition{want}, all); diff != "" {
				t.Errorf("definitions (-want +got):\n%s", diff)
			}
		}
		d := metric(0)
		d.Key, d.ValueKey = evidently.Key, "event_details.total"
		results := createAll(t.Context(), n.client, d)
		d.ID = results[0].ID
		wantEveryMember(t, d)
		check(newClient(t, n.config), d)

		client := newClient(t, n.config)
		check(client, d)
		d.Namespace, d.ValueKey, d.EventPattern = rumapi.ExtendedNamespace, "event_details.sum", `{"event_type":["sum"],"metadata":{"browserName":["Chrome"]}}`
		if err := client.UpdateDefinition(t.Context(), d); err != nil {
			t.Error(err)
		}
		d.Namespace = "" // AWS asks for the extended namespace to be left out
		check(client, d)

		n.ForgetRequests()
		if err := deleteOne(t.Context(), client, d.DefinitionKey); err != nil {
			t.Error(err)
		}
		n.received(t, opReadDefinitions, 0) // the delete succeeded, and need not look
		if _, err := client.FindDefinition(t.Context(), d.DefinitionKey); !errors.Is(err, rumapi.ErrNotFound) {
			t.Errorf("after the delete: got %v, want %v", err, rumapi.ErrNotFound)
		}
	})
}

// wantEveryMember checks that the test with d also tests a new member.
func wantEveryMember[T any](t *testing.T, d T) {
	t.Helper()
	for _, member := range reflect.VisibleFields(reflect.TypeFor[T]()) {
		if reflect.ValueOf(d).FieldByIndex(member.Index).IsZero() {
			t.Errorf("got %+v without %s, want it to have every member", d, member.Name)
		}
	}
}

func TestEveryMemberCountsInAComparison(t *testing.T) {
	d := metric(0)
	d.Key, d.ValueKey = evidently.Key, "event_details.total"
	if diff := cmp.Diff(d, rumapi.Echoed(d)); diff != "" {
		t.Errorf("echoed by a rejection (-want +got):\n%s", diff)
	}
	for _, member := range reflect.VisibleFields(reflect.TypeFor[rumapi.Definition]()) {
		if member.Name == "DefinitionKey" || member.Name == "ID" { // two equal definitions have two IDs
			continue
		}
		other := d
		if reflect.ValueOf(&other).Elem().FieldByIndex(member.Index).SetZero(); d.Same(other) {
			t.Errorf("without %s: got the same definition, want another one", member.Name)
		}
	}
}

// The error of a call says what the call was about, and whether the service may
// have done it all the same.
func TestFailedDefinitionCallSaysWhatFailed(t *testing.T) {
	d := metric(0)
	d.ID = "x"
	for operation, want := range map[string]struct{ definition, summary string }{
		opReadDefinitions:   {"", "Cannot read RUM metric definitions"},
		opCreateDefinitions: {d.Name, "Cannot create RUM metric definition"},
		opUpdateDefinition:  {d.Name, "Cannot update RUM metric definition"},
		opDeleteDefinitions: {d.ID, "Cannot delete RUM metric definition"},
	} {
		write := operation != opReadDefinitions
		for fails, f := range map[string]struct {
			fault    fakerum.Fault
			patience time.Duration
			unknown  bool
			because  string
		}{
			"refused":     {fakerum.Fault{Status: 403, Code: "AccessDeniedException"}, time.Hour, false, "AccessDeniedException"},
			"not done":    {fakerum.Fault{Status: 500, Code: "InternalServerException"}, time.Hour, write, "InternalServerException"},
			"interrupted": {fakerum.Fault{Delay: time.Hour}, time.Second, write, "context"},
			"a page":      {fakerum.Fault{Status: 200, ContentType: "text/html", Body: "\n<html>"}, time.Hour, write, "not a JSON object"},
		} {
			t.Run(operation+" is "+fails, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := newNetwork(t, cloudWatch)
					f.fault.Operation = operation
					n.Inject(f.fault)
					ctx, cancel := context.WithTimeout(t.Context(), f.patience)
					defer cancel()
					err := operationsOn(d)[operation](ctx, n.client)
					checkFailed(t, err, operation, f.unknown)
					if e, _ := errors.AsType[*rumapi.Error](err); e.Key != d.Key || e.Definition != want.definition {
						t.Errorf("got an Error of the definition %q and %v, want one of %q and %v", e.Definition, e.Key, want.definition, d.Key)
					}
					if got := err.Error(); !strings.Contains(got, f.because) {
						t.Errorf("got the error %q, want %q in it", got, f.because)
					}
					if summary, _ := rumapi.Explain(err); summary != want.summary {
						t.Errorf("got the summary %q, want %q", summary, want.summary)
					}
					if operation == opUpdateDefinition || operation == opDeleteDefinitions {
						n.received(t, opReadDefinitions, 0)
					}
				})
			})
		}
	}
}

// A write of the destination may make and remove definitions, so the next read asks.
func TestWriteOfTheDestinationForgetsItsDefinitions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		if _, err := n.client.ListDefinitions(t.Context(), cloudWatch.Key); !errors.Is(err, rumapi.ErrNotFound) {
			t.Fatalf("got %v, want %v", err, rumapi.ErrNotFound)
		}
		if err := n.client.PutDestination(t.Context(), cloudWatch); err != nil {
			t.Fatal(err)
		}
		if found, err := n.client.ListDefinitions(t.Context(), cloudWatch.Key); err != nil || len(found) > 0 {
			t.Errorf("after the Put: got %v, %v; want no definitions and no error", found, err)
		}
		results := createAll(t.Context(), n.client, metric(0))
		if found, err := n.client.FindDefinition(t.Context(), results[0].DefinitionKey); err != nil || found.ID == "" {
			t.Errorf("after the create: got %v, %v; want the definition", found, err)
		}
		if err := n.client.DeleteDestination(t.Context(), cloudWatch.Key); err != nil {
			t.Fatal(err)
		}
		if _, err := n.client.FindDefinition(t.Context(), results[0].DefinitionKey); !errors.Is(err, rumapi.ErrNotFound) {
			t.Errorf("after the destination was deleted: got %v, want %v", err, rumapi.ErrNotFound)
		}
	})
}

func TestUpdateOfGoneDefinitionSaysThatItIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, cloudWatch)
		d := metric(0)
		d.ID = "gone"
		err := n.client.UpdateDefinition(t.Context(), d)
		want := "Something else has deleted the definition, its destination or the app monitor since the plan. Plan again: the new plan shows what is left to do."
		if _, detail := rumapi.Explain(err); !strings.HasSuffix(detail, want) {
			t.Errorf("got the error %v with the detail %q, want %q at its end", err, detail, want)
		}
	})
}

func TestDeleteDefinitionsSucceedsForWhatIsGone(t *testing.T) {
	for name, empty := range map[string]bool{"a list without the destination is refused": false, "a list without the destination is empty": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork(t, cloudWatch)
				n.Behave(func(b *fakerum.Behavior) { b.EmptyWithoutDestination = empty })
				results := createAll(t.Context(), n.client, metrics(3)...)
				n.account.DeleteDefinition("web", rumapi.CloudWatch, "", results[0].ID)
				if errs := n.client.DeleteDefinitions(t.Context(), cloudWatch.Key, results[0].ID, results[1].ID); len(errs) > 0 {
					t.Errorf("a definition that is gone, and one that exists: got %v, want no errors", errs)
				}

				n.Behave(func(b *fakerum.Behavior) {
					b.RejectDefinition = func(string, fakerum.Definition) (string, string) { return "Busy", "not now" }
				})
				if err := deleteOne(t.Context(), n.client, results[2].DefinitionKey); err == nil || !strings.Contains(err.Error(), "Busy: not now") {
					t.Errorf("a definition that exists and is rejected: got %v, want an error with %q", err, "Busy: not now")
				}
				n.account.DeleteDestination("web", rumapi.CloudWatch, "")
				if err := deleteOne(t.Context(), n.client, results[2].DefinitionKey); err != nil {
					t.Errorf("the destination is gone: got %v, want no error", err)
				}
				n.account.DeleteMonitor("web")
				if err := deleteOne(t.Context(), n.client, results[2].DefinitionKey); err != nil {
					t.Errorf("the monitor is gone: got %v, want no error", err)
				}
			})
		})
	}
}

// An interrupt lets the request on its way finish. Its definition is not lost.
func TestInterruptedCreateReturnsWhatItMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, cloudWatch)
		n.Inject(fakerum.Fault{Operation: opCreateDefinitions, Delay: 4 * time.Second})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var sent, queued []made
		var all sync.WaitGroup
		all.Go(func() { sent = createAll(ctx, n.client, metric(0)) })
		synctest.Wait()
		all.Go(func() { queued = createAll(ctx, n.client, metric(1)) })
		all.Wait()
		checkEachHasItsOwn(t, n, metrics(1), sent)
		if err := queued[0].err; !errors.Is(err, context.DeadlineExceeded) || rumapi.OutcomeUnknown(err) {
			t.Errorf("the create that was not sent: got %v, want %v and a known outcome", err, context.DeadlineExceeded)
		}
	})
}

func TestInterruptedCreateWaitsFiveSecondsAtMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, cloudWatch)
		n.Inject(fakerum.Fault{Operation: opCreateDefinitions, Delay: time.Hour})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		results := createAll(ctx, n.client, metrics(2)...)
		took(t, start, 6*time.Second)
		for i, m := range results {
			if !errors.Is(m.err, context.Canceled) && !errors.Is(m.err, context.DeadlineExceeded) {
				t.Errorf("definition %d: got %v, want the error of an interrupt", i, m.err)
			}
		}
		n.received(t, opCreateDefinitions, 1)
	})
}

func TestMissingDefinitionSaysWhatIsMissing(t *testing.T) {
	for name, test := range map[string]struct {
		key  rumapi.Key
		want string
	}{
		"the definition":  {cloudWatch.Key, `metric definition x of the metrics destination CloudWatch of app monitor "web" in eu-west-1: not found`},
		"the destination": {evidently.Key, evidently.String() + ": not found"},
		"the app monitor": {
			rumapi.Key{Region: region, AppMonitorName: "absent", Destination: rumapi.CloudWatch},
			`metrics destination CloudWatch of app monitor "absent" in eu-west-1: not found`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork(t, cloudWatch)
				_, err := n.client.FindDefinition(t.Context(), rumapi.DefinitionKey{Key: test.key, ID: "x"})
				if !errors.Is(err, rumapi.ErrNotFound) || err.Error() != test.want {
					t.Errorf("got the error %v, want %q of the kind %v", err, test.want, rumapi.ErrNotFound)
				}
			})
		})
	}
}
