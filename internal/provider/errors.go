package provider

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// plain says what a service answered, why it gave no answer, or what else happened to
// an error that has to do with credentials. It leaves out the names of the SDK's layers.
// The text ends without a full stop.
func plain(err error) string {
	call, ok := firstCall(err)
	if !ok {
		return withoutLayers(err)
	}
	service := cmp.Or(serviceNames[call.ServiceID], call.ServiceID)
	_, sent := errors.AsType[*smithyhttp.RequestSendError](call)
	status := 0
	if answer, ok := errors.AsType[*smithyhttp.ResponseError](call); ok && answer.Response != nil {
		status = answer.HTTPStatusCode()
	}
	switch {
	case status == 0 && !sent:
		return withoutLayers(call.Err)
	case status != 0 && call.ServiceID == metadataService: // its errors have only a status
		return fmt.Sprintf("%s answered with HTTP %d", service, status)
	case status != 0 && errorCode(call) == "":
		return fmt.Sprintf("the answer (HTTP %d) is not from %s", status, service)
	}
	return strings.TrimSuffix(rumapi.WhatHappened(service, call), ".")
}

// metadataService is the SDK's name of the EC2 metadata service.
const metadataService = "ec2imds"

// serviceNames has the common names of services that the SDK calls otherwise.
var serviceNames = map[string]string{
	metadataService: "the EC2 metadata service",
	"SSO":           "IAM Identity Center",
	"SSO OIDC":      "IAM Identity Center",
	"Signin":        "AWS Sign-In",
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
var layers = regexp.MustCompile(`(?s)^.*(failed to refresh cached credentials|failed to load credentials|failed to retrieve credentials|exceeded maximum number of attempts, \d+|failed to read authorization token from .*?|unable to read file at .*?|endpoint rule error|get credentials|get identity)[,:] `)

func withoutLayers(err error) string {
	return strings.TrimRight(layers.ReplaceAllString(err.Error(), ""), ". \n")
}

// errorCode returns the code of a service's answer, or "" if there was no answer, or if
// something else answered.
func errorCode(err error) string {
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok || api.ErrorCode() == "UnknownError" { // the SDK's code for a page of HTML
		return ""
	}
	return api.ErrorCode()
}

// invalidToken is what to do if STS refuses a token.
const invalidToken = "The token must not have expired, and the role's trust policy must allow its issuer, audience and subject."

// stsNext says what to do about an error of STS; refused is what to do if STS
// refused the caller or the token.
func stsNext(err error, refused string) string {
	if refused, ok := errors.AsType[*rumapi.ProxyError](err); ok {
		return refused.Next()
	}
	switch errorCode(err) {
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
