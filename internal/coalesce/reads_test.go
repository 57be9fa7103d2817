package coalesce_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/coalesce"
)

const keep = 15 * time.Second

// library counts how often it is read. A read takes a second.
type library struct {
	reads atomic.Int32
	value atomic.Int32
	err   atomic.Pointer[error]
}

func (l *library) read(ctx context.Context, _ string) (int, error) {
	l.reads.Add(1)
	value := int(l.value.Load())
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	if err := l.err.Load(); err != nil {
		return 0, *err
	}
	return value, nil
}

// wasRead checks how often the library was read.
func (l *library) wasRead(t *testing.T, want int32) {
	t.Helper()
	if got := l.reads.Load(); got != want {
		t.Errorf("the value was read %d times, want %d", got, want)
	}
}

// get checks the result of Get.
func get(t *testing.T, reads *coalesce.Reads[string, int], key string, want int) {
	t.Helper()
	if got, err := reads.Get(t.Context(), key); err != nil || got != want {
		t.Errorf("Get(%q): got %d, %v; want %d", key, got, err, want)
	}
}

func TestConcurrentReadersShareARead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l library
		l.value.Store(7)
		reads := coalesce.NewReads(keep, l.read)
		var readers sync.WaitGroup
		for i := range 100 {
			readers.Go(func() {
				time.Sleep(time.Duration(i) * 5 * time.Millisecond)
				get(t, reads, "a", 7)
			})
		}
		readers.Wait()
		l.wasRead(t, 1)
		get(t, reads, "b", 7)
		l.wasRead(t, 2)
	})
}

func TestAResultIsKeptForTheGivenTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l library
		reads := coalesce.NewReads(keep, l.read)
		get(t, reads, "a", 0)
		l.value.Store(1)
		time.Sleep(keep)
		get(t, reads, "a", 0)
		time.Sleep(time.Nanosecond)
		get(t, reads, "a", 1)
		l.wasRead(t, 2)
	})
}

func TestAnErrorGoesToThoseWhoWaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l library
		reads := coalesce.NewReads(keep, l.read)
		broken := errors.New("broken")
		l.err.Store(&broken)
		var readers sync.WaitGroup
		for range 3 {
			readers.Go(func() {
				if _, err := reads.Get(t.Context(), "a"); !errors.Is(err, broken) {
					t.Errorf("got %v, want %v", err, broken)
				}
			})
		}
		readers.Wait()
		l.err.Store(nil)
		get(t, reads, "a", 0)
		l.wasRead(t, 2)
	})
}

func TestForgetMakesTheNextReaderReadAgain(t *testing.T) {
	for name, during := range map[string]time.Duration{"after the read": 2 * time.Second, "during the read": time.Second / 2} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var l library
				reads := coalesce.NewReads(keep, l.read)
				var first sync.WaitGroup
				first.Go(func() { get(t, reads, "a", 0) })
				time.Sleep(during)
				l.value.Store(1)
				reads.Forget("a")
				get(t, reads, "a", 1)
				first.Wait()
				get(t, reads, "a", 1) // the first read, which ended later, is not remembered
				l.wasRead(t, 2)
			})
		})
	}
}

func TestAmendChangesWhatIsRemembered(t *testing.T) {
	addTen := func(value int) int { return value + 10 }
	tests := map[string]struct {
		at    time.Duration // the time of Amend; a read goes on in the first second
		want  int
		reads int32
	}{
		"after the read":  {2 * time.Second, 15, 1},
		"during the read": {time.Second / 2, 5, 2},
		"before any read": {0, 5, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var l library
				l.value.Store(5)
				reads := coalesce.NewReads(keep, l.read)
				var first sync.WaitGroup
				if test.at > 0 {
					first.Go(func() { get(t, reads, "a", 5) })
				}
				time.Sleep(test.at)
				reads.Amend("a", addTen)
				get(t, reads, "a", test.want)
				first.Wait()
				l.wasRead(t, test.reads)
			})
		})
	}
}

func TestAmendDoesNotProlongTheMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l library
		reads := coalesce.NewReads(keep, l.read)
		get(t, reads, "a", 0)
		time.Sleep(keep)
		reads.Amend("a", func(int) int { return 1 })
		get(t, reads, "a", 1)
		time.Sleep(time.Nanosecond)
		get(t, reads, "a", 0)
	})
}

func TestAReadThatNobodyWaitsForEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan error, 1)
		reads := coalesce.NewReads(keep, func(ctx context.Context, _ string) (int, error) {
			<-ctx.Done()
			ended <- ctx.Err()
			return 0, ctx.Err()
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var readers sync.WaitGroup
		for range 2 {
			readers.Go(func() {
				if _, err := reads.Get(ctx, "a"); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
				}
			})
		}
		readers.Wait()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("the read ended with %v, want %v", err, context.Canceled)
		}
	})
}

func TestAReaderWhoseContextHasEndedStartsNoRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l library
		reads := coalesce.NewReads(keep, l.read)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := reads.Get(ctx, "a"); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want %v", err, context.Canceled)
		}
		synctest.Wait()
		l.wasRead(t, 0)
	})
}

type contextKey struct{}

// The first reader leaves while another waits for the read that it began.
func TestAReadGoesOnWithTheValuesOfItsFirstReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reads := coalesce.NewReads(keep, func(ctx context.Context, _ string) (any, error) {
			time.Sleep(time.Second)
			return ctx.Value(contextKey{}), ctx.Err()
		})
		first, cancel := context.WithCancel(context.WithValue(t.Context(), contextKey{}, "logger"))
		var readers sync.WaitGroup
		readers.Go(func() {
			if _, err := reads.Get(first, "a"); !errors.Is(err, context.Canceled) {
				t.Errorf("the reader that left got %v, want %v", err, context.Canceled)
			}
		})
		synctest.Wait()
		readers.Go(func() {
			if got, err := reads.Get(t.Context(), "a"); err != nil || got != "logger" {
				t.Errorf("got the value %v and the error %v, want the value %q of the first reader", got, err, "logger")
			}
		})
		synctest.Wait()
		cancel()
		readers.Wait()
	})
}
