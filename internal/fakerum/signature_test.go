package fakerum_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

func TestSecretOfTheAccessKeyIsVerified(t *testing.T) {
	f := serve(t)
	f.SetSecret("AKIAOWN", "its own")
	for name, test := range map[string]struct {
		accessKeyID, secret, token string
		refused                    bool
	}{
		"any key":              {accessKeyID: "any", secret: fakerum.SecretKey},
		"any key with a token": {accessKeyID: "any", secret: fakerum.SecretKey, token: "token/+="},
		"any key, wrong":       {accessKeyID: "any", secret: "wrong", refused: true},
		"own":                  {accessKeyID: "AKIAOWN", secret: "its own"},
		"own, the default":     {accessKeyID: "AKIAOWN", secret: fakerum.SecretKey, refused: true},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := client(f.endpoint, test.accessKeyID, test.secret, test.token, region).ListAppMonitors(t.Context(), nil)
			if test.refused {
				wantError(t, err, http.StatusForbidden, "InvalidSignatureException")
				return
			}
			wantOK(t, err)
		})
	}

	// A new secret takes effect at once.
	own := client(f.endpoint, "AKIAOWN", "its own", "", region)
	_, err := own.ListAppMonitors(t.Context(), nil)
	wantOK(t, err)
	f.SetSecret("AKIAOWN", "changed")
	_, err = own.ListAppMonitors(t.Context(), nil)
	wantError(t, err, http.StatusForbidden, "InvalidSignatureException")
}

func TestSignatureIsVerified(t *testing.T) {
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	inAuthorization := func(old, replacement string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), old, replacement, 1))
		}
	}
	for name, test := range map[string]struct {
		edit func(*http.Request)
		code string
	}{
		"untouched":         {func(*http.Request) {}, ""},
		"unsigned header":   {header("X-Unsigned", "anything"), ""},
		"unsigned":          {func(r *http.Request) { r.Header.Del("Authorization") }, "MissingAuthenticationTokenException"},
		"not SigV4":         {header("Authorization", "Bearer token"), "IncompleteSignatureException"},
		"no signature":      {inAuthorization("Signature=", "Sig="), "IncompleteSignatureException"},
		"no signed headers": {inAuthorization("SignedHeaders=", "Signed="), "IncompleteSignatureException"},
		"no scope":          {inAuthorization("/aws4_request", ""), "IncompleteSignatureException"},
		"empty region":      {inAuthorization("/"+region+"/", "//"), "IncompleteSignatureException"},
		"no date":           {func(r *http.Request) { r.Header.Del("X-Amz-Date") }, "IncompleteSignatureException"},
		"other date":        {header("X-Amz-Date", time.Now().Add(-time.Minute).UTC().Format("20060102T150405Z")), "InvalidSignatureException"},
		"other region":      {inAuthorization(region, "us-east-1"), "InvalidSignatureException"},
		"other key":         {inAuthorization(key, "AKIAOTHER"), ""}, // has the same secret, and the signature does not cover the key ID
		"other path":        {func(r *http.Request) { r.URL.Path = "/rummetrics/api/metricsdestination" }, "InvalidSignatureException"},
		"other query":       {func(r *http.Request) { r.URL.RawQuery = "maxResults=2" }, "InvalidSignatureException"},
		"other body": {func(r *http.Request) {
			r.Body = io.NopCloser(strings.NewReader(`{"Destination":"CloudWatch"} `))
			r.ContentLength = -1
		}, "InvalidSignatureException"},
		"other host":          {func(r *http.Request) { r.Host = "example.com" }, "InvalidSignatureException"},
		"fewer signed":        {inAuthorization("host;", ""), "InvalidSignatureException"},
		"other signed header": {header("Content-Type", "text/plain"), "InvalidSignatureException"},
	} {
		t.Run(name, func(t *testing.T) {
			f := serve(t)
			f.Seed("web", "api")
			resp, body := f.send(http.MethodPost, destinationsPath, `{"Destination":"CloudWatch"}`, test.edit)
			got := resp.Header.Get("X-Amzn-Errortype")
			if got != test.code || (got == "") != (resp.StatusCode == http.StatusOK) || got != "" && resp.StatusCode != http.StatusForbidden {
				t.Errorf("answer = %d %q %s, want error type %q", resp.StatusCode, got, body, test.code)
			}
		})
	}
}

func TestSignatureNeedsTheServiceAndACurrentTime(t *testing.T) {
	for name, test := range map[string]struct {
		service string
		skew    time.Duration
		message string // "" if the service accepts the request
	}{
		"good":          {"rum", 0, ""},
		"slow clock":    {"rum", -4 * time.Minute, ""},
		"fast clock":    {"rum", 4 * time.Minute, ""},
		"too slow":      {"rum", -6 * time.Minute, "Signature expired"},
		"too fast":      {"rum", 6 * time.Minute, "Signature not yet current"},
		"other service": {"sts", 0, "Credential should be scoped to correct service: 'rum'."},
	} {
		t.Run(name, func(t *testing.T) {
			f := serve(t)
			resp, body := f.sendAt(time.Now().Add(test.skew), test.service, http.MethodPost, "/appmonitors", "")
			if test.message == "" {
				if resp.StatusCode != http.StatusOK {
					t.Errorf("answer = %d %s, want 200", resp.StatusCode, body)
				}
				return
			}
			if resp.StatusCode != http.StatusForbidden || resp.Header.Get("X-Amzn-Errortype") != "InvalidSignatureException" || !strings.Contains(body, test.message) {
				t.Errorf("answer = %d %s %s, want 403 InvalidSignatureException with %q", resp.StatusCode, resp.Header.Get("X-Amzn-Errortype"), body, test.message)
			}
		})
	}
}

// An unsigned request uses up no fault either.
func TestUnsignedRequestChangesNothing(t *testing.T) {
	f := serve(t)
	f.Seed("web")
	f.Inject(fakerum.Fault{Times: 1, Status: http.StatusTeapot, Code: "Fault"})
	f.send(http.MethodPost, destinationsPath, `{"Destination":"CloudWatch"}`, func(r *http.Request) { r.Header.Del("Authorization") })
	f.wantDestinations("web")
	wantError(t, f.putDestination("web", cloudWatch, "", ""), http.StatusTeapot, "Fault")
	if r := f.Requests()[0]; r.Operation != fakerum.OpPutRumMetricsDestination || r.AccessKeyID != "" || r.Status != http.StatusForbidden {
		t.Errorf("request = %+v, want an unsigned Put with status 403", r)
	}
}
