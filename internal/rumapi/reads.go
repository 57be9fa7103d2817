package rumapi

import (
	"context"
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

// monitor names an app monitor.
type monitor struct{ region, name string }

// reads lets those who read the destinations of one monitor share a List: the
// one under way, or one that ended well a moment ago. The zero value is not
// usable: list must be set.
type reads struct {
	list func(context.Context, monitor) ([]Destination, error)

	mu     sync.Mutex
	latest map[monitor]*read // whose result a reader may have
}

// read is one List. Its mutable fields belong to who holds reads.mu; found and
// err may be read once done is closed.
type read struct {
	began, ended time.Time
	waiting      int
	cancel       context.CancelFunc

	done  chan struct{}
	found []Destination
	err   error
}

// get returns the destinations of m as a List that began after since shows
// them; the zero time stands for any. The slice is shared: it is not to be
// written to. An error goes to those who waited for it and is not remembered.
// When ctx ends, get returns its error, and the List goes on for as long as
// anybody else waits for it.
func (r *reads) get(ctx context.Context, m monitor, since time.Time) ([]Destination, error) {
	r.mu.Lock()
	l := r.latest[m]
	if l == nil || !l.began.After(since) || !l.ended.IsZero() && time.Since(l.ended) > remembered {
		l = r.begin(ctx, m)
	}
	l.waiting++
	r.mu.Unlock()

	select {
	case <-l.done:
		return l.found, l.err
	case <-ctx.Done():
		r.leave(m, l)
		return nil, ctx.Err()
	}
}

// begin starts a List of m. It has the values of the first reader's context,
// its logger above all, but not its end.
func (r *reads) begin(ctx context.Context, m monitor) *read {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	l := &read{began: time.Now(), cancel: cancel, done: make(chan struct{})}
	if r.latest == nil {
		r.latest = map[monitor]*read{}
	}
	r.latest[m] = l
	go func() {
		defer cancel()
		found, err := r.list(ctx, m)
		r.mu.Lock()
		defer r.mu.Unlock()
		l.found, l.err, l.ended = found, err, time.Now()
		if err != nil {
			r.drop(m, l)
		}
		close(l.done)
	}()
	return l
}

// leave is for a reader that does not wait any longer. The last one out ends
// the List.
func (r *reads) leave(m monitor, l *read) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l.waiting--
	if l.waiting == 0 && l.ended.IsZero() {
		l.cancel()
		r.drop(m, l)
	}
}

// drop gives l to no further reader.
func (r *reads) drop(m monitor, l *read) {
	if r.latest[m] == l {
		delete(r.latest, m)
	}
}

// forget gives whatever was read of m so far to no further reader. A write
// calls it before it begins and again when it has ended, so that who reads
// after the write sees it.
func (r *reads) forget(m monitor) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.latest, m)
}
