package rumapi

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"
)

// maxCreates is how many definitions a BatchCreate may have (API reference).
const maxCreates = 200

// pendingCreate is one definition in a BatchCreate, and what became of it.
type pendingCreate struct {
	wanted  Definition
	created Definition
	err     error
}

// CreateDefinition creates a definition and returns it as the service has it,
// with its ID. Definitions of one destination that are created at the same time
// share calls (BatchCreateRumMetricDefinitions).
//
// BatchCreate is not idempotent, although the service model says so: a repeated
// call creates duplicates. When an answer is lost, CreateDefinition therefore
// lists the definitions, and adopts an equal one that did not exist before its
// first try. It tries again only for what it does not find, as often as the client
// retries and 5 times at most.
//
// The list from before the first try may be as old as Reads keeps it (remembered). An
// equal definition that another run has created since then is therefore adopted too,
// and then two resources manage the same definition: the next refresh warns of it if
// both are in one configuration. To list before every batch would cost a request
// each, for an answer that is almost never lost.
//
// It returns an Error, with OutcomeUnknown if the definition may exist nevertheless.
// A definition that the service rejects fails alone, with an Error that
// wraps a RejectedError.
func (c *Client) CreateDefinition(ctx context.Context, d Definition) (Definition, error) {
	created, errs := c.CreateDefinitions(ctx, d.Key, d)
	return created[0], errs[0]
}

// CreateDefinitions creates definitions of one destination, in as few calls as the API
// allows. The results have the order of wanted, and an error, as CreateDefinition
// returns it, where a definition was not created.
func (c *Client) CreateDefinitions(ctx context.Context, k Key, wanted ...Definition) ([]Definition, []error) {
	items := make([]*pendingCreate, len(wanted))
	for i, d := range wanted {
		items[i] = &pendingCreate{wanted: d}
	}
	withdrawn := c.creates.Do(ctx, k, items...)
	created, errs := make([]Definition, len(items)), make([]error, len(items))
	for i, item := range items {
		created[i], errs[i] = item.created, item.err
		if item.created.ID == "" && item.err == nil {
			errs[i] = &Error{Operation: opBatchCreate, Key: k, Definition: item.wanted.Name, Err: withdrawn}
		}
	}
	return created, errs
}

// batchCreate creates definitions of one destination.
func (c *Client) batchCreate(ctx context.Context, k Key, items []*pendingCreate) {
	known, err := c.definitionIDs(ctx, k)
	if err != nil {
		for _, item := range items {
			item.err = err
		}
		return
	}
	most := min(c.api.Options().Retryer.MaxAttempts(), maxUnanswered)
	for try := 1; ; try++ {
		lost, err := c.tryCreate(ctx, k, items, known)
		if err == nil {
			return
		}
		looked := false
		if lost && pauseAfter(ctx, try, err) {
			items, looked = c.adopt(ctx, k, items, known)
		}
		if !looked || len(items) == 0 || try >= most {
			failCreates(k, items, lost, err)
			return
		}
	}
}

// failCreates gives err to items. If lost is true, the work may have been done
// nevertheless.
func failCreates(k Key, items []*pendingCreate, lost bool, err error) {
	for _, item := range items {
		item.err = &Error{Operation: opBatchCreate, Key: k, Definition: item.wanted.Name, OutcomeUnknown: lost, Err: err}
	}
}

// definitionIDs returns the IDs of the definitions that exist. It returns none if
// the destination does not exist: BatchCreate then returns the better error.
func (c *Client) definitionIDs(ctx context.Context, k Key) (map[string]bool, error) {
	existing, err := c.readDefinitions(ctx, k)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	ids := map[string]bool{}
	for _, d := range existing {
		ids[d.ID] = true
	}
	return ids, nil
}

// adopt lists the definitions after an answer was lost. It gives each item an
// equal definition whose ID is not known yet, and returns the items for which
// there is none. Adopted IDs become known. It reports false if it could not list.
func (c *Client) adopt(ctx context.Context, k Key, items []*pendingCreate, known map[string]bool) (left []*pendingCreate, looked bool) {
	existing, err := c.readDefinitions(ctx, k)
	if err != nil {
		return items, false
	}
	for _, item := range items {
		i := slices.IndexFunc(existing, func(d Definition) bool { return !known[d.ID] && item.wanted.Same(d) })
		if i < 0 {
			left = append(left, item)
			continue
		}
		item.created = existing[i]
		known[existing[i].ID] = true
	}
	return left, true
}

// tryCreate calls BatchCreate, and gives each item its echo if there is an
// answer. It looks for what the answer leaves out, and adds to known what it made. A
// returned error concerns the whole call; lost says whether the call may have done its
// work.
func (c *Client) tryCreate(ctx context.Context, k Key, items []*pendingCreate, known map[string]bool) (lost bool, err error) {
	call := write{once: true}
	input := &rum.BatchCreateRumMetricDefinitionsInput{
		AppMonitorName: aws.String(k.AppMonitorName),
		Destination:    types.MetricDestination(k.Destination),
		DestinationArn: pointer(k.DestinationARN),
	}
	for _, item := range items {
		input.MetricDefinitions = append(input.MetricDefinitions, item.wanted.request())
	}
	output, err := c.api.BatchCreateRumMetricDefinitions(ctx, input, inRegion(k.Region), call.options)
	if err != nil {
		c.definitions.Forget(k)
		return call.outcomeUnknown, err
	}

	var created []Definition
	var echoes []echo
	for _, d := range output.MetricDefinitions {
		made := newDefinition(k, d)
		if made.ID == "" { // as if the answer left it out
			continue
		}
		known[made.ID] = true
		created = append(created, made)
		echoes = append(echoes, echo{definition: made})
	}
	for _, e := range output.Errors {
		d := newRejected(k, e.MetricDefinition)
		echoes = append(echoes, echo{d, &Error{Operation: opBatchCreate, Key: k, Definition: d.Name, Err: newRejectedError(e.ErrorCode, e.ErrorMessage)}})
	}
	c.definitions.Amend(k, func(all []Definition) []Definition { return slices.Concat(all, created) })
	if left := assign(items, echoes); len(left) > 0 {
		c.definitions.Forget(k)
		left, _ = c.adopt(ctx, k, left, known)
		// It is not tried again: an answer that names nothing would create it once more each time.
		failCreates(k, left, true, errUnnamed)
	}
	return false, nil
}

// errUnnamed is the error of a definition that an answer leaves out.
var errUnnamed = errors.New("its answer says neither that the definition was created nor that it was rejected")

// echo is one definition in the answer of a BatchCreate: created, or rejected with
// err.
type echo struct {
	definition Definition
	err        error
}

// assign gives each item its echo and returns the items that have none. The service
// does not promise to keep the order of the items, nor to echo each as it was sent.
// An echo that fits no item goes to an item of the same name.
func assign(items []*pendingCreate, echoes []echo) (left []*pendingCreate) {
	left = slices.Clone(items)
	sameName := func(wanted, got Definition) bool { return wanted.Name == got.Name }
	for _, fits := range []func(wanted, got Definition) bool{Definition.Same, sameName} {
		left = slices.DeleteFunc(left, func(item *pendingCreate) bool {
			i := slices.IndexFunc(echoes, func(e echo) bool { return fits(item.wanted, e.definition) })
			if i < 0 {
				return false
			}
			item.created, item.err = echoes[i].definition, echoes[i].err
			echoes = slices.Delete(echoes, i, i+1)
			return true
		})
	}
	return left
}

// newRejected returns the definition that a rejection echoes.
func newRejected(k Key, d *types.MetricDefinitionRequest) Definition {
	if d == nil {
		return Definition{}
	}
	return newDefinition(k, types.MetricDefinition{
		Name: d.Name, Namespace: d.Namespace, EventPattern: d.EventPattern,
		UnitLabel: d.UnitLabel, ValueKey: d.ValueKey, DimensionKeys: d.DimensionKeys,
	})
}
