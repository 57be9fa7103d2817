package rumapi

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"syscall"

	"github.com/aws/smithy-go"
)

// advice says what to do about one kind of error.
type advice struct {
	applies func(*Error) bool
	text    func(*Error) string
}

// advices are tried in order, and the first that applies is given. To add advice on
// an error code, add a row above the rows for its status. For the code of one
// definition that was rejected in a batch, add a row above the row of RejectedError.
var advices = []advice{
	// The service refused one item or left it out, or no request was sent.
	{on(RejectedEventDetails), always("CloudWatch RUM wants other event_details in the pattern than its message quotes, where {} stands for none. " +
		"Set event_pattern to one that has others.")},
	{wraps[*RejectedError], always("Correct what the message names. Other definitions are not affected.")},
	{on(isUnnamed), always("Plan again: the new plan shows whether it exists.")},
	{wraps[*NotSentError], func(e *Error) string { return as[*NotSentError](e).Next }},
	{on(isCanceled), always("The run was interrupted. Run it again to carry on.")},

	// No answer came.
	{wraps[*ProxyError], func(e *Error) string { return as[*ProxyError](e).Next() }},
	{allOf(isUnanswered, wraps[*net.DNSError]), func(e *Error) string {
		return fmt.Sprintf("The host %q cannot be resolved. Check the DNS of this machine. Check also that the region %q has CloudWatch RUM, "+
			"and its FIPS or dual-stack endpoint if the provider is to use one.", as[*net.DNSError](e).Name, e.Key.Region)
	}},
	{allOf(isUnanswered, on(isUntrusted)), always("The server's certificate is not trusted. If a proxy re-signs TLS here, " +
		"name its CA bundle in custom_ca_bundle or AWS_CA_BUNDLE.")},
	{allOf(isUnanswered, on(isConnectionRefused)), always("Nothing listens at that address. " +
		"Check endpoints, AWS_ENDPOINT_URL_RUM, AWS_ENDPOINT_URL and the proxy settings.")},
	{isUnanswered, always("Check the network between this machine and AWS, the proxy settings, and the endpoint in use; then run again.")},

	{on(isTruncated), always("The answer broke off. Check the network between this machine and AWS, and the proxy, then run again.")},

	// Something else answered, for example with an HTML page.
	{on(isForeign), always("A proxy, a firewall or a load balancer answered in place of CloudWatch RUM. " +
		"Run again. If that does not help, check that the proxy (https_proxy, HTTPS_PROXY) and the endpoint " +
		"(endpoints, AWS_ENDPOINT_URL_RUM, AWS_ENDPOINT_URL) lead to CloudWatch RUM.")},

	// By code.
	{allOf(on(isNotFound), during(opBatchCreate)), func(e *Error) string {
		return fmt.Sprintf("The app monitor must exist in %s and must have the destination. Refer to the destination's resource, "+
			"as in rum_metrics_destination.NAME.app_monitor_name, so that it is created first. "+checkName, e.Key.Region)
	}},
	{allOf(on(isNotFound), isAboutDefinition), always("Something else has deleted the definition, its destination or the app monitor " +
		"since the plan. Plan again: the new plan shows what is left to do.")},
	{allOf(on(isNotFound), during(opGetMonitor)), func(e *Error) string {
		return fmt.Sprintf("No app monitor of %s has the name %q. "+checkName, e.Key.Region, e.Key.AppMonitorName)
	}},
	{on(isNotFound), func(e *Error) string {
		return fmt.Sprintf("The app monitor must exist in %s before it can have a metrics destination. Refer to the monitor's resource, "+
			"as in aws_rum_app_monitor.NAME.name, so that it is created first. "+checkName, e.Key.Region)
	}},
	{on(isConflict), func(e *Error) string {
		return fmt.Sprintf("Something else is changing app monitor %q at the same time: another run, the console, CloudFormation. "+
			"Wait for it to end, then run again.", e.Key.AppMonitorName)
	}},
	{on(isThrottled), always("CloudWatch RUM is throttling the account's requests. " +
		"Raise max_retries in the provider block, or lower the load with -parallelism.")},
	{allOf(isQuotaExceeded, isAboutDefinition), always("A destination holds 2000 metric definitions at most, " +
		"and each combination of a dimension's name and value counts as one. Remove what is no longer needed in one apply, and add in the next.")},
	{isQuotaExceeded, always("A quota of CloudWatch RUM is used up. " +
		"Remove what is no longer needed, or ask AWS for more in the Service Quotas console.")},
	{hasCode("ExpiredToken"), always("The session that signed the request is over. " +
		"Sign in again (aws sso login, or whatever issues your credentials) and run again.")},
	{hasCode("UnrecognizedClient", "InvalidClientTokenId"), func(e *Error) string {
		return fmt.Sprintf("AWS does not know the access key that signed the request. "+
			"Check which credentials are in use (aws sts get-caller-identity), and that %s is enabled for the account.", e.Key.Region)
	}},
	{isSkewed, always("This machine's clock is wrong by more than five minutes. Set it, then run again.")},
	{hasCode("InvalidSignature", "SignatureDoesNotMatch"), always("The secret key does not belong to the access key. " +
		"Check that both were copied whole and from the same place (access_key and secret_key, AWS_SECRET_ACCESS_KEY, the profile).")},
	{hasCode("MissingAuthenticationToken", "IncompleteSignature"), always("The request did not arrive as it was signed. " +
		"If a proxy or an endpoint is configured, check that it passes on the Authorization header unchanged.")},
	{hasCode("NotAuthorized"), permissionNeeded},

	// By status, whatever the code.
	{hasStatus(http.StatusForbidden), permissionNeeded},
	{allOf(hasStatus(http.StatusBadRequest), isPutOfEvidently), always("CloudWatch Evidently reached its end of support in October 2025; " +
		"AWS says that requests for such destinations will be rejected. Use destination = \"CloudWatch\".")},
	{hasStatus(http.StatusBadRequest), always("CloudWatch RUM refused a value. Correct the attribute that its message names.")},
	{isServerError, always("The service failed. Run again later. If it fails again, give AWS Support the request ID.")},
	{allOf(), always("If an endpoint or a proxy is configured (endpoints, AWS_ENDPOINT_URL_RUM, HTTPS_PROXY), check that it leads to CloudWatch RUM.")},
}

const checkName = "Check the name and the region: monitors of the same name in other regions don't count."

// nextStep returns the one thing to do about the error.
func (e *Error) nextStep() string {
	for _, a := range advices {
		if a.applies(e) {
			return a.text(e)
		}
	}
	return ""
}

// nextStepOnce is nextStep for a run. When an earlier error has given the same advice,
// perhaps for another app monitor, it returns the first sentence of the advice, which
// says what is wrong, if that is shorter. A module of hundreds of resources would
// otherwise repeat all of it in every error.
func (c *Client) nextStepOnce(e *Error) string {
	text, general := e.nextStep(), *e
	general.Key.AppMonitorName = "any"
	_, given := c.advised.LoadOrStore(general.nextStep(), true)
	first, _, _ := strings.Cut(text, ". ")
	if short := first + ". Another error of this run says what to do."; given && len(short) < len(text) {
		return short
	}
	return text
}

func always(text string) func(*Error) string { return func(*Error) string { return text } }

// allOf returns a condition that holds if all conditions hold. Without conditions
// it always holds.
func allOf(conditions ...func(*Error) bool) func(*Error) bool {
	return func(e *Error) bool {
		for _, holds := range conditions {
			if !holds(e) {
				return false
			}
		}
		return true
	}
}

// on turns a predicate of the SDK's error into a condition.
func on(holds func(error) bool) func(*Error) bool {
	return func(e *Error) bool { return holds(e.Err) }
}

func wraps[T error](e *Error) bool {
	_, ok := errors.AsType[T](e.Err)
	return ok
}

// as returns the error of type T that e wraps.
func as[T error](e *Error) T {
	wrapped, _ := errors.AsType[T](e.Err)
	return wrapped
}

func isUnanswered(e *Error) bool  { return httpStatus(e.Err) == 0 }
func isServerError(e *Error) bool { return httpStatus(e.Err) >= http.StatusInternalServerError }

// isForeign reports whether the answer cannot be from CloudWatch RUM: it has no error
// code, or it is a redirect.
func isForeign(err error) bool {
	return errorCode(err) == "" || httpStatus(err) < http.StatusBadRequest
}

func isAboutDefinition(e *Error) bool { return e.Definition != "" }

// during returns a condition that holds for one operation.
func during(operation string) func(*Error) bool {
	return func(e *Error) bool { return e.Operation == operation }
}

func isPutOfEvidently(e *Error) bool {
	return e.Operation == opPutDestination && e.Key.Destination == Evidently
}

// isUnnamed reports whether an answer left out the definition that the call was about.
func isUnnamed(err error) bool { return errors.Is(err, errUnnamed) }

func isConnectionRefused(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }

// isQuotaExceeded reports whether a quota is used up. The service model gives this
// error a status of its own.
func isQuotaExceeded(e *Error) bool {
	return hasCode("ServiceQuotaExceeded")(e) || hasStatus(http.StatusPaymentRequired)(e)
}

func hasStatus(status int) func(*Error) bool {
	return func(e *Error) bool { return httpStatus(e.Err) == status }
}

// hasCode compares codes without the ending Exception: some services leave it out
// where CloudWatch RUM's API reference has it.
func hasCode(codes ...string) func(*Error) bool {
	return func(e *Error) bool {
		return slices.Contains(codes, strings.TrimSuffix(errorCode(e.Err), "Exception"))
	}
}

// skewedMessage matches how AWS words a signature whose only fault is its time.
var skewedMessage = regexp.MustCompile(`^Signature (expired|not yet current)`)

// isSkewed reports whether the clocks of this machine and of AWS disagree.
func isSkewed(e *Error) bool {
	if hasCode("RequestTimeTooSkewed", "RequestExpired")(e) {
		return true
	}
	api, ok := errors.AsType[smithy.APIError](e.Err)
	return ok && hasCode("InvalidSignature", "SignatureDoesNotMatch")(e) && skewedMessage.MatchString(api.ErrorMessage())
}

func permissionNeeded(e *Error) string {
	partition, _ := Partition(e.Key.Region)
	resource := fmt.Sprintf("arn:%s:rum:%s:ACCOUNT:appmonitor/%s", cmp.Or(partition, "aws"), e.Key.Region, e.Key.AppMonitorName)
	if e.Key.AppMonitorName == "" {
		resource = "*"
	}
	s := fmt.Sprintf("The caller needs the IAM action rum:%s on %s", e.Operation, resource)
	if e.RoleARN != "" {
		s += fmt.Sprintf(". The request passes a role, so the caller also needs iam:PassRole on %s with the condition iam:PassedToService = rum.amazonaws.com", e.RoleARN)
	}
	return s + ". A new permission can take half a minute to work. A service control policy or a permissions boundary can deny the action too."
}
