package tfresource

import (
	"context"
	"sync"
	"sync/atomic"
)

// Run remembers what one run has looked for, planned and done. The zero value is
// ready to use.
type Run struct {
	refreshed sync.Map // a type and an import ID: true
	shared    sync.Map // a slot: a pointer of its type

	applying    atomic.Bool
	failedLooks sync.Map    // what a look was for: its error
	warned      atomic.Bool // that the plan cannot name what exists

	mu    sync.Mutex
	turns map[string]*Turn
}

// FirstRefresh records the refresh of the object with an import ID, and reports
// whether it is the first one in this run. A CLI refreshes each resource of a state
// once, so a second refresh is for another resource that stands for the same object.
func (r *Resource) FirstRefresh(id string) bool {
	_, before := r.Run.refreshed.LoadOrStore(r.TypeName+" "+id, true)
	return !before
}

// Turn is the right to create or delete an object, and what the creates and deletes
// of this run have done to it. Its fields belong to the holder of the turn.
type Turn struct {
	// Created is set once a create of this run may have made the object.
	Created bool
	// Undeleted is set when the latest delete of this run failed.
	Undeleted bool

	free chan struct{} // holds an element while nobody has the turn
}

// Wait returns the turn of an object once every other holder has ended it. When ctx
// ends first, Wait returns its error.
func (r *Run) Wait(ctx context.Context, id string) (*Turn, error) {
	turn := r.turn(id)
	select {
	case <-turn.free:
		return turn, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (r *Run) turn(id string) *Turn {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.turns[id] == nil {
		if r.turns == nil {
			r.turns = map[string]*Turn{}
		}
		r.turns[id] = &Turn{free: make(chan struct{}, 1)}
		r.turns[id].free <- struct{}{}
	}
	return r.turns[id]
}

// End gives the turn to the next caller that waits for it.
func (t *Turn) End() { t.free <- struct{}{} }
