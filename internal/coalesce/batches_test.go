package coalesce_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/coalesce"
)

// order is an item. A call fills in its number.
type order struct {
	name   string
	number int
}

// kitchen makes calls of the given length and records them.
type kitchen struct {
	takes time.Duration

	mu     sync.Mutex
	calls  [][]string
	active map[string]int
	errs   []error // of the calls' contexts when the calls end
}

func (k *kitchen) cook(ctx context.Context, key string, orders []*order) {
	k.mu.Lock()
	if k.active == nil {
		k.active = map[string]int{}
	}
	k.active[key]++
	if k.active[key] > 1 {
		panic("two calls for one key at the same time")
	}
	names := []string{}
	for i, o := range orders {
		names = append(names, o.name)
		o.number = 100*(len(k.calls)+1) + i
	}
	k.calls = append(k.calls, names)
	k.mu.Unlock()

	select {
	case <-ctx.Done():
	case <-time.After(k.takes):
	}

	k.mu.Lock()
	defer k.mu.Unlock()
	k.active[key]--
	k.errs = append(k.errs, ctx.Err())
}

// made checks the names of the orders in each call.
func (k *kitchen) made(t *testing.T, want ...[]string) {
	t.Helper()
	if diff := cmp.Diff(want, k.calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestTheFirstGoesAtOnceAndTheRestShareTheNextCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := kitchen{takes: time.Second}
		batches := coalesce.NewBatches(3, k.cook)
		start := time.Now()
		var all sync.WaitGroup
		for i, name := range []string{"a", "b", "c", "d", "e"} {
			all.Go(func() {
				time.Sleep(time.Duration(i) * time.Millisecond)
				o := &order{name: name}
				if err := batches.Do(t.Context(), "key", o); err != nil {
					t.Error(err)
				}
				want := map[string]int{"a": 100, "b": 200, "c": 201, "d": 202, "e": 300}[name]
				if o.number != want {
					t.Errorf("%s: got outcome %d, want %d", name, o.number, want)
				}
			})
		}
		all.Wait()
		k.made(t, []string{"a"}, []string{"b", "c", "d"}, []string{"e"})
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("three calls of a second took %v, want %v", took, 3*time.Second)
		}
		time.Sleep(time.Hour) // with no call under way, the next item again goes at once
		if err := batches.Do(t.Context(), "key", &order{name: "f"}); err != nil {
			t.Error(err)
		}
		k.made(t, []string{"a"}, []string{"b", "c", "d"}, []string{"e"}, []string{"f"})
	})
}

func TestItemsOfOneDoShareCallsFromTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := kitchen{takes: time.Second}
		batches := coalesce.NewBatches(3, k.cook)
		if err := batches.Do(t.Context(), "key", &order{name: "a"}, &order{name: "b"}, &order{name: "c"}, &order{name: "d"}); err != nil {
			t.Error(err)
		}
		k.made(t, []string{"a", "b", "c"}, []string{"d"})
		if err := batches.Do(t.Context(), "key"); err != nil {
			t.Errorf("Do of no items: got %v, want no error", err)
		}
		k.made(t, []string{"a", "b", "c"}, []string{"d"})
	})
}

func TestKeysDoNotWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := kitchen{takes: time.Second}
		batches := coalesce.NewBatches(3, k.cook)
		start := time.Now()
		var all sync.WaitGroup
		for _, key := range []string{"one", "two", "three"} {
			all.Go(func() {
				if err := batches.Do(t.Context(), key, &order{name: key}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if took := time.Since(start); took != time.Second {
			t.Errorf("three calls for three keys took %v, want %v", took, time.Second)
		}
	})
}

func TestAnItemThatIsInNoCallIsWithdrawn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := kitchen{takes: time.Second}
		batches := coalesce.NewBatches(2, k.cook)
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		var all sync.WaitGroup
		all.Go(func() {
			if err := batches.Do(t.Context(), "key", &order{name: "first"}); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		all.Go(func() {
			start := time.Now()
			if err := batches.Do(ctx, "key", &order{name: "withdrawn"}); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
			}
			if took := time.Since(start); took != 500*time.Millisecond {
				t.Errorf("the withdrawal took %v, want %v", took, 500*time.Millisecond)
			}
		})
		synctest.Wait()
		all.Go(func() {
			if err := batches.Do(t.Context(), "key", &order{name: "second"}, &order{name: "third"}); err != nil {
				t.Error(err)
			}
		})
		all.Wait()
		k.made(t, []string{"first"}, []string{"second", "third"})

		if err := batches.Do(ctx, "key", &order{name: "too late"}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Do after its context ended: got %v, want %v", err, context.DeadlineExceeded)
		}
		k.made(t, []string{"first"}, []string{"second", "third"})
	})
}

// Two items share a call, and the context of one ends during the call. That item
// still gets the outcome of the call, and the call goes on for the other.
func TestDoWaitsForItsCallAfterItsContextEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := kitchen{takes: time.Second}
		batches := coalesce.NewBatches(3, k.cook)
		brief, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		var all sync.WaitGroup
		all.Go(func() { _ = batches.Do(t.Context(), "key", &order{name: "first"}) })
		synctest.Wait()
		for _, ctx := range []context.Context{brief, t.Context()} {
			all.Go(func() {
				o := &order{name: "shared"}
				if err := batches.Do(ctx, "key", o); err != nil || o.number < 200 {
					t.Errorf("got the error %v and the outcome %d, want none and an outcome of the second call, 200 or 201", err, o.number)
				}
			})
		}
		all.Wait()
		k.made(t, []string{"first"}, []string{"shared", "shared"})
		if !slices.Equal(k.errs, []error{nil, nil}) {
			t.Errorf("the contexts of the calls ended with %v, want two that have not ended", k.errs)
		}
	})
}

func TestACallEndsWhenAllItsContextsHaveEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := kitchen{takes: time.Hour}
		batches := coalesce.NewBatches(3, k.cook)
		start := time.Now()
		var all sync.WaitGroup
		for _, after := range []time.Duration{time.Second, 2 * time.Second} {
			all.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), after)
				defer cancel()
				_ = batches.Do(ctx, "key", &order{name: "a"}, &order{name: "b"}, &order{name: "c"}, &order{name: "d"})
			})
		}
		all.Wait()
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("took %v, want %v", took, 2*time.Second)
		}
		if len(k.errs) == 0 || k.errs[0] == nil {
			t.Errorf("the contexts of the calls ended with %v, want the first one canceled", k.errs)
		}
	})
}
