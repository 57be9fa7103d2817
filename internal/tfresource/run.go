package tfresource

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/semaphore"
)

// Run remembers, for one provider process, what was looked for, planned and done. The
// zero value is ready to use.
type Run struct {
	refreshed sync.Map // a type and an import ID: true
	shared    sync.Map // a slot: a pointer to its type

	applying    atomic.Bool
	failedLooks sync.Map    // what a look was for: its error
	warned      atomic.Bool // that the plan cannot name what exists

	mu      sync.Mutex
	creates map[string][]any // by a type and an ID: what the run plans to create
}

// FirstRefresh records the refresh of the object with an import ID, and reports
// whether it is the first one in this run. A CLI refreshes each resource of a state
// once, so a second refresh is for another resource that manages the same object.
func (r *Resource) FirstRefresh(id string) bool {
	_, before := r.Run.refreshed.LoadOrStore(r.TypeName+" "+id, true)
	return !before
}

// slot is the place of a T in a Run. Its type keeps the places of different types apart.
type slot[T any] struct{ key any }

// Shared returns the T that the resources of a run share under a comparable key. The
// first caller makes it with create.
func Shared[T any](r *Run, key any, create func() *T) *T {
	value, ok := r.shared.Load(slot[T]{key})
	if !ok {
		value, _ = r.shared.LoadOrStore(slot[T]{key}, create())
	}
	shared, _ := value.(*T) // nothing else is stored there
	return shared
}

// Applies records that this run changes something. Call it first in every create,
// update and delete.
func (r *Run) Applies() { r.applying.Store(true) }

// CreatesTwice records that the run plans to create an object, and reports whether it
// has planned to create an equal one before. Only objects of one type and id are
// compared. Once the run applies there is nothing to report: the plan has said it.
//
// The CLI plans a replacement twice, first as a change and then as a create, and shows
// no warning of the second plan. It is the same with -replace. So a replacement is not
// warned of, but another create of the same object is.
func CreatesTwice[T any](r *Resource, id string, object T, equal func(T, T) bool) bool {
	run, id := &r.Run, r.TypeName+" "+id
	if run.applying.Load() {
		return false
	}
	run.mu.Lock()
	defer run.mu.Unlock()
	twice := slices.ContainsFunc(run.creates[id], func(created any) bool {
		other, ok := created.(T)
		return ok && (equal(object, other) || equal(other, object))
	})
	if run.creates == nil {
		run.creates = map[string][]any{}
	}
	run.creates[id] = append(run.creates[id], object)
	return twice
}

// Hold waits for n of s, and returns the function that gives them back. When ctx ends
// first it waits no longer and holds nothing: the calls of the caller then fail with an
// error that says so. It is for what is held over a call, where a mutex would keep an
// interrupt waiting.
func Hold(ctx context.Context, s *semaphore.Weighted, n int64) (release func()) {
	if s.Acquire(ctx, n) != nil {
		return func() {}
	}
	return func() { s.Release(n) }
}
