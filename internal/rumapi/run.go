package rumapi

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// ErrCreatedInThisRun is returned for a delete of what the same client created
// before, or a change of what it took over: see CreateDestination,
// DeleteDefinition and UpdateDefinition.
var ErrCreatedInThisRun = errors.New("created in this run")

// ErrNotDeletedInThisRun is returned for a create of what the same client was to
// delete before, and could not: see CreateDestination.
var ErrNotDeletedInThisRun = errors.New("not deleted in this run")

// created remembers what one client created, and lets only one create or
// delete of a key run at a time.
type created struct {
	mu   sync.Mutex
	keys map[Key]*creation
}

type creation struct {
	turn chan struct{} // holds one while a create or delete is under way

	// These belong to whose turn it is.
	done      bool // a create of this run made it
	undeleted bool // the latest delete of this run failed
}

// begin waits for its turn, or until ctx ends and then returns its error.
func (c *creation) begin(ctx context.Context) error {
	select {
	case c.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *creation) end() { <-c.turn }

func (c *created) of(k Key) *creation {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.keys == nil {
		c.keys = map[Key]*creation{}
	}
	if c.keys[k] == nil {
		c.keys[k] = &creation{turn: make(chan struct{}, 1)}
	}
	return c.keys[k]
}

// FirstRefresh reports whether no other resource was refreshed in this run that
// stands for the same destination. A CLI refreshes each of a state once.
func (c *Client) FirstRefresh(k Key) bool {
	_, before := c.refreshed.LoadOrStore(k, true)
	return !before
}

// CreateDestination is PutDestination for a resource that is new. The client
// then refuses to delete the destination with ErrCreatedInThisRun.
//
// Put being an upsert, two resources can stand for one destination during a
// run: the old and the new one of a replacement with create_before_destroy that
// keeps its key, or of a resource renamed without a moved block. The old one's
// delete may come after the new one's create, and would delete its destination.
// Where it comes before and fails, CreateDestination puts nothing and returns
// ErrNotDeletedInThisRun: the old one stays in the state, and the next run, in
// which nothing is to be done to the new one, would delete its destination.
func (c *Client) CreateDestination(ctx context.Context, d Destination) error {
	creation := c.created.of(d.Key)
	if err := creation.begin(ctx); err != nil {
		return &Error{Operation: opPut, Key: d.Key, RoleARN: d.IAMRoleARN, Err: err}
	}
	defer creation.end()
	if creation.undeleted {
		return fmt.Errorf("%s: %w", d.Key, ErrNotDeletedInThisRun)
	}
	err := c.PutDestination(ctx, d)
	creation.done = creation.done || err == nil || OutcomeUnknown(err)
	return err
}
