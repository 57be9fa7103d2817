package provider_test

import (
	"context"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

const (
	policy    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"rum:*","Resource":"*"}]}`
	policyARN = "arn:aws:iam::aws:policy/AmazonCloudWatchRUMFullAccess"
)

// asked returns the roles that were assumed, without the credentials that the
// service made for them.
func asked(fake *fakerum.Service) []fakerum.AssumedRole {
	roles := fake.AssumedRoles()
	for i := range roles {
		r := &roles[i]
		if strings.HasPrefix(r.CallerAccessKeyID, "ASIA") {
			r.CallerAccessKeyID = "the role before"
		}
		r.AccessKeyID, r.SecretAccessKey, r.SessionToken, r.Expiration = "", "", "", time.Time{}
	}
	return roles
}

var emptyIsNone = cmpopts.EquateEmpty()

// The chain is the one in the documentation of hashicorp/aws. Its first role has
// every argument.
func TestAssumeRoleChainSendsEveryArgument(t *testing.T) {
	cleanEnv(t, nil)
	fake, url := newFake(t)
	s := configured(t, at(url, "AKID").with(args{"assume_role": blocks{
		{
			"role_arn": roleA, "session_name": "first", "external_id": "an-id", "source_identity": "me@example.com", "duration": "1h30m",
			"policy": policy, "policy_arns": []string{policyARN},
			"tags": args{"Team": "web", "Stage": "prod"}, "transitive_tag_keys": []string{"Team"},
		},
		{"role_arn": roleB},
	}}))
	s.mustRead(t)
	s.readOf(t.Context(), t, other, region) // with the same credentials

	want := []fakerum.AssumedRole{
		{
			Operation: fakerum.OpAssumeRole, CallerAccessKeyID: "AKID",
			RoleARN: roleA, SessionName: "first", ExternalID: "an-id", SourceIdentity: "me@example.com", Duration: 90 * time.Minute,
			Policy: policy, PolicyARNs: []string{policyARN},
			Tags: env{"Team": "web", "Stage": "prod"}, TransitiveTagKeys: []string{"Team"},
		},
		{Operation: fakerum.OpAssumeRole, CallerAccessKeyID: "the role before", RoleARN: roleB, Duration: 15 * time.Minute},
	}
	got := asked(fake)
	if len(got) == 2 && got[1].SessionName != "" {
		got[1].SessionName = "" // the SDK made it
	}
	if diff := cmp.Diff(want, got, emptyIsNone); diff != "" {
		t.Errorf("asked of STS (-want +got):\n%s", diff)
	}
	roles := fake.AssumedRoles()
	if roles[1].CallerAccessKeyID != roles[0].AccessKeyID {
		t.Errorf("the second role was assumed with the key %s, want %s of the first role", roles[1].CallerAccessKeyID, roles[0].AccessKeyID)
	}
	if n := fake.Count(fakerum.OpListRumMetricsDestinations); n != 2 {
		t.Errorf("%d Lists, want 2", n)
	}
	request := last(t, fake)
	if request.Operation != fakerum.OpListRumMetricsDestinations {
		t.Errorf("the last request is %s, want %s", request.Operation, fakerum.OpListRumMetricsDestinations)
	}
	wantSignedBy(t, request, roles[1])
	if got, want := request.Header.Get("X-Amz-Security-Token"), roles[1].SessionToken; got != want {
		t.Errorf("the last request has the session token %q, want %q", got, want)
	}
}

// wantSignedBy checks that a request was signed with the credentials of a role and
// that it succeeded.
func wantSignedBy(t *testing.T, request fakerum.Request, role fakerum.AssumedRole) {
	t.Helper()
	if request.AccessKeyID != role.AccessKeyID {
		t.Errorf("%s was signed with %s, want %s of the last role", request.Operation, request.AccessKeyID, role.AccessKeyID)
	}
	if request.Status != http.StatusOK {
		t.Errorf("%s got the status %d, want %d", request.Operation, request.Status, http.StatusOK)
	}
}

// Empty strings and empty lists mean the same as null.
func TestAssumeRoleSendsNoEmptyArguments(t *testing.T) {
	cleanEnv(t, nil)
	fake, url := newFake(t)
	configured(t, at(url, "AKID").with(args{"assume_role": blocks{{
		"role_arn": roleA, "session_name": "", "external_id": "", "source_identity": "", "duration": "", "policy": "",
		"policy_arns": []any{}, "tags": args{}, "transitive_tag_keys": []any{""},
	}}})).mustRead(t)
	for _, parameter := range []string{"ExternalId", "SourceIdentity", "Policy", "Tags", "TransitiveTagKeys"} {
		if body := fake.Requests()[0].Body; strings.Contains(body, parameter) {
			t.Errorf("the request has %s, want it left out: %s", parameter, body)
		}
	}
}

// A module passes a role on that is null or "" by default, as hashicorp/aws takes it.
func TestASingleRoleThatIsEmptyCountsForNothing(t *testing.T) {
	for name, role := range map[string]args{
		"null": {}, "empty, with other arguments": {"role_arn": "", "session_name": "terraform"},
	} {
		t.Run(name, func(t *testing.T) {
			cleanEnv(t, nil)
			fake, url := newFake(t)
			s := newServer(t)
			expectOne(t, tfprotov6.DiagnosticSeverityWarning, s.Configure(t, at(url, "AKID").with(args{"assume_role": blocks{role}})),
				"No role is assumed", "assume_role has no role_arn", `AttributeName("assume_role")`)
			s.mustRead(t)
			if got := last(t, fake).AccessKeyID; got != "AKID" {
				t.Errorf("signed with %s, want AKID", got)
			}
			if n := fake.Count(fakerum.OpAssumeRole); n != 0 {
				t.Errorf("%d roles were assumed, want none", n)
			}
		})
	}
	t.Run("in a chain", func(t *testing.T) {
		cleanEnv(t, nil)
		diags := newServer(t).Configure(t, args{"region": region, "assume_role": blocks{{"role_arn": roleA}, {"role_arn": ""}}})
		expect(t, diags, "Missing role of a chain", "assume_role 2 of 2 has no role_arn")
	})
}

// In a list, null and "" count for nothing.
func TestEmptyElementsCountForNothing(t *testing.T) {
	cleanEnv(t, nil)
	fake, url := newFake(t)
	fake.Alias("AKID", "111111111111")
	home(t, "more", "[profile unused]\n")
	configured(t, at(url, "AKID").with(args{
		"allowed_account_ids": []any{"", nil, "111111111111"}, "user_agent": []any{"", "team/1.0"},
		"shared_config_files": []any{"", "~/.aws/more", nil}, "shared_credentials_files": []any{""},
		"assume_role": blocks{{"role_arn": "arn:aws:iam::111111111111:role/a", "policy_arns": []any{"", policyARN}}},
	})).mustRead(t)
	if got := asked(fake)[0].PolicyARNs; !slices.Equal(got, []string{policyARN}) {
		t.Errorf("asked for a role with the policies %q, want one", got)
	}
	for _, argument := range []string{"allowed_account_ids", "forbidden_account_ids"} {
		t.Run("nothing left of "+argument, func(t *testing.T) {
			s := newServer(t)
			expectOne(t, tfprotov6.DiagnosticSeverityWarning, s.Configure(t, at(url, "AKID").with(args{argument: []string{""}})),
				"No AWS account is checked", argument+" has empty elements only")
			s.mustRead(t)
		})
	}
}

// STS would quote a secret in its error.
func TestArgumentOfTheWrongFormIsRefused(t *testing.T) {
	cleanEnv(t, nil)
	for argument, wrong := range map[string]string{
		"assume_role[0].policy":                               "notjson",
		"assume_role[0].external_id":                          "a secret",
		"assume_role_with_web_identity[0].policy":             "notjson",
		"assume_role_with_web_identity[0].web_identity_token": "tok",
	} {
		t.Run(argument, func(t *testing.T) {
			block, name, _ := strings.Cut(argument, "[0].")
			diags := newServer(t).Configure(t, args{"region": region, block: blocks{{"role_arn": roleA, name: wrong}}})
			expect(t, diags, argument+" must be")
			if name != "policy" {
				expectUnsaid(t, diags, "a secret", `"tok"`)
			}
		})
	}
}

// When the credentials of the last role have expired, the whole chain is assumed
// anew.
func TestExpiredRoleCredentialsAreRenewed(t *testing.T) {
	cleanEnv(t, nil)
	fake, url := newFake(t)
	s := configured(t, at(url, "AKID").with(args{"assume_role": blocks{{"role_arn": roleA}, {"role_arn": roleB}}}))
	fake.Behave(func(b *fakerum.Behavior) { b.SessionDuration = time.Nanosecond })
	s.read(t) // is refused, because its credentials have expired when it arrives
	fake.Behave(func(b *fakerum.Behavior) { b.SessionDuration = 0 })
	s.mustRead(t)
	roles := fake.AssumedRoles()
	wantSignedBy(t, last(t, fake), roles[len(roles)-1])
}

// The role of the profile is assumed before the roles of the block.
func TestRoleOfTheProfileIsAssumedFirst(t *testing.T) {
	cleanEnv(t, nil)
	fake, url := newFake(t)
	home(t, "config", keys("default", "AKID")+"[profile team]\nsource_profile = default\nrole_arn = "+roleA+"\nrole_session_name = of-profile\nexternal_id = theirs\n")
	t.Setenv("AWS_ENDPOINT_URL_STS", url)
	configured(t, keyless(url).with(args{"profile": "team", "assume_role": blocks{{"role_arn": roleB, "session_name": "of-block"}}})).mustRead(t)
	want := []fakerum.AssumedRole{
		{Operation: fakerum.OpAssumeRole, CallerAccessKeyID: "AKID", RoleARN: roleA, SessionName: "of-profile", ExternalID: "theirs", Duration: 15 * time.Minute},
		{Operation: fakerum.OpAssumeRole, CallerAccessKeyID: "the role before", RoleARN: roleB, SessionName: "of-block", Duration: 15 * time.Minute},
	}
	if diff := cmp.Diff(want, asked(fake), emptyIsNone); diff != "" {
		t.Errorf("asked of STS (-want +got):\n%s", diff)
	}
}

func TestAssumeRoleErrorSaysWhatFailed(t *testing.T) {
	chain := args{"assume_role": blocks{{"role_arn": roleA}, {"role_arn": roleB, "external_id": "hidden-id"}}}
	denied := "User: arn:aws:sts::111111111111:assumed-role/a/x is not authorized to perform: sts:AssumeRole on resource: " + roleB
	second := func(r fakerum.Request) bool { return strings.Contains(r.Body, "deep") }
	for name, test := range map[string]struct {
		block args
		fault fakerum.Fault
		says  []string
	}{
		"second role refused": {
			fault: fakerum.Fault{Match: second, Status: http.StatusForbidden, Code: "AccessDenied", Message: denied},
			says: []string{
				"Cannot read RUM metrics destinations", "the role " + roleB + " (assume_role 2 of 2) cannot be assumed",
				"STS answered with AccessDenied (HTTP 403, request ID ", denied + ".", "sts:AssumeRole on " + roleB, "trust policy",
			},
		},
		"first role refused": {
			fault: fakerum.Fault{Status: http.StatusForbidden, Code: "AccessDenied", Message: "no."},
			says:  []string{"the role " + roleA + " (assume_role 1 of 2) cannot be assumed", ": no.\n", "sts:AssumeRole on " + roleA},
		},
		"caller's session has expired": {
			fault: fakerum.Fault{Status: http.StatusForbidden, Code: "ExpiredToken", Message: "The security token included in the request is expired"},
			says:  []string{"assume_role 1 of 2", "STS does not accept the credentials"},
		},
		"STS not active in the region": {
			fault: fakerum.Fault{Status: http.StatusForbidden, Code: "RegionDisabledException", Message: "STS is not activated in this region"},
			says:  []string{"assume_role 1 of 2", "sts_region"},
		},
		"malformed policy": {
			fault: fakerum.Fault{Status: http.StatusBadRequest, Code: "MalformedPolicyDocument", Message: "The policy is not in the valid JSON format."},
			says:  []string{"MalformedPolicyDocument", "The policy is not in the valid JSON format.", "Correct the argument"},
		},
		"wrong secret": {
			block: args{"secret_key": "wrong"},
			fault: fakerum.Fault{Operation: fakerum.OpGetAppMonitor, Drop: true}, // which nothing asks for
			says:  []string{"assume_role 1 of 2", "SignatureDoesNotMatch", "STS does not accept the credentials"},
		},
		"STS throttles to the end": {
			block: args{"max_retries": 2},
			fault: fakerum.Fault{Status: http.StatusBadRequest, Code: "Throttling", Message: "Rate exceeded"},
			says:  []string{"STS answered with Throttling", "Run again later"},
		},
		"a proxy answers": {
			block: args{"max_retries": 1},
			fault: fakerum.Fault{Status: http.StatusBadGateway, ContentType: "text/html", Body: "<html><body>502</body></html>"},
			says:  []string{"the role " + roleA, "the answer (HTTP 502) is not from STS", "the proxy settings"},
		},
		"nothing listens": {
			block: args{"max_retries": 1, "endpoints": blocks{{"rum": "http://127.0.0.1:1", "sts": "http://127.0.0.1:1"}}},
			fault: fakerum.Fault{Operation: fakerum.OpGetAppMonitor, Drop: true},
			says:  []string{"the role " + roleA, "no answer from STS", "connection refused", "AWS_ENDPOINT_URL_STS"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			cleanEnv(t, nil)
			fake, url := newFake(t)
			if test.fault.Operation == "" {
				test.fault.Operation = fakerum.OpAssumeRole
			}
			fake.Inject(test.fault)
			diags := configured(t, at(url, "AKID").with(chain).with(test.block)).read(t)
			expect(t, diags, test.says...)
			expectUnsaid(t, diags, "hidden-id")
			if n := fake.Count(fakerum.OpListRumMetricsDestinations); n != 0 {
				t.Errorf("CloudWatch RUM was asked %d times, want none", n)
			}
		})
	}
}

func TestWebIdentityComesFromBlockOrEnvironment(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), "token"), "token of a file")
	of := func(token string) fakerum.AssumedRole {
		return fakerum.AssumedRole{Operation: fakerum.OpAssumeRoleWithWebIdentity, RoleARN: roleA, SessionName: "session", WebIdentityToken: token, Duration: time.Hour}
	}
	every := of("token of the block")
	every.Duration, every.Policy, every.PolicyARNs = 20*time.Minute, policy, []string{policyARN}
	role := args{"role_arn": roleA, "session_name": "session"}
	for name, test := range map[string]struct {
		block args
		env   env
		want  fakerum.AssumedRole
	}{
		"token, and every argument": {
			role.with(args{"web_identity_token": "token of the block", "duration": "20m", "policy": policy, "policy_arns": []string{policyARN}}), nil, every,
		},
		"file with a variable": {role.with(args{"web_identity_token_file": "$TOKEN_FILE"}), env{"TOKEN_FILE": file}, of("token of a file")},
		"all by environment": {
			args{}, env{"AWS_ROLE_ARN": roleA, "AWS_ROLE_SESSION_NAME": "session", "AWS_WEB_IDENTITY_TOKEN_FILE": file}, of("token of a file"),
		},
		"token of the environment over its file": {
			role, env{"TF_AWS_WEB_IDENTITY_TOKEN": "token of the environment", "AWS_WEB_IDENTITY_TOKEN_FILE": file}, of("token of the environment"),
		},
		"file over the environment": {
			role.with(args{"web_identity_token_file": file}),
			env{"AWS_ROLE_ARN": roleB, "AWS_ROLE_SESSION_NAME": "other", "TF_AWS_WEB_IDENTITY_TOKEN": "token of the environment"}, of("token of a file"),
		},
		"token over the environment": {
			role.with(args{"web_identity_token": "token of the block"}),
			env{"TF_AWS_WEB_IDENTITY_TOKEN": "token of the environment", "AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere"}, of("token of the block"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			cleanEnv(t, test.env)
			fake, url := newFake(t)
			configured(t, keyless(url).with(args{
				"assume_role_with_web_identity": blocks{test.block}, "assume_role": blocks{{"role_arn": roleB, "session_name": "second"}},
			})).mustRead(t)
			second := fakerum.AssumedRole{Operation: fakerum.OpAssumeRole, CallerAccessKeyID: "the role before", RoleARN: roleB, SessionName: "second", Duration: 15 * time.Minute}
			if diff := cmp.Diff([]fakerum.AssumedRole{test.want, second}, asked(fake), emptyIsNone); diff != "" {
				t.Errorf("asked of STS (-want +got):\n%s", diff)
			}
			wantSignedBy(t, last(t, fake), fake.AssumedRoles()[1])
		})
	}

	for name, test := range map[string]struct {
		block args
		says  []string
	}{
		"no role":        {args{"web_identity_token": "token"}, []string{"Missing role of a web identity", "AWS_ROLE_ARN", `AttributeName("role_arn")`}},
		"no token":       {args{"role_arn": roleA}, []string{"Missing token of a web identity", "TF_AWS_WEB_IDENTITY_TOKEN", "AWS_WEB_IDENTITY_TOKEN_FILE"}},
		"token and file": {role.with(args{"web_identity_token": "token", "web_identity_token_file": file}), []string{"web_identity_token_file"}},
	} {
		t.Run(name, func(t *testing.T) {
			cleanEnv(t, nil)
			expect(t, newServer(t).Configure(t, args{"region": region, "assume_role_with_web_identity": blocks{test.block}}), test.says...)
		})
	}

	t.Run("refused", func(t *testing.T) {
		cleanEnv(t, nil)
		fake, url := newFake(t)
		fake.Inject(fakerum.Fault{Operation: fakerum.OpAssumeRoleWithWebIdentity, Status: http.StatusBadRequest, Code: "ExpiredTokenException", Message: "Token expired"})
		diags := configured(t, keyless(url).with(args{"assume_role_with_web_identity": blocks{{"role_arn": roleA, "web_identity_token": "secret-token"}}})).read(t)
		expect(t, diags, "the role "+roleA, "STS answered with ExpiredTokenException (HTTP 400", "Token expired.", "must not have expired", "issuer, audience and subject")
		expectUnsaid(t, diags, "secret-token")
	})
}

func TestWrongAccountIsRefused(t *testing.T) {
	const account, other = "111111111111", "222222222222"
	for name, test := range map[string]struct {
		block args
		fault *fakerum.Fault
		asked int
		says  []string
	}{
		"empty lists": {args{"allowed_account_ids": []string{}, "forbidden_account_ids": nil}, nil, 0, nil},
		"allowed":     {args{"allowed_account_ids": []string{other, account}}, nil, 1, nil},
		"not allowed": {args{"allowed_account_ids": []string{other}}, nil, 1, []string{"Wrong AWS account", account, other, "arn:aws:iam::111111111111:user/AKID", `AttributeName("allowed_account_ids")`}},
		"forbidden":   {args{"forbidden_account_ids": []string{account, other}}, nil, 1, []string{"Wrong AWS account", account, other, `AttributeName("forbidden_account_ids")`}},
		"of the role": {
			args{"allowed_account_ids": []string{account}, "assume_role": blocks{{"role_arn": roleB, "session_name": "mine"}}}, nil, 1,
			[]string{"Wrong AWS account", account, other, "arn:aws:sts::222222222222:assumed-role/b/mine"},
		},
		"role refused": {
			args{"allowed_account_ids": []string{account}, "assume_role": blocks{{"role_arn": roleB}}},
			&fakerum.Fault{Operation: fakerum.OpAssumeRole, Status: http.StatusForbidden, Code: "AccessDenied", Message: "no"}, 0,
			[]string{"Cannot tell which AWS account", "the role " + roleB + " (assume_role 1 of 1) cannot be assumed", "AccessDenied", "trust policy"},
		},
		"STS refuses": {
			args{"allowed_account_ids": []string{account}},
			&fakerum.Fault{Operation: fakerum.OpGetCallerIdentity, Status: http.StatusForbidden, Code: "InvalidClientTokenId", Message: "The security token included in the request is invalid."}, 1,
			[]string{"Cannot tell which AWS account", "STS answered with InvalidClientTokenId (HTTP 403, request ID ", "STS does not accept the credentials"},
		},
		"no STS": {
			args{"allowed_account_ids": []string{account}, "max_retries": 1, "endpoints": blocks{{"sts": "http://127.0.0.1:1"}}}, nil, 0,
			[]string{"Cannot tell which AWS account", "no answer from STS", "refused", "AWS_ENDPOINT_URL_STS"},
		},
		"both":         {args{"allowed_account_ids": []string{account}, "forbidden_account_ids": []string{other}}, nil, 0, []string{"forbidden_account_ids"}},
		"not a number": {args{"allowed_account_ids": []string{"12"}}, nil, 0, []string{"AWS account ID", "12 digits"}},
	} {
		t.Run(name, func(t *testing.T) {
			cleanEnv(t, nil)
			fake, url := newFake(t)
			fake.Alias("AKID", account)
			if test.fault != nil {
				fake.Inject(*test.fault)
			}
			s := newServer(t)
			diags := s.Configure(t, at(url, "AKID").with(test.block))
			if len(diags) == 2 { // of two arguments that conflict, each has an error about the other
				diags = diags[:1]
			}
			switch {
			case test.says != nil:
				expect(t, diags, test.says...)
			case len(diags) > 0:
				t.Fatal(say(diags))
			default:
				s.mustRead(t)
			}
			if n := fake.Count(fakerum.OpGetCallerIdentity); n != test.asked {
				t.Errorf("STS was asked %d times, want %d", n, test.asked)
			}
		})
	}

	t.Run("no credentials", func(t *testing.T) {
		cleanEnv(t, nil)
		expect(t, newServer(t).Configure(t, args{"region": region, "allowed_account_ids": []string{account}}),
			"Cannot tell which AWS account", "no AWS credentials were found", "They were looked for in the environment")
	})
	t.Run("unreadable answer", func(t *testing.T) {
		cleanEnv(t, nil)
		page := newProxy(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("<html>Sign in</html>")) }))
		expect(t, newServer(t).Configure(t, at(page.URL, "AKID").with(args{"allowed_account_ids": []string{account}, "max_retries": 1})),
			"Cannot tell which AWS account")
	})
}

// Some CLIs tell the provider of an interrupt while they configure it. An interrupt ends
// each wait for STS at once, and is no lack of credentials.
func TestInterruptEndsAWaitForSTS(t *testing.T) {
	for name, test := range map[string]struct {
		operation string
		block     args
	}{
		"check of the account": {fakerum.OpGetCallerIdentity, args{"allowed_account_ids": []string{"111111111111"}}},
		"role":                 {fakerum.OpAssumeRole, args{"assume_role": blocks{{"role_arn": roleA}}}},
		"role for the check":   {fakerum.OpAssumeRole, args{"assume_role": blocks{{"role_arn": roleA}}, "allowed_account_ids": []string{"111111111111"}}},
	} {
		t.Run(name, func(t *testing.T) {
			cleanEnv(t, nil)
			fake, url := newFake(t)
			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()
			fake.Inject(fakerum.Fault{Operation: test.operation, Delay: time.Hour, Match: func(fakerum.Request) bool {
				interrupt()
				return true
			}})
			s := newServer(t)
			start := time.Now()
			resp, err := s.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{
				Config: acctest.Object(t, s.Schema.Provider.ValueType(), at(url, "AKID").with(test.block)),
			})
			if err != nil {
				t.Fatal(err)
			}
			diags := resp.Diagnostics
			if len(diags) == 0 {
				diags = s.readOf(ctx, t, web, region)
			}
			expect(t, diags, "interrupted")
			expectUnsaid(t, diags, "cannot be assumed", "network")
			if took := time.Since(start); took > 10*time.Second { // without the interrupt, checkLimit ends the check after 30s
				t.Errorf("took %s, want at most 10s", took)
			}
		})
	}
}
