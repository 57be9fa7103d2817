package coalesce

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
)

// Batches groups items by key into calls. For each key there is one call at a
// time: the first item goes at once, and the items that arrive during a call
// share the next. There is no waiting time. Use NewBatches to make one.
type Batches[K comparable, T any] struct {
	most int
	call func(context.Context, K, []T)

	mu sync.Mutex
	// queued holds the items that wait for the next call of a key. The key is
	// present while its calls go on, even when nothing waits.
	queued map[K][]*entry[T]
}

type entry[T any] struct {
	item      T
	ctx       context.Context
	done      chan struct{} // closed when the call has ended or the entry was withdrawn
	withdrawn bool          // to be read once done is closed
}

// NewBatches returns a Batches whose calls have no more items than most. The
// function call stores the outcome of each item in the item itself, so T is
// usually a pointer. The context of a call has the values of an item's context. It
// ends when the contexts of all items of the call have ended.
func NewBatches[K comparable, T any](most int, call func(ctx context.Context, key K, items []T)) *Batches[K, T] {
	return &Batches[K, T]{most: most, call: call, queued: map[K][]*entry[T]{}}
}

// Do puts items into calls for key and returns when these calls have ended.
// When ctx ends, Do withdraws the items that are in no call yet and still waits
// for the others, so that their outcome is known. It returns the error of ctx if
// an item was withdrawn, and nil otherwise.
func (b *Batches[K, T]) Do(ctx context.Context, key K, items ...T) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	own := b.add(ctx, key, items)
	withdrawn := false
	for _, e := range own {
		select {
		case <-e.done:
		case <-ctx.Done():
			b.withdraw(key, own)
			<-e.done
		}
		withdrawn = withdrawn || e.withdrawn
	}
	if withdrawn {
		return ctx.Err()
	}
	return nil
}

// add puts items into the queue of key, and starts the calls for key unless they
// are running.
func (b *Batches[K, T]) add(ctx context.Context, key K, items []T) []*entry[T] {
	added := make([]*entry[T], len(items))
	for i, item := range items {
		added[i] = &entry[T]{item: item, ctx: ctx, done: make(chan struct{})}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	queued, running := b.queued[key]
	b.queued[key] = append(queued, added...)
	if !running {
		go b.run(key) //nolint:contextcheck // a call has the contexts of its own items
	}
	return added
}

// withdraw takes the entries that are still queued out of the queue.
func (b *Batches[K, T]) withdraw(key K, entries []*entry[T]) {
	b.mu.Lock()
	defer b.mu.Unlock()
	queued, running := b.queued[key]
	if !running {
		return
	}
	b.queued[key] = slices.DeleteFunc(queued, func(e *entry[T]) bool {
		if !slices.Contains(entries, e) {
			return false
		}
		e.withdrawn = true
		close(e.done)
		return true
	})
}

// run makes calls for key until nothing is queued.
func (b *Batches[K, T]) run(key K) {
	for batch := b.next(key); len(batch) > 0; batch = b.next(key) {
		items := make([]T, len(batch))
		for i, e := range batch {
			items[i] = e.item
		}
		ctx, cancel := contextOf(batch)
		b.call(ctx, key, items)
		cancel()
		for _, e := range batch {
			close(e.done)
		}
	}
}

// next removes the items of the next call from the queue. When there are none,
// the calls for key have ended.
func (b *Batches[K, T]) next(key K) []*entry[T] {
	b.mu.Lock()
	defer b.mu.Unlock()
	queued := b.queued[key]
	if len(queued) == 0 {
		delete(b.queued, key)
		return nil
	}
	size := min(len(queued), b.most)
	b.queued[key] = queued[size:]
	return queued[:size:size]
}

// contextOf returns a context with the values of the first entry's context. It
// ends when the contexts of all entries have ended, or when the returned function
// is called.
func contextOf[T any](batch []*entry[T]) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(batch[0].ctx))
	var open atomic.Int64
	open.Store(int64(len(batch)))
	stops := make([]func() bool, len(batch))
	for i, e := range batch {
		stops[i] = context.AfterFunc(e.ctx, func() {
			if open.Add(-1) == 0 {
				cancel()
			}
		})
	}
	return ctx, func() {
		for _, stop := range stops {
			stop()
		}
		cancel()
	}
}
