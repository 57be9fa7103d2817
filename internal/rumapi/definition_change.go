package rumapi

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"
)

// maxDeletes is half of what a BatchDelete may have: the IDs are in the URL, and
// proxies and gateways commonly accept 8 or 10 KB of it.
const maxDeletes = 100

// UpdateDefinition sends all members of d for the definition with d's ID
// (UpdateRumMetricDefinition). It returns an Error, with OutcomeUnknown if the update
// may have been done.
func (c *Client) UpdateDefinition(ctx context.Context, d Definition) error {
	var call write
	request := d.request()
	c.definitions.Forget(d.Key)
	_, err := c.api.UpdateRumMetricDefinition(ctx, &rum.UpdateRumMetricDefinitionInput{
		AppMonitorName:     aws.String(d.AppMonitorName),
		Destination:        types.MetricDestination(d.Destination),
		DestinationArn:     pointer(d.DestinationARN),
		MetricDefinition:   &request,
		MetricDefinitionId: aws.String(d.ID),
	}, inRegion(d.Region), call.options)
	c.definitions.Forget(d.Key)
	if err != nil {
		return &Error{
			Operation: opUpdateDefinition, Key: d.Key, Definition: d.Name,
			OutcomeUnknown: call.outcomeUnknown, Err: err,
		}
	}
	return nil
}

// pendingDelete is one definition in a BatchDelete, and what became of it.
type pendingDelete struct {
	id      string
	deleted bool
	err     error
}

// DeleteDefinitions deletes definitions of one destination. It shares calls with
// others that delete definitions of that destination at the same time
// (BatchDeleteRumMetricDefinitions). It returns an Error for each definition that
// could not be deleted, by its ID, with OutcomeUnknown if the delete may have been done,
// and none for those that are gone already.
func (c *Client) DeleteDefinitions(ctx context.Context, k Key, ids ...string) (failed map[string]error) {
	items := make([]*pendingDelete, len(ids))
	for i, id := range ids {
		items[i] = &pendingDelete{id: id}
	}
	err := c.deletes.Do(ctx, k, items...)
	failed = map[string]error{}
	for _, item := range items {
		switch {
		case item.err != nil:
			failed[item.id] = item.err
		case !item.deleted: // withdrawn
			failed[item.id] = &Error{Operation: opBatchDelete, Key: k, Definition: item.id, Err: err}
		}
	}
	return failed
}

// batchDelete deletes definitions of one destination.
func (c *Client) batchDelete(ctx context.Context, k Key, items []*pendingDelete) {
	ids := make([]string, len(items))
	for i, item := range items {
		ids[i] = item.id
	}
	var call write
	c.definitions.Forget(k)
	output, err := c.api.BatchDeleteRumMetricDefinitions(ctx, &rum.BatchDeleteRumMetricDefinitionsInput{
		AppMonitorName:      aws.String(k.AppMonitorName),
		Destination:         types.MetricDestination(k.Destination),
		DestinationArn:      pointer(k.DestinationARN),
		MetricDefinitionIds: ids,
	}, inRegion(k.Region), call.options)
	c.definitions.Forget(k)

	reasons := map[string]error{}
	if err == nil {
		for _, e := range output.Errors {
			reasons[aws.ToString(e.MetricDefinitionId)] = newRejectedError(e.ErrorCode, e.ErrorMessage)
		}
	}
	for _, item := range items {
		reason := err
		if err == nil {
			reason = reasons[item.id]
		}
		// AWS does not document how the service rejects a definition that does not
		// exist, nor whether the service then rejects all of them.
		mayBeGone := err == nil || isNotFound(err)
		item.deleted = reason == nil || mayBeGone && c.isGone(ctx, DefinitionKey{k, item.id})
		if !item.deleted {
			item.err = &Error{Operation: opBatchDelete, Key: k, Definition: item.id, OutcomeUnknown: call.outcomeUnknown, Err: reason}
		}
	}
}

// isGone reports whether the service says that a definition does not exist.
func (c *Client) isGone(ctx context.Context, k DefinitionKey) bool {
	_, err := c.FindDefinition(ctx, k)
	return errors.Is(err, ErrNotFound)
}
