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

// NewRetryer returns the provider's retry policy. A call has up to maxAttempts
// tries:
//
//   - It is tried again after a 5xx, a connection that failed or broke, and an answer
//     that broke off.
//   - It is tried again after throttling, which is recognized by its code or HTTP 429:
//     the model of List has no ThrottlingException.
//   - It is not tried again after a refusal, nor when the server's certificate is
//     not trusted or the server's name does not exist.
//   - It has at most 5 tries when no connection can be made, or no answer comes in
//     time.
//
// Between tries it waits for as long as the Retry-After header says, at most a
// minute. Without the header it waits exponentially longer, with jitter.
//
// There is no client-side token bucket. A bucket fails large applies ("retry quota
// exceeded") although the service would have recovered. With adaptive the SDK's
// client-side rate limiting is added (retry_mode = "adaptive").
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

// retryable decides what the SDK's own rules miss, and leaves the rest to them.
func retryable(err error) aws.Ternary {
	_, notSent := errors.AsType[*NotSentError](err)
	switch {
	case notSent, isUntrusted(err): // a credentials provider has its own retries
		return aws.FalseTernary
	case isTruncated(err), httpStatus(err) == http.StatusTooManyRequests, httpStatus(err) >= http.StatusInternalServerError:
		return aws.TrueTernary
	}
	return aws.UnknownTernary
}

// backoff returns how long to wait before the try that follows attempt: what the
// service asked for, or a time that grows exponentially. Half of that time is
// random, so that clients that failed together do not return together. It returns
// an error when there should be no further try.
func backoff(attempt int, err error) (time.Duration, error) {
	if attempt >= maxUnanswered && (unreachable(err) || timedOut(err)) {
		return 0, &retry.MaxAttemptsError{Attempt: attempt, Err: err}
	}
	if after, ok := retryAfter(err); ok {
		return after, nil
	}
	ceiling := maxBackoff
	if attempt < 10 { // a larger shift would overflow
		ceiling = min(maxBackoff, firstBackoff<<max(attempt-1, 0))
	}
	return ceiling/2 + rand.N(ceiling/2), nil
}

// retryAfter returns what the answer's Retry-After header asks for. It reports
// false if there is none.
func retryAfter(err error) (time.Duration, bool) {
	answer, ok := errors.AsType[*smithyhttp.ResponseError](err)
	if !ok || answer.Response == nil {
		return 0, false
	}
	seconds, parseErr := strconv.Atoi(answer.Response.Header.Get("Retry-After"))
	return time.Duration(seconds) * time.Second, parseErr == nil && seconds > 0
}

// addRetryAfterMiddleware turns a Retry-After header into a small integer before
// the SDK decodes the answer. The model binds the header to an integer. On anything
// else, such as the HTTP date that RFC 9110 allows, decoding fails, the error loses
// its code and the SDK stops retrying.
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

// normalizeRetryAfter sets the header to a number of seconds, at most
// maxRetryAfter. It removes a header that it does not understand.
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

// pauseAfter waits after a try that failed, as long as backoff says. It reports
// false, at once, when there should be no further try or ctx has ended.
func pauseAfter(ctx context.Context, try int, err error) bool {
	delay, stop := backoff(try, err)
	if stop != nil {
		return false
	}
	select {
	case <-ctx.Done():
		return false
	case <-time.After(delay):
		return true
	}
}
