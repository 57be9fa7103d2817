package rumapi

import (
	"context"
	"sync"
	"time"
)

// holds knows which definitions belong to resources, as far as this run has
// shown, so that a create does not take over what belongs to another.
//
// The service knows no owner of a definition, and the CLI does not hand the state
// to a provider. A plan refreshes every resource of the state, in any order. An
// apply is another process, and in it the CLI shows only the resources that
// change. So a create cannot tell what a run left behind that was killed from
// what belongs to an unchanged resource with the very same definition; it takes
// over either. To make another would be a mistake that nobody sees and that
// stays: a definition without a resource. To take it over is one that the next
// plan sees, a definition with two resources: the second that is refreshed is
// marked in its private state, which an apply does hand over, and gets a
// definition of its own (CreateDefinitionApart).
type holds struct {
	mu     sync.Mutex
	of     map[DefinitionKey]*hold
	latest time.Time // when a resource was last refreshed or planned
}

type hold struct {
	held    bool
	read    bool // by the refresh of a resource
	made    bool // or taken over, by a create of this run
	offered bool // by UnheldDefinition
}

// settled is how long after the last one a refresh counts as over: where not
// -parallelism keeps them back, a CLI refreshes resources within milliseconds of
// one another.
const settled = 100 * time.Millisecond

// get is called with the lock held.
func (h *holds) get(k DefinitionKey) *hold {
	if h.of == nil {
		h.of = map[DefinitionKey]*hold{}
	}
	if h.of[k] == nil {
		h.of[k] = &hold{}
	}
	return h.of[k]
}

// see holds k for a resource of the state, and returns the hold as it was before.
func (h *holds) see(k DefinitionKey, read bool) (before hold) {
	h.mu.Lock()
	defer h.mu.Unlock()
	of := h.get(k)
	before = *of
	of.held, of.read = true, of.read || read
	h.latest = time.Now()
	return before
}

// held reports whether k is held.
func (h *holds) held(k DefinitionKey) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.get(k).held
}

// take holds k for a create, unless it is held already.
func (h *holds) take(k DefinitionKey) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	of := h.get(k)
	if of.held {
		return false
	}
	of.held, of.made = true, true
	return true
}

// offer reports whether k is not held and was not offered before.
func (h *holds) offer(k DefinitionKey) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	of := h.get(k)
	if of.held || of.offered {
		return false
	}
	of.offered = true
	return true
}

// settle waits until no resource has been refreshed for a moment, or until ctx
// ends.
func (h *holds) settle(ctx context.Context) {
	for since, over := time.Now(), false; !over && sleep(ctx, settled); since = time.Now() {
		h.mu.Lock()
		over = !h.latest.After(since)
		h.mu.Unlock()
	}
}

// Hold says that a resource of this run stands for a definition, so that no
// create takes it over.
func (c *Client) Hold(k DefinitionKey) { c.definitions.holds.see(k, false) }

// HoldRead is Hold for a resource that is being refreshed, which a CLI does once
// in a run. It reports false if another was refreshed before that stands for the
// same definition.
func (c *Client) HoldRead(k DefinitionKey) bool { return !c.definitions.holds.see(k, true).read }
