package rumapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// experiment is the i-th of many destinations of the app monitor "web".
func experiment(i int) rumapi.Destination {
	d := evidently
	d.DestinationARN += fmt.Sprintf("-%03d", i)
	return d
}

// In a refresh of the CLI each resource reads its own destination. Ten read at a
// time.
func TestRefreshSharesLists(t *testing.T) {
	for _, delay := range []time.Duration{0, 50 * time.Millisecond, 40 * time.Second} {
		t.Run(fmt.Sprintf("an answer takes %v", delay), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork(t)
				if delay > 0 {
					n.Inject(fakerum.Fault{Operation: opList, Delay: delay})
				}
				const resources, parallelism = 200, 10
				for i := range resources {
					n.put(experiment(i))
				}
				next := make(chan int)
				var workers sync.WaitGroup
				for range parallelism {
					workers.Go(func() {
						for i := range next {
							if got, err := n.client.FindDestination(t.Context(), experiment(i).Key); err != nil || got != experiment(i) {
								t.Errorf("resource %d: got %v, %v; want %v", i, got, err, experiment(i))
							}
						}
					})
				}
				for i := range resources {
					next <- i
				}
				close(next)
				workers.Wait()
				n.received(t, opList, 2) // the pages of one List
			})
		})
	}
}

func TestReadIsRememberedForAShortTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		n.put(cloudWatch)
		find := func(want error) {
			t.Helper()
			if _, err := n.client.FindDestination(t.Context(), cloudWatch.Key); !errors.Is(err, want) {
				t.Errorf("got %v, want %v", err, want)
			}
		}
		find(nil)
		n.delete(cloudWatch.Key)
		time.Sleep(15 * time.Second)
		find(nil)
		time.Sleep(time.Nanosecond)
		find(rumapi.ErrNotFound)
		n.received(t, opList, 2)
	})
}

func TestReadsOfOtherMonitorsAreNotShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		n.put(cloudWatch)
		n.account.CreateMonitor("other")
		n.In(accessKeyID, "eu-west-2").CreateMonitor("web")
		for range 2 { // the second time all of them are remembered
			for key, want := range map[rumapi.Key]int{
				{Region: region, AppMonitorName: "web"}:      1,
				{Region: region, AppMonitorName: "other"}:    0,
				{Region: "eu-west-2", AppMonitorName: "web"}: 0,
			} {
				all, err := n.client.ListDestinations(t.Context(), key.Region, key.AppMonitorName)
				if err != nil || len(all) != want {
					t.Errorf("%v: got the destinations %v and the error %v, want %d and none", key, all, err, want)
				}
			}
		}
		n.received(t, opList, 3)
	})
}

func TestReadAfterWriteIsFresh(t *testing.T) {
	type call = func(context.Context, *rumapi.Client, rumapi.Definition) error // about the definition, or about cloudWatch
	find := func(ctx context.Context, c *rumapi.Client, _ rumapi.Definition) error {
		_, err := c.FindDestination(ctx, cloudWatch.Key)
		return err
	}
	errOld := errors.New("as it was before")
	findDefinition := func(ctx context.Context, c *rumapi.Client, d rumapi.Definition) error {
		found, err := c.FindDefinition(ctx, d.DefinitionKey)
		if err == nil && found.Name == "old" {
			err = errOld
		}
		return err
	}
	const opGet = fakerum.OpBatchGetRumMetricDefinitions
	writes := map[string]struct {
		operation string
		write     call
		before    []rumapi.Destination
		reading   string
		read      call
		after     error // that read returns
	}{
		"put": {
			opPut,
			func(ctx context.Context, c *rumapi.Client, _ rumapi.Definition) error {
				return c.PutDestination(ctx, cloudWatch)
			},
			nil, opList, find, nil,
		},
		"delete": {
			opDelete,
			func(ctx context.Context, c *rumapi.Client, _ rumapi.Definition) error {
				return c.DeleteDestination(ctx, cloudWatch.Key)
			},
			[]rumapi.Destination{cloudWatch}, opList, find, rumapi.ErrNotFound,
		},
		"update of a definition": {
			fakerum.OpUpdateRumMetricDefinition,
			func(ctx context.Context, c *rumapi.Client, d rumapi.Definition) error {
				return c.UpdateDefinition(ctx, d)
			},
			[]rumapi.Destination{cloudWatch}, opGet, findDefinition, nil,
		},
		"delete of a definition": {
			fakerum.OpBatchDeleteRumMetricDefinitions,
			func(ctx context.Context, c *rumapi.Client, d rumapi.Definition) error {
				return c.DeleteDefinition(ctx, d.DefinitionKey)
			},
			[]rumapi.Destination{cloudWatch}, opGet, findDefinition, rumapi.ErrNotFound,
		},
	}
	type situation struct {
		reading, operation string
		read, write        func()
	}
	const underWay = 500 * time.Millisecond // half of the second that a delayed call takes
	situations := map[string]func(n *network, s situation){
		"read before the write": func(_ *network, s situation) {
			s.read()
			s.write()
		},
		"a read that began before the write is still under way": func(n *network, s situation) {
			n.Inject(fakerum.Fault{Operation: s.reading, Times: 1, Delay: time.Second, AfterWork: true})
			go s.read()
			time.Sleep(underWay)
			s.write()
		},
		"read while the write was under way": func(n *network, s situation) {
			n.Inject(fakerum.Fault{Operation: s.operation, Delay: time.Second})
			var written sync.WaitGroup
			written.Go(s.write)
			time.Sleep(underWay)
			s.read()
			written.Wait()
		},
		"read before a write that is done, but not answered": func(n *network, s situation) {
			s.read()
			n.Inject(fakerum.Fault{Operation: s.operation, Delay: time.Second, AfterWork: true})
			go s.write()
			time.Sleep(underWay)
		},
	}
	for writeName, w := range writes {
		for situationName, begin := range situations {
			t.Run(writeName+", "+situationName, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := newNetwork(t)
					n.put(w.before...)
					d := metric(0)
					if len(w.before) > 0 {
						d.ID = n.account.CreateDefinition("web", rumapi.CloudWatch, "", fakerum.Definition{Name: "old", Namespace: "Shop"})
					}
					begin(n, situation{
						w.reading, w.operation,
						func() { _ = w.read(t.Context(), n.client, d) },
						func() {
							if err := w.write(t.Context(), n.client, d); err != nil {
								t.Error(err)
							}
						},
					})
					if err := w.read(t.Context(), n.client, d); !errors.Is(err, w.after) {
						t.Errorf("after the write: got %v, want %v", err, w.after)
					}
					n.received(t, w.reading, 2)
					time.Sleep(time.Minute) // until every call has ended
				})
			})
		}
	}
}

// While a definition is being created, a Put makes the client forget what it read
// of the destination. Another reader may then read it anew before the create is
// done. The list after the create must have the new definition all the same.
func TestListAfterCreateHasTheDefinition(t *testing.T) {
	for name, reading := range map[string]bool{"forgotten": false, "forgotten and being read anew": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetworkWithDestination(t)
				n.Inject(fakerum.Fault{Operation: fakerum.OpBatchCreateRumMetricDefinitions, Delay: time.Second})
				var others sync.WaitGroup
				others.Go(func() {
					time.Sleep(500 * time.Millisecond)
					if err := n.client.PutDestination(t.Context(), cloudWatch); err != nil {
						t.Error(err)
					}
					n.Inject(fakerum.Fault{Operation: fakerum.OpBatchGetRumMetricDefinitions, Times: 1, Delay: time.Second, AfterWork: true})
					if reading {
						_, _ = n.client.ListDefinitions(t.Context(), cloudWatch.Key)
					}
				})
				n.account.CreateDefinition("web", rumapi.CloudWatch, "", fakerum.Definition{Name: "old", Namespace: "Shop"})
				createAll(t.Context(), n.client, metric(0))
				if all, err := n.client.ListDefinitions(t.Context(), cloudWatch.Key); err != nil || len(all) != 2 {
					t.Errorf("got the definitions %v and the error %v, want 2 and none", all, err)
				}
				others.Wait()
			})
		})
	}
}

func TestReadErrorsGoToThoseWhoWaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		n.put(cloudWatch)
		n.Inject(fakerum.Fault{Operation: opList, Times: 1, Delay: time.Second, Status: http.StatusForbidden, Code: "AccessDeniedException"})
		var readers sync.WaitGroup
		for range 3 {
			readers.Go(func() {
				_, err := n.client.FindDestination(t.Context(), cloudWatch.Key)
				if _, ok := errors.AsType[*rumapi.Error](err); !ok {
					t.Errorf("a reader that waited: got %v, want an Error", err)
				}
			})
		}
		readers.Wait()
		n.received(t, opList, 1)
		if _, err := n.client.FindDestination(t.Context(), cloudWatch.Key); err != nil {
			t.Errorf("a reader that came later: got %v, want no error", err)
		}

		n.Inject(fakerum.Fault{Operation: fakerum.OpBatchGetRumMetricDefinitions, Times: 1, Status: http.StatusForbidden, Code: "AccessDeniedException"})
		for _, fails := range []bool{true, false} {
			if _, err := n.client.ListDefinitions(t.Context(), cloudWatch.Key); (err != nil) != fails {
				t.Errorf("the list of definitions fails: got %v, want an error: %t", err, fails)
			}
		}
	})
}

func TestMissingMonitorIsNotRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		k := cloudWatch.Key
		k.AppMonitorName = "soon"
		if _, err := n.client.FindDestination(t.Context(), k); !errors.Is(err, rumapi.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
		n.account.CreateMonitor("soon")
		n.account.PutDestination("soon", fakerum.Destination{Destination: rumapi.CloudWatch})
		if _, err := n.client.FindDestination(t.Context(), k); err != nil {
			t.Error(err)
		}
	})
}

func TestReaderThatLeavesDisturbsNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		n.put(cloudWatch)
		n.Inject(fakerum.Fault{Operation: opList, Delay: 10 * time.Second})
		start := time.Now()
		var readers sync.WaitGroup
		read := func(ctx context.Context, want error, after time.Duration) {
			readers.Go(func() {
				if _, err := n.client.FindDestination(ctx, cloudWatch.Key); !errors.Is(err, want) {
					t.Errorf("got %v, want %v", err, want)
				}
				took(t, start, after)
			})
			synctest.Wait()
		}

		// Two readers wait for one List. The reader that began the List leaves. The other still gets its result.
		first, cancel := context.WithCancel(t.Context())
		read(first, context.Canceled, time.Second)
		read(t.Context(), nil, 10*time.Second)
		time.Sleep(time.Second)
		cancel()
		readers.Wait()
		n.received(t, opList, 1)

		// Both readers leave. Their List is broken off, and a later reader begins another.
		time.Sleep(time.Minute)
		start = time.Now()
		both, cancel := context.WithCancel(t.Context())
		read(both, context.Canceled, time.Second)
		read(both, context.Canceled, time.Second)
		time.Sleep(time.Second)
		cancel()
		readers.Wait()
		read(t.Context(), nil, 11*time.Second)
		readers.Wait()
		n.received(t, opList, 3)
		if got := n.Requests()[1].Status; got != 0 {
			t.Errorf("the List that nobody waited for ended with the status %d, want 0, which means that it was broken off", got)
		}
	})
}

// A reader that comes after the interrupt begins no call. The look after a write
// whose answer was lost can be such a reader.
func TestInterruptedReaderBeginsNoCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		n.put(cloudWatch)
		var begun atomic.Int32
		n.config.APIOptions = append(n.config.APIOptions, func(stack *middleware.Stack) error {
			return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("Begun", func(
				ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
			) (middleware.InitializeOutput, middleware.Metadata, error) {
				begun.Add(1)
				return next.HandleInitialize(ctx, in)
			}), middleware.Before)
		})
		client := newClient(t, n.config)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := client.FindDestination(ctx, cloudWatch.Key); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want %v", err, context.Canceled)
		}
		synctest.Wait()
		if got := begun.Load(); got != 0 {
			t.Errorf("%d calls were begun, want none", got)
		}
	})
}

func TestReadersDoNotShareMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		n.put(cloudWatch, evidently)
		want := []rumapi.Destination{cloudWatch, evidently}
		for range 2 {
			got, err := n.client.ListDestinations(t.Context(), region, "web")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			clear(got)
		}
		n.received(t, opList, 1)
	})
}

// Ten writers read and write at the same time, and share their reads.
func TestEveryWriterReadsItsOwnWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		n.Inject(fakerum.Fault{Operation: opList, Delay: 3 * time.Millisecond, AfterWork: true})
		n.Inject(fakerum.Fault{Operation: opPut, Delay: 2 * time.Millisecond})
		n.Inject(fakerum.Fault{Operation: opDelete, Delay: 5 * time.Millisecond, AfterWork: true})
		var writers sync.WaitGroup
		for i := range 10 {
			writers.Go(func() {
				d := experiment(i)
				time.Sleep(time.Duration(i) * time.Millisecond)
				for range 10 {
					if err := n.client.PutDestination(t.Context(), d); err != nil {
						t.Error(err)
					}
					if _, err := n.client.FindDestination(t.Context(), d.Key); err != nil {
						t.Errorf("after its Put: got %v, want the destination", err)
					}
					if err := n.client.DeleteDestination(t.Context(), d.Key); err != nil {
						t.Error(err)
					}
					if _, err := n.client.FindDestination(t.Context(), d.Key); !errors.Is(err, rumapi.ErrNotFound) {
						t.Errorf("after its Delete: got %v, want ErrNotFound", err)
					}
				}
			})
		}
		writers.Wait()
	})
}
