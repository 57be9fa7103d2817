package rumapi

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Explain turns an error of this package into a diagnostic. The summary is the
// operation in words. The detail says what the call was about, what the service
// said, with its code and request ID, and what to do next.
func Explain(err error) (summary, detail string) { return explain(err, (*Error).nextStep) }

// Explain is the function Explain for the diagnostics of a run: it says what to do in
// full only once, and shortly in later errors.
func (c *Client) Explain(err error) (summary, detail string) { return explain(err, c.nextStepOnce) }

func explain(err error, nextStep func(*Error) string) (summary, detail string) {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return "Cannot use CloudWatch RUM", err.Error()
	}
	paragraphs := []string{capital(e.subject()) + ": " + e.whatHappened(), nextStep(e)}
	if e.OutcomeUnknown {
		paragraphs = append(paragraphs, "It is not known whether the change was made. The next plan shows what is left to do.")
	}
	return "Cannot " + operationWords[e.Operation], strings.Join(paragraphs, "\n\n")
}

// subject returns what the error is about.
func (e *Error) subject() string {
	switch {
	case e.Operation == opGetMonitor:
		return fmt.Sprintf("app monitor %q in %s", e.Key.AppMonitorName, e.Key.Region)
	case e.Definition == "":
		return e.Key.String()
	}
	return fmt.Sprintf("metric definition %s of the %s", e.Definition, e.Key)
}

// whatHappened returns what happened, in the service's words if it had any.
func (e *Error) whatHappened() string {
	switch {
	case wraps[*RejectedError](e):
		return "CloudWatch RUM rejected it: " + as[*RejectedError](e).Error()
	case wraps[*NotSentError](e):
		return "no request was sent to CloudWatch RUM: " + as[*NotSentError](e).Why + "."
	case isUnnamed(e.Err):
		return fmt.Sprintf("CloudWatch RUM answered, but %s.", e.Err)
	}
	return WhatHappened("CloudWatch RUM", e.Err)
}

// WhatHappened says what became of a request to a service, by the error of the SDK: what
// the service answered, with its code and request ID, or why there was no answer. It
// leaves out the names of the SDK's layers. The words of the service end as it sent them.
func WhatHappened(service string, err error) string {
	switch {
	case isCanceled(err):
		return fmt.Sprintf("interrupted before %s gave an answer.", service)
	case httpStatus(err) != 0:
		return describeAnswer(service, err)
	case unreachable(err), outcomeUnknown(err):
		in := ""
		if n := tries(err); n > 1 {
			in = fmt.Sprintf(" in %d tries", n)
		}
		return fmt.Sprintf("no answer from %s%s: %s.", service, in, cause(err))
	}
	return fmt.Sprintf("the request could not be made: %s.", cause(err))
}

// describeAnswer returns the code and the message of an answer, with its status and
// request ID.
func describeAnswer(service string, err error) string {
	answer := fmt.Sprintf("HTTP %d", httpStatus(err))
	if response, ok := errors.AsType[*smithyhttp.ResponseError](err); ok {
		if id := response.Response.Header.Get("X-Amzn-Requestid"); id != "" {
			answer += ", request ID " + id
		}
	}
	if n := tries(err); n > 1 {
		answer += fmt.Sprintf(", the last of %d tries", n)
	}
	api, ok := errors.AsType[smithy.APIError](err)
	switch {
	case !ok:
		return fmt.Sprintf("the answer (%s) is not from %s: %s.", answer, service, cause(err))
	case isForeign(err):
		return fmt.Sprintf("the answer (%s) is not from %s: it is a redirect.", answer, service)
	}
	code, message := api.ErrorCode(), strings.TrimSpace(api.ErrorMessage())
	if code == unknownError {
		code = "an error without a code"
	}
	if message == "" || message == unknownError {
		message = "(no message)"
	}
	return fmt.Sprintf("%s answered with %s (%s): %s", service, code, answer, message)
}

// unknownError replaces a missing code or message in the SDK's errors.
const unknownError = "UnknownError"

// tries returns the number of tries if all of them were used up, and otherwise 1.
func tries(err error) int {
	if exhausted, ok := errors.AsType[*retry.MaxAttemptsError](err); ok {
		return exhausted.Attempt
	}
	return 1
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
