package rumapi_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// newInventory returns a network with this many app monitors beside "web". Each
// of them has two destinations, and "web" has none. It also returns all
// destinations.
func newInventory(t *testing.T, monitors int) (*network, []rumapi.Destination) {
	t.Helper()
	n := newNetwork(t)
	var all []rumapi.Destination
	for i := range monitors {
		name := fmt.Sprintf("monitor-%03d", i)
		n.account.CreateMonitor(name)
		for _, d := range []rumapi.Destination{cloudWatch, evidently} {
			d.AppMonitorName = name
			n.put(d)
			all = append(all, d)
		}
	}
	return n, all
}

// collect returns what Destinations yields, each in its order.
func collect(ctx context.Context, client *rumapi.Client, monitor string) (all []rumapi.Destination, errs []error) {
	for d, err := range client.Destinations(ctx, region, monitor) {
		if err != nil {
			errs = append(errs, err)
		} else {
			all = append(all, d)
		}
	}
	return all, errs
}

func TestDestinationsYieldsThoseOfEveryMonitor(t *testing.T) {
	for _, size := range []int{0, 1, 7} { // of pages; 0 leaves it to the service
		t.Run(fmt.Sprintf("pages of %d", size), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n, want := newInventory(t, 30)
				n.Behave(func(b *fakerum.Behavior) { b.PageSize = size })
				n.Inject(fakerum.Fault{Operation: opList, Delay: time.Second})
				start := time.Now()
				got, errs := collect(t.Context(), n.client, "")
				if diff := cmp.Diff(want, got); diff != "" || len(errs) > 0 {
					t.Errorf("got the errors %v, want none; destinations (-want +got):\n%s", errs, diff)
				}
				if size == 0 {
					took(t, start, 4*time.Second) // 31 monitors, eight at a time
				}
				if got := n.MostInFlight(); got > 8 {
					t.Errorf("%d requests at a time, want 8 at most", got)
				}
				for _, r := range n.Requests() {
					if r.Operation == fakerum.OpListAppMonitors && !strings.Contains(r.URL, "maxResults=100") {
						t.Errorf("got a request for %s, want it to ask for full pages", r.URL)
					}
				}
			})
		})
	}
}

func TestDestinationsOfOneMonitorListsNoMonitors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, all := newInventory(t, 3)
		got, errs := collect(t.Context(), n.client, "monitor-001")
		if diff := cmp.Diff(all[2:4], got); diff != "" || len(errs) > 0 {
			t.Errorf("got the errors %v, want none; destinations (-want +got):\n%s", errs, diff)
		}
		n.received(t, fakerum.OpListAppMonitors, 0)

		_, errs = collect(t.Context(), n.client, "absent")
		if len(errs) != 1 || !errors.Is(errs[0], rumapi.ErrNotFound) {
			t.Errorf("of an absent monitor: got %v, want one error, %v", errs, rumapi.ErrNotFound)
		}
	})
}

func TestDestinationsReadsNoMoreAfterBreak(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, _ := newInventory(t, 30)
		n.Behave(func(b *fakerum.Behavior) { b.PageSize = 3 })
		for _, err := range n.client.Destinations(t.Context(), region, "") {
			if err != nil {
				t.Error(err)
			}
			break
		}
		n.received(t, fakerum.OpListAppMonitors, 1)
		n.received(t, opList, 3)
	})
}

func TestDestinationsSkipsAMonitorDeletedMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, all := newInventory(t, 3)
		n.Inject(fakerum.Fault{Operation: opList, Monitor: "monitor-001", Status: 404, Code: "ResourceNotFoundException"})
		got, errs := collect(t.Context(), n.client, "")
		if diff := cmp.Diff(slices.Concat(all[:2], all[4:]), got); diff != "" || len(errs) > 0 {
			t.Errorf("got the errors %v, want none; destinations (-want +got):\n%s", errs, diff)
		}
	})
}

// An error comes after the destinations that were read before it, and is the last
// that is yielded.
func TestDestinationsEndWithAnError(t *testing.T) {
	tests := map[string]struct {
		fault     fakerum.Fault
		before    int
		operation string
	}{
		"of the first page": {fakerum.Fault{Operation: fakerum.OpListAppMonitors}, 0, fakerum.OpListAppMonitors},
		"of a later page": {fakerum.Fault{Operation: fakerum.OpListAppMonitors, Match: func(r fakerum.Request) bool {
			return strings.Contains(r.URL, "nextToken")
		}}, 6, fakerum.OpListAppMonitors},
		"of a monitor": {fakerum.Fault{Operation: opList, Monitor: "monitor-001"}, 2, opList},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n, _ := newInventory(t, 10)
				n.Behave(func(b *fakerum.Behavior) { b.PageSize = 4 })
				test.fault.Status, test.fault.Code = 403, "AccessDeniedException"
				n.Inject(test.fault)
				found, errs := collect(t.Context(), n.client, "")
				if len(found) != test.before || len(errs) != 1 {
					t.Fatalf("got %d destinations and the errors %v, want %d and one", len(found), errs, test.before)
				}
				checkFailed(t, errs[0], test.operation, false)
			})
		})
	}
}

func TestInterruptEndsDestinations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, _ := newInventory(t, 10)
		n.Inject(fakerum.Fault{Operation: opList, Delay: time.Hour})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, errs := collect(ctx, n.client, "")
		if len(errs) != 1 || !errors.Is(errs[0], context.DeadlineExceeded) {
			t.Errorf("got the errors %v, want one, %v", errs, context.DeadlineExceeded)
		}
		took(t, start, time.Second)
	})
}
