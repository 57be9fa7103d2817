package fakerum_test

import (
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

func TestStatePerAccountAndRegion(t *testing.T) {
	f := serve(t)
	f.Seed("seeded")
	f.Alias("AKIAONE", "111122223333")
	f.Alias("AKIATWO", "111122223333")
	names := func(accessKeyID, region string) []string {
		t.Helper()
		out, err := client(f.endpoint, accessKeyID, fakerum.SecretKey, "", region).ListAppMonitors(t.Context(), nil)
		wantOK(t, err)
		var names []string
		for _, m := range out.AppMonitorSummaries {
			names = append(names, *m.Name)
		}
		return names
	}
	_, err := client(f.endpoint, "AKIAONE", fakerum.SecretKey, "", region).CreateAppMonitor(t.Context(), &rum.CreateAppMonitorInput{Name: aws.String("made"), Domain: aws.String("example.com")})
	wantOK(t, err)
	f.Seed("late")

	for _, test := range []struct {
		accessKeyID, region string
		want                []string
	}{
		{"AKIAONE", region, []string{"seeded", "made", "late"}},
		{"AKIATWO", region, []string{"seeded", "made", "late"}},
		{"111122223333", region, []string{"seeded", "made", "late"}},
		{"AKIAONE", "us-east-1", []string{"seeded", "late"}},
		{"AKIATHREE", region, []string{"seeded", "late"}},
	} {
		if got := names(test.accessKeyID, test.region); !slices.Equal(got, test.want) {
			t.Errorf("%s in %s: %v, want %v", test.accessKeyID, test.region, got, test.want)
		}
		if got := f.In(test.accessKeyID, test.region).Monitors(); !slices.Equal(got, test.want) {
			t.Errorf("In(%s, %s): %v, want %v", test.accessKeyID, test.region, got, test.want)
		}
	}
}

func TestOutOfBand(t *testing.T) {
	f := serve(t)
	a := f.account()
	a.CreateMonitor("web")
	a.PutDestination("web", fakerum.Destination{Destination: evidently, DestinationARN: featureARN, IAMRoleARN: roleARN})
	a.CreateMonitor("web") // stays as it is
	a.PutDestination("web", fakerum.Destination{Destination: evidently, DestinationARN: featureARN, IAMRoleARN: roleARN + "2"})
	f.wantDestinations("web", fakerum.Destination{Destination: evidently, DestinationARN: featureARN, IAMRoleARN: roleARN + "2"})
	a.DeleteDestination("web", evidently, featureARN)
	a.DeleteDestination("web", evidently, featureARN)
	a.DeleteDestination("other", evidently, featureARN)
	f.wantDestinations("web")
	f.wantDestinations("other")
	a.DeleteMonitor("web")
	a.DeleteMonitor("web")
	if got := a.Monitors(); len(got) > 0 {
		t.Errorf("app monitors %v", got)
	}
	if got := f.Requests(); len(got) > 0 {
		t.Errorf("requests %v", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("a destination was put to an app monitor that does not exist")
		}
	}()
	a.PutDestination("web", fakerum.Destination{Destination: cloudWatch})
}

func TestRequests(t *testing.T) {
	f := serve(t)
	ended := make(chan fakerum.Request, 10)
	f.Watch(func(r fakerum.Request, took time.Duration) {
		if took <= 0 {
			t.Errorf("%s took %s", r.Operation, took)
		}
		ended <- r
	})
	var watched []fakerum.Request
	watch := func() { watched = append(watched, <-ended) } // a client may see the end of a request before
	f.account().CreateMonitor("my#web")
	wantOK(t, f.put("my#web", evidently, featureARN, roleARN))
	watch()
	_, err := f.list("other")
	watch()
	wantError(t, err, http.StatusNotFound, "ResourceNotFoundException")
	f.Inject(fakerum.Fault{Drop: true, Times: 1})
	if err := f.delete("my#web", cloudWatch, ""); err == nil {
		t.Error("the dropped request succeeded")
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
			t.Fatalf("%s %d requests, want %d", name, len(got), len(want))
		}
		for i, r := range got {
			if time.Since(r.Time) > time.Minute || r.Header.Get("X-Amz-Date") == "" || r.AccessKeyID != key || r.Region != region {
				t.Errorf("%s %+v", name, r)
			}
			w := want[i]
			if r.Operation != w.Operation || r.Monitor != w.Monitor || r.Method != w.Method || r.URL != w.URL || r.Status != w.Status || r.Body != w.Body {
				t.Errorf("%s %+v\nwant %+v", name, r, w)
			}
		}
	}
	if n := f.Count(fakerum.OpPutRumMetricsDestination); n != 1 {
		t.Errorf("%d Puts", n)
	}

	recorded[0].Header.Set("X-Amz-Date", "") // is a copy
	if f.Requests()[0].Header.Get("X-Amz-Date") == "" {
		t.Error("the record can be changed")
	}
	f.ForgetRequests()
	f.Watch(nil)
	if n := len(f.Requests()) + f.Count(fakerum.OpPutRumMetricsDestination); n != 0 {
		t.Errorf("%d requests after ForgetRequests", n)
	}
	_, err = f.list("my#web")
	wantOK(t, err)
	if len(watched) != len(want) {
		t.Error("the watcher was called after it was removed")
	}
}

func TestMostInFlight(t *testing.T) {
	f := serve(t)
	f.Seed("web")
	var wg sync.WaitGroup
	f.Inject(fakerum.Fault{Delay: 300 * time.Millisecond})
	for range 4 {
		wg.Go(func() { _, _ = f.list("web") })
	}
	eventually(t, func() bool { return f.MostInFlight() == 4 })
	wg.Wait()
	if n := f.MostInFlight(); n != 4 {
		t.Errorf("%d in flight", n)
	}
	f.ForgetRequests()
	if n := f.MostInFlight(); n != 0 {
		t.Errorf("%d in flight after ForgetRequests", n)
	}
}

func TestManyClientsAtOnce(t *testing.T) {
	f := serve(t)
	f.Seed("web")
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			for _, err := range []error{
				f.put("web", evidently, arn(i), roleARN),
				f.put("web", evidently, arn(i), roleARN+"2"),
				f.delete("web", evidently, arn(i)),
				f.put("web", evidently, arn(i), roleARN),
			} {
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got := f.account().Destinations("web"); len(got) != 20 {
		t.Errorf("%d destinations: %v", len(got), got)
	}
}

func TestListenOnAnAddressInUse(t *testing.T) {
	f := serve(t)
	if _, _, err := f.Listen(t.Context(), f.endpoint[len("http://"):]); err == nil {
		t.Error("it listens twice")
	}
}
