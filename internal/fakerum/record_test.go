package fakerum_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

func TestEveryRequestIsRecordedAndWatched(t *testing.T) {
	f := serve(t)
	ended := make(chan fakerum.Request, 10)
	f.Watch(func(r fakerum.Request, took time.Duration) {
		if took <= 0 {
			t.Errorf("%s took %s, want more than 0", r.Operation, took)
		}
		ended <- r
	})
	var watched []fakerum.Request
	watch := func() { watched = append(watched, <-ended) }
	f.account().CreateMonitor("my#web")
	wantOK(t, f.putDestination("my#web", evidently, featureARN, roleARN))
	watch()
	_, err := f.listDestinations("other")
	watch()
	wantError(t, err, http.StatusNotFound, "ResourceNotFoundException")
	f.Inject(fakerum.Fault{Drop: true, Times: 1})
	if err := f.deleteDestination("my#web", cloudWatch, ""); err == nil {
		t.Error("the dropped request got an answer, want none")
	}
	watch()
	f.send(http.MethodGet, "/nowhere?a=b", "")
	watch()
	_, err = f.api.CreateAppMonitor(t.Context(), &rum.CreateAppMonitorInput{Name: aws.String("new"), Domain: aws.String("example.com")})
	wantOK(t, err)
	watch()

	const path = "/rummetrics/my%23web/metricsdestination"
	want := []fakerum.Request{
		{Operation: fakerum.OpPutRumMetricsDestination, Monitor: "my#web", Method: http.MethodPost, URL: path, Status: 200, Body: `{"Destination":"Evidently","DestinationArn":"` + featureARN + `","IamRoleArn":"` + roleARN + `"}`},
		{Operation: fakerum.OpListRumMetricsDestinations, Monitor: "other", Method: http.MethodGet, URL: "/rummetrics/other/metricsdestination", Status: 404},
		{Operation: fakerum.OpDeleteRumMetricsDestination, Monitor: "my#web", Method: http.MethodDelete, URL: path + "?destination=CloudWatch"},
		{Method: http.MethodGet, URL: "/nowhere?a=b", Status: 404},
		{Operation: fakerum.OpCreateAppMonitor, Monitor: "new", Method: http.MethodPost, URL: "/appmonitor", Status: 200, Body: `{"Domain":"example.com","Name":"new"}`},
	}
	recorded := f.Requests()
	for name, got := range map[string][]fakerum.Request{"recorded": recorded, "watched": watched} {
		if len(got) != len(want) {
			t.Fatalf("%s: %d requests, want %d", name, len(got), len(want))
		}
		for i, r := range got {
			if time.Since(r.Time) > time.Minute || r.Header.Get("X-Amz-Date") == "" || r.AccessKeyID != key || r.Region != region {
				t.Errorf("%s: request = %+v, want a recent one with X-Amz-Date, by %s in %s", name, r, key, region)
			}
			w := want[i]
			if r.Operation != w.Operation || r.Monitor != w.Monitor || r.Method != w.Method || r.URL != w.URL || r.Status != w.Status || r.Body != w.Body {
				t.Errorf("%s: request = %+v\nwant %+v", name, r, w)
			}
		}
	}
	if n := f.Count(fakerum.OpPutRumMetricsDestination); n != 1 {
		t.Errorf("Count(Put) = %d, want 1", n)
	}

	recorded[0].Header.Set("X-Amz-Date", "") // changes a copy
	if f.Requests()[0].Header.Get("X-Amz-Date") == "" {
		t.Error("the change of a returned request changed the record")
	}
	f.ForgetRequests()
	f.Watch(nil)
	if n := len(f.Requests()) + f.Count(fakerum.OpPutRumMetricsDestination); n != 0 {
		t.Errorf("%d requests after ForgetRequests, want 0", n)
	}
	_, err = f.listDestinations("my#web")
	wantOK(t, err)
	if len(watched) != len(want) {
		t.Errorf("%d watched requests, want %d", len(watched), len(want))
	}
}

func TestMostInFlightCountsConcurrentRequests(t *testing.T) {
	f := serve(t)
	f.Seed("web")
	var wg sync.WaitGroup
	f.Inject(fakerum.Fault{Delay: 300 * time.Millisecond})
	for range 4 {
		wg.Go(func() { _, _ = f.listDestinations("web") })
	}
	eventually(t, func() bool { return f.MostInFlight() == 4 })
	wg.Wait()
	if n := f.MostInFlight(); n != 4 {
		t.Errorf("MostInFlight() = %d, want 4", n)
	}
	f.ForgetRequests()
	if n := f.MostInFlight(); n != 0 {
		t.Errorf("MostInFlight() after ForgetRequests = %d, want 0", n)
	}
}
