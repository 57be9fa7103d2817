// Package validate has schema validators that know no resource. Each checks what
// an AWS API accepts for one kind of value, or how a value depends on another, so
// that a wrong value fails at plan. All are silent on unknown values, and all but ARNWhen
// on null.
package validate

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// form is a rule of the API for one kind of string.
type form struct {
	description string // completes "must be ..."
	valid       func(string) bool
	private     bool // a value may hold a password and is not quoted
	optional    bool // null stands for no value, and "" does not
}

// Description completes "The value ..." for tools.
func (f form) Description(context.Context) string { return "must be " + f.description }

// MarkdownDescription is Description.
func (f form) MarkdownDescription(context.Context) string { return "must be " + f.description }

// ValidateString adds an error for a value that does not have the form.
func (f form) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	value := req.ConfigValue.ValueString()
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || f.valid(value) {
		return
	}
	detail := fmt.Sprintf("%s must be %s.", req.Path, f.description)
	if !f.private {
		detail += fmt.Sprintf(" Got %q (%d characters).", shorten(value), utf8.RuneCountInString(value))
	}
	if f.optional && value == "" {
		detail += " For none, leave it out or set it to null."
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+req.Path.String(), detail)
}

// matching returns the function valid of a form: it accepts a value of at most so many
// characters that matches expression.
func matching(most int, expression string) func(string) bool {
	compiled := regexp.MustCompile(expression)
	return func(value string) bool {
		return utf8.RuneCountInString(value) <= most && compiled.MatchString(value)
	}
}

var (
	// The API's pattern of DestinationArn and IamRoleArn, anchored.
	arn = form{
		description: "an ARN, arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE, of at most 2048 characters",
		valid:       matching(2048, `^arn:[^:]*:[^:]*:[^:]*:[^:]*:.*$`),
		optional:    true,
	}

	// The API's ^(?!\.)[\.\-_#A-Za-z0-9]+$. Go's regular expressions have no
	// lookahead.
	appMonitorName = form{
		description: "1 to 255 letters, digits, full stops, hyphens, underscores and number signs (#), not starting with a full stop",
		valid:       matching(255, `^[-_#A-Za-z0-9][-._#A-Za-z0-9]*$`),
	}

	region = form{
		description: "the name of an AWS region, such as eu-west-1",
		valid:       matching(63, `^[a-z0-9]+(-[a-z0-9]+)+$`),
		optional:    true,
	}

	absoluteURL = form{
		description: "a URL such as https://example.com:8443",
		private:     true,
		valid: func(value string) bool {
			u, err := url.Parse(value)
			return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
		},
	}

	proxyURL = form{
		description: "the URL of a proxy, such as http://proxy.example.com:3128",
		private:     true,
		valid: func(value string) bool {
			if !strings.Contains(value, "://") {
				value = "http://" + value
			}
			u, err := url.Parse(value)
			return err == nil && u.Hostname() != "" && slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme)
		},
	}
)

// ARN checks that a string has the form of an ARN and at most 2048 characters.
func ARN() validator.String { return arn }

// IsARN reports whether ARN would accept s.
func IsARN(s string) bool { return arn.valid(s) }

// AppMonitorName checks the name of a CloudWatch RUM app monitor: 1 to 255 characters
// of the API's ^(?!\.)[\.\-_#A-Za-z0-9]+$.
func AppMonitorName() validator.String { return appMonitorName }

// IsAppMonitorName reports whether AppMonitorName would accept s.
func IsAppMonitorName(s string) bool { return appMonitorName.valid(s) }

// Region checks the form of the name of an AWS region, such as eu-west-1.
func Region() validator.String { return region }

// IsRegion reports whether Region would accept s.
func IsRegion(s string) bool { return region.valid(s) }

// AccountID checks the form of an AWS account ID.
func AccountID() validator.String {
	return form{description: "an AWS account ID, which has 12 digits", valid: matching(12, `^\d{12}$`)}
}

// MetricNamespace checks the namespace of a metric of CloudWatch RUM: 1 to 237
// characters of the API's [a-zA-Z0-9-._/#:]+, and no namespace of AWS except AWS/RUM.
func MetricNamespace() validator.String {
	form := form{description: "AWS/RUM, or 1 to 237 letters, digits and -._/#: characters that do not begin with AWS/", optional: true}
	characters := matching(237, `^[a-zA-Z0-9._/#:-]+$`)
	form.valid = func(value string) bool {
		return characters(value) && (value == "AWS/RUM" || !strings.HasPrefix(value, "AWS/"))
	}
	return form
}

// UnitLabel checks the length of the unit of a metric, as the API does.
func UnitLabel() validator.String {
	return form{description: "1 to 256 characters", valid: matching(256, `(?s).`), optional: true}
}

// DimensionName checks the name of a dimension: 1 to 255 characters of the API's
// ^(?!:).*[^\s].*.
func DimensionName() validator.String {
	return form{
		description: "1 to 255 characters that do not begin with a colon and are not all white space",
		valid:       matching(255, `^([^:\n].*\S.*|[^:\s].*)$`),
	}
}

// HeaderText checks that a string can be part of an HTTP header: printable ASCII.
func HeaderText() validator.String {
	return form{description: "printable ASCII characters", valid: matching(1024, `^[ -~]+$`)}
}

// ExternalID checks the external ID of a role, as STS does. The error does not quote
// it, since it can be a secret.
func ExternalID() validator.String {
	return form{
		description: "2 to 1224 letters, digits and _+=,.@:/- characters",
		private:     true,
		valid:       matching(1224, `^[\w+=,.@:/-]{2,}$`),
	}
}

// WebIdentityToken checks the length of a token for AssumeRoleWithWebIdentity, as STS
// does. The error does not quote it.
func WebIdentityToken() validator.String {
	return form{description: "4 to 20000 characters", private: true, valid: matching(20000, `(?s)^.{4,}$`)}
}

// URL checks that a string is an absolute URL of HTTP or HTTPS. As a URL may hold a
// password, the error does not quote it.
func URL() validator.String { return absoluteURL }

// IsURL reports whether URL would accept s.
func IsURL(s string) bool { return absoluteURL.valid(s) }

// ProxyURL checks that a string is a URL of HTTP, HTTPS or SOCKS5, or host:port, as
// golang.org/x/net/http/httpproxy wants a proxy: that package ignores anything else. As
// it may hold a password, the error does not quote it.
func ProxyURL() validator.String { return proxyURL }

// IsProxyURL reports whether ProxyURL would accept s.
func IsProxyURL(s string) bool { return proxyURL.valid(s) }

// JSON checks that a string is JSON.
func JSON() validator.String {
	return form{description: "JSON", valid: func(value string) bool { return json.Valid([]byte(value)) }}
}

// Duration checks that a string is a duration of Go's time.ParseDuration, such as
// 1h30m, from least to most.
func Duration(least, most time.Duration) validator.String {
	description := fmt.Sprintf("a duration such as 1h30m, from %s to %s", least, most)
	return form{description: description, valid: func(value string) bool {
		d, err := time.ParseDuration(value)
		return err == nil && least <= d && d <= most
	}}
}

// ARNWhen returns a validator of an ARN that depends on the attribute sibling beside
// it. The ARN is required if the sibling has a value of required, and not allowed if it
// has one of refused. Unlike most validators it adds an error for null. It adds one
// error at most, so that "" is not both missing and malformed. The reason completes
// "... is required when sibling is value".
func ARNWhen(sibling string, required, refused []string, reason string) validator.String {
	return arnRule{sibling: sibling, required: required, refused: refused, reason: reason}
}

type arnRule struct {
	sibling           string
	required, refused []string
	reason            string
}

// Description says when the ARN is required and when it is not allowed.
func (v arnRule) Description(context.Context) string {
	return fmt.Sprintf("required when %s is %s, not allowed when it is %s", v.sibling, strings.Join(v.required, " or "), strings.Join(v.refused, " or "))
}

// MarkdownDescription is Description.
func (v arnRule) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString adds an error if the sibling does not allow the value, or null, and
// for a value that is not an ARN.
func (v arnRule) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	var sibling types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, req.Path.ParentPath().AtName(v.sibling), &sibling)...)
	kind := sibling.ValueString() // "" while unknown or null, and after an error
	switch {
	case req.ConfigValue.IsUnknown():
	case req.ConfigValue.ValueString() == "" && slices.Contains(v.required, kind):
		resp.Diagnostics.AddAttributeError(req.Path, "Missing "+req.Path.String(),
			fmt.Sprintf("%s is required when %s is %q: %s.", req.Path, v.sibling, kind, v.reason))
	case !req.ConfigValue.IsNull() && slices.Contains(v.refused, kind):
		resp.Diagnostics.AddAttributeError(req.Path, fmt.Sprintf("%s not allowed here", req.Path), fmt.Sprintf(
			"%s must not be set when %s is %q: such a %[2]s has none. Leave it out, or set it to null.", req.Path, v.sibling, kind))
	default:
		arn.ValidateString(ctx, req, resp)
	}
}

func shorten(s string) string {
	const most = 200
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most]) + "..."
}
