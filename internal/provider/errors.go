package provider

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// plainError is an error of the SDK without the names of the layers it came
// through.
type plainError struct {
	text string
	err  error
}

// Error says what a service answered, why it gave no answer, or what else
// happened. The text ends without a full stop.
func (e *plainError) Error() string { return e.text }

// Unwrap returns the SDK's error.
func (e *plainError) Unwrap() error { return e.err }

// plain makes a plainError from an error that has to do with credentials.
func plain(err error) error {
	call, ok := firstCall(err)
	if !ok {
		return &plainError{withoutLayers(err), err}
	}
	service := cmp.Or(serviceNames[call.ServiceID], call.ServiceID)
	if unanswered, ok := errors.AsType[*smithyhttp.RequestSendError](call); ok {
		return &plainError{fmt.Sprintf("no answer from %s: %s", service, unanswered.Err), err}
	}
	answer, ok := errors.AsType[*smithyhttp.ResponseError](call)
	if !ok {
		return &plainError{withoutLayers(call.Err), err}
	}
	code, message := said(call)
	switch {
	case call.ServiceID == "ec2imds": // its errors have only a status
		return &plainError{fmt.Sprintf("%s answered with HTTP %d", service, answer.HTTPStatusCode()), err}
	case code == "":
		return &plainError{fmt.Sprintf("the answer (HTTP %d) is not from %s", answer.HTTPStatusCode(), service), err}
	}
	status := fmt.Sprintf("HTTP %d", answer.HTTPStatusCode())
	if answer, ok := errors.AsType[*awshttp.ResponseError](call); ok && answer.RequestID != "" {
		status += ", request ID " + answer.RequestID
	}
	return &plainError{fmt.Sprintf("%s answered with %s (%s): %s", service, code, status, message), err}
}

// serviceNames has the common names of services that the SDK calls otherwise.
var serviceNames = map[string]string{
	"ec2imds":  "the EC2 metadata service",
	"SSO":      "IAM Identity Center",
	"SSO OIDC": "IAM Identity Center",
	"Signin":   "AWS Sign-In",
}

// firstCall returns the call that failed first. That is the innermost one, because
// a call fails when the call that gets its credentials fails.
func firstCall(err error) (first *smithy.OperationError, ok bool) {
	for {
		call, found := errors.AsType[*smithy.OperationError](err)
		if !found {
			return first, ok
		}
		first, ok, err = call, true, call.Err
	}
}

// layers matches what the SDK puts before the words of an error.
var layers = regexp.MustCompile(`(?s)^.*(failed to refresh cached credentials|failed to load credentials|failed to retrieve credentials|exceeded maximum number of attempts, \d+|failed to read authorization token from .*?|endpoint rule error|get credentials|get identity)[,:] `)

func withoutLayers(err error) string {
	return strings.TrimRight(layers.ReplaceAllString(err.Error(), ""), ". \n")
}

// said returns the code of a service's answer, and its message without the full
// stop. Both are "" if there was no answer, or if something else answered.
func said(err error) (code, message string) {
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok || api.ErrorCode() == "UnknownError" { // the SDK's code for a page of HTML
		return "", ""
	}
	return api.ErrorCode(), strings.TrimSuffix(api.ErrorMessage(), ".")
}

// stsNext says what to do about an error of STS; refused is what to do if STS
// refused the caller or the token.
func stsNext(err error, refused string) string {
	switch code, _ := said(err); code {
	case "":
		return "Check the network between this machine and STS, the proxy settings, and the endpoint in use (endpoints, AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL, sts_region)."
	case "ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch":
		return "STS does not accept the credentials that signed the request. Check which credentials are in use, and renew them."
	case "RegionDisabledException":
		return "STS is not active for the account in this region. Set sts_region to a region where STS is active."
	case "ValidationError", "MalformedPolicyDocument", "PackedPolicyTooLarge":
		return "Correct the argument that STS's message is about."
	case "Throttling", "ThrottlingException", "InternalFailure", "ServiceUnavailable":
		return "Run again later."
	}
	return refused
}
