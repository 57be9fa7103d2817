package rumapi_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

func TestRetriesUntilItWorks(t *testing.T) {
	tests := map[string]fakerum.Fault{
		"throttled":                           {Status: 429, Code: "ThrottlingException"},
		"throttled, without a code":           {Status: 429},
		"throttled, of another code":          {Status: 400, Code: "Throttling"},
		"throttled, by a load balancer":       {Status: 429, ContentType: "text/html", Body: "<html>slow down</html>"},
		"internal error":                      {Status: 500, Code: "InternalServerException"},
		"internal error, by its status":       {Status: 500},
		"bad gateway, an HTML page":           {Status: 502, ContentType: "text/html", Body: "<html>bad gateway</html>"},
		"unavailable, empty":                  {Status: 503, ContentType: "text/plain"},
		"gateway timeout":                     {Status: 504},
		"an unusual 5xx":                      {Status: 529},
		"dropped before the work":             {Drop: true},
		"dropped after the work":              {Drop: true, AfterWork: true},
		"slow, then dropped":                  {Delay: 10 * time.Second, Drop: true},
		"no answer in time":                   {Delay: time.Hour},
		"no answer in time for what was done": {Delay: time.Hour, AfterWork: true},
	}
	for name, fault := range tests {
		for operation, call := range operations {
			t.Run(name+", "+operation, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := newNetwork(t, cloudWatch)
					fault.Operation, fault.Times = operation, 3
					n.Inject(fault)
					if err := call(t.Context(), n.client); err != nil {
						t.Error(err)
					}
					n.received(t, operation, 4)
				})
			})
		}
	}
}

func TestRetriesEndAtTheLimit(t *testing.T) {
	tests := map[string]struct {
		fault fakerum.Fault
		tries int
	}{
		"throttled forever":         {fakerum.Fault{Status: 429, Code: "ThrottlingException"}, maxAttempts},
		"failing forever":           {fakerum.Fault{Status: 503}, maxAttempts},
		"dropped forever":           {fakerum.Fault{Drop: true}, maxAttempts},
		"no answer in time, ever":   {fakerum.Fault{Delay: time.Hour}, 5},
		"Retry-After an hour":       {fakerum.Fault{Status: 503, RetryAfter: "3600"}, maxAttempts},
		"refused: 400":              {fakerum.Fault{Status: 400, Code: "ValidationException"}, 1},
		"refused: 402":              {fakerum.Fault{Status: 402, Code: "ServiceQuotaExceededException"}, 1},
		"refused: 403":              {fakerum.Fault{Status: 403, Code: "AccessDeniedException"}, 1},
		"refused: 403, empty":       {fakerum.Fault{Status: 403, ContentType: "text/plain"}, 1},
		"refused: 403, a page":      {fakerum.Fault{Status: 403, ContentType: "text/html", Body: "<html>"}, 1},
		"refused: 404":              {fakerum.Fault{Status: 404, Code: "UnknownOperationException"}, 1},
		"refused: 413":              {fakerum.Fault{Status: 413}, 1},
		"redirected":                {fakerum.Fault{Status: 302, Header: http.Header{"Location": {"http://login.test/"}}}, 1},
		"refused, with Retry-After": {fakerum.Fault{Status: 400, Code: "ValidationException", RetryAfter: "1"}, 1},
	}
	for name, test := range tests {
		for operation, call := range operations {
			t.Run(name+", "+operation, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := newNetwork(t)
					test.fault.Operation = operation
					n.Inject(test.fault)
					start := time.Now()
					err := call(t.Context(), n.client)
					e, ok := errors.AsType[*rumapi.Error](err)
					if !ok || e.Operation != operation {
						t.Errorf("got the error %v, want an Error of %s", err, operation)
					}
					n.received(t, operation, test.tries)
					if got, most := time.Since(start), time.Duration(test.tries)*(time.Minute+20*time.Second); got > most {
						t.Errorf("took %v, want at most %v", got, most)
					}
				})
			})
		}
	}
}

func TestMaxAttemptsBoundsTheTries(t *testing.T) {
	for _, attempts := range []int{1, 2, 7} {
		t.Run(fmt.Sprintf("%d attempts", attempts), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork(t)
				cfg := n.config
				cfg.Retryer = func() aws.Retryer { return rumapi.NewRetryer(attempts, false) }
				n.Inject(fakerum.Fault{Status: 429})
				if err := newClient(t, cfg).PutDestination(t.Context(), cloudWatch); err == nil {
					t.Error("got no error, want one")
				}
				n.received(t, opPut, attempts)
			})
		})
	}
}

// With retry_mode = "adaptive" the client retries the same errors, and the SDK also
// limits the rate of the requests.
func TestAdaptiveModeRetriesTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		cfg := n.config
		retryer := rumapi.NewRetryer(maxAttempts, true)
		if _, ok := retryer.(*retry.AdaptiveMode); !ok {
			t.Errorf("the retryer is a %T, want a %T", retryer, &retry.AdaptiveMode{})
		}
		cfg.Retryer = func() aws.Retryer { return retryer }
		n.Inject(fakerum.Fault{Operation: opList, Status: 429, Times: 3})
		if _, err := newClient(t, cfg).ListDestinations(t.Context(), region, "web"); err != nil {
			t.Error(err)
		}
		n.received(t, opList, 4)
	})
}

// The SDK's own retryer has a quota of retries that all calls share. Many calls that
// fail for long must not use up such a quota.
func TestFailedTriesUseUpNoQuota(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		for range 20 {
			n.Inject(fakerum.Fault{Operation: opDelete, Status: 503, Times: maxAttempts - 1})
			if err := n.client.DeleteDestination(t.Context(), cloudWatch.Key); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestBackoffGrowsWithJitter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		n.Inject(fakerum.Fault{Operation: opList, Status: 503, Times: 12})
		if _, err := n.client.ListDestinations(t.Context(), region, "web"); err != nil {
			t.Fatal(err)
		}
		requests := n.Requests()
		round := true // whether every wait is a multiple of 100 ms, as waits without jitter are
		for i := range requests[1:] {
			wait := requests[i+1].Time.Sub(requests[i].Time)
			most := min(200*time.Millisecond<<i, 20*time.Second)
			if wait < most/2 || wait > most {
				t.Errorf("wait %d was %v, want %v to %v", i+1, wait, most/2, most)
			}
			round = round && wait%(100*time.Millisecond) == 0
		}
		if round {
			t.Error("every wait is a multiple of 100 ms, want waits with jitter")
		}
	})
}

func TestRetryAfterIsHonored(t *testing.T) {
	const own = 0                // the wait is the client's own: 100 to 200 ms
	tests := map[string]struct { // a bubble's clock begins at 2000-01-01 00:00:00 UTC
		header string
		want   time.Duration
	}{
		"seconds":            {"7", 7 * time.Second},
		"zero-padded":        {"09", 9 * time.Second},
		"zero":               {"0", own},
		"an HTTP date":       {"Sat, 01 Jan 2000 00:00:30 GMT", 30 * time.Second},
		"an RFC 850 date":    {"Saturday, 01-Jan-00 00:00:30 GMT", 30 * time.Second},
		"a date in the past": {"Fri, 31 Dec 1999 23:00:00 GMT", own},
		"too long":           {"3600", time.Minute},
		"a far date":         {"Fri, 01 Jan 2500 00:00:00 GMT", time.Minute},
		"more than 32 bits":  {"99999999999", time.Minute},
		"more than 64 bits":  {"99999999999999999999", own},
		"negative":           {"-5", own},
		"a fraction":         {"1.5", own},
		"garbage":            {"soon", own},
	}
	for name, test := range tests {
		// The SDK decodes the header of the first two faults. It does not decode that of a page.
		for _, fault := range []fakerum.Fault{
			{Status: 429, Code: "ThrottlingException"},
			{Status: 500, Code: "InternalServerException"},
			{Status: 503, ContentType: "text/html", Body: "<html>"},
		} {
			t.Run(fmt.Sprintf("%s, %d", name, fault.Status), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := newNetwork(t)
					start := time.Now()
					fault.Times, fault.RetryAfter = 1, test.header
					n.Inject(fault)
					if err := n.client.PutDestination(t.Context(), cloudWatch); err != nil {
						t.Fatal(err)
					}
					got := time.Since(start)
					if test.want == own && (got < 100*time.Millisecond || got > 200*time.Millisecond) {
						t.Errorf("waited %v, want 100 to 200 ms", got)
					}
					if test.want != own && got != test.want {
						t.Errorf("waited %v, want %v", got, test.want)
					}
				})
			})
		}
	}
}

func TestConflictsAreRetriedForAMinute(t *testing.T) {
	conflict := fakerum.Fault{Status: 409, Code: "ConflictException"}
	brief, slow := conflict, conflict
	brief.Times = 5
	slow.Times, slow.RetryAfter = 1, "60"
	throttle := fakerum.Fault{Status: 429, RetryAfter: "60", Times: 3}
	tests := map[string]struct {
		faults []fakerum.Fault
		fails  bool
		tries  int           // if it is known
		takes  time.Duration // if it is known
	}{
		"for a while":             {[]fakerum.Fault{brief}, false, 6, 0},
		"forever":                 {[]fakerum.Fault{conflict}, true, 0, time.Minute},
		"with a long Retry-After": {[]fakerum.Fault{slow}, false, 2, 5 * time.Second},
		"after a long throttle":   {[]fakerum.Fault{throttle, brief}, false, 9, 0},
	}
	for name, test := range tests {
		for _, operation := range []string{opPut, opDelete} {
			t.Run(operation+", "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := newNetwork(t, cloudWatch)
					for _, f := range test.faults {
						f.Operation = operation
						n.Inject(f)
					}
					start := time.Now()
					err := operations[operation](t.Context(), n.client)
					if (err != nil) != test.fails || rumapi.OutcomeUnknown(err) {
						t.Errorf("got %v, want an error: %t, and a known outcome", err, test.fails)
					}
					if test.tries > 0 {
						n.received(t, operation, test.tries)
					}
					if test.takes > 0 {
						took(t, start, test.takes)
					}
				})
			})
		}
	}

	t.Run("a read is not retried", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			n.Inject(conflict)
			if err := operations[opList](t.Context(), n.client); err == nil {
				t.Error("got no error, want one")
			}
			n.received(t, opList, 1)
		})
	})
}

// An interrupt ends every wait at once, except that a write on its way has five
// seconds to finish.
func TestInterruptEndsTheCall(t *testing.T) {
	waits := map[string]fakerum.Fault{
		"an answer":     {Delay: time.Hour},
		"a Retry-After": {Status: 503, RetryAfter: "60"},
		"a backoff":     {Status: 503},
		"a conflict":    {Status: 409, Code: "ConflictException"},
	}
	for name, fault := range waits {
		for operation, call := range operations {
			if operation == opList && fault.Status == 409 {
				continue // a read is not retried after a conflict
			}
			t.Run(name+", "+operation, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := newNetwork(t)
					n.Inject(fault)
					ctx, cancel := context.WithCancel(t.Context())
					time.AfterFunc(12345*time.Millisecond, cancel)
					start := time.Now()
					if err := call(ctx, n.client); !errors.Is(err, context.Canceled) {
						t.Errorf("got %v, want %v", err, context.Canceled)
					}
					want := 12345 * time.Millisecond
					if name == "an answer" && operation != opList {
						want += 5 * time.Second
					}
					took(t, start, want)
					sent := len(n.Requests())
					time.Sleep(time.Hour)
					if got := len(n.Requests()); got != sent {
						t.Errorf("%d requests were sent after the call had ended, want none", got-sent)
					}
				})
			})
		}
	}
}

// When no connection can be made, a longer wait is of no use.
func TestUnreachableHostIsTriedFiveTimes(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	_, nothingListens := new(net.Dialer).DialContext(t.Context(), "tcp", server.Listener.Addr().String()) // the error of a real network
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	tests := map[string]struct {
		err   error
		tries int
	}{
		"connection refused": {nothingListens, 5},
		"no route":           {dial(os.NewSyscallError("connect", syscall.EHOSTUNREACH)), 5},
		"dial timeout":       {dial(os.ErrDeadlineExceeded), 5},
		"DNS is down":        {dial(&net.DNSError{Err: "server misbehaving", Name: "rum.test", IsTemporary: true}), 5},
		"no such host":       {dial(&net.DNSError{Err: "no such host", Name: "rum.test", IsNotFound: true}), 1},
	}
	for name, test := range tests {
		for operation, call := range operations {
			t.Run(name+", "+operation, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					tries := 0
					client := newClient(t, config(func(context.Context, string, string) (net.Conn, error) {
						tries++
						return nil, test.err
					}))
					if err := call(t.Context(), client); !errors.Is(err, test.err) || rumapi.OutcomeUnknown(err) {
						t.Errorf("got %v, want %v and a known outcome", err, test.err)
					}
					if tries != test.tries {
						t.Errorf("tried %d times, want %d", tries, test.tries)
					}
				})
			})
		}
	}
}

func TestUntrustedCertificateIsNotRetried(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	for operation, call := range operations {
		t.Run(operation, func(t *testing.T) {
			var tries atomic.Int32
			cfg := config(func(ctx context.Context, network, address string) (net.Conn, error) {
				tries.Add(1)
				return new(net.Dialer).DialContext(ctx, network, address)
			})
			cfg.BaseEndpoint = aws.String(server.URL)
			err := call(t.Context(), newClient(t, cfg))
			if _, ok := errors.AsType[x509.UnknownAuthorityError](err); !ok || rumapi.OutcomeUnknown(err) {
				t.Errorf("got %v, want an UnknownAuthorityError and a known outcome", err)
			}
			want := "tls: failed to verify certificate: x509: certificate signed by unknown authority.\n\n" + notTrusted
			if _, detail := rumapi.Explain(err); !strings.HasSuffix(detail, want) {
				t.Errorf("got the detail %q, want it to end in %q", detail, want)
			}
			if got := tries.Load(); got != 1 {
				t.Errorf("tried %d times, want 1", got)
			}
		})
	}
}

func TestMissingCredentialsAreNotRetried(t *testing.T) {
	// The providers of credentials retry by themselves. The policy would retry these
	// errors if they came from the service.
	for name, cause := range map[string]error{
		"none found": errors.New("no EC2 IMDS role found"),
		"STS fails":  &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: &http.Response{StatusCode: http.StatusServiceUnavailable}}, Err: errors.New("unavailable")},
		"STS denies": &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: &http.Response{StatusCode: http.StatusTooManyRequests}}, Err: errors.New("throttled")},
		"refused":    &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)},
	} {
		for operation, call := range operations {
			t.Run(name+", "+operation, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := newNetwork(t)
					cfg := n.config
					var asked atomic.Int32
					cfg.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
						asked.Add(1)
						return aws.Credentials{}, &rumapi.NotSentError{Err: cause, Next: "Sign in."}
					})
					err := call(t.Context(), newClient(t, cfg))
					if _, ok := errors.AsType[*rumapi.NotSentError](err); !ok || rumapi.OutcomeUnknown(err) {
						t.Errorf("got %v, want a NotSentError and a known outcome", err)
					}
					if got := len(n.Requests()); got != 0 {
						t.Errorf("the service received %d requests, want none", got)
					}
					if got := asked.Load(); got != 1 {
						t.Errorf("credentials were asked for %d times, want once", got)
					}
				})
			})
		}
	}
}
