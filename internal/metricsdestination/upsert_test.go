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
	go func() { _ = server.Serve(pipes) }() // ends with ErrServerClosed
	t.Cleanup(func() { _ = server.Close() })
	client, err := rumapi.New(aws.Config{
		Region:      "eu-west-1",
		Credentials: credentials.NewStaticCredentialsProvider("AKIDRUN", fakerum.SecretKey, ""),
		Retryer:     func() aws.Retryer { return rumapi.NewRetryer(3, false) },
		HTTPClient: awshttp.NewBuildableClient().WithTransportOptions(func(tr *http.Transport) {
			tr.DialContext, tr.DisableKeepAlives = pipes.Dial, true
		}),
	}, rumapi.Options{Endpoint: "http://rum.test"})
	if err != nil {
		t.Fatal(err)
	}
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

func TestCreateAndDeleteOfOneDestinationInARun(t *testing.T) {
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
				t.Errorf("got %d deletes, want none", got)
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
	t.Run("a creation that was refused is none", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			n.put(cloudWatch)
			n.Inject(fakerum.Fault{Operation: fakerum.OpPutRumMetricsDestination, Status: 403, Code: "AccessDeniedException"})
			if err := create(ctx, n.data, cloudWatch); err == nil {
				t.Fatal("got no error")
			}
			deleteNow(t, n, nil)
		})
	})
	t.Run("a creation that may have been done is one", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			n.Inject(fakerum.Fault{Operation: fakerum.OpPutRumMetricsDestination, Drop: true})
			if err := create(ctx, n.data, cloudWatch); !rumapi.OutcomeUnknown(err) {
				t.Fatal(err)
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
	t.Run("what could not be deleted is not created until it is", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			n.put(evidently)
			n.Inject(fakerum.Fault{Operation: fakerum.OpDeleteRumMetricsDestination, Status: 403, Code: "AccessDeniedException"})
			if err := remove(ctx, n.data, evidently.Key); err == nil {
				t.Fatal("got no error")
			}
			changed := evidently
			changed.IAMRoleARN += "-changed"
			if err := create(ctx, n.data, changed); !errors.Is(err, errNotDeletedInThisRun) {
				t.Errorf("got %v, want %v", err, errNotDeletedInThisRun)
			}
			n.has(t, evidently)
			if err := create(ctx, n.data, cloudWatch); err != nil {
				t.Errorf("another one of the monitor: %v", err)
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
	t.Run("what comes during the creation waits for it", func(t *testing.T) {
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
				if e, ok := errors.AsType[*rumapi.Error](err); !ok || !errors.Is(err, context.DeadlineExceeded) || e.Operation != operation || e.Key != cloudWatch.Key {
					t.Errorf("%s while it waits: got %v, want it to end when the run does", operation, err)
				}
			}
			deleteNow(t, n, errCreatedInThisRun, cloudWatch)
			created.Wait()
		})
	})
	t.Run("another run knows nothing of it", func(t *testing.T) {
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
