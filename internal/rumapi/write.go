package rumapi

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
)

// write is one call that changes something: its retry policy, on top of the
// client's own, and what became of its tries. Make one for each call, and pass
// its method options to the call.
type write struct {
	aws.RetryerV2
	conflictsUntil time.Time // zero before the first conflict
	// outcomeUnknown is set once a try may have done its work without an answer.
	// Later tries do not reset it.
	outcomeUnknown bool
	// once forbids another try when outcomeUnknown is set.
	once bool
}

// options makes w the policy of the call that gets it as an option.
func (w *write) options(o *rum.Options) {
	w.RetryerV2, _ = o.Retryer.(aws.RetryerV2) // NewRetryer and the SDK's own all are
	o.Retryer = w
	o.APIOptions = append(slices.Clip(o.APIOptions), func(stack *middleware.Stack) error {
		return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("WriteTry", w.try), middleware.Before)
	})
}

// try makes one try and remembers how it ended. It sends nothing when the run
// has been interrupted. A request that is on its way when the run is interrupted
// has interruptGrace to finish.
func (w *write) try(ctx context.Context, input middleware.DeserializeInput, next middleware.DeserializeHandler) (
	middleware.DeserializeOutput, middleware.Metadata, error,
) {
	if err := ctx.Err(); err != nil {
		return middleware.DeserializeOutput{}, middleware.Metadata{}, &smithy.CanceledError{Err: err}
	}
	ctx, cancel := withGrace(ctx)
	defer cancel()
	output, metadata, err := next.HandleDeserialize(ctx, input)
	if err != nil && outcomeUnknown(err) {
		w.outcomeUnknown = true
	}
	if isConflict(err) && w.conflictsUntil.IsZero() {
		w.conflictsUntil = time.Now().Add(maxConflict)
	}
	return output, metadata, err
}

// withGrace returns a context for one request. It ends when ctx ends, or, if the
// request has a connection by then, interruptGrace later.
func withGrace(ctx context.Context) (context.Context, context.CancelFunc) {
	extended, cancel := context.WithCancel(context.WithoutCancel(ctx))
	extended, connected := noteConnection(extended)
	stop := context.AfterFunc(ctx, func() {
		if connected.Load() {
			select {
			case <-extended.Done():
			case <-time.After(interruptGrace):
			}
		}
		cancel()
	})
	return extended, func() {
		stop()
		cancel()
	}
}

// IsErrorRetryable also retries a conflict, which the SDK never does, until
// maxConflict after the first.
func (w *write) IsErrorRetryable(err error) bool {
	switch {
	case w.once && w.outcomeUnknown:
		return false
	case isConflict(err):
		return time.Now().Before(w.conflictsUntil)
	}
	return w.RetryerV2.IsErrorRetryable(err)
}

// RetryDelay caps the wait after a conflict, so that the last try starts before
// conflictsUntil.
func (w *write) RetryDelay(attempt int, err error) (time.Duration, error) {
	delay, delayErr := w.RetryerV2.RetryDelay(attempt, err)
	if isConflict(err) {
		delay = max(min(delay, maxConflictWait, time.Until(w.conflictsUntil)), 0)
	}
	return delay, delayErr
}
