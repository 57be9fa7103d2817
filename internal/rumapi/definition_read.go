package rumapi

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/coalesce"
)

// definitions shares the calls for the metric definitions of each destination.
type definitions struct {
	reads   *coalesce.Reads[Key, definitionList]
	creates *coalesce.Batches[Key, *pendingCreate]
	deletes *coalesce.Batches[Key, *pendingDelete]
}

// definitionList is what BatchGet says of a destination. A missing destination is
// remembered like a list, because a destination is often planned together with all
// its definitions, and each definition asks.
type definitionList struct {
	all     []Definition
	missing bool
}

func newDefinitions(c *Client) definitions {
	return definitions{
		reads:   coalesce.NewReads(remembered, c.listDefinitions),
		creates: coalesce.NewBatches(maxCreates, c.batchCreate),
		deletes: coalesce.NewBatches(maxDeletes, c.batchDelete),
	}
}

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
	list, err := c.definitions.reads.Get(ctx, k)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, &Error{Operation: opBatchGet, Key: k, Err: ctx.Err()}
	case err == nil && list.missing:
		return nil, fmt.Errorf("%s: %w", k, ErrNotFound)
	}
	return list.all, err
}

// listDefinitions reads all metric definitions of a destination, page by page
// (BatchGetRumMetricDefinitions).
func (c *Client) listDefinitions(ctx context.Context, k Key) (list definitionList, err error) {
	var read pages
	input := &rum.BatchGetRumMetricDefinitionsInput{
		AppMonitorName: aws.String(k.AppMonitorName),
		Destination:    types.MetricDestination(k.Destination),
		DestinationArn: pointer(k.DestinationARN),
		MaxResults:     aws.Int32(100), // the most a page may hold
	}
	for {
		page, err := c.api.BatchGetRumMetricDefinitions(ctx, input, inRegion(k.Region))
		if isNotFound(err) {
			return definitionList{missing: true}, nil
		}
		if err != nil {
			return definitionList{}, &Error{Operation: opBatchGet, Key: k, Err: err}
		}
		for _, d := range page.MetricDefinitions {
			list.all = append(list.all, newDefinition(k, d))
		}
		if !read.next(page.NextToken) {
			return list, nil
		}
		input.NextToken = page.NextToken
	}
}
