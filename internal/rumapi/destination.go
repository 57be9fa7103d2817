package rumapi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"
)

// Destination receives an app monitor's extended and custom metrics. IAMRoleARN is
// "" if it has none.
type Destination struct {
	Key
	IAMRoleARN string
}

// ErrNotFound is returned when a destination, its monitor or a definition does not
// exist.
var ErrNotFound = errors.New("not found")

// AmbiguousError is returned when a partial key fits several destinations.
type AmbiguousError struct {
	Key        Key
	Candidates []Destination
}

// Error lists the candidates.
func (e *AmbiguousError) Error() string {
	fits := make([]string, len(e.Candidates))
	for i, c := range e.Candidates {
		fits[i] = c.String()
	}
	return fmt.Sprintf("%s fits several: %s", e.Key, strings.Join(fits, "; "))
}

// PutDestination creates the destination or overwrites its role
// (PutRumMetricsDestination). When an answer is lost, it lists the destinations, and
// succeeds if the destination is there as it was put. Otherwise it returns an Error,
// with OutcomeUnknown if the destination may have been put nevertheless.
func (c *Client) PutDestination(ctx context.Context, d Destination) error {
	var call write
	c.destinations.Forget(d.monitor())
	_, err := c.api.PutRumMetricsDestination(ctx, &rum.PutRumMetricsDestinationInput{
		AppMonitorName: aws.String(d.AppMonitorName),
		Destination:    types.MetricDestination(d.Destination),
		DestinationArn: pointer(d.DestinationARN),
		IamRoleArn:     pointer(d.IAMRoleARN),
	}, inRegion(d.Region), call.options)
	c.destinations.Forget(d.monitor())
	c.definitions.Forget(d.Key)
	if err == nil {
		return nil
	}
	if call.outcomeUnknown {
		if found, findErr := c.FindDestination(ctx, d.Key); findErr == nil && found == d {
			return nil
		}
	}
	return &Error{
		Operation: opPutDestination, Key: d.Key, RoleARN: d.IAMRoleARN,
		OutcomeUnknown: call.outcomeUnknown, Err: err,
	}
}

// DeleteDestination deletes the destination (DeleteRumMetricsDestination). It
// succeeds if the destination or its monitor is gone already. It returns an Error,
// with OutcomeUnknown if the delete may have been done.
func (c *Client) DeleteDestination(ctx context.Context, k Key) error {
	var call write
	c.destinations.Forget(k.monitor())
	_, err := c.api.DeleteRumMetricsDestination(ctx, &rum.DeleteRumMetricsDestinationInput{
		AppMonitorName: aws.String(k.AppMonitorName),
		Destination:    types.MetricDestination(k.Destination),
		DestinationArn: pointer(k.DestinationARN),
	}, inRegion(k.Region), call.options)
	c.destinations.Forget(k.monitor())
	c.definitions.Forget(k)
	if err == nil || isNotFound(err) {
		return nil
	}
	return &Error{Operation: opDeleteDestination, Key: k, OutcomeUnknown: call.outcomeUnknown, Err: err}
}

// ListDestinations reads all destinations of a monitor, in the service's order.
// It returns ErrNotFound for a monitor that does not exist in that region.
//
// Concurrent and later readers of the same monitor share one List for a few seconds.
// A read that begins after a write of this client has ended shows what was written.
func (c *Client) ListDestinations(ctx context.Context, region, monitorName string) ([]Destination, error) {
	all, err := c.readDestinations(ctx, monitor{region, monitorName})
	return slices.Clone(all), err
}

// readDestinations is ListDestinations with a result that other readers share.
func (c *Client) readDestinations(ctx context.Context, m monitor) ([]Destination, error) {
	all, err := c.destinations.Get(ctx, m)
	if err != nil && ctx.Err() != nil {
		err = &Error{Operation: opList, Key: Key{Region: m.region, AppMonitorName: m.name}, Err: ctx.Err()}
	}
	return all, err
}

// listDestinations reads all destinations of a monitor, page by page
// (ListRumMetricsDestinations).
func (c *Client) listDestinations(ctx context.Context, m monitor) ([]Destination, error) {
	var found []Destination
	pages := rum.NewListRumMetricsDestinationsPaginator(c.api, &rum.ListRumMetricsDestinationsInput{
		AppMonitorName: aws.String(m.name),
		MaxResults:     aws.Int32(100), // the most a page may hold
	}, func(o *rum.ListRumMetricsDestinationsPaginatorOptions) { o.StopOnDuplicateToken = true })
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx, inRegion(m.region))
		if isNotFound(err) {
			return nil, fmt.Errorf("app monitor %q in %s: %w", m.name, m.region, ErrNotFound)
		}
		if err != nil {
			return nil, &Error{Operation: opList, Key: Key{Region: m.region, AppMonitorName: m.name}, Err: err}
		}
		for _, d := range page.Destinations {
			found = append(found, Destination{
				Key:        Key{m.region, m.name, string(d.Destination), aws.ToString(d.DestinationArn)},
				IAMRoleARN: aws.ToString(d.IamRoleArn),
			})
		}
	}
	return found, nil
}

// FindDestination reads the destination that has exactly this key. The API has no
// call for one destination, so FindDestination lists those of the monitor. It
// returns ErrNotFound if the destination or its monitor does not exist.
func (c *Client) FindDestination(ctx context.Context, k Key) (Destination, error) {
	all, err := c.readDestinations(ctx, k.monitor())
	if err != nil {
		return Destination{}, err
	}
	for _, d := range all {
		if d.Key == k {
			return d, nil
		}
	}
	return Destination{}, fmt.Errorf("%s: %w", k, ErrNotFound)
}

// ResolveDestination reads the one destination that fits a partial key. If
// Destination or DestinationARN is "", any value fits. A destination with exactly
// this key wins over others that fit. ResolveDestination returns ErrNotFound if
// nothing fits and an AmbiguousError if several do.
func (c *Client) ResolveDestination(ctx context.Context, k Key) (Destination, error) {
	all, err := c.readDestinations(ctx, k.monitor())
	if err != nil {
		return Destination{}, err
	}
	var fit []Destination
	for _, d := range all {
		if d.Key == k {
			return d, nil
		}
		if (k.Destination == "" || k.Destination == d.Destination) &&
			(k.DestinationARN == "" || k.DestinationARN == d.DestinationARN) {
			fit = append(fit, d)
		}
	}
	switch len(fit) {
	case 0:
		return Destination{}, fmt.Errorf("%s: %w", k, ErrNotFound)
	case 1:
		return fit[0], nil
	}
	return Destination{}, &AmbiguousError{Key: k, Candidates: fit}
}
