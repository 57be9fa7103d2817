package rumapi

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"
)

// maxLooks is how often a create looks whether a try whose answer was lost has
// done its work, before it gives up.
const maxLooks = 5

// wanted is a definition to create.
type wanted struct {
	Definition
	apart   bool   // take over none but instead
	instead string // an ID, or ""
}

type creationResult struct {
	created Definition
	existed bool
}

// CreateDefinition creates a definition, in one call with others of the same
// destination that are created at the same time (BatchCreateRumMetricDefinitions).
// It returns it as the service has it, with its ID.
//
// A repeated BatchCreate makes duplicates, whatever the model says of it. So
// there is a look before every try: a definition that is the Same and that no
// resource holds, as far as this run has shown after a moment's wait, is taken
// over, and existed is true if it was there before the first try. Thus a try
// whose answer was lost, or a run that was killed after the service had done the
// work, leads to no second one. Those that are made or taken over are held, so
// that two of a kind in one run are two.
//
// A definition that the service rejects fails alone, with an Error that wraps a
// RejectedError; its neighbors in the call succeed.
func (c *Client) CreateDefinition(ctx context.Context, d Definition) (created Definition, existed bool, err error) {
	return c.createDefinition(ctx, wanted{Definition: d})
}

// CreateDefinitionApart is CreateDefinition for a resource that shares its
// definition with another: of what was there before the first try it takes over
// none but the definition with the ID instead, if there is such a one.
func (c *Client) CreateDefinitionApart(ctx context.Context, d Definition, instead string) (Definition, error) {
	created, _, err := c.createDefinition(ctx, wanted{d, true, instead})
	return created, err
}

func (c *Client) createDefinition(ctx context.Context, d wanted) (created Definition, existed bool, err error) {
	r, err := c.definitions.creates.do(ctx, d.Key, d)
	if err != nil && ctx.Err() != nil {
		err = &Error{Operation: opBatchCreate, Key: d.Key, Definition: d.Name, OutcomeUnknown: true, Err: ctx.Err()}
	}
	return r.created, r.existed, err
}

// batchCreate creates definitions of one destination.
func (c *Client) batchCreate(ctx context.Context, k Key, all []wanted) []result[creationResult] {
	b := &creating{client: c, key: k, wanted: all, results: make([]result[creationResult], len(all))}
	for i := range all {
		b.open = append(b.open, i)
	}
	var lost error // of the try before, whose answer was lost
	for try := 1; ; try++ {
		if err := b.takeOver(ctx); err != nil {
			b.fail(cmp.Or(lost, err), lost != nil)
		}
		if len(b.open) == 0 {
			return b.results
		}
		unknown, err := b.create(ctx)
		if err == nil {
			return b.results
		}
		lost = err
		delay, stop := backoff(try, err)
		if !unknown || stop != nil || try == maxLooks || !sleep(ctx, delay) {
			b.fail(err, unknown)
			return b.results
		}
	}
}

// creating is a batch of definitions on their way into one destination.
type creating struct {
	client  *Client
	key     Key
	wanted  []wanted
	results []result[creationResult] // of wanted
	open    []int                    // which have no result yet
	before  map[string]bool          // the IDs of what was there before the first try; nil until then
}

// settle gives results to those open definitions for which result has one.
func (b *creating) settle(result func(wanted) (creationResult, error, bool)) {
	var open []int
	for _, i := range b.open {
		value, err, settled := result(b.wanted[i])
		if settled {
			b.results[i].value, b.results[i].err = value, err
		} else {
			open = append(open, i)
		}
	}
	b.open = open
}

// fail gives an error to all that are still open.
func (b *creating) fail(err error, unknown bool) {
	b.settle(func(d wanted) (creationResult, error, bool) {
		return creationResult{}, b.error(d.Definition, err, unknown), true
	})
}

func (b *creating) error(d Definition, err error, unknown bool) error {
	if _, ok := errors.AsType[*Error](err); ok { // of the look
		return err
	}
	return &Error{Operation: opBatchCreate, Key: b.key, Definition: d.Name, OutcomeUnknown: unknown, Err: err}
}

// takeOver settles what exists already. What was not there before the first try
// is the work of this batch.
func (b *creating) takeOver(ctx context.Context) error {
	existing, err := b.client.readDefinitions(ctx, b.key)
	if err != nil && !errors.Is(err, ErrNotFound) { // of what is not there, the create says it best
		return err
	}
	if b.before == nil {
		b.before = map[string]bool{}
		for _, e := range existing {
			b.before[e.ID] = true
		}
		if b.wouldTakeOver(existing) {
			// One that changes it may be about to have its turn: a CLI works on few
			// resources at a time.
			b.client.definitions.holds.settle(ctx)
		}
	}
	b.settle(func(d wanted) (creationResult, error, bool) {
		for _, e := range existing {
			if b.fits(d, e) && b.client.definitions.holds.take(e.DefinitionKey) {
				return creationResult{created: e, existed: b.before[e.ID]}, nil, true
			}
		}
		return creationResult{}, nil, false
	})
	return nil
}

// wouldTakeOver reports whether one of existing fits that no resource stands for
// so far.
func (b *creating) wouldTakeOver(existing []Definition) bool {
	return slices.ContainsFunc(b.open, func(i int) bool {
		return slices.ContainsFunc(existing, func(e Definition) bool {
			return b.fits(b.wanted[i], e) && !b.client.definitions.holds.held(e.DefinitionKey)
		})
	})
}

// fits reports whether existing may be taken for d.
func (b *creating) fits(d wanted, existing Definition) bool {
	return d.Same(existing) && (!d.apart || !b.before[existing.ID] || existing.ID == d.instead)
}

// create calls BatchCreate for what is open. After an error it reports whether
// the work may have been done all the same.
func (b *creating) create(ctx context.Context) (unknown bool, err error) {
	var call unrepeatable
	input := &rum.BatchCreateRumMetricDefinitionsInput{
		AppMonitorName: aws.String(b.key.AppMonitorName),
		Destination:    types.MetricDestination(b.key.Destination),
		DestinationArn: pointer(b.key.DestinationARN),
	}
	for _, i := range b.open {
		input.MetricDefinitions = append(input.MetricDefinitions, b.wanted[i].request())
	}
	answer, err := b.client.api.BatchCreateRumMetricDefinitions(ctx, input, in(b.key.Region), call.options)
	if err != nil {
		b.client.definitions.reads.forget(b.key)
		return call.outcomeUnknown, err
	}

	var created, rejected []Definition
	for _, d := range answer.MetricDefinitions {
		created = append(created, newDefinition(b.key, d))
	}
	b.client.definitions.reads.amend(b.key, func(all []Definition) []Definition { return append(all, created...) })
	reasons := map[string]*RejectedError{}
	for i, e := range answer.Errors {
		d := newRejected(b.key, e.MetricDefinition)
		d.ID = strconv.Itoa(i) // to find the reason by; rejected definitions have none
		reasons[d.ID] = &RejectedError{Code: aws.ToString(e.ErrorCode), Message: aws.ToString(e.ErrorMessage)}
		rejected = append(rejected, d)
	}
	b.settleAnswered(created, rejected, reasons)
	b.fail(errors.New("the answer says neither that it was created nor that it was rejected"), true)
	return false, nil
}

// settleAnswered tells which of the answer's definitions are whose. The service
// does not promise to keep their order, nor to give each back as it was sent:
// what is not the same as any is taken to be the one of that name.
func (b *creating) settleAnswered(created, rejected []Definition, reasons map[string]*RejectedError) {
	sameName := func(wanted, got Definition) bool { return wanted.Name == got.Name }
	for _, fits := range []func(wanted, got Definition) bool{Definition.Same, sameName} {
		b.settle(func(d wanted) (creationResult, error, bool) {
			if got, found := take(&created, d.Definition, fits); found {
				b.client.definitions.holds.take(got.DefinitionKey)
				return creationResult{created: got}, nil, true
			}
			if got, found := take(&rejected, d.Definition, fits); found {
				return creationResult{}, b.error(d.Definition, reasons[got.ID], false), true
			}
			return creationResult{}, nil, false
		})
	}
}

// take removes the first definition that fits wanted.
func take(from *[]Definition, wanted Definition, fits func(wanted, got Definition) bool) (Definition, bool) {
	i := slices.IndexFunc(*from, func(got Definition) bool { return fits(wanted, got) })
	if i < 0 {
		return Definition{}, false
	}
	got := (*from)[i]
	*from = slices.Delete(*from, i, i+1)
	return got, true
}

// newRejected is the echo of a definition that was not created.
func newRejected(k Key, d *types.MetricDefinitionRequest) Definition {
	if d == nil {
		return Definition{}
	}
	return newDefinition(k, types.MetricDefinition{
		Name: d.Name, Namespace: d.Namespace, EventPattern: d.EventPattern,
		UnitLabel: d.UnitLabel, ValueKey: d.ValueKey, DimensionKeys: d.DimensionKeys,
	})
}

// unrepeatable is the retry policy of a call that must not be repeated once it
// may have done its work. What was certainly not done is retried as any write.
type unrepeatable struct{ write }

func (u *unrepeatable) options(o *rum.Options) {
	u.write.options(o)
	o.Retryer = u
}

// IsErrorRetryable leaves an unknown outcome to the caller, who looks.
func (u *unrepeatable) IsErrorRetryable(err error) bool {
	return u.write.IsErrorRetryable(err) && !u.outcomeUnknown
}

// sleep waits for d and reports whether ctx is still going on.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
