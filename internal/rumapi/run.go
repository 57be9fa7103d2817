package rumapi

import (
	"context"
	"errors"
	"sync"
)

// ErrCreatedInThisRun is returned for a delete of a destination that the same
// client created before: see CreateDestination.
var ErrCreatedInThisRun = errors.New("created in this run")

// created remembers what one client created, and lets only one create or
// delete of a key run at a time.
type created struct {
	mu   sync.Mutex
	keys map[Key]*creation
}

type creation struct {
	mu   sync.Mutex
	done bool
}

func (c *created) of(k Key) *creation {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.keys == nil {
		c.keys = map[Key]*creation{}
	}
	if c.keys[k] == nil {
		c.keys[k] = &creation{}
	}
	return c.keys[k]
}

// CreateDestination is PutDestination for a resource that is new. The client
// then refuses to delete the destination with ErrCreatedInThisRun.
//
// Put being an upsert, two resources can stand for one destination during a
// run: the old and the new one of a replacement with create_before_destroy that
// keeps its key, or of a resource renamed without a moved block. The old one's
// delete may come after the new one's create, and would delete its destination.
func (c *Client) CreateDestination(ctx context.Context, d Destination) error {
	creation := c.created.of(d.Key)
	creation.mu.Lock()
	defer creation.mu.Unlock()
	err := c.PutDestination(ctx, d)
	creation.done = creation.done || err == nil || OutcomeUnknown(err)
	return err
}
