package fakerum_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

const destinations = "/rummetrics/web/metricsdestination"

func TestAnswersWithoutABody(t *testing.T) {
	f := serve(t)
	f.account().CreateMonitor("web")
	for _, request := range []struct{ method, path, body string }{
		{http.MethodPost, destinations, `{"Destination":"CloudWatch"}`},
		{http.MethodDelete, destinations + "?destination=CloudWatch", ""},
		{http.MethodDelete, "/appmonitor/web", ""},
	} {
		resp, body := f.send(request.method, request.path, request.body)
		if resp.StatusCode != http.StatusOK || body != "" || resp.ContentLength != 0 || resp.Header.Get("Content-Type") != "" {
			t.Errorf("%s %s: %d %q, length %d, type %q", request.method, request.path, resp.StatusCode, body, resp.ContentLength, resp.Header.Get("Content-Type"))
		}
	}
}

func TestErrorsOnTheWire(t *testing.T) {
	f := serve(t)
	f.account().CreateMonitor("web")
	for name, test := range map[string]struct {
		method, path, body string
		status             int
		code               string
		members            []string // of the body
	}{
		"not found":       {http.MethodGet, "/appmonitor/other", "", http.StatusNotFound, "ResourceNotFoundException", []string{"message", "resourceName", "resourceType"}},
		"conflict":        {http.MethodPost, "/appmonitor", `{"Name":"web","Domain":"example.com"}`, http.StatusConflict, "ConflictException", []string{"message", "resourceName", "resourceType"}},
		"constraint":      {http.MethodDelete, destinations + "?destination=Cloud%3CWatch", "", http.StatusBadRequest, "ValidationException", []string{"message"}},
		"no name":         {http.MethodPost, "/appmonitor", `{"Domain":"example.com"}`, http.StatusBadRequest, "ValidationException", []string{"message"}},
		"no kind":         {http.MethodPost, destinations, `{}`, http.StatusBadRequest, "ValidationException", []string{"message"}},
		"null kind":       {http.MethodPost, destinations, `{"Destination":null}`, http.StatusBadRequest, "ValidationException", []string{"message"}},
		"no body":         {http.MethodPost, destinations, "", http.StatusBadRequest, "ValidationException", []string{"message"}},
		"no query":        {http.MethodDelete, destinations, "", http.StatusBadRequest, "ValidationException", []string{"message"}},
		"empty name":      {http.MethodGet, "/rummetrics//metricsdestination", "", http.StatusBadRequest, "ValidationException", []string{"message"}},
		"no JSON":         {http.MethodPost, destinations, `Destination=CloudWatch`, http.StatusBadRequest, "SerializationException", []string{"message"}},
		"wrong JSON":      {http.MethodPost, destinations, `{"Destination":1}`, http.StatusBadRequest, "SerializationException", []string{"message"}},
		"wrong create":    {http.MethodPost, "/appmonitor", `{"Name":1}`, http.StatusBadRequest, "SerializationException", []string{"message"}},
		"no operation":    {http.MethodGet, "/appmonitors", "", http.StatusNotFound, "UnknownOperationException", []string{"message"}},
		"no method":       {http.MethodPut, destinations, "", http.StatusNotFound, "UnknownOperationException", []string{"message"}},
		"trailing slash":  {http.MethodGet, destinations + "/", "", http.StatusNotFound, "UnknownOperationException", []string{"message"}},
		"no such STS one": {http.MethodPost, "/", "Action=GetSessionToken", http.StatusNotFound, "UnknownOperationException", []string{"message"}},
		"too large":       {http.MethodPost, destinations, strings.Repeat(" ", 10<<20+1), http.StatusRequestEntityTooLarge, "RequestEntityTooLargeException", []string{"message"}},
	} {
		t.Run(name, func(t *testing.T) {
			resp, body := f.send(test.method, test.path, test.body)
			if resp.StatusCode != test.status || resp.Header.Get("X-Amzn-Errortype") != test.code {
				t.Fatalf("got %d %s %s", resp.StatusCode, resp.Header.Get("X-Amzn-Errortype"), body)
			}
			if resp.Header.Get("Content-Type") != "application/json" {
				t.Errorf("Content-Type %q", resp.Header.Get("Content-Type"))
			}
			var members map[string]string
			if err := json.Unmarshal([]byte(body), &members); err != nil {
				t.Fatal(err)
			}
			for _, name := range test.members {
				if members[name] == "" {
					t.Errorf("the body has no %s: %s", name, body)
				}
				delete(members, name)
			}
			if len(members) > 0 {
				t.Errorf("the body has more: %s", body)
			}
		})
	}
}

func TestMalformedQuery(t *testing.T) {
	f := serve(t)
	resp, _ := f.send(http.MethodGet, destinations, "", func(r *http.Request) { r.URL.RawQuery = "nextToken=%zz" })
	if resp.StatusCode != http.StatusBadRequest || resp.Header.Get("X-Amzn-Errortype") != "MalformedQueryStringException" {
		t.Errorf("got %d %s", resp.StatusCode, resp.Header.Get("X-Amzn-Errortype"))
	}
}

// A message is sent as AWS sends it, without the escapes Go adds for HTML.
func TestMessageIsNotEscaped(t *testing.T) {
	f := serve(t)
	_, body := f.send(http.MethodGet, "/appmonitor/%3Ca%26b%3E", "")
	if !strings.Contains(body, "Value '<a&b>' at 'appMonitorName' failed to satisfy constraint") {
		t.Errorf("got %s", body)
	}
}

func TestEveryProblemIsNamed(t *testing.T) {
	f := serve(t)
	_, body := f.send(http.MethodPost, "/rummetrics/.web/metricsdestination", `{"Destination":"Cloud","IamRoleArn":"role"}`)
	want := `{"message":"3 validation errors detected: ` +
		`Value '.web' at 'appMonitorName' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(?!\\.)[\\.\\-_#A-Za-z0-9]+$; ` +
		`Value 'Cloud' at 'destination' failed to satisfy constraint: Member must satisfy enum value set: [CloudWatch, Evidently]; ` +
		`Value 'role' at 'iamRoleArn' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:[^:]*:[^:]*:[^:]*:[^:]*:.*"}`
	if body != want {
		t.Errorf("got  %s\nwant %s", body, want)
	}
}

func TestRequestID(t *testing.T) {
	f := serve(t)
	seen := map[string]bool{}
	for _, path := range []string{"/appmonitor/web", "/appmonitor/web", "/nowhere"} {
		resp, _ := f.send(http.MethodGet, path, "")
		seen[resp.Header.Get("X-Amzn-Requestid")] = true
	}
	if len(seen) != 3 || seen[""] {
		t.Errorf("request IDs %v", seen)
	}
}
