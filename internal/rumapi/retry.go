package rumapi

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

const (
	firstBackoff = 200 * time.Millisecond
	maxBackoff   = 20 * time.Second
	// A service that asks for more than this is not waited for any longer than
	// this: a plan that stands still for an hour helps nobody.
	maxRetryAfter = time.Minute
	// A host where nothing answers is more likely a wrong endpoint or a missing
	// network than a hiccup: nobody should wait minutes to be told.
	maxUnanswered = 5
	// Another change of the same monitor is over in a moment, or it is not one
	// that waiting helps against.
	maxConflict     = time.Minute
	maxConflictWait = 5 * time.Second
)

// NewRetryer returns the provider's retry policy. It makes up to maxAttempts
// tries of a call that failed for throttling (by code, or HTTP 429, since List
// does not model ThrottlingException), for a 5xx, or for a connection that
// failed or broke; never of one the service refused, nor where the server's
// certificate is not trusted or its name does not exist; and no more than 5
// where no connection could be made, or nothing came over it in time. Between
// tries it waits as the answer's Retry-After says, but a minute at most, else
// exponentially with jitter. A write of a Client retries conflicts too. There is no
// client-side token bucket: that one fails large applies ("retry quota
// exceeded") although the service would have come round. With adaptive the
// SDK's client-side rate limiting is added (retry_mode = "adaptive").
func NewRetryer(maxAttempts int, adaptive bool) aws.RetryerV2 {
	standard := func(o *retry.StandardOptions) {
		o.MaxAttempts = maxAttempts
		o.RateLimiter = ratelimit.None
		o.Backoff = retry.BackoffDelayerFunc(backoff)
		o.Retryables = append([]retry.IsErrorRetryable{retry.IsErrorRetryableFunc(retryable)}, o.Retryables...)
	}
	if adaptive {
		return retry.NewAdaptiveMode(func(o *retry.AdaptiveModeOptions) {
			o.StandardOptions = append(o.StandardOptions, standard)
		})
	}
	return retry.NewStandard(standard)
}

// retryable knows what the SDK's own rules miss; they decide what it does not.
func retryable(err error) aws.Ternary {
	var credentials *CredentialsError
	switch {
	case errors.As(err, &credentials), untrusted(err): // whoever finds credentials has its own retries
		return aws.FalseTernary
	case httpStatus(err) == http.StatusTooManyRequests, httpStatus(err) >= http.StatusInternalServerError:
		return aws.TrueTernary
	}
	return aws.UnknownTernary
}

// backoff is how long to wait before the try that follows attempt: what the
// service asked for, else an exponentially growing time of which half is left
// to chance, so that clients that failed together do not return together. It
// returns err where there should be no further try.
func backoff(attempt int, err error) (time.Duration, error) {
	if attempt >= maxUnanswered && (unreachable(err) || timedOut(err)) {
		return 0, &retry.MaxAttemptsError{Attempt: attempt, Err: err}
	}
	if after, ok := retryAfter(err); ok {
		return after, nil
	}
	ceiling := maxBackoff
	if attempt < 10 { // beyond, it would overflow in the end
		ceiling = min(maxBackoff, firstBackoff<<max(attempt-1, 0))
	}
	return ceiling/2 + rand.N(ceiling/2), nil
}

// retryAfter is what the answer's Retry-After header asks for, in seconds.
func retryAfter(err error) (time.Duration, bool) {
	answer, ok := errors.AsType[*smithyhttp.ResponseError](err)
	if !ok || answer.Response == nil {
		return 0, false
	}
	seconds, parseErr := strconv.Atoi(answer.Response.Header.Get("Retry-After"))
	return time.Duration(seconds) * time.Second, parseErr == nil && seconds > 0
}

// addRetryAfterMiddleware makes a Retry-After header what the model binds it to,
// a small integer, before the SDK decodes the answer: on anything else, such as
// the HTTP date that RFC 9110 allows, decoding fails, the error loses its code
// and the SDK stops retrying.
func addRetryAfterMiddleware(stack *middleware.Stack) error {
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("RetryAfter",
		func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
			middleware.DeserializeOutput, middleware.Metadata, error,
		) {
			out, metadata, err := next.HandleDeserialize(ctx, in)
			if answer, ok := out.RawResponse.(*smithyhttp.Response); ok && answer.Response != nil {
				normalizeRetryAfter(answer.Header, time.Now())
			}
			return out, metadata, err
		}), middleware.After)
}

// normalizeRetryAfter leaves a number of seconds, at most maxRetryAfter, or no
// header where it says nothing of the kind.
func normalizeRetryAfter(header http.Header, now time.Time) {
	const name = "Retry-After"
	seconds, err := strconv.Atoi(header.Get(name))
	if at, dateErr := http.ParseTime(header.Get(name)); dateErr == nil {
		seconds, err = int(math.Ceil(max(at.Sub(now), 0).Seconds())), nil
	}
	if err != nil || seconds < 0 {
		header.Del(name)
		return
	}
	header.Set(name, strconv.Itoa(min(seconds, int(maxRetryAfter.Seconds()))))
}

// write is the retry policy of one call that changes something, on top of the
// client's own, and the memory of what became of its tries.
type write struct {
	aws.RetryerV2
	conflictsUntil time.Time // zero before the first conflict
	outcomeUnknown bool
}

// options makes w the policy of the call they are passed to.
func (w *write) options(o *rum.Options) {
	w.RetryerV2, _ = o.Retryer.(aws.RetryerV2) // NewRetryer and the SDK's own all are
	o.Retryer = w
}

// IsErrorRetryable also retries a conflict, which the SDK never does, until
// maxConflict after the first. The SDK calls it with the error of every try, so
// it is where a try that may have done its work unseen is remembered, whatever
// the tries after it end with.
func (w *write) IsErrorRetryable(err error) bool {
	w.outcomeUnknown = w.outcomeUnknown || outcomeUnknown(err)
	if !isConflict(err) {
		return w.RetryerV2.IsErrorRetryable(err)
	}
	if w.conflictsUntil.IsZero() {
		w.conflictsUntil = time.Now().Add(maxConflict)
	}
	return time.Now().Before(w.conflictsUntil)
}

// RetryDelay keeps the waits for a conflict short, and the last try within the
// deadline.
func (w *write) RetryDelay(attempt int, err error) (time.Duration, error) {
	delay, delayErr := w.RetryerV2.RetryDelay(attempt, err)
	if isConflict(err) {
		delay = max(min(delay, maxConflictWait, time.Until(w.conflictsUntil)), 0)
	}
	return delay, delayErr
}
