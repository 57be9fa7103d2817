package fakerum_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

func TestDestinationsArePutListedAndDeleted(t *testing.T) {
	f := serve(t)
	f.account().CreateMonitor("my#web")
	f.wantAnswer(http.MethodGet, "/rummetrics/my%23web/metricsdestination", "", `{"Destinations":[]}`)
	wantOK(t, f.putDestination("my#web", cloudWatch, "", ""))
	wantOK(t, f.putDestination("my#web", evidently, featureARN, roleARN))
	wantOK(t, f.putDestination("my#web", evidently, longARN, roleARN))

	// A Put to an existing kind and ARN changes the role.
	wantOK(t, f.putDestination("my#web", cloudWatch, "", ""))
	wantOK(t, f.putDestination("my#web", evidently, featureARN, roleARN+"2"))
	f.wantDestinations("my#web",
		fakerum.Destination{Destination: cloudWatch},
		fakerum.Destination{Destination: evidently, DestinationARN: featureARN, IAMRoleARN: roleARN + "2"},
		fakerum.Destination{Destination: evidently, DestinationARN: longARN, IAMRoleARN: roleARN})

	out, err := f.listDestinations("my#web")
	wantOK(t, err)
	var got []fakerum.Destination
	for _, d := range out.Destinations {
		got = append(got, fakerum.Destination{Destination: string(d.Destination), DestinationARN: *d.DestinationArn, IAMRoleARN: *d.IamRoleArn})
	}
	if want := f.account().Destinations("my#web"); !slices.Equal(got, want) || out.NextToken != nil {
		t.Errorf("listed %v with NextToken %v, want %v without one", got, out.NextToken, want)
	}

	wantOK(t, f.deleteDestination("my#web", evidently, featureARN))
	wantOK(t, f.deleteDestination("my#web", cloudWatch, ""))
	f.wantDestinations("my#web", fakerum.Destination{Destination: evidently, DestinationARN: longARN, IAMRoleARN: roleARN})
}

func (f fake) wantDestinations(monitor string, want ...fakerum.Destination) {
	f.t.Helper()
	if got := f.account().Destinations(monitor); !slices.Equal(got, want) {
		f.t.Fatalf("destinations of app monitor %s = %v, want %v", monitor, got, want)
	}
}

// whilePutting calls during while a Put to monitor waits, before or after its
// work. Then the client abandons the Put.
func (f fake) whilePutting(monitor string, afterWork bool, during func()) {
	f.t.Helper()
	started := make(chan struct{})
	f.Inject(fakerum.Fault{
		Operation: fakerum.OpPutRumMetricsDestination, Monitor: monitor, Times: 1, Delay: time.Hour, AfterWork: afterWork,
		Match: func(fakerum.Request) bool { close(started); return true },
	})
	ctx, abandon := context.WithCancel(f.t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := f.api.PutRumMetricsDestination(ctx, &rum.PutRumMetricsDestinationInput{
			AppMonitorName: aws.String(monitor), Destination: types.MetricDestinationCloudWatch,
		})
		ended <- err
	}()
	<-started
	during()
	abandon()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		f.t.Fatalf("err = %v, want %v", err, context.Canceled)
	}
}
