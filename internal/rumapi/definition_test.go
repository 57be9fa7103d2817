package rumapi_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

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

// newNetworkWithDestination returns a network with a CloudWatch destination on
// "web".
func newNetworkWithDestination(t *testing.T) *network {
	t.Helper()
	n := newNetwork(t)
	n.account.PutDestination("web", fakerum.Destination{Destination: rumapi.CloudWatch})
	return n
}

func (n *network) definitions() []fakerum.Definition {
	return n.account.Definitions("web", rumapi.CloudWatch, "")
}

type creation struct {
	rumapi.Definition
	existed bool
	err     error
}

// createAll creates definitions at the same time.
func createAll(ctx context.Context, client *rumapi.Client, wanted ...rumapi.Definition) []creation {
	made := make([]creation, len(wanted))
	var all sync.WaitGroup
	for i, d := range wanted {
		all.Go(func() {
			made[i].Definition, made[i].existed, made[i].err = client.CreateDefinition(ctx, d)
		})
	}
	all.Wait()
	return made
}

// createInTurn creates n definitions that are the same, in the service's order.
func createInTurn(t *testing.T, client *rumapi.Client, n int) (made []creation) {
	t.Helper()
	for range n {
		made = append(made, createAll(t.Context(), client, metric(0))...)
	}
	return made
}

// checkEachHasItsOwn fails unless the service has exactly the definitions that
// were wanted, each of them in one result.
func checkEachHasItsOwn(t *testing.T, n *network, wanted []rumapi.Definition, made []creation) {
	t.Helper()
	held := map[string]bool{}
	for _, d := range n.definitions() {
		held[d.ID] = true
	}
	if len(held) != len(wanted) {
		t.Errorf("the service has %d definitions, %d were wanted", len(held), len(wanted))
	}
	for i, m := range made {
		if m.err != nil {
			t.Fatalf("definition %d: %s", i, m.err)
		}
		if !wanted[i].Same(m.Definition) {
			t.Errorf("definition %d is %+v, wanted %+v", i, m.Definition, wanted[i])
		}
		if !held[m.ID] {
			t.Errorf("definition %d has the ID %q, which no other has and the service knows", i, m.ID)
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
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetworkWithDestination(t)
		n.Inject(fakerum.Fault{Operation: fakerum.OpBatchCreateRumMetricDefinitions, Delay: time.Second})
		wanted := metrics(450)
		made := createAll(t.Context(), n.client, wanted...)
		checkEachHasItsOwn(t, n, wanted, made)
		if calls := n.Count(fakerum.OpBatchCreateRumMetricDefinitions); calls != 3 {
			t.Errorf("450 definitions took %d BatchCreates, and 200 go into one", calls)
		}
		if n.MostInFlight() > 1 {
			t.Errorf("there were %d calls for one destination at the same time", n.MostInFlight())
		}

		n.ForgetRequests()
		reader := newClient(t, n.config) // as a refresh: another process
		var all sync.WaitGroup
		for _, m := range made {
			all.Go(func() {
				if found, err := reader.FindDefinition(t.Context(), m.DefinitionKey); err != nil || !m.Same(found) {
					t.Errorf("found %+v, %v", found, err)
				}
			})
		}
		all.Wait()
		if calls := n.Count(fakerum.OpBatchGetRumMetricDefinitions); calls != 5 {
			t.Errorf("450 readers took %d pages, and 100 definitions are on one", calls)
		}

		for _, m := range made {
			all.Go(func() {
				if err := reader.DeleteDefinition(t.Context(), m.DefinitionKey); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if calls := n.Count(fakerum.OpBatchDeleteRumMetricDefinitions); calls != 5 {
			t.Errorf("450 definitions took %d BatchDeletes, and 100 go into one", calls)
		}

		if left := n.definitions(); len(left) > 0 {
			t.Errorf("left: %v", left)
		}
	})
}

// TestDefinitionsInWaves creates, refreshes and deletes as the CLI does, ten at a
// time, each starting when another has ended. The tenth is late now and then.
func TestDefinitionsInWaves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetworkWithDestination(t)
		wanted := metrics(2000)
		made := make([]creation, len(wanted))
		tenAtATime := func(do func(i int)) {
			n.ForgetRequests()
			next := make(chan int)
			var all sync.WaitGroup
			for worker := range 10 {
				all.Go(func() {
					for i := range next {
						if worker == 9 && i%7 == 0 {
							time.Sleep(100 * time.Millisecond)
						}
						do(i)
					}
				})
			}
			for i := range wanted {
				next <- i
			}
			close(next)
			all.Wait()
		}
		atMost := func(operation string, most int) {
			t.Helper()
			if calls := n.Count(operation); calls > most {
				t.Errorf("%d %s, want %d at most", calls, operation, most)
			}
		}

		tenAtATime(func(i int) {
			made[i].Definition, made[i].existed, made[i].err = n.client.CreateDefinition(t.Context(), wanted[i])
		})
		checkEachHasItsOwn(t, n, wanted, made)
		atMost(fakerum.OpBatchCreateRumMetricDefinitions, 201) // the first may come before they are in step
		atMost(fakerum.OpBatchGetRumMetricDefinitions, 60)     // the answers of the creates keep what was listed up to date

		client := newClient(t, n.config)
		tenAtATime(func(i int) {
			if _, err := client.FindDefinition(t.Context(), made[i].DefinitionKey); err != nil {
				t.Error(err)
			}
		})
		atMost(fakerum.OpBatchGetRumMetricDefinitions, 25)

		tenAtATime(func(i int) {
			if err := client.DeleteDefinition(t.Context(), made[i].DefinitionKey); err != nil {
				t.Error(err)
			}
		})
		atMost(fakerum.OpBatchDeleteRumMetricDefinitions, 201)
	})
}

func TestOneDefinitionWaitsForNoOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetworkWithDestination(t)
		start := time.Now()
		made := createAll(t.Context(), n.client, metric(0))
		if took := time.Since(start); took > 50*time.Millisecond {
			t.Errorf("one definition took %s", took)
		}
		checkEachHasItsOwn(t, n, metrics(1), made)
		if made[0].existed {
			t.Error("said to have existed before")
		}

		createAll(t.Context(), n.client, metrics(10)...)
		time.Sleep(time.Minute)
		start = time.Now()
		createAll(t.Context(), n.client, metric(11))
		if took := time.Since(start); took > 50*time.Millisecond {
			t.Errorf("one definition, long after ten, took %s", took)
		}
	})
}

// TestSteadyDefinitions creates one definition after the other for so long that
// the first cannot wait for the last.
func TestSteadyDefinitions(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetworkWithDestination(t)
		start := time.Now()
		var all sync.WaitGroup
		for i := range 300 { // 12 seconds
			all.Go(func() {
				time.Sleep(time.Duration(i) * 40 * time.Millisecond)
				if _, _, err := n.client.CreateDefinition(t.Context(), metric(i)); err != nil {
					t.Error(err)
				}
				if i == 0 {
					took(t, start, 5*time.Second)
				}
			})
		}
		all.Wait()
		n.received(t, fakerum.OpBatchCreateRumMetricDefinitions, 3)
	})
}

// A batch that can have no more, or has as many as the one before, waits for no
// more.
func TestFullBatchGoesAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetworkWithDestination(t)
		wanted := metrics(30)
		for first := 0; first < len(wanted); first += 10 {
			start := time.Now()
			createAll(t.Context(), n.client, wanted[first:first+10]...)
			if took := time.Since(start); first > 0 && took > 15*time.Millisecond {
				t.Errorf("ten more definitions took %s", took)
			}
		}

		start := time.Now()
		createAll(t.Context(), newClient(t, n.config), metrics(230)[30:]...)
		took(t, start, 0)
	})
}

func TestRejectedDefinitionFailsAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetworkWithDestination(t)
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
		made := createAll(t.Context(), n.client, wanted...)
		checkEachHasItsOwn(t, n, []rumapi.Definition{wanted[0], wanted[2]}, []creation{made[0], made[2]})
		for i, code := range map[int]string{1: "BadMetric", 3: "OtherMetric"} {
			rejected, ok := errors.AsType[*rumapi.RejectedError](made[i].err)
			if !ok || rejected.Code != code || rumapi.OutcomeUnknown(made[i].err) {
				t.Fatalf("the error is %v", made[i].err)
			}
		}
		summary, detail := rumapi.Explain(made[1].err)
		for _, want := range []string{"Cannot create RUM metric definition", "Checkouts1", `"web"`, region, "CloudWatch RUM rejected it: BadMetric: the value key is not valid", "Correct what the message names."} {
			if !strings.Contains(summary+detail, want) {
				t.Errorf("%s\n%s\ndoes not say %s", summary, detail, want)
			}
		}
	})
}

// TestCreateDefinitionsLostAnswers has the answer of a BatchCreate lost, before
// or after the service did the work. Equal definitions are among the many.
func TestCreateDefinitionsLostAnswers(t *testing.T) {
	t.Parallel()
	op := fakerum.OpBatchCreateRumMetricDefinitions
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
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					n := newNetworkWithDestination(t)
					n.Inject(fault)
					made := createAll(t.Context(), n.client, wanted...)
					checkEachHasItsOwn(t, n, wanted, made)
					for _, m := range made {
						if m.existed {
							t.Errorf("%s was made in this run", m.Name)
						}
					}
				})
			})
		}
	}
}

// TestCreateDefinitionsAgain is the run after one that learned nothing: its
// process was killed, or the service did not answer to the end.
func TestCreateDefinitionsAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetworkWithDestination(t)
		wanted := append(metrics(20), metric(7))
		var tried atomic.Bool
		n.Inject(fakerum.Fault{
			Operation: fakerum.OpBatchCreateRumMetricDefinitions, Status: 500, Code: "InternalServerException", AfterWork: true,
			Match: func(fakerum.Request) bool { tried.Store(true); return true },
		})
		n.Inject(fakerum.Fault{
			Operation: fakerum.OpBatchGetRumMetricDefinitions, Status: 403, Code: "AccessDeniedException",
			Match: func(fakerum.Request) bool { return tried.Load() },
		})
		for _, m := range createAll(t.Context(), n.client, wanted...) {
			if !rumapi.OutcomeUnknown(m.err) || !strings.Contains(m.err.Error(), "InternalServerException") {
				t.Fatalf("the error is %v", m.err)
			}
		}
		if calls := n.Count(fakerum.OpBatchCreateRumMetricDefinitions); calls != 1 {
			t.Errorf("%d BatchCreates without knowing what the one before had done", calls)
		}
		n.ClearFaults()

		client := newClient(t, n.config)
		if other := createAll(t.Context(), client, metric(99)); other[0].existed || other[0].Name != "Checkouts99" {
			t.Errorf("another one was taken over: %+v", other)
		}
		n.account.DeleteDefinition("web", rumapi.CloudWatch, "", n.definitions()[len(wanted)].ID)
		n.ForgetRequests()
		made := createAll(t.Context(), client, wanted...)
		n.received(t, fakerum.OpBatchCreateRumMetricDefinitions, 0)
		checkEachHasItsOwn(t, n, wanted, made)
		for _, m := range made {
			if !m.existed {
				t.Errorf("%s existed before", m.Name)
			}
		}
	})
}

func TestCreateDefinitionsGivesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetworkWithDestination(t)
		n.Inject(fakerum.Fault{Operation: fakerum.OpBatchCreateRumMetricDefinitions, Status: 500, Code: "InternalServerException"})
		made := createAll(t.Context(), n.client, metric(0))
		if !rumapi.OutcomeUnknown(made[0].err) {
			t.Errorf("the error is %v", made[0].err)
		}
		if calls := n.Count(fakerum.OpBatchCreateRumMetricDefinitions); calls != 5 {
			t.Errorf("%d tries", calls)
		}
	})
}

func TestCreateDefinitionRefused(t *testing.T) {
	t.Parallel()
	for code, c := range map[string]struct {
		status int
		next   string
	}{
		"ServiceQuotaExceededException": {http.StatusPaymentRequired, "2000"},
		"AccessDeniedException":         {http.StatusForbidden, "rum:BatchCreateRumMetricDefinitions"},
		"ValidationException":           {http.StatusBadRequest, "Correct the attribute"},
		"ResourceNotFoundException":     {http.StatusNotFound, "have the destination"},
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				n := newNetworkWithDestination(t)
				n.Inject(fakerum.Fault{Operation: fakerum.OpBatchCreateRumMetricDefinitions, Status: c.status, Code: code, Message: "no"})
				made := createAll(t.Context(), n.client, metric(0))
				_, detail := rumapi.Explain(made[0].err)
				if rumapi.OutcomeUnknown(made[0].err) || !strings.Contains(detail, c.next) || !strings.Contains(detail, code) {
					t.Errorf("the error is %v: %s", made[0].err, detail)
				}
				if calls := n.Count(fakerum.OpBatchCreateRumMetricDefinitions); calls != 1 {
					t.Errorf("%d tries", calls)
				}
			})
		})
	}
}

func TestCreateDefinitionWithoutDestination(t *testing.T) {
	t.Parallel()
	for _, empty := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			n.Behave(func(b *fakerum.Behavior) { b.EmptyWithoutDestination = empty })
			made := createAll(t.Context(), n.client, metric(0))
			e, ok := errors.AsType[*rumapi.Error](made[0].err)
			if !ok || e.Operation != fakerum.OpBatchCreateRumMetricDefinitions || e.OutcomeUnknown {
				t.Errorf("the error is %v", made[0].err)
			}
			n.received(t, fakerum.OpBatchCreateRumMetricDefinitions, 1) // it says best what is not there
		})
	}
}

// TestCreateDefinitionThatCannotLook creates nothing, for it could be a second
// one.
func TestCreateDefinitionThatCannotLook(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetworkWithDestination(t)
		n.Inject(fakerum.Fault{Operation: fakerum.OpBatchGetRumMetricDefinitions, Status: 403, Code: "AccessDeniedException"})
		made := createAll(t.Context(), n.client, metric(0))
		e, ok := errors.AsType[*rumapi.Error](made[0].err)
		if !ok || e.Operation != fakerum.OpBatchGetRumMetricDefinitions || e.OutcomeUnknown {
			t.Errorf("the error is %v", made[0].err)
		}
		n.received(t, fakerum.OpBatchCreateRumMetricDefinitions, 0)
	})
}

// TestAnswerInAnotherOrder has a service that gives back neither the order nor
// all of what it was sent.
func TestAnswerInAnotherOrder(t *testing.T) {
	t.Parallel()
	twin := func(unit string) rumapi.Definition {
		d := metric(3)
		d.ValueKey, d.UnitLabel = "event_details.total", unit
		return d
	}
	const answer = `{
		"MetricDefinitions": [{"MetricDefinitionId": "id-of-1", "Name": "Checkouts1", "Namespace": "Shop"}, {"MetricDefinitionId": "id-of-0", "Name": "Checkouts0"}],
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
		made := make([]creation, 5)
		var all sync.WaitGroup
		client := newClient(t, cfg)
		for i, d := range []rumapi.Definition{metric(0), metric(1), metric(2), twin("Count"), twin("Bytes")} {
			all.Go(func() {
				time.Sleep(time.Duration(i) * time.Millisecond) // in this order
				made[i].Definition, made[i].existed, made[i].err = client.CreateDefinition(t.Context(), d)
			})
		}
		all.Wait()
		for i, want := range []string{"id-of-0", "id-of-1"} {
			if made[i].err != nil || made[i].ID != want {
				t.Errorf("definition %d: %+v", i, made[i])
			}
		}
		if !rumapi.OutcomeUnknown(made[2].err) || !strings.Contains(made[2].err.Error(), "the answer says neither") {
			t.Errorf("what the answer leaves out: %v", made[2].err)
		}
		for i, code := range map[int]string{3: "OfCount", 4: "OfBytes"} {
			if rejected, ok := errors.AsType[*rumapi.RejectedError](made[i].err); !ok || rejected.Code != code {
				t.Errorf("definition %d: %v, want it rejected for %s", i, made[i].err, code)
			}
		}
	})
}

func TestUnheldDefinition(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetworkWithDestination(t)
		made := createInTurn(t, n.client, 2)
		client := newClient(t, n.config)
		client.Hold(made[0].DefinitionKey)
		start := time.Now()
		if _, err := client.UnheldDefinition(t.Context(), metric(1)); !errors.Is(err, rumapi.ErrNotFound) {
			t.Errorf("the error is %v", err)
		}
		took(t, start, 0)

		found, err := client.UnheldDefinition(t.Context(), metric(0))
		if err != nil || found.ID != made[1].ID {
			t.Errorf("found %s, %v: %s is not claimed", found.ID, err, made[1].ID)
		}
		if !client.HoldRead(made[0].DefinitionKey) {
			t.Error("what is planned counts as refreshed")
		}
		again := createAll(t.Context(), client, metric(0), metric(0))
		if len(n.definitions()) != 3 || again[0].existed == again[1].existed {
			t.Errorf("two more, of which one exists unclaimed, give %d definitions: %+v", len(n.definitions()), again)
		}
	})
}

// TestCreateWaitsForWhoChanges creates what is the same as a definition that
// another resource is about to change: the CLI gets to that one a moment later.
func TestCreateWaitsForWhoChanges(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetworkWithDestination(t)
		changed := createAll(t.Context(), n.client, metric(0))[0].Definition
		client := newClient(t, n.config)
		go func() {
			time.Sleep(120 * time.Millisecond) // others have their turn before it
			client.Hold(rumapi.DefinitionKey{Key: cloudWatch.Key, ID: "another"})
			time.Sleep(90 * time.Millisecond)
			client.Hold(changed.DefinitionKey)
			changed.Name = "Other"
			if _, err := client.UpdateDefinition(t.Context(), changed); err != nil {
				t.Errorf("the change: %v", err)
			}
		}()
		made := createAll(t.Context(), client, metric(0))[0]
		if made.err != nil || made.existed || made.ID == changed.ID {
			t.Errorf("made %+v", made)
		}
		synctest.Wait()
		if there := n.definitions(); len(there) != 2 || there[0].Name != "Other" {
			t.Errorf("at the service: %+v", there)
		}

		start := time.Now()
		again := createAll(t.Context(), newClient(t, n.config), metric(0))[0]
		if took := time.Since(start); !again.existed || took > 200*time.Millisecond {
			t.Errorf("taking over took %s: %+v", took, again)
		}
	})
}

// TestCreateDefinitionApart is for a resource that shares its definition with
// another. While it looks for a spare one, others are still being refreshed.
func TestCreateDefinitionApart(t *testing.T) {
	t.Parallel()
	for _, lost := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			n := newNetworkWithDestination(t)
			made := createInTurn(t, n.client, 3)
			plan := newClient(t, n.config)
			for i, first := range []bool{true, false} {
				if got := plan.HoldRead(made[0].DefinitionKey); got != first {
					t.Errorf("refresh %d of one definition: %t", i, got)
				}
				plan.Hold(made[0].DefinitionKey)
			}
			go func() {
				time.Sleep(90 * time.Millisecond)
				plan.Hold(made[0].DefinitionKey)
				time.Sleep(90 * time.Millisecond)
				plan.HoldRead(made[1].DefinitionKey)
			}()
			spare, err := plan.UnheldDefinition(t.Context(), made[0].Definition)
			if err != nil || spare.ID != made[2].ID {
				t.Fatalf("spare is %s, %v: it was to be %s", spare.ID, err, made[2].ID)
			}
			if _, err := plan.UnheldDefinition(t.Context(), made[0].Definition); !errors.Is(err, rumapi.ErrNotFound) {
				t.Errorf("another spare one: %v", err)
			}

			if lost {
				n.Inject(fakerum.Fault{Operation: fakerum.OpBatchCreateRumMetricDefinitions, Times: 1, AfterWork: true, Drop: true})
			}
			apply := newClient(t, n.config)
			var parted [2]rumapi.Definition
			var all sync.WaitGroup
			for i, instead := range []string{spare.ID, ""} {
				all.Go(func() {
					var err error
					if parted[i], err = apply.CreateDefinitionApart(t.Context(), metric(0), instead); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			if parted[0].ID != spare.ID || parted[1].ID != n.definitions()[3].ID || len(n.definitions()) != 4 {
				t.Errorf("parted are %v, at the service %v", parted, n.definitions())
			}
		})
	}
}

// TestOneOfManyIsGone has the service refuse a whole BatchDelete for one that is
// gone already.
func TestOneOfManyIsGone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetworkWithDestination(t)
		made := createAll(t.Context(), n.client, metrics(2)...)
		n.account.DeleteDefinition("web", rumapi.CloudWatch, "", made[0].ID)
		n.Inject(fakerum.Fault{Operation: fakerum.OpBatchDeleteRumMetricDefinitions, Status: http.StatusNotFound, Code: "ResourceNotFoundException"})
		client := newClient(t, n.config)
		var all sync.WaitGroup
		errs := make([]error, len(made))
		for i, m := range made {
			all.Go(func() { errs[i] = client.DeleteDefinition(t.Context(), m.DefinitionKey) })
		}
		all.Wait()
		if errs[0] != nil || errs[1] == nil {
			t.Errorf("the one that is gone: %v; the one that is not: %v", errs[0], errs[1])
		}
	})
}

func TestSameDefinition(t *testing.T) {
	t.Parallel()
	change := func(f func(*rumapi.Definition)) rumapi.Definition {
		d := metric(0)
		f(&d)
		return d
	}
	for name, c := range map[string]struct {
		wanted, existing rumapi.Definition
		same             bool
	}{
		"itself":     {metric(0), metric(0), true},
		"another ID": {metric(0), change(func(d *rumapi.Definition) { d.ID = "x" }), true},
		"another text": {metric(0), change(func(d *rumapi.Definition) {
			d.EventPattern = ` {"metadata": {"browserName":["Chrome"]},"event_type":["checkout"]}`
		}), true},
		"another pattern":    {metric(0), change(func(d *rumapi.Definition) { d.EventPattern = `{"event_type":["checkout"]}` }), false},
		"no pattern":         {metric(0), change(func(d *rumapi.Definition) { d.EventPattern = "" }), false},
		"no pattern in both": {change(func(d *rumapi.Definition) { d.EventPattern = "" }), change(func(d *rumapi.Definition) { d.EventPattern = "" }), true},
		"null for a pattern": {change(func(d *rumapi.Definition) { d.EventPattern = "" }), change(func(d *rumapi.Definition) { d.EventPattern = "null" }), false},
		"another name":       {metric(0), metric(1), false},
		"another value":      {metric(0), change(func(d *rumapi.Definition) { d.ValueKey = "event_details.duration" }), false},
		"no dimensions":      {metric(0), change(func(d *rumapi.Definition) { d.DimensionKeys = nil }), false},
		"another unit":       {metric(0), change(func(d *rumapi.Definition) { d.UnitLabel = "Bytes" }), false},
		"no namespace":       {metric(0), change(func(d *rumapi.Definition) { d.Namespace = "" }), false},
		"namespace filled":   {change(func(d *rumapi.Definition) { d.Namespace = "" }), change(func(d *rumapi.Definition) { d.Namespace = "AWS/RUM" }), true},
		"unit filled":        {change(func(d *rumapi.Definition) { d.Namespace, d.UnitLabel = "", "" }), change(func(d *rumapi.Definition) { d.Namespace = "" }), true},
		"another is filled":  {change(func(d *rumapi.Definition) { d.Namespace, d.UnitLabel = "", "" }), change(func(d *rumapi.Definition) { d.Namespace, d.UnitLabel = "", "Bytes" }), false},
		"not Count":          {change(func(d *rumapi.Definition) { d.Namespace, d.UnitLabel = "", "Bytes" }), change(func(d *rumapi.Definition) { d.Namespace = "" }), false},
		"unit of a custom":   {change(func(d *rumapi.Definition) { d.UnitLabel = "" }), metric(0), false},
		"unit missing":       {metric(0), change(func(d *rumapi.Definition) { d.UnitLabel = "" }), false},
		"another monitor":    {metric(0), change(func(d *rumapi.Definition) { d.AppMonitorName = "shop" }), false},
	} {
		if got := c.wanted.Same(c.existing); got != c.same {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestUpdateDefinition(t *testing.T) {
	t.Parallel()
	for _, keep := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			n := newNetworkWithDestination(t)
			n.Behave(func(b *fakerum.Behavior) { b.KeepMembers = keep })
			made := createAll(t.Context(), n.client, metric(0))
			changed := made[0].Definition
			changed.UnitLabel, changed.Namespace = "", "Store"
			if _, err := n.client.UpdateDefinition(t.Context(), changed); !errors.Is(err, rumapi.ErrCreatedInThisRun) {
				t.Errorf("what was made in this run: %v", err)
			}
			n.client = newClient(t, n.config)

			got, err := n.client.UpdateDefinition(t.Context(), changed)
			if err != nil || got.Namespace != "Store" || (got.UnitLabel == "Count") != keep {
				t.Errorf("updated to %+v, %v", got, err)
			}
			if found, err := n.client.FindDefinition(t.Context(), changed.DefinitionKey); err != nil || found.Namespace != "Store" {
				t.Errorf("found %+v, %v after the update", found, err)
			}
		})
	}
}

// TestDefinitionWithEveryMember takes a definition that has every member, of a
// destination that has an ARN, through its life.
func TestDefinitionWithEveryMember(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		n.put(evidently)
		check := func(client *rumapi.Client, want rumapi.Definition) {
			t.Helper()
			all, err := client.ListDefinitions(t.Context(), evidently.Key)
			if diff := cmp.Diff([]rumapi.Definition{want}, all); diff != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		}
		d := metric(0)
		d.Key, d.ValueKey = evidently.Key, "event_details.total"
		made := createAll(t.Context(), n.client, d)
		d.ID = made[0].ID
		check(newClient(t, n.config), d)

		client := newClient(t, n.config)
		check(client, d)
		d.Namespace, d.ValueKey, d.EventPattern = rumapi.ExtendedNamespace, "event_details.sum", `{"event_type":["sum"],"metadata":{"browserName":["Chrome"]}}`
		got, err := client.UpdateDefinition(t.Context(), d)
		d.Namespace = "" // AWS asks to leave out that one
		if diff := cmp.Diff(d, got); diff != "" || err != nil {
			t.Errorf("updated: %v (-want +got):\n%s", err, diff)
		}
		check(client, d)

		n.ForgetRequests()
		if err := client.DeleteDefinition(t.Context(), d.DefinitionKey); err != nil {
			t.Error(err)
		}
		n.received(t, fakerum.OpBatchGetRumMetricDefinitions, 0) // it succeeded, and need not look
		if _, err := client.FindDefinition(t.Context(), d.DefinitionKey); !errors.Is(err, rumapi.ErrNotFound) {
			t.Errorf("found after it was deleted: %v", err)
		}
	})
}

// TestDefinitionCallsThatFail says of every call that it failed, with what it was
// about, and whether its work may be done.
func TestDefinitionCallsThatFail(t *testing.T) {
	t.Parallel()
	d := metric(0)
	d.ID = "x"
	const (
		read, update   = fakerum.OpBatchGetRumMetricDefinitions, fakerum.OpUpdateRumMetricDefinition
		create, remove = fakerum.OpBatchCreateRumMetricDefinitions, fakerum.OpBatchDeleteRumMetricDefinitions
	)
	for name, call := range map[string]struct {
		operation, definition string
		words                 string // for the operation
		do                    func(context.Context, *rumapi.Client) error
	}{
		"list": {read, "", "read RUM metric definitions", func(ctx context.Context, c *rumapi.Client) error {
			_, err := c.ListDefinitions(ctx, d.Key)
			return err
		}},
		"find": {read, "", "read RUM metric definitions", func(ctx context.Context, c *rumapi.Client) error {
			_, err := c.FindDefinition(ctx, d.DefinitionKey)
			return err
		}},
		"find one to take over": {read, "", "read RUM metric definitions", func(ctx context.Context, c *rumapi.Client) error {
			_, err := c.UnheldDefinition(ctx, d)
			return err
		}},
		"create apart": {create, d.Name, "create RUM metric definition", func(ctx context.Context, c *rumapi.Client) error {
			_, err := c.CreateDefinitionApart(ctx, d, "")
			return err
		}},
		"update": {update, d.Name, "update RUM metric definition", func(ctx context.Context, c *rumapi.Client) error {
			_, err := c.UpdateDefinition(ctx, d)
			return err
		}},
		"delete": {remove, d.ID, "delete RUM metric definition", func(ctx context.Context, c *rumapi.Client) error { return c.DeleteDefinition(ctx, d.DefinitionKey) }},
	} {
		for fails, f := range map[string]struct {
			fault    fakerum.Fault
			patience time.Duration
			unknown  bool
			because  string
		}{
			"refused":     {fakerum.Fault{Status: 403, Code: "AccessDeniedException"}, time.Hour, false, "AccessDeniedException"},
			"not done":    {fakerum.Fault{Status: 500, Code: "InternalServerException"}, time.Hour, call.operation != read, "InternalServerException"},
			"interrupted": {fakerum.Fault{Delay: time.Hour}, time.Second, call.operation != read, context.DeadlineExceeded.Error()},
		} {
			t.Run(name+" is "+fails, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					n := newNetworkWithDestination(t)
					f.fault.Operation = call.operation
					n.Inject(f.fault)
					ctx, cancel := context.WithTimeout(t.Context(), f.patience)
					defer cancel()
					err := call.do(ctx, n.client)
					e, ok := errors.AsType[*rumapi.Error](err)
					if !ok || e.Operation != call.operation || e.Key != d.Key || e.Definition != call.definition || e.OutcomeUnknown != f.unknown ||
						!strings.Contains(err.Error(), f.because) {
						t.Errorf("the error is %+v", e)
					}
					if summary, _ := rumapi.Explain(err); summary != "Cannot "+call.words {
						t.Errorf("it is summed up as %q", summary)
					}
					if call.operation == update || call.operation == remove {
						n.received(t, read, 0)
					}
				})
			})
		}
	}
}

// TestAbsentDestinationIsRemembered plans many definitions on a destination that
// is yet to be created, and then creates both.
func TestAbsentDestinationIsRemembered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		for range 50 {
			if _, err := n.client.UnheldDefinition(t.Context(), metric(0)); !errors.Is(err, rumapi.ErrNotFound) {
				t.Fatal(err)
			}
		}
		if calls := n.Count(fakerum.OpBatchGetRumMetricDefinitions); calls != 1 {
			t.Errorf("%d BatchGets", calls)
		}
		if err := n.client.PutDestination(t.Context(), cloudWatch); err != nil {
			t.Fatal(err)
		}
		if found, err := n.client.ListDefinitions(t.Context(), cloudWatch.Key); err != nil || len(found) > 0 {
			t.Errorf("found %v, %v", found, err)
		}
		made := createAll(t.Context(), n.client, metric(0))
		if found, err := n.client.FindDefinition(t.Context(), made[0].DefinitionKey); err != nil || found.ID == "" {
			t.Errorf("found %v, %v", found, err)
		}
		if err := n.client.DeleteDestination(t.Context(), cloudWatch.Key); err != nil {
			t.Fatal(err)
		}
		if _, err := n.client.FindDefinition(t.Context(), made[0].DefinitionKey); !errors.Is(err, rumapi.ErrNotFound) {
			t.Errorf("after its destination was deleted: %v", err)
		}
	})
}

func TestUpdateDefinitionThatIsGone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetworkWithDestination(t)
		d := metric(0)
		d.ID = "gone"
		_, err := n.client.UpdateDefinition(t.Context(), d)
		if _, detail := rumapi.Explain(err); !strings.Contains(detail, "must exist") {
			t.Errorf("the error is %v: %s", err, detail)
		}
	})
}

func TestDeleteDefinition(t *testing.T) {
	t.Parallel()
	for _, empty := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			n := newNetworkWithDestination(t)
			n.Behave(func(b *fakerum.Behavior) { b.EmptyWithoutDestination = empty })
			made := createAll(t.Context(), n.client, metrics(3)...)
			if err := n.client.DeleteDefinition(t.Context(), made[0].DefinitionKey); !errors.Is(err, rumapi.ErrCreatedInThisRun) {
				t.Errorf("what was made in this run: %v", err)
			}
			n.client = newClient(t, n.config)
			n.account.DeleteDefinition("web", rumapi.CloudWatch, "", made[0].ID)
			for i := range 2 { // one that is gone, and one that is there
				if err := n.client.DeleteDefinition(t.Context(), made[i].DefinitionKey); err != nil {
					t.Errorf("definition %d: %s", i, err)
				}
			}
			n.Behave(func(b *fakerum.Behavior) {
				b.RejectDefinition = func(string, fakerum.Definition) (string, string) { return "Busy", "not now" }
			})
			if err := n.client.DeleteDefinition(t.Context(), made[2].DefinitionKey); err == nil || !strings.Contains(err.Error(), "Busy: not now") {
				t.Errorf("the error is %v", err)
			}
			n.account.DeleteDestination("web", rumapi.CloudWatch, "")
			if err := n.client.DeleteDefinition(t.Context(), made[2].DefinitionKey); err != nil {
				t.Errorf("the destination is gone: %s", err)
			}
			n.account.DeleteMonitor("web")
			if err := n.client.DeleteDefinition(t.Context(), made[2].DefinitionKey); err != nil {
				t.Errorf("the monitor is gone: %s", err)
			}
		})
	}
}

// TestCreateThatIsInterrupted ends the wait of one of two at once, and does not
// disturb the other.
func TestCreateThatIsInterrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetworkWithDestination(t)
		n.Inject(fakerum.Fault{Operation: fakerum.OpBatchCreateRumMetricDefinitions, Delay: 30 * time.Second})
		ctx, cancel := context.WithCancel(t.Context())
		var interrupted, other creation
		var all sync.WaitGroup
		all.Go(func() { _, _, interrupted.err = n.client.CreateDefinition(ctx, metric(0)) })
		all.Go(func() { other.Definition, _, other.err = n.client.CreateDefinition(t.Context(), metric(1)) })
		time.Sleep(time.Second)
		cancel()
		synctest.Wait()
		if !rumapi.OutcomeUnknown(interrupted.err) || !errors.Is(interrupted.err, context.Canceled) {
			t.Errorf("the interrupted one: %v", interrupted.err)
		}
		all.Wait()
		if other.err != nil || other.ID == "" {
			t.Errorf("the other: %+v", other)
		}
	})
}

// TestCreateThatNobodyWaitsFor ends a call when all that it is for were
// interrupted.
func TestCreateThatNobodyWaitsFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetworkWithDestination(t)
		n.Inject(fakerum.Fault{Operation: fakerum.OpBatchCreateRumMetricDefinitions, Status: 429, Code: "ThrottlingException"})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		createAll(ctx, n.client, metrics(2)...)
		tries := n.Count(fakerum.OpBatchCreateRumMetricDefinitions)
		time.Sleep(time.Hour)
		n.received(t, fakerum.OpBatchCreateRumMetricDefinitions, tries)
	})
}

// TestCreateBesideOneThatWasInterrupted creates a definition just after another,
// with which it would have shared a call, was interrupted.
func TestCreateBesideOneThatWasInterrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetworkWithDestination(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		interrupted := createAll(ctx, n.client, metric(0))[0]
		if !errors.Is(interrupted.err, context.DeadlineExceeded) {
			t.Errorf("the interrupted one: %v", interrupted.err)
		}
		other := createAll(t.Context(), n.client, metric(1))[0]
		if other.err != nil {
			t.Errorf("the other: %v", other.err)
		}
		n.received(t, fakerum.OpBatchCreateRumMetricDefinitions, 1)
	})
}

func TestMissingDefinitions(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := newNetworkWithDestination(t)
		for want, k := range map[string]rumapi.Key{
			`metric definition x of the metrics destination CloudWatch of app monitor "web" in eu-west-1: not found`: cloudWatch.Key,
			evidently.String() + ": not found":                                               evidently.Key,
			`metrics destination CloudWatch of app monitor "absent" in eu-west-1: not found`: {Region: region, AppMonitorName: "absent", Destination: rumapi.CloudWatch},
		} {
			_, err := n.client.FindDefinition(t.Context(), rumapi.DefinitionKey{Key: k, ID: "x"})
			if !errors.Is(err, rumapi.ErrNotFound) || err.Error() != want {
				t.Errorf("the error is %v, want %s", err, want)
			}
		}
	})
}
