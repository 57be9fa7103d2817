package rumapi

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// remembered is how long after it ended a List still answers readers. The CLI
// asks for few resources at a time (-parallelism, 10 by default), so that the
// readers of one monitor come in waves, each after the last was answered. This
// lets all waves of a refresh share one List, and is short beside the time that
// passes between reading a plan and applying it. It counts from the end: a List
// that takes long, since the service throttles, is the one to ask for once.
const remembered = 15 * time.Second

// reads lets those who read the same thing, such as the destinations of one app
// monitor, share what the service says of it: the list under way, or one that
// ended well a moment ago. The zero value is not usable: list must be set.
type reads[K comparable, V any] struct {
	list func(context.Context, K) ([]V, error)
	// absent has it remembered too that there is no such thing.
	absent bool

	mu     sync.Mutex
	latest map[K]*read[V] // whose result a reader may have
}

// read is one list. Its mutable fields belong to who holds reads.mu; found and
// err may be read once done is closed.
type read[V any] struct {
	began, ended time.Time
	waiting      int
	cancel       context.CancelFunc

	done  chan struct{}
	found []V
	err   error
}

// get returns what k has as a list that began after since shows it; the zero
// time stands for any. The slice is shared: it is not to be written to. An
// error goes to those who waited for it and is not remembered, but for
// ErrNotFound where absent is set. When ctx ends, get returns its error, and the
// list goes on for as long as anybody else waits for it. When ctx has ended
// before, get begins none: the service gets no request from a run that was
// interrupted.
func (r *reads[K, V]) get(ctx context.Context, k K, since time.Time) ([]V, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.mu.Lock()
	l := r.latest[k]
	if l == nil || !l.began.After(since) || !l.ended.IsZero() && time.Since(l.ended) > remembered {
		l = r.begin(ctx, k)
	}
	l.waiting++
	r.mu.Unlock()

	select {
	case <-l.done:
		return l.found, l.err
	case <-ctx.Done():
		r.leave(k, l)
		return nil, ctx.Err()
	}
}

// begin starts a list of k. It has the values of the first reader's context,
// its logger above all, but not its end.
func (r *reads[K, V]) begin(ctx context.Context, k K) *read[V] {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	l := &read[V]{began: time.Now(), cancel: cancel, done: make(chan struct{})}
	if r.latest == nil {
		r.latest = map[K]*read[V]{}
	}
	r.latest[k] = l
	go func() {
		defer cancel()
		found, err := r.list(ctx, k)
		r.mu.Lock()
		defer r.mu.Unlock()
		l.found, l.err, l.ended = found, err, time.Now()
		if err != nil && (!r.absent || !errors.Is(err, ErrNotFound)) {
			r.drop(k, l)
		}
		close(l.done)
	}()
	return l
}

// leave is for a reader that does not wait any longer. The last one out ends
// the list.
func (r *reads[K, V]) leave(k K, l *read[V]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l.waiting--
	if l.waiting == 0 && l.ended.IsZero() {
		l.cancel()
		r.drop(k, l)
	}
}

// drop gives l to no further reader.
func (r *reads[K, V]) drop(k K, l *read[V]) {
	if r.latest[k] == l {
		delete(r.latest, k)
	}
}

// forget gives whatever was read of k so far to no further reader. A write
// calls it before it begins and again when it has ended, so that who reads
// after the write sees it.
func (r *reads[K, V]) forget(k K) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.latest, k)
}

// amend makes what is remembered of k what change makes of it: for a write whose
// answer says all that it did, so that those who write one after the other need
// not list anew each time. A list under way may or may not show the write, and
// is forgotten.
func (r *reads[K, V]) amend(k K, change func([]V) []V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.latest[k]
	switch {
	case l == nil:
	case l.ended.IsZero():
		delete(r.latest, k)
	default:
		amended := *l
		amended.found, amended.err = change(slices.Clone(l.found)), nil
		r.latest[k] = &amended
	}
}
