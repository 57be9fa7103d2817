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
	return func(yield func(Destination, error) bool) {
		if monitorName != "" {
			found, err := c.ListDestinations(ctx, region, monitorName)
			yieldAll(yield, found, err)
			return
		}
		for monitors, err := range c.monitorPages(ctx, region) {
			if err != nil {
				yield(Destination{}, err)
				return
			}
			for some := range slices.Chunk(monitors, readAhead) {
				if found, err := c.destinationsOf(ctx, region, some); !yieldAll(yield, found, err) {
					return
				}
			}
		}
	}
}

// yieldAll yields the destinations and then the error. It reports whether to go on.
func yieldAll(yield func(Destination, error) bool, found []Destination, err error) bool {
	for _, d := range found {
		if !yield(d, nil) {
			return false
		}
	}
	if err != nil {
		yield(Destination{}, err)
	}
	return err == nil
}

// destinationsOf reads the destinations of several monitors at the same time. It
// returns none for a monitor that was deleted after it was listed, and with an error
// those of the monitors before.
func (c *Client) destinationsOf(ctx context.Context, region string, monitors []AppMonitorSummary) (all []Destination, err error) {
	found, errs := make([][]Destination, len(monitors)), make([]error, len(monitors))
	var reads sync.WaitGroup
	for i, monitor := range monitors {
		reads.Go(func() { found[i], errs[i] = c.ListDestinations(ctx, region, monitor.Name) })
	}
	reads.Wait()
	for i, err := range errs {
		if err != nil && !errors.Is(err, ErrNotFound) {
			return all, err
		}
		all = append(all, found[i]...)
	}
	return all, nil
}
