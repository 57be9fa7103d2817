package tfresource

import (
	"sync"
	"sync/atomic"
)

// Run remembers, for one provider process, what was looked for, planned and done. The
// zero value is ready to use.
type Run struct {
	refreshed sync.Map // a type and an import ID: true
	shared    sync.Map // a slot: a pointer of its type

	applying    atomic.Bool
	failedLooks sync.Map    // what a look was for: its error
	warned      atomic.Bool // that the plan cannot name what exists

	mu      sync.Mutex
	planned map[string][]plannedObject // by a type and an ID

	turns sync.Map // an import ID: its *Turn
}

// FirstRefresh records the refresh of the object with an import ID, and reports
// whether it is the first one in this run. A CLI refreshes each resource of a state
// once, so a second refresh is for another resource that manages the same object.
func (r *Resource) FirstRefresh(id string) bool {
	_, before := r.Run.refreshed.LoadOrStore(r.TypeName+" "+id, true)
	return !before
}

// Applies records that this run changes something. Call it first in every create,
// update and delete.
func (r *Run) Applies() { r.applying.Store(true) }

// plannedObject is an object in the plan of a run.
type plannedObject struct {
	object  any
	created bool // and neither changed nor replaced
}

// CreatesTwice records the plan of an object, and reports whether this run has already
// planned to create an equal one. Only objects of one type and id are compared. Call
// it for every plan that knows the object: the CLI plans a replacement first as a
// change and then as a create, and what it has planned as a change counts for no
// create. That is true of -replace as well. Once the run applies there is nothing to
// report: the plan has said it.
func CreatesTwice[T any](r *Resource, id string, object T, creating bool, equal func(T, T) bool) bool {
	run, id := &r.Run, r.TypeName+" "+id
	if run.applying.Load() {
		return false
	}
	run.mu.Lock()
	defer run.mu.Unlock()
	twice := false
	for _, p := range run.planned[id] {
		if other, ok := p.object.(T); ok && (equal(object, other) || equal(other, object)) {
			if !p.created {
				return false
			}
			twice = true
		}
	}
	if run.planned == nil {
		run.planned = map[string][]plannedObject{}
	}
	run.planned[id] = append(run.planned[id], plannedObject{object, creating})
	return twice && creating
}

// Turn is held while an object is created or deleted, since an old and a new resource
// can manage the same object during a run.
type Turn struct {
	sync.Mutex
	// Created is set once a create of this run may have made the object. It belongs
	// to the holder.
	Created bool
}

// Turn returns the turn of the object with an import ID.
func (r *Run) Turn(id string) *Turn {
	stored, _ := r.turns.LoadOrStore(id, &Turn{})
	turn, _ := stored.(*Turn)
	return turn
}
