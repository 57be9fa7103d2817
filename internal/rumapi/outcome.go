package rumapi

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// lostAnswerError is the error of a try that had a connection and got no answer.
type lostAnswerError struct{ err error }

func (e *lostAnswerError) Error() string { return e.err.Error() }
func (e *lostAnswerError) Unwrap() error { return e.err }

// addLostAnswerMiddleware marks the errors of tries that may have reached the
// service. The error alone does not show this. Nothing of a request is sent before there
// is a connection, including TLS and the tunnel of a proxy.
func addLostAnswerMiddleware(stack *middleware.Stack) error {
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("LostAnswer",
		func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
			middleware.DeserializeOutput, middleware.Metadata, error,
		) {
			ctx, connected := noteConnection(ctx)
			out, metadata, err := next.HandleDeserialize(ctx, in)
			if err != nil && connected.Load() {
				err = &lostAnswerError{err}
			}
			return out, metadata, err
		}), middleware.After)
}

// addForeignAnswerMiddleware fails a try whose answer has content that does not begin as
// a JSON object does, or that breaks off there. The SDK does not read the content where
// none is expected, so that the page of a proxy with HTTP 200 would count as a change
// that was made.
func addForeignAnswerMiddleware(stack *middleware.Stack) error {
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("ForeignAnswer",
		func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
			middleware.DeserializeOutput, middleware.Metadata, error,
		) {
			out, metadata, err := next.HandleDeserialize(ctx, in)
			response, ok := out.RawResponse.(*smithyhttp.Response)
			if err != nil || !ok {
				return out, metadata, err
			}
			content := bufio.NewReader(response.Body)
			start, err := content.Peek(512)
			if start = bytes.TrimSpace(start); len(start) > 0 && start[0] != '{' {
				err = errors.New("its content is not a JSON object")
			}
			if err != nil && !errors.Is(err, io.EOF) {
				return out, metadata, &smithy.DeserializationError{Err: err}
			}
			response.Body = struct {
				io.Reader
				io.Closer
			}{content, response.Body}
			return out, metadata, nil
		}), middleware.After)
}

// noteConnection returns a context for one request, and what becomes true once the
// request has a connection.
func noteConnection(ctx context.Context) (context.Context, *atomic.Bool) {
	connected := new(atomic.Bool)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	}), connected
}

// outcomeUnknown reports whether a try that failed with err may have done its work:
// it was sent, and no answer refused it.
func outcomeUnknown(err error) bool {
	if _, ok := errors.AsType[*NotSentError](err); ok {
		return false // an answer in err is to another request
	}
	if status := httpStatus(err); status != 0 {
		return status < http.StatusBadRequest || status >= http.StatusInternalServerError
	}
	_, lost := errors.AsType[*lostAnswerError](err)
	return lost
}

// unreachable reports whether the request was not sent because no connection could
// be made.
func unreachable(err error) bool {
	_, failed := errors.AsType[*smithyhttp.RequestSendError](err)
	_, lost := errors.AsType[*lostAnswerError](err)
	return failed && !lost
}

// isTruncated reports whether an answer broke off.
func isTruncated(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }

// timedOut reports whether there was no answer in the time that one try has.
func timedOut(err error) bool {
	timeout, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](err)
	return ok && timeout.Timeout() && httpStatus(err) == 0
}

// isUntrusted reports whether the server has no certificate that this machine
// trusts for its name.
func isUntrusted(err error) bool {
	_, ok := errors.AsType[*tls.CertificateVerificationError](err)
	return ok
}
