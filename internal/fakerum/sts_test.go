package fakerum_test

import (
	"cmp"
	"encoding/xml"
	"errors"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/aws/smithy-go"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

const (
	firstRole  = "arn:aws:iam::111122223333:role/first"
	secondRole = "arn:aws-us-gov:iam::444455556666:role/path/to/second"
)

func (f fake) stsClient(accessKeyID, secret, token string) *sts.Client {
	return sts.New(sts.Options{
		BaseEndpoint: aws.String(f.endpoint),
		Region:       region,
		Credentials:  credentials.NewStaticCredentialsProvider(accessKeyID, secret, token),
		Retryer:      aws.NopRetryer{},
	})
}

// stsAs returns a client with the credentials of an assumed role.
func (f fake) stsAs(c *types.Credentials) *sts.Client {
	return f.stsClient(*c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken)
}

func (f fake) assumeRole(t *testing.T, caller *sts.Client, role string) *types.Credentials {
	t.Helper()
	out, err := caller.AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: &role, RoleSessionName: aws.String("session")})
	wantOK(t, err)
	return out.Credentials
}

func TestRoleCredentialsAssumeTheNextRole(t *testing.T) {
	f := serve(t)
	first, err := f.stsClient(key, fakerum.SecretKey, "").AssumeRole(t.Context(), &sts.AssumeRoleInput{
		RoleArn:           aws.String(firstRole),
		RoleSessionName:   aws.String("one@example"),
		ExternalId:        aws.String("external:1"),
		SourceIdentity:    aws.String("alice"),
		Policy:            aws.String(`{"Version":"2012-10-17"}`),
		PolicyArns:        []types.PolicyDescriptorType{{Arn: aws.String("arn:aws:iam::aws:policy/A")}, {Arn: aws.String("arn:aws:iam::aws:policy/B")}},
		Tags:              []types.Tag{{Key: aws.String("team"), Value: aws.String("web")}, {Key: aws.String("empty"), Value: aws.String("")}},
		TransitiveTagKeys: []string{"team", "empty"},
		DurationSeconds:   aws.Int32(1800),
	})
	wantOK(t, err)
	if *first.AssumedRoleUser.Arn != "arn:aws:sts::111122223333:assumed-role/first/one@example" || *first.SourceIdentity != "alice" {
		t.Errorf("assumed %s with source identity %s, want first/one@example with alice", *first.AssumedRoleUser.Arn, *first.SourceIdentity)
	}
	if left := time.Until(*first.Credentials.Expiration); left < 29*time.Minute || left > 30*time.Minute {
		t.Errorf("the credentials last %s, want 29 to 30 minutes", left)
	}
	second := f.assumeRole(t, f.stsAs(first.Credentials), secondRole)

	// The credentials of the last role give access to RUM in the role's account.
	last := client(f.endpoint, *second.AccessKeyId, *second.SecretAccessKey, *second.SessionToken, region)
	f.In("444455556666", region).CreateMonitor("web")
	listed, err := last.ListAppMonitors(t.Context(), nil)
	wantOK(t, err)
	if len(listed.AppMonitorSummaries) != 1 {
		t.Errorf("%d app monitors, want 1", len(listed.AppMonitorSummaries))
	}
	identity, err := f.stsAs(second).GetCallerIdentity(t.Context(), nil)
	wantOK(t, err)
	if *identity.Account != "444455556666" || *identity.Arn != "arn:aws-us-gov:sts::444455556666:assumed-role/second/session" {
		t.Errorf("identity = %s, %s, want the role second of account 444455556666", *identity.Account, *identity.Arn)
	}

	want := []fakerum.AssumedRole{{
		Operation: fakerum.OpAssumeRole, CallerAccessKeyID: key, RoleARN: firstRole, SessionName: "one@example", ExternalID: "external:1",
		SourceIdentity: "alice", Policy: `{"Version":"2012-10-17"}`, PolicyARNs: []string{"arn:aws:iam::aws:policy/A", "arn:aws:iam::aws:policy/B"},
		Tags: map[string]string{"team": "web", "empty": ""}, TransitiveTagKeys: []string{"team", "empty"}, Duration: 30 * time.Minute,
	}, {
		Operation: fakerum.OpAssumeRole, CallerAccessKeyID: *first.Credentials.AccessKeyId, RoleARN: secondRole, SessionName: "session",
		Tags: map[string]string{}, Duration: time.Hour,
	}}
	wantRoles(t, f, want, first.Credentials, second)
}

// wantRoles compares the roles that clients assumed. Those wanted get the credentials of
// the answers.
func wantRoles(t *testing.T, f fake, want []fakerum.AssumedRole, answers ...*types.Credentials) {
	t.Helper()
	got := f.AssumedRoles()
	for i, c := range answers {
		want[i].AccessKeyID, want[i].SecretAccessKey, want[i].SessionToken = *c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken
		if i < len(got) {
			want[i].Expiration = got[i].Expiration
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("roles = %+v\nwant %+v", got, want)
	}
}

func TestWebIdentityGetsRoleCredentials(t *testing.T) {
	f := serve(t)
	out, err := sts.New(sts.Options{BaseEndpoint: aws.String(f.endpoint), Region: region}).AssumeRoleWithWebIdentity(t.Context(), &sts.AssumeRoleWithWebIdentityInput{
		RoleArn: aws.String(firstRole), RoleSessionName: aws.String("ci"), WebIdentityToken: aws.String("header.claims.signature"),
		DurationSeconds: aws.Int32(43200), Policy: aws.String("{}"), PolicyArns: []types.PolicyDescriptorType{{Arn: aws.String("arn:aws:iam::aws:policy/A")}},
	})
	wantOK(t, err)
	identity, err := f.stsAs(out.Credentials).GetCallerIdentity(t.Context(), nil)
	wantOK(t, err)
	if *identity.Arn != *out.AssumedRoleUser.Arn {
		t.Errorf("identity = %s, want %s", *identity.Arn, *out.AssumedRoleUser.Arn)
	}
	wantRoles(t, f, []fakerum.AssumedRole{{
		Operation: fakerum.OpAssumeRoleWithWebIdentity, RoleARN: firstRole, SessionName: "ci", WebIdentityToken: "header.claims.signature",
		Policy: "{}", PolicyARNs: []string{"arn:aws:iam::aws:policy/A"}, Tags: map[string]string{}, Duration: 12 * time.Hour,
	}}, out.Credentials)
}

func TestRoleCredentialsAreVerified(t *testing.T) {
	f := serve(t)
	good := f.assumeRole(t, f.stsClient(key, fakerum.SecretKey, ""), firstRole)
	f.Behave(func(b *fakerum.Behavior) { b.SessionDuration = -time.Second })
	expired := f.assumeRole(t, f.stsClient(key, fakerum.SecretKey, ""), firstRole)

	for name, test := range map[string]struct {
		credentials           *types.Credentials
		secret, token         *string
		rumCode, stsErrorCode string
	}{
		"good":           {credentials: good},
		"expired":        {credentials: expired, rumCode: "ExpiredTokenException", stsErrorCode: "ExpiredToken"},
		"other's token":  {credentials: good, token: expired.SessionToken, rumCode: "UnrecognizedClientException", stsErrorCode: "InvalidClientTokenId"},
		"no token":       {credentials: good, token: new(string), rumCode: "UnrecognizedClientException", stsErrorCode: "InvalidClientTokenId"},
		"other's secret": {credentials: good, secret: expired.SecretAccessKey, rumCode: "InvalidSignatureException", stsErrorCode: "SignatureDoesNotMatch"},
		"default secret": {credentials: good, secret: aws.String(fakerum.SecretKey), rumCode: "InvalidSignatureException", stsErrorCode: "SignatureDoesNotMatch"},
	} {
		t.Run(name, func(t *testing.T) {
			secret, token := cmp.Or(test.secret, test.credentials.SecretAccessKey), cmp.Or(test.token, test.credentials.SessionToken)
			_, err := client(f.endpoint, *test.credentials.AccessKeyId, *secret, *token, region).ListAppMonitors(t.Context(), nil)
			_, stsErr := f.stsClient(*test.credentials.AccessKeyId, *secret, *token).GetCallerIdentity(t.Context(), nil)
			if test.rumCode == "" {
				wantOK(t, err)
				wantOK(t, stsErr)
				return
			}
			wantError(t, err, http.StatusForbidden, test.rumCode)
			wantError(t, stsErr, http.StatusForbidden, test.stsErrorCode)
		})
	}
}

func TestCallerIdentityHasTheAccountOfTheKey(t *testing.T) {
	f := serve(t)
	f.Alias("AKIANUMBER", "111122223333")
	f.Alias("AKIANAME", "shop")
	accounts := map[string]string{}
	for _, accessKeyID := range []string{key, "AKIANUMBER", "AKIANAME", "shop", "444455556666"} {
		out, err := f.stsClient(accessKeyID, fakerum.SecretKey, "").GetCallerIdentity(t.Context(), nil)
		wantOK(t, err)
		account := *out.Account
		if want := "arn:aws:iam::" + account + ":user/" + accessKeyID; !regexp.MustCompile(`^\d{12}$`).MatchString(account) || *out.Arn != want || *out.UserId == "" {
			t.Errorf("identity = %s with ID %q, want %s with an ID and twelve digits", *out.Arn, *out.UserId, want)
		}
		accounts[accessKeyID] = account
	}
	if accounts["AKIANUMBER"] != "111122223333" || accounts["444455556666"] != "444455556666" || accounts["AKIANAME"] != accounts["shop"] || accounts[key] == accounts["shop"] {
		t.Errorf("accounts = %v, want numbers as they are, one account for AKIANAME and shop, and a different one for %s", accounts, key)
	}
}

func TestInvalidAssumeRoleRequestsAreRefused(t *testing.T) {
	f := serve(t)
	plain := f.stsClient(key, fakerum.SecretKey, "")
	chained := f.stsAs(f.assumeRole(t, plain, firstRole))
	for name, test := range map[string]struct {
		caller  *sts.Client
		edit    func(*sts.AssumeRoleInput)
		refused bool
	}{
		"good":             {plain, func(*sts.AssumeRoleInput) {}, false},
		"no role":          {plain, func(in *sts.AssumeRoleInput) { in.RoleArn = aws.String("") }, true},
		"no role ARN":      {plain, func(in *sts.AssumeRoleInput) { in.RoleArn = aws.String("arn:aws:iam::111122223333:user/first") }, true},
		"short name":       {plain, func(in *sts.AssumeRoleInput) { in.RoleSessionName = aws.String("a") }, true},
		"long name":        {plain, func(in *sts.AssumeRoleInput) { in.RoleSessionName = aws.String(strings.Repeat("a", 65)) }, true},
		"bad name":         {plain, func(in *sts.AssumeRoleInput) { in.RoleSessionName = aws.String("a b") }, true},
		"bad external ID":  {plain, func(in *sts.AssumeRoleInput) { in.ExternalId = aws.String("a b") }, true},
		"bad identity":     {plain, func(in *sts.AssumeRoleInput) { in.SourceIdentity = aws.String("a:b") }, true},
		"long policy":      {plain, func(in *sts.AssumeRoleInput) { in.Policy = aws.String(strings.Repeat("a", 2049)) }, true},
		"short":            {plain, func(in *sts.AssumeRoleInput) { in.DurationSeconds = aws.Int32(899) }, true},
		"shortest":         {plain, func(in *sts.AssumeRoleInput) { in.DurationSeconds = aws.Int32(900) }, false},
		"longest":          {plain, func(in *sts.AssumeRoleInput) { in.DurationSeconds = aws.Int32(43200) }, false},
		"long":             {plain, func(in *sts.AssumeRoleInput) { in.DurationSeconds = aws.Int32(43201) }, true},
		"longest in chain": {chained, func(in *sts.AssumeRoleInput) { in.DurationSeconds = aws.Int32(3600) }, false},
		"long in a chain":  {chained, func(in *sts.AssumeRoleInput) { in.DurationSeconds = aws.Int32(3601) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			in := &sts.AssumeRoleInput{RoleArn: aws.String(secondRole), RoleSessionName: aws.String("session")}
			test.edit(in)
			before := len(f.AssumedRoles())
			_, err := test.caller.AssumeRole(t.Context(), in)
			if test.refused {
				wantError(t, err, http.StatusBadRequest, "ValidationError")
			} else {
				wantOK(t, err)
			}
			if assumed := len(f.AssumedRoles()) > before; assumed == test.refused {
				t.Errorf("assumed = %t, want %t", assumed, !test.refused)
			}
		})
	}
	_, err := plain.AssumeRoleWithWebIdentity(t.Context(), &sts.AssumeRoleWithWebIdentityInput{
		RoleArn: aws.String(firstRole), RoleSessionName: aws.String("ci"), WebIdentityToken: aws.String("abc"),
	})
	wantError(t, err, http.StatusBadRequest, "ValidationError")
}

func TestFaultsApplyToSTS(t *testing.T) {
	f := serve(t)
	// The fault refuses the second role of a chain.
	f.Inject(fakerum.Fault{
		Operation: fakerum.OpAssumeRole, Status: http.StatusForbidden, Code: "AccessDenied", Message: "not <you>",
		Match: func(r fakerum.Request) bool { return strings.Contains(r.Body, "444455556666") },
	})
	first := f.assumeRole(t, f.stsClient(key, fakerum.SecretKey, ""), firstRole)
	_, err := f.stsAs(first).AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: aws.String(secondRole), RoleSessionName: aws.String("session")})
	wantError(t, err, http.StatusForbidden, "AccessDenied")
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok || api.ErrorMessage() != "not <you>" {
		t.Errorf("err = %v, want the message \"not <you>\"", err)
	}
}

func TestSTSAnswersAreXML(t *testing.T) {
	f := serve(t)
	type anyAnswer struct {
		XMLName   xml.Name
		RequestID string `xml:"ResponseMetadata>RequestId"`
		ErrorID   string `xml:"RequestId"`
		Type      string `xml:"Error>Type"`
		Code      string `xml:"Error>Code"`
	}
	unsigned := []func(*http.Request){func(r *http.Request) { r.Header.Del("Authorization") }}
	const identity, assume = "Action=GetCallerIdentity&Version=2011-06-15", "Action=AssumeRole&Version=2011-06-15"
	for name, test := range map[string]struct {
		service, body    string
		edits            []func(*http.Request)
		fault            fakerum.Fault
		status           int
		root, side, code string
	}{
		"good":          {service: "sts", body: identity, status: 200, root: "GetCallerIdentityResponse"},
		"unsigned":      {service: "sts", body: identity, edits: unsigned, status: 403, root: "ErrorResponse", side: "Sender", code: "MissingAuthenticationToken"},
		"other service": {service: "rum", body: identity, status: 403, root: "ErrorResponse", side: "Sender", code: "SignatureDoesNotMatch"},
		"no members":    {service: "sts", body: assume, status: 400, root: "ErrorResponse", side: "Sender", code: "ValidationError"},
		"fault":         {service: "sts", body: identity, fault: fakerum.Fault{Status: 500, Code: "InternalFailure"}, status: 500, root: "ErrorResponse", side: "Receiver", code: "InternalFailure"},
	} {
		t.Run(name, func(t *testing.T) {
			if test.fault.Status != 0 {
				defer f.Inject(test.fault)()
			}
			resp, body := f.sendAt(time.Now(), test.service, http.MethodPost, "/", test.body, test.edits...)
			var got anyAnswer
			wantOK(t, xml.Unmarshal([]byte(body), &got))
			id := resp.Header.Get("X-Amzn-Requestid")
			if resp.StatusCode != test.status || got.XMLName.Local != test.root || got.Type != test.side || got.Code != test.code ||
				got.XMLName.Space != "https://sts.amazonaws.com/doc/2011-06-15/" || resp.Header.Get("Content-Type") != "text/xml" {
				t.Errorf("answer = %d %v\n%s\nwant %d %s %s %s as XML", resp.StatusCode, resp.Header, body, test.status, test.root, test.side, test.code)
			}
			if id == "" || got.RequestID+got.ErrorID != id {
				t.Errorf("request ID in the header = %q, want the one of the body: %+v", id, got)
			}
		})
	}
}
