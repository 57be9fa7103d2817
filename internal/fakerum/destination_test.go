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

func TestDestinationLifecycle(t *testing.T) {
	f := serve(t)
	f.account().CreateMonitor("my#web")
	wantOK(t, f.put("my#web", cloudWatch, "", ""))
	wantOK(t, f.put("my#web", evidently, featureARN, roleARN))
	wantOK(t, f.put("my#web", evidently, featureARN+"2", roleARN))

	// An upsert: the key is (destination, ARN), the rest is replaced.
	wantOK(t, f.put("my#web", cloudWatch, "", ""))
	wantOK(t, f.put("my#web", evidently, featureARN, roleARN+"2"))
	f.wantDestinations("my#web",
		fakerum.Destination{Destination: cloudWatch},
		fakerum.Destination{Destination: evidently, DestinationARN: featureARN, IAMRoleARN: roleARN + "2"},
		fakerum.Destination{Destination: evidently, DestinationARN: featureARN + "2", IAMRoleARN: roleARN})

	out, err := f.list("my#web")
	wantOK(t, err)
	var got []fakerum.Destination
	for _, d := range out.Destinations {
		got = append(got, fakerum.Destination{Destination: string(d.Destination), DestinationARN: *d.DestinationArn, IAMRoleARN: *d.IamRoleArn})
	}
	if want := f.account().Destinations("my#web"); !slices.Equal(got, want) || out.NextToken != nil {
		t.Errorf("listed %v, want %v", got, want)
	}

	wantOK(t, f.delete("my#web", evidently, featureARN))
	wantOK(t, f.delete("my#web", cloudWatch, ""))
	f.wantDestinations("my#web", fakerum.Destination{Destination: evidently, DestinationARN: featureARN + "2", IAMRoleARN: roleARN})
}

func (f fake) wantDestinations(monitor string, want ...fakerum.Destination) {
	f.t.Helper()
	if got := f.account().Destinations(monitor); !slices.Equal(got, want) {
		f.t.Fatalf("app monitor %s has %v, want %v", monitor, got, want)
	}
}

func TestEmptyListOfDestinations(t *testing.T) {
	f := serve(t)
	f.account().CreateMonitor("web")
	if _, body := f.send(http.MethodGet, "/rummetrics/web/metricsdestination", ""); body != `{"Destinations":[]}` {
		t.Errorf("got %s", body)
	}
}

func TestDestinationErrors(t *testing.T) {
	f := serve(t)
	f.account().CreateMonitor("web")
	_, listErr := f.list("other")
	for name, err := range map[string]error{
		"put":    f.put("other", cloudWatch, "", ""),
		"list":   listErr,
		"delete": f.delete("other", cloudWatch, ""),
	} {
		t.Run("no app monitor/"+name, func(t *testing.T) {
			wantError(t, err, http.StatusNotFound, "ResourceNotFoundException")
			var absent *types.ResourceNotFoundException
			if !errors.As(err, &absent) || *absent.ResourceName != "other" || *absent.ResourceType != "AppMonitor" {
				t.Errorf("got %+v", absent)
			}
		})
	}
	t.Run("no destination", func(t *testing.T) {
		err := f.delete("web", evidently, featureARN)
		wantError(t, err, http.StatusNotFound, "ResourceNotFoundException")
		var absent *types.ResourceNotFoundException
		if !errors.As(err, &absent) || *absent.ResourceName != evidently || *absent.ResourceType != "MetricsDestination" {
			t.Errorf("got %+v", absent)
		}
	})

	long := "arn:aws:evidently:::" + strings.Repeat("x", 2048-len("arn:aws:evidently:::"))
	for name, err := range map[string]error{
		"put kind":            f.put("web", "cloudwatch", "", ""),
		"put ARN":             f.put("web", evidently, "arn:aws:evidently", roleARN),
		"put long ARN":        f.put("web", evidently, long+"x", roleARN),
		"put role":            f.put("web", evidently, featureARN, "rum"),
		"put without ARN":     f.put("web", evidently, "", roleARN),
		"put without role":    f.put("web", evidently, featureARN, ""),
		"put ARN with CW":     f.put("web", cloudWatch, featureARN, ""),
		"put role with CW":    f.put("web", cloudWatch, "", roleARN),
		"delete kind":         f.delete("web", "evidently", featureARN),
		"delete ARN":          f.delete("web", evidently, "feature"),
		"delete long ARN":     f.delete("web", evidently, long+"x"),
		"put name":            f.put(".web", cloudWatch, "", ""),
		"delete name":         f.delete(".web", cloudWatch, ""),
		"put empty ARN":       putEmptyARN(f),
		"before app monitors": f.put("other", "cloudwatch", "", ""),
	} {
		t.Run(name, func(t *testing.T) {
			wantError(t, err, http.StatusBadRequest, "ValidationException")
		})
	}
	f.wantDestinations("web")
	wantOK(t, f.put("web", evidently, long, roleARN))
}

func putEmptyARN(f fake) error {
	_, err := f.api.PutRumMetricsDestination(f.t.Context(), &rum.PutRumMetricsDestinationInput{
		AppMonitorName: aws.String("web"), Destination: types.MetricDestinationCloudWatch, DestinationArn: aws.String(""),
	})
	return err
}

func TestBehavior(t *testing.T) {
	// Each switch with what the service does when it is off, and when it is on.
	for name, test := range map[string]struct {
		set     func(*fakerum.Behavior)
		off, on func(fake)
	}{
		"OmitAbsent": {
			set: func(b *fakerum.Behavior) { b.OmitAbsent = true },
			off: wantListed(`{"Destinations":[{"Destination":"CloudWatch","DestinationArn":"","IamRoleArn":""}]}`),
			on:  wantListed(`{"Destinations":[{"Destination":"CloudWatch"}]}`),
		},
		"DeleteAbsentOK": {
			set: func(b *fakerum.Behavior) { b.DeleteAbsentOK = true },
			off: func(f fake) {
				wantError(f.t, f.delete("web", evidently, featureARN), http.StatusNotFound, "ResourceNotFoundException")
				wantError(f.t, f.delete("other", cloudWatch, ""), http.StatusNotFound, "ResourceNotFoundException")
			},
			on: func(f fake) {
				wantOK(f.t, f.delete("web", evidently, featureARN))
				wantOK(f.t, f.delete("other", cloudWatch, ""))
				wantError(f.t, f.delete(".other", cloudWatch, ""), http.StatusBadRequest, "ValidationException")
				f.wantDestinations("web", fakerum.Destination{Destination: cloudWatch})
			},
		},
		"RefuseEvidently": {
			set: func(b *fakerum.Behavior) { b.RefuseEvidently = true },
			off: func(f fake) {
				wantOK(f.t, f.put("web", evidently, featureARN, roleARN))
			},
			on: func(f fake) {
				wantError(f.t, f.put("web", evidently, featureARN, roleARN), http.StatusBadRequest, "ValidationException")
				wantOK(f.t, f.put("web", cloudWatch, "", ""))
			},
		},
		"KeepRole": {
			set: func(b *fakerum.Behavior) { b.KeepRole = true },
			off: putWithoutRole(""),
			on:  putWithoutRole(roleARN),
		},
		"CloudWatchARNs: ignored": {
			set: func(b *fakerum.Behavior) { b.CloudWatchARNs = fakerum.ARNsIgnored },
			off: func(f fake) {
				wantError(f.t, f.put("web", cloudWatch, featureARN, roleARN), http.StatusBadRequest, "ValidationException")
			},
			on: func(f fake) {
				wantOK(f.t, f.put("web", cloudWatch, featureARN, roleARN))
				f.wantDestinations("web", fakerum.Destination{Destination: cloudWatch})
			},
		},
		"CloudWatchARNs: kept": {
			set: func(b *fakerum.Behavior) { b.CloudWatchARNs = fakerum.ARNsKept },
			off: func(f fake) {
				wantError(f.t, f.put("web", cloudWatch, featureARN, roleARN), http.StatusBadRequest, "ValidationException")
			},
			on: func(f fake) {
				wantOK(f.t, f.put("web", cloudWatch, featureARN, roleARN))
				f.wantDestinations("web", fakerum.Destination{Destination: cloudWatch},
					fakerum.Destination{Destination: cloudWatch, DestinationARN: featureARN, IAMRoleARN: roleARN})
			},
		},
		"MonitorState": {
			set: func(b *fakerum.Behavior) { b.MonitorState = "DELETING" },
			off: wantState(types.StateEnumCreated),
			on:  wantState(types.StateEnumDeleting),
		},
		"KeepOrphans": {
			set: func(b *fakerum.Behavior) { b.KeepOrphans = true },
			off: func(f fake) {
				f.account().DeleteMonitor("web")
				f.account().CreateMonitor("web")
				f.wantDestinations("web")
			},
			on: func(f fake) {
				f.account().DeleteMonitor("web")
				f.account().CreateMonitor("web")
				f.wantDestinations("web", fakerum.Destination{Destination: cloudWatch})
			},
		},
		"OneWriteAtATime": {
			set: func(b *fakerum.Behavior) { b.OneWriteAtATime = true },
			off: func(f fake) {
				f.whilePutting("web", false, func() { wantOK(f.t, f.put("web", cloudWatch, "", "")) })
			},
			on: func(f fake) {
				f.account().CreateMonitor("api")
				f.whilePutting("web", false, func() {
					wantError(f.t, f.put("web", cloudWatch, "", ""), http.StatusConflict, "ConflictException")
					wantError(f.t, f.delete("web", cloudWatch, ""), http.StatusConflict, "ConflictException")
					wantOK(f.t, f.put("api", cloudWatch, "", ""))
					_, err := f.list("web")
					wantOK(f.t, err)
				})
				eventually(f.t, func() bool { return f.put("web", cloudWatch, "", "") == nil })
			},
		},
	} {
		for position, check := range map[string]func(fake){"off": test.off, "on": test.on} {
			t.Run(name+"/"+position, func(t *testing.T) {
				f := serve(t)
				f.account().CreateMonitor("web")
				f.account().PutDestination("web", fakerum.Destination{Destination: cloudWatch})
				if position == "on" {
					f.Behave(test.set)
				}
				check(f)
			})
		}
	}
}

func wantListed(want string) func(fake) {
	return func(f fake) {
		f.t.Helper()
		if _, body := f.send(http.MethodGet, "/rummetrics/web/metricsdestination", ""); body != want {
			f.t.Errorf("got %s, want %s", body, want)
		}
	}
}

func wantState(want types.StateEnum) func(fake) {
	return func(f fake) {
		f.t.Helper()
		got, err := f.api.GetAppMonitor(f.t.Context(), &rum.GetAppMonitorInput{Name: aws.String("web")})
		wantOK(f.t, err)
		listed, err := f.api.ListAppMonitors(f.t.Context(), nil)
		wantOK(f.t, err)
		if got.AppMonitor.State != want || listed.AppMonitorSummaries[0].State != want {
			f.t.Errorf("states %s and %s, want %s", got.AppMonitor.State, listed.AppMonitorSummaries[0].State, want)
		}
	}
}

// putWithoutRole puts over a CloudWatch destination that has a role, which is
// the only kind whose role may be left out.
func putWithoutRole(wantRole string) func(fake) {
	return func(f fake) {
		f.t.Helper()
		f.account().PutDestination("web", fakerum.Destination{Destination: cloudWatch, IAMRoleARN: roleARN})
		wantOK(f.t, f.put("web", cloudWatch, "", ""))
		f.wantDestinations("web", fakerum.Destination{Destination: cloudWatch, IAMRoleARN: wantRole})
	}
}

// whilePutting calls during while a Put to monitor is being served, before or
// after its work, and then has the client give up.
func (f fake) whilePutting(monitor string, afterWork bool, during func()) {
	f.t.Helper()
	started := make(chan struct{})
	f.Inject(fakerum.Fault{
		Operation: fakerum.OpPutRumMetricsDestination, Monitor: monitor, Times: 1, Delay: time.Hour, AfterWork: afterWork,
		Match: func(fakerum.Request) bool { close(started); return true },
	})
	ctx, hangUp := context.WithCancel(f.t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := f.api.PutRumMetricsDestination(ctx, &rum.PutRumMetricsDestinationInput{
			AppMonitorName: aws.String(monitor), Destination: types.MetricDestinationCloudWatch,
		})
		ended <- err
	}()
	<-started
	during()
	hangUp()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		f.t.Fatalf("the Put ended with %v before it was given up", err)
	}
}
