// Package coalesce lets concurrent calls share work. Reads makes one call for all
// who read the same thing at the same time. Batches collects the writes that arrive
// during a call, and sends them together in the next call.
package coalesce

import (
	"context"
	"sync"
	"time"
)

// Reads shares the results of a read function among concurrent callers. Use
// NewReads to make one.
type Reads[K comparable, V any] struct {
	read func(context.Context, K) (V, error)
	keep time.Duration

	mu     sync.Mutex
	latest map[K]*result[V]
}

// result is one call of the read function. The fields value and err may be read
// once done is closed; Reads.mu guards the others.
type result[V any] struct {
	ended   time.Time
	waiting int
	cancel  context.CancelFunc

	done  chan struct{}
	value V
	err   error
}

// NewReads returns a Reads that calls read. A successful result answers callers
// for the duration keep after it arrived.
func NewReads[K comparable, V any](keep time.Duration, read func(context.Context, K) (V, error)) *Reads[K, V] {
	return &Reads[K, V]{read: read, keep: keep, latest: map[K]*result[V]{}}
}

// Get returns the result of reading key. It joins a read that is under way, and
// reuses a result that is not older than the time that NewReads was given. All
// callers share the value, so nobody may write to it. Those who waited for a
// failed read get its error; later callers read again.
//
// When ctx ends, Get returns its error. The read goes on while another caller
// waits for it. When ctx ended before the call, Get starts no read.
func (r *Reads[K, V]) Get(ctx context.Context, key K) (V, error) {
	var none V
	if err := ctx.Err(); err != nil {
		return none, err
	}
	r.mu.Lock()
	current := r.latest[key]
	if current == nil || !current.ended.IsZero() && time.Since(current.ended) > r.keep {
		current = r.start(ctx, key)
	}
	current.waiting++
	r.mu.Unlock()

	select {
	case <-current.done:
		return current.value, current.err
	case <-ctx.Done():
		r.leave(key, current)
		return none, ctx.Err()
	}
}

// start calls the read function in the background. The call has the values of
// ctx, such as its logger, and ends when nobody waits for it any more.
func (r *Reads[K, V]) start(ctx context.Context, key K) *result[V] {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	started := &result[V]{cancel: cancel, done: make(chan struct{})}
	r.latest[key] = started
	go func() {
		defer cancel()
		value, err := r.read(ctx, key)
		r.mu.Lock()
		defer r.mu.Unlock()
		started.value, started.err, started.ended = value, err, time.Now()
		if err != nil {
			r.drop(key, started)
		}
		close(started.done)
	}()
	return started
}

// leave removes a caller that stops waiting. It cancels the read if nobody else
// waits for it.
func (r *Reads[K, V]) leave(key K, left *result[V]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	left.waiting--
	if left.waiting == 0 && left.ended.IsZero() {
		left.cancel()
		r.drop(key, left)
	}
}

// drop makes later callers read again, unless a newer read has replaced old.
func (r *Reads[K, V]) drop(key K, old *result[V]) {
	if r.latest[key] == old {
		delete(r.latest, key)
	}
}

// Forget makes later callers read key again. Call it before a write begins and
// again after the write ended: whoever reads after the write then sees it.
func (r *Reads[K, V]) Forget(key K) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.latest, key)
}

// Amend replaces the remembered value of key by what change returns. Use it in
// place of the second Forget after a write whose response says exactly what
// changed: the next caller then need not read again. The function change must
// not write to its argument. A read that is under way may or may not show the
// write, so Amend forgets it.
func (r *Reads[K, V]) Amend(key K, change func(V) V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	current := r.latest[key]
	switch {
	case current == nil:
	case current.ended.IsZero():
		delete(r.latest, key)
	default:
		amended := *current
		amended.value = change(current.value)
		r.latest[key] = &amended
	}
}
