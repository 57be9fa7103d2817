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

// pauseBefore waits as backoff says before a try, the second being 2. It reports
// false, at once, when there should be no further try or ctx has ended.
func pauseBefore(ctx context.Context, try int, err error) bool {
	delay, stop := backoff(try-1, err)
	return stop == nil && sleep(ctx, delay)
}

// sleep waits for d. It reports false, at once, when ctx has ended.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
