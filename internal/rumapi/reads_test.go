package rumapi_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

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
		n := newNetwork(t, cloudWatch)
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
		n := newNetwork(t, cloudWatch)
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
	errOld := errors.New("as it was before")
	// read returns errOld if the definition has its old name.
	read := func(ctx context.Context, c *rumapi.Client, operation string, d rumapi.Definition) error {
		if operation == opList {
			_, err := c.FindDestination(ctx, cloudWatch.Key)
			return err
		}
		found, err := c.FindDefinition(ctx, d.DefinitionKey)
		if err == nil && found.Name == "old" {
			err = errOld
		}
		return err
	}
	writes := map[string]struct {
		before  []rumapi.Destination
		reading string
		after   error // that the read returns
	}{
		opPut:               {nil, opList, nil},
		opDelete:            {[]rumapi.Destination{cloudWatch}, opList, rumapi.ErrNotFound},
		opUpdateDefinition:  {[]rumapi.Destination{cloudWatch}, opReadDefinitions, nil},
		opDeleteDefinitions: {[]rumapi.Destination{cloudWatch}, opReadDefinitions, rumapi.ErrNotFound},
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
	for operation, w := range writes {
		for name, begin := range situations {
			t.Run(operation+", "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := newNetwork(t, w.before...)
					d := metric(0)
					if len(w.before) > 0 {
						d.ID = n.account.CreateDefinition("web", rumapi.CloudWatch, "", fakerum.Definition{Name: "old", Namespace: "Shop"})
					}
					begin(n, situation{
						w.reading, operation,
						func() { _ = read(t.Context(), n.client, w.reading, d) },
						func() {
							if err := operationsOn(d)[operation](t.Context(), n.client); err != nil {
								t.Error(err)
							}
						},
					})
					if err := read(t.Context(), n.client, w.reading, d); !errors.Is(err, w.after) {
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
				n := newNetwork(t, cloudWatch)
				n.Inject(fakerum.Fault{Operation: opCreateDefinitions, Delay: time.Second})
				var others sync.WaitGroup
				others.Go(func() {
					time.Sleep(500 * time.Millisecond)
					if err := n.client.PutDestination(t.Context(), cloudWatch); err != nil {
						t.Error(err)
					}
					n.Inject(fakerum.Fault{Operation: opReadDefinitions, Times: 1, Delay: time.Second, AfterWork: true})
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

func TestReadersDoNotShareMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t, cloudWatch, evidently)
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
