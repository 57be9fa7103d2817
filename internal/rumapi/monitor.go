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

// Destinations yields the destinations of one app monitor, or, where its name is
// "", of every app monitor of a region, monitor by monitor in the service's
// order. It reads no further than it has to: who stops early spares the service
// the pages after. An error, such as ErrNotFound for a monitor that was named, is
// the last thing it yields.
func (c *Client) Destinations(ctx context.Context, region, monitorName string) iter.Seq2[Destination, error] {
	if monitorName != "" {
		return func(yield func(Destination, error) bool) {
			found, err := c.ListDestinations(ctx, region, monitorName)
			monitorRead{found, err}.yield(yield)
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
					if !read.yield(yield) {
						return
					}
				}
			}
		}
	}
}

type monitorRead struct {
	found []Destination
	err   error
}

// yield reports whether to go on.
func (r monitorRead) yield(yield func(Destination, error) bool) bool {
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

// destinationsOf reads the destinations of several monitors at the same time.
// A monitor that was deleted since it was listed has none.
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
