package rumapi

import (
	"context"
	"errors"
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
	maxUnreachable = 5
)

// NewRetryer returns the provider's retry policy. It makes up to maxAttempts
// tries of a call that failed for throttling (by code, or HTTP 429, since List
// does not model ThrottlingException), for a 5xx, or for a connection that
// failed or broke; never of one the service refused, nor where the server's
// certificate is not trusted or its name does not exist; and no more than 5
// where no connection could be made at all. Between tries it waits as
// the answer's Retry-After says, else exponentially with jitter. There is no
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
	case httpStatus(err) == http.StatusTooManyRequests:
		return aws.TrueTernary
	}
	return aws.UnknownTernary
}

// backoff is how long to wait before the try that follows attempt: what the
// service asked for, else an exponentially growing time of which half is left
// to chance, so that clients that failed together do not return together. It
// returns err where there should be no further try.
func backoff(attempt int, err error) (time.Duration, error) {
	if neverSent(err) && attempt >= maxUnreachable {
		return 0, err
	}
	if after, ok := retryAfter(err); ok {
		return after, nil
	}
	ceiling := maxBackoff
	if attempt < 10 {
		ceiling = min(maxBackoff, firstBackoff<<max(attempt, 0))
	}
	return ceiling/2 + rand.N(ceiling/2), nil
}

// retryAfter is what the answer's Retry-After header asks for, in seconds.
func retryAfter(err error) (time.Duration, bool) {
	var answer *smithyhttp.ResponseError
	if !errors.As(err, &answer) || answer.Response == nil {
		return 0, false
	}
	seconds, parseErr := strconv.Atoi(answer.Response.Header.Get("Retry-After"))
	if parseErr != nil || seconds < 0 {
		return 0, false
	}
	return min(time.Duration(seconds)*time.Second, maxRetryAfter), true
}

// addRetryAfterDateMiddleware turns a Retry-After that is an HTTP date into
// seconds before the SDK decodes the answer. The model binds the header to an
// integer: on a date, which RFC 9110 allows, decoding fails, the error loses
// its code and the SDK stops retrying. What is neither goes away.
func addRetryAfterDateMiddleware(stack *middleware.Stack) error {
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("RetryAfterDate",
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

func normalizeRetryAfter(header http.Header, now time.Time) {
	const name = "Retry-After"
	value := header.Get(name)
	if value == "" {
		return
	}
	if seconds, err := strconv.Atoi(value); err == nil && seconds >= 0 {
		return
	}
	if at, err := http.ParseTime(value); err == nil {
		wait := max(at.Sub(now), 0)
		header.Set(name, strconv.Itoa(int((wait+time.Second-1)/time.Second)))
		return
	}
	header.Del(name)
}

// write is the retry policy of one call that changes something, on top of the
// client's own, and the memory of what became of its tries.
type write struct {
	aws.RetryerV2
	conflictsUntil time.Time
	outcomeUnknown bool
}

// newWrite starts a write: pass its options to the call.
func (c *Client) newWrite() *write {
	return &write{conflictsUntil: time.Now().Add(c.conflictDeadline)}
}

func (w *write) options(o *rum.Options) {
	w.RetryerV2, _ = o.Retryer.(aws.RetryerV2) // NewRetryer and the SDK's own all are
	o.Retryer = w
}

// IsErrorRetryable also retries a ConflictException, which the SDK never does,
// until a deadline: another change of the same monitor is under way and will
// be over in a moment. The SDK calls it with the error of every try, so it is
// where a try that may have done its work unseen is remembered, whatever the
// tries after it end with.
func (w *write) IsErrorRetryable(err error) bool {
	w.outcomeUnknown = w.outcomeUnknown || outcomeUnknown(err)
	return w.RetryerV2.IsErrorRetryable(err) || isConflict(err) && time.Now().Before(w.conflictsUntil)
}

// RetryDelay keeps the waits for a conflict short and within its deadline.
func (w *write) RetryDelay(attempt int, err error) (time.Duration, error) {
	delay, delayErr := w.RetryerV2.RetryDelay(attempt, err)
	if isConflict(err) {
		delay = max(min(delay, 5*time.Second, time.Until(w.conflictsUntil)), 0)
	}
	return delay, delayErr
}
