package metricsdestination

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

var (
	cloudWatch = rumapi.Destination{Key: rumapi.Key{Region: "eu-west-1", AppMonitorName: "web", Destination: rumapi.CloudWatch}}
	evidently  = rumapi.Destination{
		Key:        rumapi.Key{Region: "eu-west-1", AppMonitorName: "web", Destination: rumapi.Evidently, DestinationARN: featureARN},
		IAMRoleARN: roleARN,
	}
)

// network is a fake service and the data of a provider that talks to it, in a
// bubble of testing/synctest.
type network struct {
	*fakerum.Service
	account *fakerum.Account
	data    *tfresource.ProviderData
}

func newNetwork(t *testing.T) *network {
	t.Helper()
	n := &network{Service: fakerum.New()}
	n.account = n.In("AKIDRUN", "eu-west-1")
	n.account.CreateMonitor("web")
	pipes := fakerum.NewPipes()
	server := &http.Server{Handler: n.Service, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(pipes) }() // returns ErrServerClosed in the end
	t.Cleanup(func() { _ = server.Close() })
	client := rumapi.New(aws.Config{
		Region:      "eu-west-1",
		Credentials: credentials.NewStaticCredentialsProvider("AKIDRUN", fakerum.SecretKey, ""),
		Retryer:     func() aws.Retryer { return rumapi.NewRetryer(3, false) },
		HTTPClient: awshttp.NewBuildableClient().WithTransportOptions(func(tr *http.Transport) {
			tr.DialContext, tr.DisableKeepAlives = pipes.Dial, true
		}),
	}, rumapi.Options{Endpoint: "http://rum.test"})
	n.data = &tfresource.ProviderData{Client: client}
	return n
}

func (n *network) put(d rumapi.Destination) {
	n.account.PutDestination(d.AppMonitorName, fakerum.Destination{Destination: d.Destination, DestinationARN: d.DestinationARN, IAMRoleARN: d.IAMRoleARN})
}

// has checks that the service has these destinations, in this order.
func (n *network) has(t *testing.T, want ...rumapi.Destination) {
	t.Helper()
	var got []rumapi.Destination
	for _, d := range n.account.Destinations("web") {
		k := rumapi.Key{Region: "eu-west-1", AppMonitorName: "web", Destination: d.Destination, DestinationARN: d.DestinationARN}
		got = append(got, rumapi.Destination{Key: k, IAMRoleARN: d.IAMRoleARN})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("at the service (-want +got):\n%s", diff)
	}
}

func TestDeleteKeepsWhatTheSameRunCreated(t *testing.T) {
	ctx := context.Background()
	deleteNow := func(t *testing.T, n *network, want error, at ...rumapi.Destination) {
		t.Helper()
		if err := remove(ctx, n.data, cloudWatch.Key); !errors.Is(err, want) {
			t.Errorf("delete: got %v, want %v", err, want)
		}
		n.has(t, at...)
	}
	t.Run("what was created is kept", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			if err := create(ctx, n.data, cloudWatch); err != nil {
				t.Fatal(err)
			}
			deleteNow(t, n, errCreatedInThisRun, cloudWatch)
			if got := n.Count(fakerum.OpDeleteRumMetricsDestination); got != 0 {
				t.Errorf("%d Deletes, want none", got)
			}
		})
	})
	t.Run("another of the same monitor is deleted", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			n.put(cloudWatch)
			if err := create(ctx, n.data, evidently); err != nil {
				t.Fatal(err)
			}
			deleteNow(t, n, nil, evidently)
		})
	})
	t.Run("an update is no creation", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			if err := n.data.Client.PutDestination(ctx, cloudWatch); err != nil {
				t.Fatal(err)
			}
			deleteNow(t, n, nil)
		})
	})
	t.Run("a creation that was refused does not count", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			n.put(cloudWatch)
			n.Inject(fakerum.Fault{Operation: fakerum.OpPutRumMetricsDestination, Status: 403, Code: "AccessDeniedException"})
			if err := create(ctx, n.data, cloudWatch); err == nil {
				t.Fatal("create: got no error, want one")
			}
			deleteNow(t, n, nil)
		})
	})
	t.Run("a creation that may have been done counts", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			n.Inject(fakerum.Fault{Operation: fakerum.OpPutRumMetricsDestination, Drop: true})
			if err := create(ctx, n.data, cloudWatch); !rumapi.OutcomeUnknown(err) {
				t.Fatalf("create: got %v, want an unknown outcome", err)
			}
			deleteNow(t, n, errCreatedInThisRun)
		})
	})
	t.Run("a replacement deletes, then creates", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			n.put(cloudWatch)
			deleteNow(t, n, nil)
			if err := create(ctx, n.data, cloudWatch); err != nil {
				t.Fatal(err)
			}
			n.has(t, cloudWatch)
		})
	})
	t.Run("a destination whose delete failed is not created until its delete succeeds", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			n.put(evidently)
			n.Inject(fakerum.Fault{Operation: fakerum.OpDeleteRumMetricsDestination, Status: 403, Code: "AccessDeniedException"})
			if err := remove(ctx, n.data, evidently.Key); err == nil {
				t.Fatal("delete: got no error, want one")
			}
			changed := evidently
			changed.IAMRoleARN += "-changed"
			if err := create(ctx, n.data, changed); !errors.Is(err, errNotDeletedInThisRun) {
				t.Errorf("create: got %v, want %v", err, errNotDeletedInThisRun)
			}
			n.has(t, evidently)
			if err := create(ctx, n.data, cloudWatch); err != nil {
				t.Errorf("create of another one of the monitor: got %v, want no error", err)
			}

			n.ClearFaults()
			if err := remove(ctx, n.data, evidently.Key); err != nil {
				t.Error(err)
			}
			if err := create(ctx, n.data, changed); err != nil {
				t.Error(err)
			}
			n.has(t, cloudWatch, changed)
		})
	})
	t.Run("a call during the creation waits for its end", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			n.Inject(fakerum.Fault{Operation: fakerum.OpPutRumMetricsDestination, Delay: time.Second})
			var created sync.WaitGroup
			created.Go(func() {
				if err := create(ctx, n.data, cloudWatch); err != nil {
					t.Error(err)
				}
			})
			time.Sleep(time.Millisecond)
			hurried, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
			defer cancel()
			for operation, call := range map[string]func(context.Context) error{
				fakerum.OpDeleteRumMetricsDestination: func(ctx context.Context) error { return remove(ctx, n.data, cloudWatch.Key) },
				fakerum.OpPutRumMetricsDestination:    func(ctx context.Context) error { return create(ctx, n.data, cloudWatch) },
			} {
				err := call(hurried)
				if !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%s that waits until the run ends: got %v, want %v", operation, err, context.DeadlineExceeded)
				}
				e, ok := errors.AsType[*rumapi.Error](err)
				if !ok {
					t.Errorf("%s that waits until the run ends: got a %T, want a %T", operation, err, e)
					continue
				}
				if e.Operation != operation {
					t.Errorf("got an Error of %s, want one of %s", e.Operation, operation)
				}
				if e.Key != cloudWatch.Key {
					t.Errorf("%s: got an Error about %v, want one about %v", operation, e.Key, cloudWatch.Key)
				}
			}
			deleteNow(t, n, errCreatedInThisRun, cloudWatch)
			created.Wait()
		})
	})
	t.Run("another run may delete it", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			if err := create(ctx, n.data, cloudWatch); err != nil {
				t.Fatal(err)
			}
			n.data = &tfresource.ProviderData{Client: n.data.Client}
			deleteNow(t, n, nil)
		})
	})
}
