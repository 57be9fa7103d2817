package rumapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Error is a call that failed. Explain says what it means.
type Error struct {
	// Operation is the API operation's name, such as PutRumMetricsDestination.
	Operation string
	// Key is what the call was about, as far as the operation names it.
	Key Key
	// Definition is the name or the ID of the metric definition that the call was
	// about, or "".
	Definition string
	// RoleARN is the role that was sent along, or "".
	RoleARN string
	// OutcomeUnknown is set for a write that may have been done although no
	// answer said so: the connection broke, the run was interrupted, or the
	// service answered with a 5xx.
	OutcomeUnknown bool
	// Err is the SDK's error.
	Err error
}

// Error is for logs and tests; people are shown what Explain makes of it.
func (e *Error) Error() string { return fmt.Sprintf("%s: %s: %s", e.Operation, e.subject(), e.Err) }

// Unwrap returns the SDK's error.
func (e *Error) Unwrap() error { return e.Err }

// OutcomeUnknown reports whether err is an Error with OutcomeUnknown set.
func OutcomeUnknown(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.OutcomeUnknown
}

// Answered reports whether err is what a service answered to a request. Without an
// answer, another request may wait as long as this one did.
func Answered(err error) bool {
	_, notSent := errors.AsType[*NotSentError](err) // an answer in it is to another request
	return !notSent && httpStatus(err) != 0
}

// NotSentError says why no request was sent: the region is out of reach, or there are
// no credentials. It comes wrapped in an Error when the SDK finds out while it makes
// the request.
type NotSentError struct {
	Why  string // without a full stop
	Next string // what to do about it, in whole sentences
	Err  error  // the cause, or nil
}

// Error says why, and what to do about it.
func (e *NotSentError) Error() string { return e.Why + ". " + e.Next }

// Unwrap returns the cause.
func (e *NotSentError) Unwrap() error { return e.Err }

// ProxyError says that a proxy refused to lead a request on to its host.
type ProxyError struct{ Host, Status string } // of the proxy, and of its answer

// Error names the proxy and its answer.
func (e *ProxyError) Error() string {
	return fmt.Sprintf("the proxy %s refused the connection: %s", e.Host, e.Status)
}

// Next says what to do about it.
func (e *ProxyError) Next() string {
	return "The answer is the proxy's, not AWS's. Have the proxy (https_proxy, HTTPS_PROXY) let this host through, check the user and the password in its URL, " +
		"or name the host in no_proxy or NO_PROXY."
}

// RejectedError says why the service rejected one definition of a batch, although it
// answered the batch with success.
type RejectedError struct{ Code, Message string }

// Error is the service's code and message.
func (e *RejectedError) Error() string { return fmt.Sprintf("%s: %s", e.Code, e.Message) }

func newRejectedError(code, message *string) *RejectedError {
	return &RejectedError{Code: aws.ToString(code), Message: aws.ToString(message)}
}

// RejectedEventDetails reports whether the service did not accept the event_details in
// the pattern of a definition. AWS was seen to say so in these words.
func RejectedEventDetails(err error) bool {
	message := ""
	if rejected, ok := errors.AsType[*RejectedError](err); ok {
		message = rejected.Message
	} else if api, ok := errors.AsType[smithy.APIError](err); ok {
		message = api.ErrorMessage()
	}
	return strings.Contains(message, "for metric field event detail is not valid")
}

func isNotFound(err error) bool {
	return errorCode(err) == "ResourceNotFoundException"
}

func isConflict(err error) bool {
	return errorCode(err) == "ConflictException" || httpStatus(err) == http.StatusConflict
}

// errorCode returns the service's error code. Compare codes, not the SDK's error
// types: an operation can answer with an error that the model does not list for it,
// and the SDK has no type for such an error.
func errorCode(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}
	return ""
}

// httpStatus returns the status of the answer, or 0 if there was none.
func httpStatus(err error) int {
	if answer, ok := errors.AsType[*smithyhttp.ResponseError](err); ok && answer.Response != nil {
		return answer.HTTPStatusCode()
	}
	return 0
}

func isThrottled(err error) bool {
	_, ok := retry.DefaultThrottleErrorCodes[errorCode(err)]
	return ok || httpStatus(err) == http.StatusTooManyRequests
}

func isCanceled(err error) bool { return errors.Is(err, context.Canceled) }

// Reason returns the service's error code, or what happened if there was no answer
// of the service. Use it in logs: the message of an answer may quote what was sent.
func Reason(err error) string { return cmp.Or(errorCode(err), cause(err).Error()) }

// Cause is the same for two errors if the same calls failed for the same reason. It has
// neither the definition nor what differs between requests, such as a request ID or a
// port.
func (e *Error) Cause() string {
	if rejected, ok := errors.AsType[*RejectedError](e.Err); ok {
		return e.Operation + " " + rejected.Error()
	}
	if api, ok := errors.AsType[smithy.APIError](e.Err); ok {
		return fmt.Sprint(e.Operation, " ", httpStatus(e.Err), " ", api.ErrorCode(), ": ", api.ErrorMessage())
	}
	return e.Operation
}

// cause returns the part of an SDK error that says what happened, without the names
// of the layers it came through.
func cause(err error) error {
	if undecodable, ok := errors.AsType[*smithy.DeserializationError](err); ok {
		return undecodable.Err
	}
	if send, ok := errors.AsType[*smithyhttp.RequestSendError](err); ok {
		return send.Err
	}
	if operation, ok := errors.AsType[*smithy.OperationError](err); ok {
		return operation.Err
	}
	return err
}
