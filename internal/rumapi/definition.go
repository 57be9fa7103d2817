package rumapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"
)

const (
	// ExtendedNamespace is the namespace of extended metrics, which leaving the
	// namespace out stands for too (API reference, MetricDefinitionRequest).
	ExtendedNamespace = "AWS/RUM"
	// countUnit is what AWS's samples show as the unit of a metric that counts.
	countUnit = "Count"
)

// DefinitionKey names one metric definition. The ID is the service's; a name is
// no key, since a destination may have several definitions of one name.
type DefinitionKey struct {
	Key
	ID string
}

// String describes the key in a sentence.
func (k DefinitionKey) String() string {
	return fmt.Sprintf("metric definition %s of the %s", k.ID, k.Key)
}

// Definition is a metric that a destination receives. "" stands for what is
// absent.
type Definition struct {
	DefinitionKey
	Name, Namespace, EventPattern, UnitLabel, ValueKey string
	DimensionKeys                                      map[string]string
}

// Same reports whether existing is what would come of creating d: whether all
// but the ID is equal, patterns by what they mean as JSON. The namespace and
// the unit that the service may fill in for an extended metric count as absent
// where d has none.
func (d Definition) Same(existing Definition) bool {
	return d.Key == existing.Key &&
		d.Name == existing.Name &&
		d.ValueKey == existing.ValueKey &&
		(d.UnitLabel == existing.UnitLabel || d.mayGetUnit() && existing.UnitLabel == countUnit) &&
		namespace(d.Namespace) == namespace(existing.Namespace) &&
		maps.Equal(d.DimensionKeys, existing.DimensionKeys) &&
		sameJSON(d.EventPattern, existing.EventPattern)
}

// mayGetUnit reports whether the service may give d a unit of its own.
func (d Definition) mayGetUnit() bool {
	return d.UnitLabel == "" && namespace(d.Namespace) == ExtendedNamespace
}

func namespace(s string) string {
	if s == "" {
		return ExtendedNamespace
	}
	return s
}

func sameJSON(a, b string) bool {
	if a == b {
		return true
	}
	var x, y any
	return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && reflect.DeepEqual(x, y)
}

// definitions is what a client remembers of metric definitions.
type definitions struct {
	reads   reads[Key, Definition]
	creates batches[wanted, creationResult]
	deletes batches[string, struct{}]
	holds   holds
}

// ListDefinitions reads all metric definitions of a destination, in the
// service's order. It returns ErrNotFound if the destination or its monitor
// does not exist. It shares what it reads as ListDestinations does.
func (c *Client) ListDefinitions(ctx context.Context, k Key) ([]Definition, error) {
	all, err := c.readDefinitions(ctx, k)
	return slices.Clone(all), err
}

// readDefinitions is ListDefinitions with a result that belongs to others too.
func (c *Client) readDefinitions(ctx context.Context, k Key) ([]Definition, error) {
	all, err := c.definitions.reads.get(ctx, k, time.Time{})
	if err != nil && ctx.Err() != nil {
		err = &Error{Operation: opBatchGet, Key: k, Err: ctx.Err()}
	}
	return all, err
}

// listDefinitions reads all metric definitions of a destination, page by page
// (BatchGetRumMetricDefinitions).
func (c *Client) listDefinitions(ctx context.Context, k Key) ([]Definition, error) {
	var found []Definition
	var read pages
	input := &rum.BatchGetRumMetricDefinitionsInput{
		AppMonitorName: aws.String(k.AppMonitorName),
		Destination:    types.MetricDestination(k.Destination),
		DestinationArn: pointer(k.DestinationARN),
		MaxResults:     aws.Int32(100), // the most a page may hold
	}
	for {
		page, err := c.api.BatchGetRumMetricDefinitions(ctx, input, in(k.Region))
		if isNotFound(err) {
			return nil, fmt.Errorf("%s: %w", k, ErrNotFound)
		}
		if err != nil {
			return nil, &Error{Operation: opBatchGet, Key: k, Err: err}
		}
		for _, d := range page.MetricDefinitions {
			found = append(found, newDefinition(k, d))
		}
		if !read.next(page.NextToken) {
			return found, nil
		}
		input.NextToken = page.NextToken
	}
}

func newDefinition(k Key, d types.MetricDefinition) Definition {
	return Definition{
		DefinitionKey: DefinitionKey{k, aws.ToString(d.MetricDefinitionId)},
		Name:          aws.ToString(d.Name),
		Namespace:     aws.ToString(d.Namespace),
		EventPattern:  aws.ToString(d.EventPattern),
		UnitLabel:     aws.ToString(d.UnitLabel),
		ValueKey:      aws.ToString(d.ValueKey),
		DimensionKeys: d.DimensionKeys,
	}
}

// request is d as the API takes it.
func (d Definition) request() types.MetricDefinitionRequest {
	sent := d.Namespace
	if sent == ExtendedNamespace {
		sent = "" // AWS asks to leave it out
	}
	return types.MetricDefinitionRequest{
		Name:          aws.String(d.Name),
		Namespace:     pointer(sent),
		EventPattern:  pointer(d.EventPattern),
		UnitLabel:     pointer(d.UnitLabel),
		ValueKey:      pointer(d.ValueKey),
		DimensionKeys: d.DimensionKeys,
	}
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

// UnheldDefinition finds a definition that is the Same as d and that, as far as
// this run has shown, belongs to no resource. Where there seems to be one it waits
// until every other resource has been refreshed, so far as a moment without any
// tells. It returns each only once, and ErrNotFound if there is none.
func (c *Client) UnheldDefinition(ctx context.Context, d Definition) (Definition, error) {
	all, err := c.readDefinitions(ctx, d.Key)
	if err != nil {
		return Definition{}, err
	}
	if slices.ContainsFunc(all, func(existing Definition) bool {
		return d.Same(existing) && !c.definitions.holds.held(existing.DefinitionKey)
	}) {
		c.definitions.holds.settle(ctx)
	}
	for _, existing := range all {
		if d.Same(existing) && c.definitions.holds.offer(existing.DefinitionKey) {
			return existing, nil
		}
	}
	return Definition{}, fmt.Errorf("metric definition %q of the %s: %w", d.Name, d.Key, ErrNotFound)
}

// UpdateDefinition makes the definition with d's ID what d says, as a whole
// (UpdateRumMetricDefinition), and reads it back, since the service does not
// say what became of it. It returns an Error, with OutcomeUnknown where it may
// have been done, and ErrNotFound if it is not there afterwards. It changes
// nothing and returns ErrCreatedInThisRun where CreateDefinition took the
// definition over before: it would no longer be what was created.
func (c *Client) UpdateDefinition(ctx context.Context, d Definition) (Definition, error) {
	if c.definitions.holds.see(d.DefinitionKey, false).made {
		return Definition{}, fmt.Errorf("%s: %w", d.DefinitionKey, ErrCreatedInThisRun)
	}
	var call write
	request := d.request()
	c.definitions.reads.forget(d.Key)
	_, err := c.api.UpdateRumMetricDefinition(ctx, &rum.UpdateRumMetricDefinitionInput{
		AppMonitorName:     aws.String(d.AppMonitorName),
		Destination:        types.MetricDestination(d.Destination),
		DestinationArn:     pointer(d.DestinationARN),
		MetricDefinition:   &request,
		MetricDefinitionId: aws.String(d.ID),
	}, in(d.Region), call.options)
	c.definitions.reads.forget(d.Key)
	if err != nil {
		return Definition{}, &Error{
			Operation: opUpdateDefinition, Key: d.Key, Definition: d.Name,
			OutcomeUnknown: call.outcomeUnknown, Err: err,
		}
	}
	return c.FindDefinition(ctx, d.DefinitionKey)
}

// DeleteDefinition deletes one definition, in one call with others of the same
// destination that are deleted at the same time (BatchDeleteRumMetricDefinitions).
// It succeeds if the definition, its destination or the monitor is gone already.
// It deletes nothing and returns ErrCreatedInThisRun where CreateDefinition made
// the definition or took it over: two resources can stand for it during a run,
// as when one is renamed without a moved block, and the old one's delete must not
// take it from the new one.
func (c *Client) DeleteDefinition(ctx context.Context, k DefinitionKey) error {
	if c.definitions.holds.see(k, false).made {
		return fmt.Errorf("%s: %w", k, ErrCreatedInThisRun)
	}
	_, err := c.definitions.deletes.do(ctx, k.Key, k.ID)
	if err != nil && ctx.Err() != nil {
		return &Error{Operation: opBatchDelete, Key: k.Key, Definition: k.ID, OutcomeUnknown: true, Err: ctx.Err()}
	}
	return err
}

// batchDelete deletes definitions of one destination.
func (c *Client) batchDelete(ctx context.Context, k Key, ids []string) []result[struct{}] {
	var call write
	c.definitions.reads.forget(k)
	answer, err := c.api.BatchDeleteRumMetricDefinitions(ctx, &rum.BatchDeleteRumMetricDefinitionsInput{
		AppMonitorName:      aws.String(k.AppMonitorName),
		Destination:         types.MetricDestination(k.Destination),
		DestinationArn:      pointer(k.DestinationARN),
		MetricDefinitionIds: ids,
	}, in(k.Region), call.options)
	c.definitions.reads.forget(k)

	results := make([]result[struct{}], len(ids))
	rejected := map[string]error{}
	if err == nil {
		for _, e := range answer.Errors {
			rejected[aws.ToString(e.MetricDefinitionId)] = &RejectedError{Code: aws.ToString(e.ErrorCode), Message: aws.ToString(e.ErrorMessage)}
		}
	}
	for i, id := range ids {
		because := err
		if because == nil {
			because = rejected[id]
		}
		if because == nil || (err == nil || isNotFound(err)) && c.isGone(ctx, DefinitionKey{k, id}) {
			continue
		}
		results[i].err = &Error{Operation: opBatchDelete, Key: k, Definition: id, OutcomeUnknown: call.outcomeUnknown, Err: because}
	}
	return results
}

// isGone reports whether a definition that could not be deleted is not there.
// How the service says so of one in a batch is not documented, nor whether it
// then refuses them all.
func (c *Client) isGone(ctx context.Context, k DefinitionKey) bool {
	_, err := c.FindDefinition(ctx, k)
	return errors.Is(err, ErrNotFound)
}
