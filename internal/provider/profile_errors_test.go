package provider_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// profileFault is a mistake in a profile or in the environment, and what the
// provider says about it.
type profileFault struct {
	block  args
	env    env
	config string            // ~/.aws/config
	files  map[string]string // more files of ~/.aws, by their names
	// HOME in a value of block, env, config and says is the home directory.

	atStart bool // the provider does not start; otherwise its first call fails
	says    []string
}

const (
	ssoSession = "[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.awsapps.com/start\n"
	ssoRole    = "sso_account_id = 111111111111\nsso_role_name = Developer\n"
	ssoProfile = "[profile work]\nsso_session = corp\n" + ssoRole + ssoSession
	ssoLegacy  = "[profile work]\nsso_region = eu-west-1\nsso_start_url = https://corp.awsapps.com/start\n" + ssoRole
	roleOfWork = "[profile deploy]\nrole_arn = " + roleA + "\nsource_profile = work\n"
)

// ssoToken returns the file of an SSO session, as its name and its content.
func ssoToken(key string, expires time.Time, more string) map[string]string {
	sum := sha1.Sum([]byte(key))
	return map[string]string{
		"sso/cache/" + hex.EncodeToString(sum[:]) + ".json": fmt.Sprintf(`{"accessToken": "the-access-token", "expiresAt": %q%s}`, expires.UTC().Format(time.RFC3339), more),
	}
}

// loginToken returns the file of a login_session that has expired, as its name and its content.
func loginToken(session string) map[string]string {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		panic(err)
	}
	text, err := json.Marshal(args{
		"accessToken":  args{"accessKeyId": "AKID", "secretAccessKey": "the-secret", "sessionToken": "the-secret", "accountId": "111111111111", "expiresAt": "2020-01-01T00:00:00Z"},
		"refreshToken": "the-secret", "clientId": "id", "dpopKey": string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})),
	})
	if err != nil {
		panic(err)
	}
	sum := sha256.Sum256([]byte(session))
	return map[string]string{"login/cache/" + hex.EncodeToString(sum[:]) + ".json": string(text)}
}

// profileFaults has every error that the SDK has for a profile, for the
// environment or for a source of credentials.
func profileFaults() map[string]profileFault {
	work := env{"AWS_PROFILE": "work"}
	deploy := env{"AWS_PROFILE": "deploy"}
	past, future := time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	ofWork := `the profile "work" of HOME/.aws/config`
	login := "Run aws sso login --profile work, then run again."
	neverBegun := []string{ofWork + " has no SSO session on this machine", login}
	expired := []string{"the SSO session of " + ofWork + " has expired", login}
	renewable := `, "clientId": "id", "clientSecret": "secret", "refreshToken": "refresh"`
	process := func(command string) string { return "[profile work]\ncredential_process = " + command + "\n" }

	return map[string]profileFault{
		// Settings of the block that are wrong by themselves.
		"key without its secret": {block: args{"access_key": "AKID"}, atStart: true, says: []string{"Incomplete AWS credentials", "access_key and secret_key go together"}},
		"secret without its key": {block: args{"access_key": "", "secret_key": "s"}, atStart: true, says: []string{"access_key and secret_key go together"}},
		"token without the two":  {block: args{"token": "t"}, atStart: true, says: []string{"token goes with both"}},
		"credentials file that does not exist": {
			block: args{"shared_credentials_files": []string{"~/.aws/config", "~/nothing"}}, config: "[default]\n", atStart: true,
			says: []string{"Cannot read a file of shared_credentials_files", "open HOME/nothing: no such file", "ElementKeyInt(1)"},
		},
		"config file that is a directory": {
			block: args{"shared_config_files": []string{"~/.aws"}, "profile": "work"}, config: "[profile work]\n", atStart: true,
			says: []string{"Cannot read a file of shared_config_files", "read HOME/.aws: is a directory", "Correct the path, or remove it from shared_config_files"},
		},

		// Profiles that do not exist, or refer to a profile that does not.
		"unknown profile of the block": {
			block: args{"profile": "nobody"}, atStart: true, says: []string{"Unknown AWS profile", `"nobody"`, "shared_credentials_files", `AttributeName("profile")`},
		},
		"unknown profile": {
			env: env{"AWS_PROFILE": "nobody"}, config: "[nobody]\nregion = eu-west-1\n", atStart: true,
			says: []string{
				"Unknown AWS profile", `There is no profile "nobody" in HOME/.aws/config and HOME/.aws/credentials (which does not exist)`,
				"[profile nobody] in a config file and [nobody] in a credentials file", "Correct profile in the provider block or AWS_PROFILE",
			},
		},
		"unknown profile, and a config file that cannot be opened": {
			env: env{"AWS_PROFILE": "work", "AWS_CONFIG_FILE": "HOME/.aws/config/config"}, config: "[profile work]\n", atStart: true,
			says: []string{"Unknown AWS profile", "HOME/.aws/config/config (which cannot be read: not a directory)"},
		},
		"source_profile that is missing": {
			env: deploy, config: roleOfWork, atStart: true,
			says: []string{
				`The profile "deploy" of HOME/.aws/config assumes the role ` + roleA, `source_profile = "work"`,
				`There is no profile "work" in HOME/.aws/config`, `Give the profile "work" credentials, or correct source_profile`,
			},
		},
		"source_profile without credentials": {
			env: deploy, config: roleOfWork + "[profile work]\nregion = eu-west-1\n", atStart: true,
			says: []string{`source_profile = "work", which has none`, `Give the profile "work" credentials`},
		},
		"source_profile that is circular": {
			env: deploy, config: roleOfWork + "[profile work]\nrole_arn = " + roleB + "\nsource_profile = deploy\n", atStart: true,
			says: []string{
				`The source_profile of the profile "deploy" of HOME/.aws/config leads in a circle: it comes back to the profile "deploy", which the profile with role_arn = ` + roleB + " names",
				"End the circle",
			},
		},
		"source_profile that leads into a circle": {
			block: args{"profile": "top"}, config: "[profile top]\nrole_arn = " + roleA + "\nsource_profile = work\n" +
				"[profile work]\nrole_arn = " + roleB + "\nsource_profile = work\n", atStart: true,
			says: []string{`it comes back to the profile "work", which the profile with role_arn = ` + roleB + " names"},
		},
		"unknown profile, and a config file with a byte-order mark": {
			env: work, config: "\ufeff[profile work]\nregion = eu-west-1\n", atStart: true,
			says: []string{"Unknown AWS profile", "HOME/.aws/config (which begins with a byte-order mark: save it as UTF-8 without one)"},
		},
		"no credentials, and a config file in UTF-16": {
			config: "\xff\xfe[\x00d\x00", says: []string{"no AWS credentials were found", "HOME/.aws/config (which begins with a byte-order mark"},
		},
		"source_profile without role_arn": {
			env: deploy, config: "[profile deploy]\nsource_profile = work\n" + keys("profile work", "AKID"), atStart: true,
			says: []string{"credential type source_profile requires role_arn, profile deploy", `the AWS_* environment variables, and the profile "deploy" of HOME/.aws/config`},
		},

		// Values that the SDK does not know: its own words name the setting.
		"AWS_RETRY_MODE=legacy": {
			env: env{"AWS_RETRY_MODE": "legacy"}, atStart: true,
			says: []string{"invalid AWS_RETRY_MODE value, unknown RetryMode, legacy", "Check the arguments of the provider block, the AWS_* environment variables"},
		},

		// Certificates.
		"custom_ca_bundle that is missing": {
			block: args{"custom_ca_bundle": "~/nothing.pem"}, atStart: true, says: []string{"Cannot read custom_ca_bundle", "open HOME/nothing.pem: no such file"},
		},
		"custom_ca_bundle without a certificate": {
			block: args{"custom_ca_bundle": "~/.aws/config"}, config: "[default]\n", atStart: true,
			says: []string{"Cannot read custom_ca_bundle", "HOME/.aws/config has no certificate", "PEM"},
		},
		"AWS_CA_BUNDLE without a certificate": {
			env: env{"AWS_CA_BUNDLE": "HOME/.aws/config"}, config: "[default]\n", atStart: true,
			says: []string{"AWS_CA_BUNDLE in the environment names HOME/.aws/config", "HOME/.aws/config has no certificate", "PEM"},
		},
		"AWS_CA_BUNDLE that is missing": {
			env: env{"AWS_CA_BUNDLE": "HOME/nothing.pem"}, atStart: true,
			says: []string{"AWS_CA_BUNDLE in the environment cannot be read: open HOME/nothing.pem: no such file", "Correct or remove it"},
		},
		"ca_bundle without a certificate": {
			env: work, config: "[profile work]\nca_bundle = HOME/.aws/config\n", atStart: true,
			says: []string{"ca_bundle in " + ofWork + " names HOME/.aws/config", "HOME/.aws/config has no certificate"},
		},

		"AWS_CA_BUNDLE with a byte-order mark": {
			env: env{"AWS_CA_BUNDLE": "HOME/.aws/ca.pem"}, files: map[string]string{"ca.pem": "\xff\xfe-\x00"}, atStart: true,
			says: []string{"AWS_CA_BUNDLE in the environment names HOME/.aws/ca.pem", "begins with a byte-order mark"},
		},

		// MFA.
		"mfa_serial": {
			env: deploy, config: roleOfWork + "mfa_serial = arn:aws:iam::111111111111:mfa/me\n" + keys("profile work", "AKID"), atStart: true,
			says: []string{
				"AWS profile asks for an MFA code", `The profile "deploy" of HOME/.aws/config has mfa_serial = arn:aws:iam::111111111111:mfa/me`, roleA,
				"have no way to ask for the code", "aws configure export-credentials --profile deploy --format env", "aws sts get-session-token --serial-number arn:aws:iam::111111111111:mfa/me",
			},
		},
		"mfa_serial of a source_profile": {
			block: args{"profile": "top"}, config: "[profile top]\nrole_arn = " + roleB + "\nsource_profile = deploy\n" + roleOfWork + "mfa_serial = the-device\n" + keys("profile work", "AKID"), atStart: true,
			says: []string{`The profile "deploy" of HOME/.aws/config has mfa_serial = the-device`, "export-credentials --profile top", "Remove profile from the provider block"},
		},

		// SSO.
		"SSO, never begun, sso-session":                  {env: work, config: ssoProfile, says: neverBegun},
		"SSO, never begun, sso_start_url in the profile": {env: work, config: ssoLegacy, says: neverBegun},
		"SSO, expired, sso-session":                      {env: work, config: ssoProfile, files: ssoToken("corp", past, ""), says: expired},
		"SSO, expired, sso_start_url in the profile": {
			env: work, config: ssoLegacy, files: ssoToken("https://corp.awsapps.com/start", past, ""), says: expired,
		},
		"SSO, expired, a role's source_profile": {env: deploy, config: roleOfWork + ssoProfile, files: ssoToken("corp", past, ""), says: expired},
		"SSO, expired, and a role of the block": {
			block: args{"assume_role": blocks{{"role_arn": roleB}}}, env: work, config: ssoProfile, files: ssoToken("corp", past, ""),
			says: expired,
		},
		"SSO, unreadable session": {
			env: work, config: ssoProfile, files: map[string]string{slices.Collect(maps.Keys(ssoToken("corp", past, "")))[0]: "{}"},
			says: expired,
		},
		"SSO, refused renewal": {
			env: env{"AWS_PROFILE": "work", "AWS_ENDPOINT_URL_SSO_OIDC": "SERVER/400/InvalidGrantException"}, config: ssoProfile, files: ssoToken("corp", past, renewable),
			says: expired,
		},
		"SSO, ended elsewhere": {
			env: env{"AWS_PROFILE": "work", "AWS_ENDPOINT_URL_SSO": "SERVER/401/UnauthorizedException"}, config: ssoProfile, files: ssoToken("corp", future, ""),
			says: expired,
		},
		"SSO, role not assigned": {
			env: env{"AWS_PROFILE": "work", "AWS_ENDPOINT_URL_SSO": "SERVER/403/ForbiddenException"}, config: ssoProfile, files: ssoToken("corp", future, ""),
			says: []string{ofWork + " is not given the role", "sso_role_name = Developer", "sso_account_id = 111111111111", "ForbiddenException (HTTP 403", "Correct sso_role_name and sso_account_id"},
		},
		"SSO, no answer": {
			env: env{"AWS_PROFILE": "work", "AWS_ENDPOINT_URL_SSO": "http://127.0.0.1:1"}, config: ssoProfile, files: ssoToken("corp", future, ""), block: args{"max_retries": 1},
			says: []string{"the SSO session of " + ofWork + " cannot be used: no answer from IAM Identity Center: ", "refused", "sso_region"},
		},
		"SSO, throttled": {
			env: env{"AWS_PROFILE": "work", "AWS_ENDPOINT_URL_SSO": "SERVER/429/TooManyRequestsException"}, config: ssoProfile, files: ssoToken("corp", future, ""), block: args{"max_retries": 1},
			says: []string{"the SSO session of " + ofWork + " cannot be used: IAM Identity Center answered with ", "TooManyRequestsException", "Run again later"},
		},
		"SSO, another refusal": {
			env: env{"AWS_PROFILE": "work", "AWS_ENDPOINT_URL_SSO": "SERVER/400/InvalidRequestException"}, config: ssoProfile, files: ssoToken("corp", future, ""),
			says: []string{"the SSO session of " + ofWork + " cannot be used: IAM Identity Center answered with InvalidRequestException (HTTP 400)", login},
		},
		"SSO and credential_process": {
			env: work, config: process("true") + "sso_session = corp\n" + ssoRole + ssoSession, files: ssoToken("corp", past, ""),
			says: []string{"the SSO session of " + ofWork + " has expired", login, "credential_process of the profile is not used", "remove the sso_ settings"},
		},

		// aws login.
		"login_session, never begun": {
			env: work, config: "[profile work]\nlogin_session = arn:aws:iam::111111111111:user/me\n",
			says: []string{ofWork + " has no login_session that can be used on this machine", "Run aws login --profile work, then run again."},
		},
		"login_session, refused renewal": {
			env: env{"AWS_PROFILE": "work", "AWS_ENDPOINT_URL_SIGNIN": "SERVER/401/AccessDeniedException"}, config: "[profile work]\nlogin_session = me\n", files: loginToken("me"),
			says: []string{"the login_session of " + ofWork + " has expired", "Run aws login --profile work, then run again."},
		},
		"login_session, no answer": {
			env: env{"AWS_PROFILE": "work", "AWS_ENDPOINT_URL_SIGNIN": "http://127.0.0.1:1"}, config: "[profile work]\nlogin_session = me\n", files: loginToken("me"), block: args{"max_retries": 1},
			says: []string{"the login_session of " + ofWork + " cannot be renewed: no answer from AWS Sign-In", "refused", "Check the network"},
		},

		// credential_process.
		"credential_process that fails": {
			env: work, config: process("exit 3"), says: []string{"credential_process of " + ofWork + " failed: exit status 3", "Run the command of credential_process in a terminal"},
		},
		"credential_process that prints no JSON": {
			env: work, config: process("echo the-secret"), says: []string{"credential_process of " + ofWork + " failed: its output is not the JSON that it must be", `"AccessKeyId"`},
		},
		"credential_process that prints another version": {
			env: work, config: process(`echo '{"Version": 2}'`), says: []string{"credential_process of " + ofWork + " failed: wrong version in process output (not 1)", `"Version": 1`},
		},
		"credential_process that prints expired credentials": {
			env: work, config: process(`echo '{"Version": 1, "AccessKeyId": "AKID", "SecretAccessKey": "the-secret", "Expiration": "2020-01-01T00:00:00Z"}'`),
			says: []string{"credential_process of " + ofWork + " printed credentials that expired at 2020-01-01T00:00:00Z", "Renew what the command of credential_process prints"},
		},
		"credential_process of a source_profile that fails": {
			env: deploy, config: roleOfWork + process("exit 3"), says: []string{"credential_process of " + ofWork + " failed: exit status 3"},
		},

		// White space in a part of the credentials.
		"access_key with a line end": {
			block: args{"access_key": "AKID\n", "secret_key": "the-secret"}, says: []string{"access_key in the provider block has white space", "Remove the white space"},
		},
		"AWS_SECRET_ACCESS_KEY with a line end": {
			env:  env{"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "the-secret\n"},
			says: []string{"AWS_SECRET_ACCESS_KEY in the environment has white space"},
		},
		"aws_secret_access_key with a space": {
			env: work, config: "[profile work]\naws_access_key_id = AKID\naws_secret_access_key = the-secret x\n",
			says: []string{"aws_secret_access_key in " + ofWork + " has white space"},
		},
		"credential_process that prints a key with a space": {
			env: work, config: process(`echo '{"Version": 1, "AccessKeyId": "AKID ", "SecretAccessKey": "the-secret"}'`),
			says: []string{"AccessKeyId in the output of the credential_process of " + ofWork + " has white space"},
		},
		"container with a token that ends in a line end": {
			env:  env{"AWS_CONTAINER_CREDENTIALS_FULL_URI": "SERVER/spaced"},
			says: []string{"the session token of CredentialsEndpointProvider has white space"},
		},

		// Tokens and roles.
		"AWS_WEB_IDENTITY_TOKEN_FILE that is missing": {
			env:  env{"AWS_WEB_IDENTITY_TOKEN_FILE": "HOME/token", "AWS_ROLE_ARN": roleA},
			says: []string{"no AWS credentials were found: open HOME/token: no such file", "AWS_WEB_IDENTITY_TOKEN_FILE"},
		},
		"AWS_WEB_IDENTITY_TOKEN_FILE that STS refuses": {
			env:   env{"AWS_WEB_IDENTITY_TOKEN_FILE": "HOME/.aws/token", "AWS_ROLE_ARN": roleA, "AWS_ENDPOINT_URL_STS": "SERVER/400/ExpiredTokenException"},
			files: map[string]string{"token": "the-secret"},
			says:  []string{"the role " + roleA + " (AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE in the environment) cannot be assumed", "ExpiredTokenException", "must not have expired"},
		},
		"role_arn that STS refuses": {
			env: env{"AWS_PROFILE": "deploy", "AWS_ENDPOINT_URL_STS": "SERVER/403/AccessDenied"}, config: roleOfWork + keys("profile work", "AKID"),
			says: []string{"the role " + roleA + ` (role_arn of the profile "deploy" of HOME/.aws/config) cannot be assumed: STS answered with AccessDenied (HTTP 403`, "sts:AssumeRole", "source_profile"},
		},
		"web_identity_token_file of the block that is missing": {
			block: args{"assume_role_with_web_identity": blocks{{"role_arn": roleA, "web_identity_token_file": "~/token"}}},
			says:  []string{"the role " + roleA + " (assume_role_with_web_identity) cannot be assumed: open HOME/token: no such file", "Correct web_identity_token_file"},
		},

		// credential_source, and the last places to look for credentials.
		"credential_source = Environment without keys": {
			env: work, config: "[profile work]\nrole_arn = " + roleA + "\ncredential_source = Environment\n",
			says: []string{"no AWS credentials were found: static credentials are empty", "AWS_ACCESS_KEY_ID", ofWork},
		},
		"container without credentials": {
			env:   env{"AWS_CONTAINER_CREDENTIALS_FULL_URI": "SERVER/404/NoSuchRole"},
			block: args{"max_retries": 1},
			says:  []string{"the container's credentials endpoint gave none: NoSuchRole: It is refused"},
		},
		"token of the container that is missing": {
			env:  env{"AWS_CONTAINER_CREDENTIALS_FULL_URI": "SERVER/404/None", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "HOME/token"},
			says: []string{"the container's credentials endpoint gave none: open HOME/token: no such file"},
		},
		"instance without a role": {
			block: args{"skip_metadata_api_check": "false", "ec2_metadata_service_endpoint": "SERVER/404/None", "max_retries": 1},
			says:  []string{"no AWS credentials were found: the EC2 metadata service answered with HTTP 404", `the profile "default" of HOME/.aws/config`, "Give the provider credentials"},
		},
		"metadata service behind a proxy": {
			env:   env{"HTTP_PROXY": "SERVER/403/None"},
			block: args{"skip_metadata_api_check": "false", "max_retries": 1},
			says: []string{
				"the EC2 metadata service, the last place to look, was asked through a proxy (http_proxy, HTTP_PROXY), and the EC2 metadata service answered with HTTP 4",
				"NO_PROXY=169.254.169.254", "They were looked for in the environment",
			},
		},
		"nothing in the profile of the block": {
			block: args{"profile": "work"}, config: "[profile work]\n", says: []string{"They were looked for in " + ofWork + ", since the provider block names it"},
		},
		"nothing anywhere": {
			env: env{"AWS_DEFAULT_PROFILE": "nobody"}, config: "[profile work]\n",
			says: []string{
				"no AWS credentials were found: the EC2 metadata service, the last place to look, is switched off",
				`in the profile "nobody" of HOME/.aws/config and HOME/.aws/credentials (which does not exist)`, "Give the provider credentials",
			},
		},
	}
}

// unfitForPeople matches text that no person should read: the names of the SDK's
// layers, and the way Go prints values.
var unfitForPeople = regexp.MustCompile(
	`<nil>|\.\.|: :|%!|the-secret|the-access-token|\b[a-z]+\.[A-Z]\w+|Error\{|api error|failed to|operation error|https response error|get identity|shared config profile field`)

// Each message names the file, the profile and the setting, and says what to do.
func TestProfileFaultsAreExplained(t *testing.T) {
	for name, test := range profileFaults() {
		t.Run(name, func(t *testing.T) {
			said := test.provoke(t)
			if unfit := unfitForPeople.FindString(said); unfit != "" {
				t.Errorf("got the error\n%s\nwant it not to say %q", said, unfit)
			}
			for _, want := range test.says {
				if want = strings.ReplaceAll(want, "HOME", os.Getenv("HOME")); !strings.Contains(said, want) {
					t.Errorf("got the error\n%s\nwant it to say %q", said, want)
				}
			}
		})
	}
}

// provoke configures a provider and lets it make a call. It returns the diagnostic
// that the fault leads to.
func (f profileFault) provoke(t *testing.T) (said string) {
	t.Helper()
	cleanEnv(t, nil)
	fake, url := newFake(t)
	place := strings.NewReplacer("HOME", os.Getenv("HOME"), "SERVER", answering(t))
	for name, value := range f.env {
		t.Setenv(name, place.Replace(value))
	}
	block := args{"region": region, "endpoints": blocks{{"rum": url}}}
	if f.env["AWS_ENDPOINT_URL_STS"] == "" {
		block = keyless(url)
	}
	for name, value := range f.block {
		if text, ok := value.(string); ok {
			value = place.Replace(text)
		}
		block[name] = value
	}
	if f.config != "" {
		home(t, "config", place.Replace(f.config))
	}
	for name, text := range f.files {
		home(t, name, text)
	}

	s := newServer(t)
	diags := s.Configure(t, block)
	if len(diags) == 0 && !f.atStart {
		diags = s.read(t)
	}
	if requests := fake.Requests(); len(requests) > 0 {
		t.Errorf("got the requests %v, want none", requests)
	}
	expect(t, diags)
	return say(diags)
}

// answering starts a service whose answer has the status and the error code at the
// end of its URL, in the form of a REST service or of STS.
func answering(t *testing.T) (url string) {
	t.Helper()
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/spaced" {
			fmt.Fprint(w, `{"AccessKeyId": "AKID", "SecretAccessKey": "the-secret", "Token": "a-session\n", "Expiration": "2999-01-01T00:00:00Z"}`)
			return
		}
		parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/"), "/")
		status, code := http.StatusNotFound, ""
		if _, err := fmt.Sscan(parts[0], &status); err == nil && len(parts) > 1 {
			code = parts[1]
		}
		w.Header().Set("X-Amzn-Errortype", code)
		if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
			w.WriteHeader(status)
			fmt.Fprintf(w, "<ErrorResponse><Error><Code>%s</Code><Message>It is refused.</Message></Error></ErrorResponse>", code)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"code": %q, "message": "It is refused."}`, code)
	}))
	t.Cleanup(service.Close)
	return service.URL
}

// The error about mfa_serial tells people to put a session into the environment.
// That has to work while the profile is still named.
func TestSessionInTheEnvironmentServesAProfileWithMFA(t *testing.T) {
	cleanEnv(t, nil)
	fake, url := newFake(t)
	home(t, "config", roleOfWork+"mfa_serial = the-device\n"+keys("profile work", "OTHER"))
	t.Setenv("AWS_PROFILE", "deploy")
	t.Setenv("AWS_ACCESS_KEY_ID", "AKID")
	t.Setenv("AWS_SECRET_ACCESS_KEY", fakerum.SecretKey)
	configured(t, keyless(url)).mustRead(t)
	if got := last(t, fake).AccessKeyID; got != "AKID" {
		t.Errorf("signed with %s, want AKID", got)
	}
}

// An SSO session that has not expired is used.
func TestSSOSessionSigns(t *testing.T) {
	for name, test := range map[string]struct{ config, key string }{
		"sso-session":                  {ssoProfile, "corp"},
		"sso_start_url in the profile": {ssoLegacy, "https://corp.awsapps.com/start"},
	} {
		t.Run(name, func(t *testing.T) {
			cleanEnv(t, nil)
			fake, url := newFake(t)
			portal := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if got := r.Header.Get("X-Amz-Sso_bearer_token"); got != "the-access-token" {
					t.Errorf("asked with the token %q, want the one of the session", got)
				}
				fmt.Fprintf(w, `{"roleCredentials": {"accessKeyId": "AKID", "secretAccessKey": %q, "sessionToken": "a-session", "expiration": %d}}`,
					fakerum.SecretKey, time.Now().Add(time.Hour).UnixMilli())
			}))
			t.Cleanup(portal.Close)
			t.Setenv("AWS_ENDPOINT_URL_SSO", portal.URL)
			home(t, "config", test.config)
			for file, text := range ssoToken(test.key, time.Now().Add(time.Hour), "") {
				home(t, file, text)
			}
			configured(t, keyless(url).with(args{"profile": "work"})).mustRead(t)
			if got := last(t, fake).AccessKeyID; got != "AKID" {
				t.Errorf("signed with %s, want %s, the key of the role", got, "AKID")
			}
		})
	}
}
