package rumapi_test

import (
	"context"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// An interrupted write whose answer comes within five seconds succeeds. The state
// then agrees with the service.
func TestInterruptedWriteFinishes(t *testing.T) {
	for _, operation := range []string{opPut, opDelete, opCreateDefinitions, opUpdateDefinition, opDeleteDefinitions} {
		t.Run(operation, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork(t, cloudWatch)
				d := metric(0)
				d.ID = n.account.CreateDefinition("web", rumapi.CloudWatch, "", fakerum.Definition{Name: "old", Namespace: "Shop"})
				n.Inject(fakerum.Fault{Operation: operation, Delay: 5 * time.Second, AfterWork: true})
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				start := time.Now()
				if err := operationsOn(d)[operation](ctx, n.client); err != nil {
					t.Errorf("got %v, want the write to finish", err)
				}
				took(t, start, 5*time.Second)
				n.received(t, operation, 1)
			})
		})
	}
}

// The answer to a write may be empty, and JSON may begin with white space. An answer that
// breaks off is not one.
func TestContentOfAnAnswerToAWrite(t *testing.T) {
	for content, fails := range map[string]bool{"": false, "\n": false, "\r\n {}": false, "{": true} {
		synctest.Test(t, func(t *testing.T) {
			cfg := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if fails {
					w.Header().Set("Content-Length", "50")
				}
				_, _ = io.WriteString(w, content)
			}))
			if err := newClient(t, cfg).UpdateDefinition(t.Context(), metric(0)); (err != nil) != fails {
				t.Errorf("%q: got the error %v, want one: %t", content, err, fails)
			}
		})
	}
}

// An interrupt lets a request on its way finish. It lets no other request begin.
func TestInterruptedRunSendsNoWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := n.client.PutDestination(ctx, cloudWatch); err == nil || rumapi.OutcomeUnknown(err) {
			t.Errorf("got %v, want an error and a known outcome", err)
		}
		n.received(t, opPut, 0)
	})
}
