package rumapi

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// The operations, by the names that AWS gives them and their IAM actions.
const (
	OpPutDestination    = "PutRumMetricsDestination"
	OpDeleteDestination = "DeleteRumMetricsDestination"
	opList              = "ListRumMetricsDestinations"

	opBatchCreate      = "BatchCreateRumMetricDefinitions"
	opBatchGet         = "BatchGetRumMetricDefinitions"
	opBatchDelete      = "BatchDeleteRumMetricDefinitions"
	opUpdateDefinition = "UpdateRumMetricDefinition"

	opListMonitors = "ListAppMonitors"
	opGetMonitor   = "GetAppMonitor"
)

// operationWords is each operation as a person would say it.
var operationWords = map[string]string{
	OpPutDestination:    "put RUM metrics destination",
	OpDeleteDestination: "delete RUM metrics destination",
	opList:              "read RUM metrics destinations",

	opBatchCreate:      "create RUM metric definition",
	opBatchGet:         "read RUM metric definitions",
	opBatchDelete:      "delete RUM metric definition",
	opUpdateDefinition: "update RUM metric definition",

	opListMonitors: "list RUM app monitors",
	opGetMonitor:   "read RUM app monitor",
}

// Explain turns an error of this package into a diagnostic: summary is the
// operation in words; detail is what it was about, what the service said with
// its code and request ID, and what to do next.
func Explain(err error) (summary, detail string) {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return "Cannot use CloudWatch RUM", err.Error()
	}
	paragraphs := []string{capital(e.subject()) + ": " + e.said(), e.next()}
	if e.OutcomeUnknown {
		paragraphs = append(paragraphs, "Whether the change was made is not known: the next plan reads it and shows what is left to do.")
	}
	return "Cannot " + operationWords[e.Operation], strings.Join(paragraphs, "\n\n")
}

// subject is what the error is about.
func (e *Error) subject() string {
	switch {
	case e.Operation == opGetMonitor:
		return fmt.Sprintf("app monitor %q in %s", e.Key.AppMonitorName, e.Key.Region)
	case e.Definition == "":
		return e.Key.String()
	}
	return fmt.Sprintf("metric definition %s of the %s", e.Definition, e.Key)
}

// said is what happened, in the service's words where it had any.
func (e *Error) said() string {
	switch {
	case wraps[*RejectedError](e):
		return "CloudWatch RUM rejected it: " + find[*RejectedError](e).Error()
	case wraps[*RegionError](e):
		return "nothing was asked of CloudWatch RUM: " + find[*RegionError](e).why + "."
	case wraps[*CredentialsError](e):
		return "nothing was asked of CloudWatch RUM: " + find[*CredentialsError](e).Error() + "."
	case canceled(e.Err):
		return "interrupted before CloudWatch RUM gave an answer."
	case httpStatus(e.Err) != 0:
		return e.answered()
	case unreachable(e.Err), outcomeUnknown(e.Err):
		tries := ""
		if n := e.tries(); n > 1 {
			tries = fmt.Sprintf(" in %d tries", n)
		}
		return fmt.Sprintf("no answer from CloudWatch RUM%s: %s.", tries, cause(e.Err))
	}
	return fmt.Sprintf("the request could not be made: %s.", cause(e.Err))
}

// answered is what an answer said, and its status and request ID.
func (e *Error) answered() string {
	answer := fmt.Sprintf("HTTP %d", httpStatus(e.Err))
	if response, ok := errors.AsType[*smithyhttp.ResponseError](e.Err); ok {
		if id := response.Response.Header.Get("X-Amzn-Requestid"); id != "" {
			answer += ", request ID " + id
		}
	}
	if n := e.tries(); n > 1 {
		answer += fmt.Sprintf(", the last of %d tries", n)
	}
	api, ok := errors.AsType[smithy.APIError](e.Err)
	if !ok {
		return fmt.Sprintf("the answer (%s) is not one of CloudWatch RUM's: %s.", answer, cause(e.Err))
	}
	code, message := api.ErrorCode(), strings.TrimSpace(api.ErrorMessage())
	if code == unknownError {
		code = "an error without a code"
	}
	if message == "" || message == unknownError {
		message = "(no message)"
	}
	return fmt.Sprintf("CloudWatch RUM answered with %s (%s): %s", code, answer, message)
}

// unknownError is what the SDK makes of a code or a message that is missing.
const unknownError = "UnknownError"

// tries is how many there were, where all that there may be were used up.
func (e *Error) tries() int {
	if exhausted, ok := errors.AsType[*retry.MaxAttemptsError](e.Err); ok {
		return exhausted.Attempt
	}
	return 1
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
