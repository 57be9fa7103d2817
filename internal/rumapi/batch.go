package rumapi

import (
	"context"
	"sync"
	"time"
)

const (
	// maxBatch is how many definitions a BatchCreate or BatchDelete may have
	// (API reference of both).
	maxBatch = 200
	// A batch is complete when nothing was added for this long. It is all that a
	// definition waits which is created alone, and enough for a CLI that is busy
	// starting many.
	quiet = 45 * time.Millisecond
	// However steadily they come, the first does not wait longer than this.
	maxCollecting = 5 * time.Second
)

// batches collects what is asked of one destination at about the same time into
// one call each. The zero value is not usable: call must be set.
type batches[I, O any] struct {
	// call does the work of a batch and returns a result for each item, in order.
	call func(context.Context, Key, []I) []result[O]

	mu         sync.Mutex
	collecting map[Key]*batch[I, O]
}

type batch[I, O any] struct {
	items   []I
	ready   chan struct{} // closed when it is full
	added   chan struct{} // has an element after an item was added
	waiting int
	cancel  context.CancelFunc

	done    chan struct{}
	results []result[O] // to be read once done is closed
}

type result[O any] struct {
	value O
	err   error
}

// do adds an item to the batch of k and returns its own result. When ctx ends,
// do returns its error; the batch goes on for as long as anybody else waits for
// it.
func (b *batches[I, O]) do(ctx context.Context, k Key, item I) (O, error) {
	b.mu.Lock()
	on, i := b.add(ctx, k, item)
	b.mu.Unlock()

	select {
	case <-on.done:
		return on.results[i].value, on.results[i].err
	case <-ctx.Done():
		b.mu.Lock()
		defer b.mu.Unlock()
		if on.waiting--; on.waiting == 0 {
			on.cancel()
		}
		var none O
		return none, ctx.Err()
	}
}

// add returns the batch that item is in, and which item of it. It is called
// with the lock held.
func (b *batches[I, O]) add(ctx context.Context, k Key, item I) (on *batch[I, O], i int) {
	on = b.collecting[k]
	if on == nil {
		on = &batch[I, O]{ready: make(chan struct{}), added: make(chan struct{}, 1), done: make(chan struct{})}
		if b.collecting == nil {
			b.collecting = map[Key]*batch[I, O]{}
		}
		b.collecting[k] = on
		// As with a shared read: the values of the first context, but not its end.
		ctx, on.cancel = context.WithCancel(context.WithoutCancel(ctx))
		go b.run(ctx, k, on)
	}
	on.items = append(on.items, item)
	on.waiting++
	select {
	case on.added <- struct{}{}:
	default:
	}
	if len(on.items) == maxBatch {
		delete(b.collecting, k)
		close(on.ready)
	}
	return on, len(on.items) - 1
}

// run waits until the batch is complete, does its work, and hands out the
// results.
func (b *batches[I, O]) run(ctx context.Context, k Key, on *batch[I, O]) {
	defer on.cancel()
	latest := time.After(maxCollecting)
	for collecting := true; collecting; {
		select {
		case <-on.added:
		case <-on.ready:
			collecting = false
		case <-time.After(quiet):
			collecting = false
		case <-latest:
			collecting = false
		}
	}
	b.mu.Lock()
	if b.collecting[k] == on {
		delete(b.collecting, k)
	}
	items := on.items
	b.mu.Unlock()

	on.results = b.call(ctx, k, items)
	close(on.done)
}
