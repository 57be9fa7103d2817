package rumapi

import (
	"context"
	"sync"
	"time"
)

const (
	// maxCreates is how many definitions a BatchCreate may have (API reference).
	maxCreates = 200
	// maxDeletes is half of what a BatchDelete may have: the IDs are in the URL,
	// and proxies and gateways commonly take 8 or 10 KB of it.
	maxDeletes = 100
	// A batch is complete when nothing was added for this long. It is all that a
	// definition waits which is created alone, and enough for a CLI that is busy
	// starting many.
	quiet = 45 * time.Millisecond
	// So long it is where more are to be expected: a CLI that works on 10 resources
	// at a time has 10 more for those of the batch that ended a moment ago.
	quietBetween = 180 * time.Millisecond
	// And so long where no more are to be expected, as many being there as ever.
	quietFull = 10 * time.Millisecond
	moment    = time.Second
	// However steadily they come, the first does not wait longer than this.
	maxCollecting = 5 * time.Second
)

// batches collects what is asked of one destination at about the same time into
// one call each. There is one call at a time for a destination; what is asked
// during it is in the next. The zero value is not usable: call and most must be
// set.
type batches[I, O any] struct {
	// call does the work of a batch and returns a result for each item, in order.
	call func(context.Context, Key, []I) []result[O]
	most int // that a batch may have

	mu         sync.Mutex
	collecting map[Key]*batch[I, O]
	lanes      map[Key]*lane
}

// lane is where the batches of one destination go, one after the other.
type lane struct {
	turn    chan struct{} // holds one while a call is under way
	largest int           // batch so far
	ended   time.Time     // the latest call
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
			b.seal(k, on)
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
			b.collecting, b.lanes = map[Key]*batch[I, O]{}, map[Key]*lane{}
		}
		if b.lanes[k] == nil {
			b.lanes[k] = &lane{turn: make(chan struct{}, 1)}
		}
		b.collecting[k] = on
		// As with a shared read: the values of the first context, but not its end.
		ctx, on.cancel = context.WithCancel(context.WithoutCancel(ctx))
		go b.run(ctx, k, on, b.lanes[k])
	}
	on.items = append(on.items, item)
	on.waiting++
	select {
	case on.added <- struct{}{}:
	default:
	}
	if len(on.items) == b.most {
		b.seal(k, on)
		close(on.ready)
	}
	return on, len(on.items) - 1
}

// seal lets nothing more into on. It is called with the lock held.
func (b *batches[I, O]) seal(k Key, on *batch[I, O]) {
	if b.collecting[k] == on {
		delete(b.collecting, k)
	}
}

// run waits until the batch is complete and it is its turn, does its work, and
// hands out the results.
func (b *batches[I, O]) run(ctx context.Context, k Key, on *batch[I, O], in *lane) {
	defer on.cancel()
	latest := time.After(maxCollecting)
	for collecting := true; collecting; {
		select {
		case <-on.added:
		case <-on.ready:
			collecting = false
		case <-time.After(b.patience(on, in)):
			collecting = false
		case <-latest:
			collecting = false
		}
	}
	in.turn <- struct{}{} // soon: a call ends when nobody waits for it any more
	defer func() { <-in.turn }()
	b.mu.Lock()
	b.seal(k, on)
	items := on.items
	b.mu.Unlock()

	on.results = b.call(ctx, k, items)

	b.mu.Lock()
	in.largest, in.ended = max(in.largest, len(items)), time.Now()
	b.mu.Unlock()
	close(on.done)
}

// patience is how long to wait for another item.
func (b *batches[I, O]) patience(on *batch[I, O], in *lane) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case time.Since(in.ended) >= moment: // or there was none before
		return quiet
	case len(on.items) < in.largest:
		return quietBetween
	default:
		return quietFull
	}
}
