package provider

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/processcreds"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// explainCredentials says why the SDK found no credentials that work, without a
// full stop, and what to do about it. The innermost source that failed decides,
// because a role of a profile fails when its source_profile does.
func (p profile) explainCredentials(err error) (why, next string) {
	service := ""
	if call, ok := firstCall(err); ok {
		service = call.ServiceID
	}
	process, isProcess := errors.AsType[*processcreds.ProviderError](err)
	expired, isExpired := errors.AsType[*expiredError](err)
	// The environment has no keys, although credential_source asks for them.
	_, isEmpty := errors.AsType[*credentials.StaticCredentialsEmptyError](err)
	space, isSpace := errors.AsType[*spaceError](err)
	switch {
	case isSpace:
		return p.spaced(space) + " has white space, such as a line end", "Remove the white space. The value is not shown, and no request was tried with it."
	case service == "SSO" || service == "SSO OIDC" || ssoWords.MatchString(err.Error()):
		return p.explainSSO(err, service != "STS" && service != "")
	case loginWords.MatchString(err.Error()):
		return p.explainLogin(err)
	case isExpired:
		return p.processSetting() + " printed " + expired.Error(), "Renew what the command of credential_process prints, then run again."
	case isProcess:
		return p.explainProcess(process)
	case service == "STS" && !isEmpty:
		return p.explainRole(err)
	}
	last := plain(err)
	if service == metadataService && p.proxiedMetadata != "" {
		return "no AWS credentials were found: the EC2 metadata service, the last place to look, was asked through a proxy (http_proxy, HTTP_PROXY), and " + last,
			fmt.Sprintf("A proxy does not reach the metadata service of this machine. On EC2, have NO_PROXY=%s in the environment, or no_proxy in the provider block. ", p.proxiedMetadata) + p.tried()
	}
	switch {
	case strings.Contains(err.Error(), "failed to load credentials, "):
		last = "the container's credentials endpoint gave none: " + last
	case strings.HasPrefix(last, "access disabled to EC2 IMDS"):
		last = "the EC2 metadata service, the last place to look, is switched off (skip_metadata_api_check, AWS_EC2_METADATA_DISABLED)"
	}
	return "no AWS credentials were found: " + last, p.tried()
}

// tried lists where the SDK looks for credentials, in its order.
func (p profile) tried() string {
	where := fmt.Sprintf("in the environment (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, then AWS_WEB_IDENTITY_TOKEN_FILE), "+
		"in %s, at the container's credentials endpoint, and at the EC2 metadata service", p.describe(p.name))
	if p.inBlock {
		where = fmt.Sprintf("in %s, since the provider block names it", p.describe(p.name))
	}
	return "They were looked for " + where + ". Give the provider credentials there, or set access_key and secret_key, profile, or assume_role_with_web_identity in the provider block."
}

// ssoWords matches the errors that the SDK has for a cached session of IAM
// Identity Center. Only one of them has a type.
var ssoWords = regexp.MustCompile(`cached SSO token|the SSO session has expired`)

// explainSSO explains err for a profile with sso_session or sso_start_url. In most
// cases the next step is to sign in again. The flag asked is false if there was no
// session to ask IAM Identity Center with.
func (p profile) explainSSO(err error, asked bool) (why, next string) {
	sso := p.find(func(c config.SharedConfig) bool { return c.SSOSessionName != "" || c.SSOStartURL != "" })
	name := p.describe(sso.Profile)
	login := fmt.Sprintf("Run aws sso login --profile %s, then run again.", sso.Profile)
	if sso.CredentialProcess != "" {
		login += " The credential_process of the profile is not used, since SSO comes before it; remove the sso_ settings to use it."
	}

	unusable := fmt.Sprintf("the SSO session of %s cannot be used: %s", name, plain(err))
	_, unanswered := errors.AsType[*smithyhttp.RequestSendError](err)
	switch code := errorCode(err); {
	case unanswered:
		return unusable, "Check the network between this machine and AWS, the proxy settings, and sso_region in the profile or in its sso_session."
	case !asked && errors.Is(err, fs.ErrNotExist):
		return name + " has no SSO session on this machine", login
	case !asked, slices.Contains(ssoExpired, code):
		return "the SSO session of " + name + " has expired", login
	case code == "ForbiddenException", code == "ResourceNotFoundException":
		return fmt.Sprintf("%s is not given the role sso_role_name = %s in the account sso_account_id = %s: %s", name, sso.SSORoleName, sso.SSOAccountID, plain(err)),
			"Correct sso_role_name and sso_account_id, or have the role assigned to you in IAM Identity Center."
	case code == "TooManyRequestsException", strings.HasPrefix(code, "Internal"):
		return unusable, "Run again later."
	}
	return unusable, login
}

// ssoExpired has the codes with which IAM Identity Center answers if the session
// or its refresh token has expired.
var ssoExpired = []string{"UnauthorizedException", "ExpiredTokenException", "InvalidGrantException", "InvalidClientException", "UnauthorizedClientException"}

// loginWords matches the SDK's errors about a login_session. The second alternative
// is the error of the call that renews it.
var loginWords = regexp.MustCompile(`(?:load|validate) login token: |(create oauth2 token): `)

// explainLogin explains err for a profile with login_session, which aws login makes.
func (p profile) explainLogin(err error) (why, next string) {
	login := p.find(func(c config.SharedConfig) bool { return c.LoginSession != "" })
	name := p.describe(login.Profile)
	if _, unanswered := errors.AsType[*smithyhttp.RequestSendError](err); unanswered {
		return fmt.Sprintf("the login_session of %s cannot be renewed: %s", name, plain(err)), "Check the network between this machine and AWS, and the proxy settings."
	}
	why = "the login_session of " + name + " has expired"
	if renewing := loginWords.FindStringSubmatch(err.Error())[1]; renewing == "" {
		why = name + " has no login_session that can be used on this machine"
	}
	return why, fmt.Sprintf("Run aws login --profile %s, then run again.", login.Profile)
}

// spaced names the setting that has a part of the credentials.
func (p profile) spaced(err *spaceError) string {
	switch {
	case err.source == credentials.StaticCredentialsName:
		return []string{"access_key", "secret_key", "token"}[err.part] + " in the provider block"
	case err.source == config.CredentialsSourceName:
		return []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}[err.part] + " in the environment"
	case strings.HasPrefix(err.source, "SharedConfigCredentials"):
		with := p.find(func(c config.SharedConfig) bool { return c.Credentials.HasKeys() })
		return []string{"aws_access_key_id", "aws_secret_access_key", "aws_session_token"}[err.part] + " in " + p.describe(cmp.Or(with.Profile, p.name))
	case err.source == processcreds.ProviderName:
		return []string{"AccessKeyId", "SecretAccessKey", "SessionToken"}[err.part] + " in the output of the " + p.processSetting()
	}
	return strings.TrimSuffix(err.Error(), " has white space")
}

// explainProcess explains why a credential_process failed. It does not quote what
// the process printed, because that may be credentials.
func (p profile) explainProcess(err *processcreds.ProviderError) (why, next string) {
	reason := strings.TrimPrefix(err.Err.Error(), "error in credential_process: ")
	reason = strings.TrimPrefix(reason, "credential process ")
	if strings.HasPrefix(reason, "parse failed") {
		reason = "its output is not the JSON that it must be"
	}
	return p.processSetting() + " failed: " + strings.TrimRight(reason, ". \n"),
		`Run the command of credential_process in a terminal. It must end with exit status 0 and print {"Version": 1, "AccessKeyId": "ID", "SecretAccessKey": "SECRET"}, with "SessionToken" and "Expiration" for temporary credentials.`
}

func (p profile) processSetting() string {
	return "credential_process of " + p.describe(cmp.Or(p.find(func(c config.SharedConfig) bool { return c.CredentialProcess != "" }).Profile, p.name))
}

// explainRole explains why a role of the profile, or of
// AWS_WEB_IDENTITY_TOKEN_FILE, cannot be assumed.
func (p profile) explainRole(err error) (why, next string) {
	if p.tokenInEnvironment() {
		return fmt.Sprintf("the role %s (AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE in the environment) cannot be assumed: %s", os.Getenv("AWS_ROLE_ARN"), plain(err)),
			stsNext(err, invalidToken)
	}
	refused := "The credentials of its source_profile or credential_source need the IAM action sts:AssumeRole on the role, and the role's trust policy must allow them, with the external_id that the policy asks for."
	if p.find(func(c config.SharedConfig) bool { return c.WebIdentityTokenFile != "" }).Profile != "" {
		refused = invalidToken
	}
	return fmt.Sprintf("the role %s (role_arn of %s) cannot be assumed: %s", p.config.RoleARN, p.describe(p.name), plain(err)), stsNext(err, refused)
}

// tokenInEnvironment reports whether the SDK uses the web identity of the
// environment. Only a profile that the block names comes before it.
func (p profile) tokenInEnvironment() bool {
	return !p.inBlock && os.Getenv("AWS_WEB_IDENTITY_TOKEN_FILE") != ""
}
