package rumapi_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// An interrupted write whose answer comes within five seconds succeeds. The state
// then agrees with the service.
func TestInterruptedWriteFinishes(t *testing.T) {
	definition := metric(0)
	for operation, call := range map[string]func(context.Context, *rumapi.Client) error{
		opPut:    func(ctx context.Context, c *rumapi.Client) error { return c.PutDestination(ctx, evidently) },
		opDelete: func(ctx context.Context, c *rumapi.Client) error { return c.DeleteDestination(ctx, evidently.Key) },
		fakerum.OpBatchCreateRumMetricDefinitions: func(ctx context.Context, c *rumapi.Client) error {
			_, err := c.CreateDefinition(ctx, definition)
			return err
		},
		fakerum.OpUpdateRumMetricDefinition: func(ctx context.Context, c *rumapi.Client) error {
			return c.UpdateDefinition(ctx, definition)
		},
		fakerum.OpBatchDeleteRumMetricDefinitions: func(ctx context.Context, c *rumapi.Client) error {
			return c.DeleteDefinition(ctx, definition.DefinitionKey)
		},
	} {
		t.Run(operation, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetworkWithDestination(t)
				definition.ID = n.account.CreateDefinition("web", rumapi.CloudWatch, "", fakerum.Definition{Name: "old", Namespace: "Shop"})
				n.Inject(fakerum.Fault{Operation: operation, Delay: 5 * time.Second, AfterWork: true})
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				start := time.Now()
				if err := call(ctx, n.client); err != nil {
					t.Errorf("got %v, want the write to finish", err)
				}
				took(t, start, 5*time.Second)
				n.received(t, operation, 1)
			})
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
