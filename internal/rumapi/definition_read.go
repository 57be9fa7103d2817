package rumapi

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"
)

// ListDefinitions reads all metric definitions of a destination, in the
// service's order. It shares calls as ListDestinations does. It returns
// ErrNotFound if the destination or its monitor does not exist.
func (c *Client) ListDefinitions(ctx context.Context, k Key) ([]Definition, error) {
	all, err := c.readDefinitions(ctx, k)
	return slices.Clone(all), err
}

// ExistingDefinitions is ListDefinitions for a caller to whom no definitions and no
// destination are different things. For a destination that does not exist, CloudWatch
// RUM may answer "not found" or with an empty list: AWS does not document which. When
// the list is empty, ExistingDefinitions therefore looks for the destination itself,
// and returns ErrNotFound if there is none.
func (c *Client) ExistingDefinitions(ctx context.Context, k Key) ([]Definition, error) {
	all, err := c.ListDefinitions(ctx, k)
	if err == nil && len(all) == 0 {
		_, err = c.FindDestination(ctx, k)
	}
	return all, err
}

// FindDefinition reads one metric definition. It returns ErrNotFound if the
// definition, its destination or the monitor does not exist.
func (c *Client) FindDefinition(ctx context.Context, k DefinitionKey) (Definition, error) {
	all, err := c.readDefinitions(ctx, k.Key)
	if err != nil {
		return Definition{}, err
	}
	for _, d := range all {
		if d.ID == k.ID {
			return d, nil
		}
	}
	return Definition{}, fmt.Errorf("%s: %w", k, ErrNotFound)
}

// readDefinitions is ListDefinitions with a result that other readers share.
func (c *Client) readDefinitions(ctx context.Context, k Key) ([]Definition, error) {
	all, err := c.definitions.Get(ctx, k)
	if err != nil && ctx.Err() != nil {
		err = &Error{Operation: opBatchGet, Key: k, Err: ctx.Err()}
	}
	return all, err
}

// listDefinitions reads all metric definitions of a destination, page by page
// (BatchGetRumMetricDefinitions).
func (c *Client) listDefinitions(ctx context.Context, k Key) ([]Definition, error) {
	var found []Definition
	pages := rum.NewBatchGetRumMetricDefinitionsPaginator(c.api, &rum.BatchGetRumMetricDefinitionsInput{
		AppMonitorName: aws.String(k.AppMonitorName),
		Destination:    types.MetricDestination(k.Destination),
		DestinationArn: pointer(k.DestinationARN),
		MaxResults:     aws.Int32(100), // the most a page may hold
	}, func(o *rum.BatchGetRumMetricDefinitionsPaginatorOptions) { o.StopOnDuplicateToken = true })
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx, inRegion(k.Region))
		if isNotFound(err) {
			return nil, fmt.Errorf("%s: %w", k, ErrNotFound)
		}
		if err != nil {
			return nil, &Error{Operation: opBatchGet, Key: k, Err: err}
		}
		for _, d := range page.MetricDefinitions {
			found = append(found, newDefinition(k, d))
		}
	}
	return found, nil
}
