package rumapi

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
)

// readAhead is how many app monitors Destinations reads at the same time.
const readAhead = 8

// Destinations yields the destinations of one app monitor. If the name is "", it
// yields those of every app monitor of a region, in the service's order. It reads
// further pages only when the caller gets to them. An error is the last thing it
// yields; for a named monitor that does not exist it is ErrNotFound.
func (c *Client) Destinations(ctx context.Context, region, monitorName string) iter.Seq2[Destination, error] {
	if monitorName != "" {
		return func(yield func(Destination, error) bool) {
			found, err := c.ListDestinations(ctx, region, monitorName)
			monitorRead{found, err}.each(yield)
		}
	}
	return func(yield func(Destination, error) bool) {
		for monitors, err := range c.monitorPages(ctx, region) {
			if err != nil {
				yield(Destination{}, err)
				return
			}
			for some := range slices.Chunk(monitors, readAhead) {
				for _, read := range c.destinationsOf(ctx, region, some) {
					if !read.each(yield) {
						return
					}
				}
			}
		}
	}
}

// monitorRead is the destinations of one monitor, or why they could not be read.
type monitorRead struct {
	found []Destination
	err   error
}

// each yields the destinations and then the error. It reports whether to go on.
func (r monitorRead) each(yield func(Destination, error) bool) bool {
	for _, d := range r.found {
		if !yield(d, nil) {
			return false
		}
	}
	if r.err != nil {
		yield(Destination{}, r.err)
	}
	return r.err == nil
}

// destinationsOf reads the destinations of several monitors at the same time. It
// returns none for a monitor that was deleted after it was listed.
func (c *Client) destinationsOf(ctx context.Context, region string, monitors []AppMonitorSummary) []monitorRead {
	reads := make([]monitorRead, len(monitors))
	var all sync.WaitGroup
	for i, monitor := range monitors {
		all.Go(func() {
			found, err := c.ListDestinations(ctx, region, monitor.Name)
			if errors.Is(err, ErrNotFound) {
				err = nil
			}
			reads[i] = monitorRead{found, err}
		})
	}
	all.Wait()
	return reads
}
