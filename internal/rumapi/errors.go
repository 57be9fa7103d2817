package rumapi

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strings"
	"syscall"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Error is a call that failed. Explain says what it means.
type Error struct {
	// Operation is the API operation's name, such as PutRumMetricsDestination.
	Operation string
	// Key is what it was about, as far as the operation names it.
	Key Key
	// Definition is the name or the ID of the metric definition that it was
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

// CredentialsError is returned by a credentials provider that has none. The
// SDK calls it when it signs a request, and so it comes wrapped in an Error.
type CredentialsError struct {
	Err error
	// Next is what to do about it, in whole sentences.
	Next string
}

// Error says why there are none.
func (e *CredentialsError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *CredentialsError) Unwrap() error { return e.Err }

// RejectedError is why the service did not do its work on one definition of a
// batch that it answered with success.
type RejectedError struct{ Code, Message string }

// Error is the service's code and message.
func (e *RejectedError) Error() string { return fmt.Sprintf("%s: %s", e.Code, e.Message) }

func newRejectedError(code, message *string) *RejectedError {
	return &RejectedError{Code: aws.ToString(code), Message: aws.ToString(message)}
}

func isNotFound(err error) bool {
	return errorCode(err) == "ResourceNotFoundException"
}

func isConflict(err error) bool {
	return errorCode(err) == "ConflictException" || httpStatus(err) == http.StatusConflict
}

// errorCode is the service's error code. It goes by code and not by the SDK's
// error types, since operations answer with errors that the model does not list
// for them, and those have no type.
func errorCode(err error) string {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode()
	}
	return ""
}

// httpStatus is the answer's status, or 0 where there was no answer.
func httpStatus(err error) int {
	if answer, ok := errors.AsType[*smithyhttp.ResponseError](err); ok && answer.Response != nil {
		return answer.HTTPStatusCode()
	}
	return 0
}

// The operations, by the names that AWS gives them and their IAM actions.
const (
	opPut    = "PutRumMetricsDestination"
	opDelete = "DeleteRumMetricsDestination"
	opList   = "ListRumMetricsDestinations"

	opBatchCreate      = "BatchCreateRumMetricDefinitions"
	opBatchGet         = "BatchGetRumMetricDefinitions"
	opBatchDelete      = "BatchDeleteRumMetricDefinitions"
	opUpdateDefinition = "UpdateRumMetricDefinition"

	opListMonitors = "ListAppMonitors"
)

// operationWords is each operation as a person would say it.
var operationWords = map[string]string{
	opPut:    "put RUM metrics destination",
	opDelete: "delete RUM metrics destination",
	opList:   "read RUM metrics destinations",

	opBatchCreate:      "create RUM metric definition",
	opBatchGet:         "read RUM metric definitions",
	opBatchDelete:      "delete RUM metric definition",
	opUpdateDefinition: "update RUM metric definition",

	opListMonitors: "list RUM app monitors",
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
	if e.Definition == "" {
		return e.Key.String()
	}
	return fmt.Sprintf("metric definition %s of the %s", e.Definition, e.Key)
}

// said is what happened, in the service's words where it had any.
func (e *Error) said() string {
	var credentials *CredentialsError
	var region *RegionError
	var rejected *RejectedError
	switch {
	case errors.As(e.Err, &rejected):
		return "CloudWatch RUM rejected it: " + rejected.Error()
	case errors.As(e.Err, &region):
		return "nothing was asked of CloudWatch RUM: " + region.why + "."
	case errors.As(e.Err, &credentials):
		return "nothing was asked of CloudWatch RUM: " + credentials.Error() + "."
	case canceled(e.Err):
		return "interrupted before CloudWatch RUM gave an answer."
	case httpStatus(e.Err) != 0:
		return e.answered()
	case unreachable(e.Err), outcomeUnknown(e.Err):
		in := ""
		if n := e.tries(); n > 1 {
			in = fmt.Sprintf(" in %d tries", n)
		}
		return fmt.Sprintf("no answer from CloudWatch RUM%s: %s.", in, cause(e.Err))
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

// next is the one thing to do about it.
func (e *Error) next() string {
	k, code, status := e.Key, errorCode(e.Err), httpStatus(e.Err)
	var credentials *CredentialsError
	var region *RegionError
	var rejected *RejectedError
	switch {
	case errors.As(e.Err, &rejected):
		return "Correct what the message names. Other definitions are not affected."
	case errors.As(e.Err, &region):
		return region.next
	case errors.As(e.Err, &credentials):
		return credentials.Next
	case canceled(e.Err):
		return "The run was interrupted. Run it again to carry on."
	case status == 0:
		return e.connectionNeeded()
	case code == "": // the answer of something else, such as an HTML page
		return "Something in front of CloudWatch RUM answered in its place: a proxy, a firewall, a load balancer. Run again; if it stays so, check that the proxy (https_proxy, HTTPS_PROXY) and the endpoint (endpoints, AWS_ENDPOINT_URL_RUM, AWS_ENDPOINT_URL) lead to CloudWatch RUM."
	case isNotFound(e.Err) && e.Definition != "":
		return fmt.Sprintf("The app monitor must exist in %s and have the destination before it can have metric definitions, and a definition that is updated must exist too. Check the names and the region: monitors of the same name in other regions don't count.", k.Region)
	case isNotFound(e.Err):
		return fmt.Sprintf("The app monitor must exist in %s before it can have a metrics destination. Check the name %q and the region: monitors of the same name in other regions don't count.", k.Region, k.AppMonitorName)
	case isConflict(e.Err):
		return fmt.Sprintf("Something else is changing app monitor %q at the same time: another run, the console, CloudFormation. Wait for it to end, then run again.", k.AppMonitorName)
	case throttled(e.Err):
		return "CloudWatch RUM is throttling the account's requests. Raise max_retries in the provider block, or lower the load with -parallelism."
	case status == http.StatusPaymentRequired && e.Definition != "": // ServiceQuotaExceededException
		return "A destination holds 2000 metric definitions at most, and each combination of a dimension's name and value counts as one. Remove what is no longer needed."
	case status == http.StatusPaymentRequired:
		return "A quota of CloudWatch RUM is used up. Remove what is no longer needed, or ask AWS for more in the Service Quotas console."
	}
	if next := e.signatureNeeded(); next != "" {
		return next
	}
	switch {
	case status == http.StatusForbidden, code == "NotAuthorized":
		return e.permissionNeeded()
	case status == http.StatusBadRequest && e.Operation == opPut && k.Destination == Evidently:
		return "CloudWatch Evidently reached its end of support in October 2025; AWS says that requests for such destinations will be rejected. Use destination = \"CloudWatch\"."
	case status == http.StatusBadRequest:
		return "CloudWatch RUM refused a value. Correct the attribute that its message names."
	case status >= http.StatusInternalServerError:
		return "The fault is on the service's side. Run again later; if it stays, give AWS Support the request ID."
	}
	return "If an endpoint or a proxy is configured (endpoints, AWS_ENDPOINT_URL_RUM, HTTPS_PROXY), check that it leads to CloudWatch RUM."
}

// signatureNeeded is what to do where AWS could not tell who asks, or "".
func (e *Error) signatureNeeded() string {
	// Some services leave out "Exception" where CloudWatch RUM's API reference has it.
	code := strings.TrimSuffix(errorCode(e.Err), "Exception")
	switch code {
	case "ExpiredToken":
		return "The session that signed the request is over. Sign in again (aws sso login, or whatever issues your credentials) and run again."
	case "UnrecognizedClient", "InvalidClientTokenId":
		return fmt.Sprintf("AWS does not know the access key that signed the request. Check which credentials are in use (aws sts get-caller-identity), and that %s is enabled for the account.", e.Key.Region)
	case "RequestTimeTooSkewed", "RequestExpired":
		return wrongClock
	case "InvalidSignature", "SignatureDoesNotMatch":
		if api, ok := errors.AsType[smithy.APIError](e.Err); ok && skewed.MatchString(api.ErrorMessage()) {
			return wrongClock
		}
		return "The secret key does not belong to the access key. Check that both were copied whole and from the same place (access_key and secret_key, AWS_SECRET_ACCESS_KEY, the profile)."
	case "MissingAuthenticationToken", "IncompleteSignature":
		return "The request did not arrive as it was signed. Check that the proxy and the endpoint, if any is configured, pass the Authorization header on unchanged."
	}
	return ""
}

const wrongClock = "This machine's clock is wrong by more than five minutes. Set it, then run again."

// skewed matches how AWS words a signature whose only fault is its time.
var skewed = regexp.MustCompile(`^Signature (expired|not yet current)`)

func (e *Error) permissionNeeded() string {
	resource := fmt.Sprintf("arn:%s:rum:%s:ACCOUNT:appmonitor/%s", partitionOr(e.Key.Region, "aws"), e.Key.Region, e.Key.AppMonitorName)
	if e.Key.AppMonitorName == "" {
		resource = "*"
	}
	s := fmt.Sprintf("The caller needs the IAM action rum:%s on %s", e.Operation, resource)
	if e.RoleARN != "" {
		s += fmt.Sprintf(", and, since a role is passed, iam:PassRole on %s with the condition iam:PassedToService = rum.amazonaws.com", e.RoleARN)
	}
	return s + ". A permission granted a moment ago takes up to half a minute to work. A service control policy or a permissions boundary can deny it too."
}

func (e *Error) connectionNeeded() string {
	var dns *net.DNSError
	switch {
	case errors.As(e.Err, &dns):
		return fmt.Sprintf("The host %q cannot be resolved. Check the region %q, that CloudWatch RUM (and its FIPS or dual-stack endpoint, if asked for) is offered there, and the DNS of this machine.", dns.Name, e.Key.Region)
	case untrusted(e.Err):
		return "The server's certificate is not trusted. If a proxy re-signs TLS here, name its CA bundle in custom_ca_bundle or AWS_CA_BUNDLE."
	case errors.Is(e.Err, syscall.ECONNREFUSED):
		return "Nothing listens at that address. Check endpoints, AWS_ENDPOINT_URL_RUM, AWS_ENDPOINT_URL and the proxy settings."
	}
	return "Check the network between this machine and AWS, the proxy settings, and the endpoint in use; then run again."
}

func throttled(err error) bool {
	_, ok := retry.DefaultThrottleErrorCodes[errorCode(err)]
	return ok || httpStatus(err) == http.StatusTooManyRequests
}

func canceled(err error) bool { return errors.Is(err, context.Canceled) }

// cause is the part of an SDK error that says what happened, without the names
// of the layers it came through.
func cause(err error) error {
	var send *smithyhttp.RequestSendError
	var undecodable *smithy.DeserializationError
	var operation *smithy.OperationError
	switch {
	case errors.As(err, &undecodable):
		return undecodable.Err
	case errors.As(err, &send):
		return send.Err
	case errors.As(err, &operation):
		return operation.Err
	}
	return err
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
