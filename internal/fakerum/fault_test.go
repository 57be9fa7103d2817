package fakerum_test

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/smithy-go"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// errorCode returns "" for success, the code of an API error, "EOF" for a closed
// connection, or the text of a different error.
func errorCode(err error) string {
	api, answered := errors.AsType[smithy.APIError](err)
	switch {
	case err == nil:
		return ""
	case answered:
		return api.ErrorCode()
	case errors.Is(err, io.EOF):
		return "EOF"
	}
	return err.Error()
}

func TestFailureAppliesToMatchingRequests(t *testing.T) {
	for name, test := range map[string]struct {
		fault fakerum.Fault
		want  []string // error codes of three Puts
		done  bool     // whether the first Put does its work
	}{
		"always":                {fakerum.Fault{Status: 500, Code: "InternalServerException"}, []string{"InternalServerException", "InternalServerException", "InternalServerException"}, false},
		"once":                  {fakerum.Fault{Status: 500, Code: "InternalServerException", Times: 1}, []string{"InternalServerException", "", ""}, false},
		"twice":                 {fakerum.Fault{Status: 418, Code: "Any", Times: 2}, []string{"Any", "Any", ""}, false},
		"after work":            {fakerum.Fault{Status: 500, Code: "InternalServerException", Times: 1, AfterWork: true}, []string{"InternalServerException", "", ""}, true},
		"drop":                  {fakerum.Fault{Drop: true, Times: 1}, []string{"EOF", "", ""}, false},
		"drop after":            {fakerum.Fault{Drop: true, Times: 1, AfterWork: true}, []string{"EOF", "", ""}, true},
		"same operation":        {fakerum.Fault{Operation: fakerum.OpPutRumMetricsDestination, Status: 500, Code: "It"}, []string{"It", "It", "It"}, false},
		"different operation":   {fakerum.Fault{Operation: fakerum.OpDeleteRumMetricsDestination, Status: 500, Code: "It"}, []string{"", "", ""}, true},
		"same app monitor":      {fakerum.Fault{Monitor: "web", Status: 500, Code: "It"}, []string{"It", "It", "It"}, false},
		"different app monitor": {fakerum.Fault{Monitor: "api", Status: 500, Code: "It"}, []string{"", "", ""}, true},
		"match":                 {fakerum.Fault{Status: 500, Code: "It", Match: func(r fakerum.Request) bool { return strings.Contains(r.Body, cloudWatch) }}, []string{"It", "It", "It"}, false},
		"no match":              {fakerum.Fault{Status: 500, Code: "It", Match: func(r fakerum.Request) bool { return r.Region != region }}, []string{"", "", ""}, true},
	} {
		t.Run(name, func(t *testing.T) {
			f := serve(t)
			f.Seed("web")
			f.Inject(test.fault)
			var got []string
			for range test.want {
				got = append(got, errorCode(f.putDestination("web", cloudWatch, "", "")))
				if done := slices.Contains(f.account().Destinations("web"), fakerum.Destination{Destination: cloudWatch}); len(got) == 1 && done != test.done {
					t.Errorf("work done = %t, want %t", done, test.done)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("error codes = %q, want %q", got, test.want)
			}
		})
	}
}

func TestFaultOfAMonitorAppliesToItsCreate(t *testing.T) {
	f := serve(t)
	f.Inject(fakerum.Fault{Operation: fakerum.OpCreateAppMonitor, Monitor: "web", Status: 500, Code: "It"})
	if _, body := f.send(http.MethodPost, "/appmonitor", `{"Name":"api","Domain":"example.com"}`); strings.Contains(body, "message") {
		t.Errorf("create of api answered %s, want no error", body)
	}
	if resp, _ := f.send(http.MethodPost, "/appmonitor", `{"Name":"web","Domain":"example.com"}`); resp.StatusCode != http.StatusInternalServerError {
		t.Errorf("create of web: status = %d, want 500", resp.StatusCode)
	}
}

func TestFailureHasTheChosenStatusHeadersAndBody(t *testing.T) {
	const jsonType = "application/json"
	for name, test := range map[string]struct {
		fault                   fakerum.Fault
		code, contentType, body string
		retryAfter              string
	}{
		"message":       {fakerum.Fault{Status: 400, Code: "ValidationException", Message: "No."}, "ValidationException", jsonType, `{"message":"No."}`, ""},
		"no message":    {fakerum.Fault{Status: 403, Code: "AccessDeniedException"}, "AccessDeniedException", jsonType, `{}`, ""},
		"no code":       {fakerum.Fault{Status: 503}, "", jsonType, `{}`, ""},
		"not found":     {fakerum.Fault{Status: 404, Code: "ResourceNotFoundException", Message: "Gone"}, "ResourceNotFoundException", jsonType, `{"message":"Gone","resourceName":"web","resourceType":"AppMonitor"}`, ""},
		"conflict":      {fakerum.Fault{Status: 409, Code: "ConflictException"}, "ConflictException", jsonType, `{"resourceName":"web","resourceType":"AppMonitor"}`, ""},
		"HTML":          {fakerum.Fault{Status: 502, ContentType: "text/html", Body: "<h1>Bad gateway</h1>"}, "", "text/html", "<h1>Bad gateway</h1>", ""},
		"empty":         {fakerum.Fault{Status: 403, Code: "AccessDeniedException", ContentType: "text/plain"}, "AccessDeniedException", "text/plain", "", ""},
		"code in body":  {fakerum.Fault{Status: 403, ContentType: jsonType, Body: `{"__type":"com.amazonaws.rum#X"}`}, "", jsonType, `{"__type":"com.amazonaws.rum#X"}`, ""},
		"seconds":       {fakerum.Fault{Status: 429, Code: "ThrottlingException", RetryAfter: "3"}, "ThrottlingException", jsonType, `{}`, "3"},
		"date":          {fakerum.Fault{Status: 503, RetryAfter: "Fri, 31 Dec 2027 23:59:59 GMT"}, "", jsonType, `{}`, "Fri, 31 Dec 2027 23:59:59 GMT"},
		"code and more": {fakerum.Fault{Status: 404, Header: http.Header{"X-Amzn-Errortype": {"ResourceNotFoundException:http://internal"}}}, "ResourceNotFoundException:http://internal", jsonType, `{}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := serve(t)
			f.Seed("web")
			f.Inject(test.fault)
			resp, body := f.send(http.MethodGet, destinationsPath, "")
			if resp.StatusCode != test.fault.Status || resp.Header.Get("X-Amzn-Errortype") != test.code || body != test.body ||
				resp.Header.Get("Content-Type") != test.contentType || resp.Header.Get("Retry-After") != test.retryAfter {
				t.Errorf("answer = %d %v %s\nwant %d with type %q, Content-Type %q, Retry-After %q and %s",
					resp.StatusCode, resp.Header, body, test.fault.Status, test.code, test.contentType, test.retryAfter, test.body)
			}
			if _, has := resp.Header["X-Amzn-Errortype"]; has != (test.code != "") {
				t.Errorf("has X-Amzn-Errortype = %t, want %t", has, test.code != "")
			}
			if resp.Header.Get("X-Amzn-Requestid") == "" {
				t.Error("the answer has no request ID")
			}
		})
	}
}

func TestFailuresComeInTheOrderOfInjection(t *testing.T) {
	f := serve(t)
	f.Seed("web")
	f.Inject(fakerum.Fault{Status: 503, Code: "First", Times: 2})
	f.Inject(fakerum.Fault{Delay: time.Nanosecond, Times: 1})
	removeSecond := f.Inject(fakerum.Fault{Status: 429, Code: "Second"})
	var got []string
	for range 4 {
		got = append(got, errorCode(f.putDestination("web", cloudWatch, "", "")))
	}
	removeSecond()
	got = append(got, errorCode(f.putDestination("web", cloudWatch, "", "")))
	f.Inject(fakerum.Fault{Status: 500, Code: "Third"})
	got = append(got, errorCode(f.putDestination("web", cloudWatch, "", "")))
	f.ClearFaults()
	got = append(got, errorCode(f.putDestination("web", cloudWatch, "", "")))
	if want := []string{"First", "First", "Second", "Second", "", "Third", ""}; !slices.Equal(got, want) {
		t.Errorf("error codes = %q, want %q", got, want)
	}
}

func TestDelaysAddUp(t *testing.T) {
	const delay = 30 * time.Millisecond
	f := serve(t)
	f.Seed("web")
	f.Inject(fakerum.Fault{Delay: delay, Times: 3})
	f.Inject(fakerum.Fault{Delay: delay, Times: 2})
	f.Inject(fakerum.Fault{Delay: delay, AfterWork: true, Times: 1})
	for _, least := range []time.Duration{3 * delay, 2 * delay, delay, 0} {
		start := time.Now()
		wantOK(t, f.putDestination("web", cloudWatch, "", ""))
		if took := time.Since(start); took < least {
			t.Errorf("the Put took %s, want at least %s", took, least)
		}
	}
}

func TestAbandonedRequestIsDoneOnlyIfTheDelayIsAfterWork(t *testing.T) {
	for name, afterWork := range map[string]bool{"before work": false, "after work": true} {
		t.Run(name, func(t *testing.T) {
			f := serve(t)
			f.Seed("web")
			ended := make(chan fakerum.Request, 1)
			f.Watch(func(r fakerum.Request, _ time.Duration) { ended <- r })
			f.whilePutting("web", afterWork, func() {})
			if r := <-ended; r.Status != 0 {
				t.Errorf("request = %+v, want status 0", r)
			}
			if done := len(f.account().Destinations("web")) == 1; done != afterWork {
				t.Errorf("work done = %t, want %t", done, afterWork)
			}
		})
	}
}

func TestStaleReadsSeeTheStateAtTheTimeOfInject(t *testing.T) {
	f := serve(t)
	f.Seed("web")
	wantOK(t, f.putDestination("web", evidently, featureARN, roleARN))
	f.Inject(fakerum.Fault{Stale: true, Times: 4})
	wantOK(t, f.putDestination("web", evidently, featureARN, roleARN+"2"))
	f.Inject(fakerum.Fault{Stale: true, Times: 1}) // applies after the first is used up
	wantOK(t, f.putDestination("web", cloudWatch, "", ""))
	f.account().CreateMonitor("new")

	_, err := f.listDestinations("new")
	wantError(t, err, http.StatusNotFound, "ResourceNotFoundException")
	_, err = f.api.GetAppMonitor(t.Context(), &rum.GetAppMonitorInput{Name: aws.String("new")})
	wantError(t, err, http.StatusNotFound, "ResourceNotFoundException")
	monitors, err := f.api.ListAppMonitors(t.Context(), nil)
	wantOK(t, err)
	if len(monitors.AppMonitorSummaries) != 1 {
		t.Errorf("%d app monitors, want 1", len(monitors.AppMonitorSummaries))
	}
	for read, want := range [][]string{{roleARN}, {roleARN + "2"}, {roleARN + "2", ""}} {
		out, err := f.listDestinations("web")
		wantOK(t, err)
		var roles []string
		for _, d := range out.Destinations {
			roles = append(roles, *d.IamRoleArn)
		}
		if !slices.Equal(roles, want) {
			t.Errorf("read %d: roles = %q, want %q", read, roles, want)
		}
	}
	_, err = f.listDestinations("new")
	wantOK(t, err)
}

func TestStaleReadOfANewAccountFindsItEmpty(t *testing.T) {
	f := serve(t)
	f.Seed("web")
	f.Inject(fakerum.Fault{Stale: true, Operation: fakerum.OpListRumMetricsDestinations})
	wantOK(t, f.putDestination("web", cloudWatch, "", ""))
	out, err := f.listDestinations("web")
	wantOK(t, err)
	if len(out.Destinations) != 0 {
		t.Errorf("%d destinations, want none", len(out.Destinations))
	}
}

func TestStopDoesNotWaitForDelays(t *testing.T) {
	s := fakerum.New()
	endpoint, stop, err := s.Listen(t.Context(), "127.0.0.1:0")
	wantOK(t, err)
	s.Inject(fakerum.Fault{Delay: time.Hour})
	ended := make(chan error, 1)
	go func() {
		_, err := client(endpoint, key, fakerum.SecretKey, "", region).ListAppMonitors(t.Context(), nil)
		ended <- err
	}()
	eventually(t, func() bool { return s.Count(fakerum.OpListAppMonitors) == 1 })
	begun := time.Now()
	stop()
	if err := <-ended; err == nil {
		t.Error("the request got an answer, want none")
	}
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("stop took %s, want at most 10s", took)
	}
}
