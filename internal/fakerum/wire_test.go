package fakerum_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

const destinationsPath = "/rummetrics/web/metricsdestination"

func TestSuccessWithoutOutputHasAnEmptyBody(t *testing.T) {
	f := serve(t)
	f.account().CreateMonitor("web")
	for _, test := range []struct{ name, method, path, body string }{
		{"put of a destination", http.MethodPost, destinationsPath, `{"Destination":"CloudWatch"}`},
		{"delete of a destination", http.MethodDelete, destinationsPath + "?destination=CloudWatch", ""},
		{"delete of an app monitor", http.MethodDelete, "/appmonitor/web", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			resp, body := f.send(test.method, test.path, test.body)
			if resp.StatusCode != http.StatusOK || body != "" || resp.ContentLength != 0 || resp.Header.Get("Content-Type") != "" {
				t.Errorf("answer = %d %q with length %d and type %q, want 200 without a body and a type", resp.StatusCode, body, resp.ContentLength, resp.Header.Get("Content-Type"))
			}
		})
	}
}

func TestErrorsHaveTheirStatusTypeAndMembers(t *testing.T) {
	f := serve(t)
	f.account().CreateMonitor("web")
	for name, test := range map[string]struct {
		method, path, body string
		status             int
		code               string
		members            []string // of the body
	}{
		"not found":             {http.MethodGet, "/appmonitor/other", "", http.StatusNotFound, "ResourceNotFoundException", []string{"message", "resourceName", "resourceType"}},
		"conflict":              {http.MethodPost, "/appmonitor", `{"Name":"web","Domain":"example.com"}`, http.StatusConflict, "ConflictException", []string{"message", "resourceName", "resourceType"}},
		"constraint":            {http.MethodDelete, destinationsPath + "?destination=Cloud%3CWatch", "", http.StatusBadRequest, "ValidationException", []string{"message"}},
		"no name":               {http.MethodPost, "/appmonitor", `{"Domain":"example.com"}`, http.StatusBadRequest, "ValidationException", []string{"message"}},
		"no kind":               {http.MethodPost, destinationsPath, `{}`, http.StatusBadRequest, "ValidationException", []string{"message"}},
		"null kind":             {http.MethodPost, destinationsPath, `{"Destination":null}`, http.StatusBadRequest, "ValidationException", []string{"message"}},
		"no body":               {http.MethodPost, destinationsPath, "", http.StatusBadRequest, "ValidationException", []string{"message"}},
		"no query":              {http.MethodDelete, destinationsPath, "", http.StatusBadRequest, "ValidationException", []string{"message"}},
		"empty name":            {http.MethodGet, "/rummetrics//metricsdestination", "", http.StatusBadRequest, "ValidationException", []string{"message"}},
		"no JSON":               {http.MethodPost, destinationsPath, `Destination=CloudWatch`, http.StatusBadRequest, "SerializationException", []string{"message"}},
		"wrong JSON":            {http.MethodPost, destinationsPath, `{"Destination":1}`, http.StatusBadRequest, "SerializationException", []string{"message"}},
		"wrong create":          {http.MethodPost, "/appmonitor", `{"Name":1}`, http.StatusBadRequest, "SerializationException", []string{"message"}},
		"no operation":          {http.MethodGet, "/appmonitors", "", http.StatusNotFound, "UnknownOperationException", []string{"message"}},
		"no method":             {http.MethodPut, destinationsPath, "", http.StatusNotFound, "UnknownOperationException", []string{"message"}},
		"trailing slash":        {http.MethodGet, destinationsPath + "/", "", http.StatusNotFound, "UnknownOperationException", []string{"message"}},
		"no such STS operation": {http.MethodPost, "/", "Action=GetSessionToken", http.StatusNotFound, "UnknownOperationException", []string{"message"}},
		"too large":             {http.MethodPost, destinationsPath, strings.Repeat(" ", 10<<20+1), http.StatusRequestEntityTooLarge, "RequestEntityTooLargeException", []string{"message"}},
	} {
		t.Run(name, func(t *testing.T) {
			resp, body := f.send(test.method, test.path, test.body)
			if resp.StatusCode != test.status || resp.Header.Get("X-Amzn-Errortype") != test.code {
				t.Fatalf("answer = %d %s %s, want %d %s", resp.StatusCode, resp.Header.Get("X-Amzn-Errortype"), body, test.status, test.code)
			}
			if resp.Header.Get("Content-Type") != "application/json" {
				t.Errorf("Content-Type = %q, want application/json", resp.Header.Get("Content-Type"))
			}
			var members map[string]string
			if err := json.Unmarshal([]byte(body), &members); err != nil {
				t.Fatal(err)
			}
			for _, name := range test.members {
				if members[name] == "" {
					t.Errorf("body = %s, want a member %s", body, name)
				}
				delete(members, name)
			}
			if len(members) > 0 {
				t.Errorf("body = %s, want only the members %v", body, test.members)
			}
		})
	}
}

func TestMalformedQueryIsRefused(t *testing.T) {
	f := serve(t)
	resp, _ := f.send(http.MethodGet, destinationsPath, "", func(r *http.Request) { r.URL.RawQuery = "nextToken=%zz" })
	if resp.StatusCode != http.StatusBadRequest || resp.Header.Get("X-Amzn-Errortype") != "MalformedQueryStringException" {
		t.Errorf("answer = %d %s, want 400 MalformedQueryStringException", resp.StatusCode, resp.Header.Get("X-Amzn-Errortype"))
	}
}

func TestMessageHasNoHTMLEscapes(t *testing.T) {
	f := serve(t)
	_, body := f.send(http.MethodGet, "/appmonitor/%3Ca%26b%3E", "")
	if !strings.Contains(body, "Value '<a&b>' at 'appMonitorName' failed to satisfy constraint") {
		t.Errorf("body = %s, want <a&b> as it is", body)
	}
}

func TestMessageNamesEveryBrokenConstraint(t *testing.T) {
	f := serve(t)
	_, body := f.send(http.MethodPost, "/rummetrics/.web/metricsdestination", `{"Destination":"Cloud","IamRoleArn":"role"}`)
	want := `{"message":"3 validation errors detected: ` +
		`Value '.web' at 'appMonitorName' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(?!\\.)[\\.\\-_#A-Za-z0-9]+$; ` +
		`Value 'Cloud' at 'destination' failed to satisfy constraint: Member must satisfy enum value set: [CloudWatch, Evidently]; ` +
		`Value 'role' at 'iamRoleArn' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:[^:]*:[^:]*:[^:]*:[^:]*:.*"}`
	if body != want {
		t.Errorf("body = %s\nwant   %s", body, want)
	}
}

func TestEveryAnswerHasItsOwnRequestID(t *testing.T) {
	f := serve(t)
	seen := map[string]bool{}
	for _, path := range []string{"/appmonitor/web", "/appmonitor/web", "/nowhere"} {
		resp, _ := f.send(http.MethodGet, path, "")
		seen[resp.Header.Get("X-Amzn-Requestid")] = true
	}
	if len(seen) != 3 || seen[""] {
		t.Errorf("request IDs = %v, want 3 different ones", seen)
	}
}
