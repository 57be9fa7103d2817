package provider

import (
	"errors"
	"fmt"
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

// Error says what the service that was asked answered, or why it gave no answer.
func (e *plainError) Error() string { return e.text }

// Unwrap returns the SDK's error.
func (e *plainError) Unwrap() error { return e.err }

// plain makes a plainError of an error that has to do with credentials.
func plain(err error) error {
	call, ok := errors.AsType[*smithy.OperationError](err)
	if !ok {
		return &plainError{strings.TrimPrefix(err.Error(), "failed to refresh cached credentials, "), err}
	}
	unanswered, ok := errors.AsType[*smithyhttp.RequestSendError](err)
	if ok {
		return &plainError{fmt.Sprintf("no answer from %s: %s", call.ServiceID, unanswered.Err), err}
	}
	answer, ok := errors.AsType[*awshttp.ResponseError](err)
	if !ok {
		return &plainError{call.Err.Error(), err}
	}
	code, message := said(err)
	if code == "" {
		return &plainError{fmt.Sprintf("the answer (HTTP %d) is not one of %s", answer.HTTPStatusCode(), call.ServiceID), err}
	}
	return &plainError{fmt.Sprintf("%s answered with %s (HTTP %d, request ID %s): %s", call.ServiceID, code, answer.HTTPStatusCode(), answer.RequestID, message), err}
}

// said is the code and the message, without its full stop, of the answer of a
// service; "" where there was none, or it was another's.
func said(err error) (code, message string) {
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok || api.ErrorCode() == "UnknownError" { // what the SDK makes of a page of HTML
		return "", ""
	}
	return api.ErrorCode(), strings.TrimSuffix(api.ErrorMessage(), ".")
}

// stsNext is what to do about an error of STS; refused is what to do where it
// is the caller or the token that STS refused.
func stsNext(err error, refused string) string {
	switch code, _ := said(err); code {
	case "":
		return "Check the network between this machine and STS, the proxy settings, and the endpoint in use (endpoints, AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL, sts_region)."
	case "ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch":
		return "STS does not accept the credentials that signed the request. Check which are in use, and renew them."
	case "RegionDisabledException":
		return "STS is not active for the account in this region. Set sts_region to one where it is."
	case "ValidationError", "MalformedPolicyDocument", "PackedPolicyTooLarge":
		return "Correct the argument that STS's message is about."
	case "Throttling", "ThrottlingException", "InternalFailure", "ServiceUnavailable":
		return "Run again later."
	}
	return refused
}
