package fakerum_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
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
	wantOK(t, f.putDestination("my#web", cloudWatch, "", ""))
	wantOK(t, f.putDestination("my#web", evidently, featureARN, roleARN))
	wantOK(t, f.putDestination("my#web", evidently, featureARN+"2", roleARN))

	// A Put to an existing kind and ARN changes the role.
	wantOK(t, f.putDestination("my#web", cloudWatch, "", ""))
	wantOK(t, f.putDestination("my#web", evidently, featureARN, roleARN+"2"))
	f.wantDestinations("my#web",
		fakerum.Destination{Destination: cloudWatch},
		fakerum.Destination{Destination: evidently, DestinationARN: featureARN, IAMRoleARN: roleARN + "2"},
		fakerum.Destination{Destination: evidently, DestinationARN: featureARN + "2", IAMRoleARN: roleARN})

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
	f.wantDestinations("my#web", fakerum.Destination{Destination: evidently, DestinationARN: featureARN + "2", IAMRoleARN: roleARN})
}

func (f fake) wantDestinations(monitor string, want ...fakerum.Destination) {
	f.t.Helper()
	if got := f.account().Destinations(monitor); !slices.Equal(got, want) {
		f.t.Fatalf("destinations of app monitor %s = %v, want %v", monitor, got, want)
	}
}

func TestListWithoutDestinationsHasAnEmptyArray(t *testing.T) {
	f := serve(t)
	f.account().CreateMonitor("web")
	if _, body := f.send(http.MethodGet, "/rummetrics/web/metricsdestination", ""); body != `{"Destinations":[]}` {
		t.Errorf("body = %s, want an empty array", body)
	}
}

func TestInvalidDestinationRequestsAreRefused(t *testing.T) {
	f := serve(t)
	f.account().CreateMonitor("web")
	_, listErr := f.listDestinations("other")
	for name, err := range map[string]error{
		"put":    f.putDestination("other", cloudWatch, "", ""),
		"list":   listErr,
		"delete": f.deleteDestination("other", cloudWatch, ""),
	} {
		t.Run("no app monitor/"+name, func(t *testing.T) {
			wantError(t, err, http.StatusNotFound, "ResourceNotFoundException")
			absent, ok := errors.AsType[*types.ResourceNotFoundException](err)
			if !ok || *absent.ResourceName != "other" || *absent.ResourceType != "AppMonitor" {
				t.Errorf("error = %+v, want AppMonitor other", absent)
			}
		})
	}
	t.Run("no destination", func(t *testing.T) {
		err := f.deleteDestination("web", evidently, featureARN)
		wantError(t, err, http.StatusNotFound, "ResourceNotFoundException")
		absent, ok := errors.AsType[*types.ResourceNotFoundException](err)
		if !ok || *absent.ResourceName != evidently || *absent.ResourceType != "MetricsDestination" {
			t.Errorf("error = %+v, want MetricsDestination Evidently", absent)
		}
	})

	long := "arn:aws:evidently:::" + strings.Repeat("x", 2048-len("arn:aws:evidently:::"))
	for name, err := range map[string]error{
		"put kind":            f.putDestination("web", "cloudwatch", "", ""),
		"put ARN":             f.putDestination("web", evidently, "arn:aws:evidently", roleARN),
		"put long ARN":        f.putDestination("web", evidently, long+"x", roleARN),
		"put role":            f.putDestination("web", evidently, featureARN, "rum"),
		"put without ARN":     f.putDestination("web", evidently, "", roleARN),
		"put without role":    f.putDestination("web", evidently, featureARN, ""),
		"put ARN with CW":     f.putDestination("web", cloudWatch, featureARN, ""),
		"put role with CW":    f.putDestination("web", cloudWatch, "", roleARN),
		"delete kind":         f.deleteDestination("web", "evidently", featureARN),
		"delete ARN":          f.deleteDestination("web", evidently, "feature"),
		"delete long ARN":     f.deleteDestination("web", evidently, long+"x"),
		"put name":            f.putDestination(".web", cloudWatch, "", ""),
		"delete name":         f.deleteDestination(".web", cloudWatch, ""),
		"put empty ARN":       putEmptyARN(f),
		"before app monitors": f.putDestination("other", "cloudwatch", "", ""),
	} {
		t.Run(name, func(t *testing.T) {
			wantError(t, err, http.StatusBadRequest, "ValidationException")
		})
	}
	f.wantDestinations("web")
	wantOK(t, f.putDestination("web", evidently, long, roleARN))
}

func putEmptyARN(f fake) error {
	_, err := f.api.PutRumMetricsDestination(f.t.Context(), &rum.PutRumMetricsDestinationInput{
		AppMonitorName: aws.String("web"), Destination: types.MetricDestinationCloudWatch, DestinationArn: aws.String(""),
	})
	return err
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
