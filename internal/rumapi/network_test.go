package rumapi_test

import (
	"context"
	"errors"
	"maps"
	"net"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

const (
	region       = "eu-west-1"
	accessKeyID  = "AKIDRUMAPI"
	sessionToken = "session-token-of-the-tests"
	maxAttempts  = 25

	opPut    = fakerum.OpPutRumMetricsDestination
	opDelete = fakerum.OpDeleteRumMetricsDestination
	opList   = fakerum.OpListRumMetricsDestinations

	opCreateDefinitions = fakerum.OpBatchCreateRumMetricDefinitions
	opReadDefinitions   = fakerum.OpBatchGetRumMetricDefinitions
	opUpdateDefinition  = fakerum.OpUpdateRumMetricDefinition
	opDeleteDefinitions = fakerum.OpBatchDeleteRumMetricDefinitions
)

var (
	cloudWatch = rumapi.Destination{Key: rumapi.Key{Region: region, AppMonitorName: "web", Destination: rumapi.CloudWatch}}
	evidently  = rumapi.Destination{
		Key: rumapi.Key{
			Region: region, AppMonitorName: "web", Destination: rumapi.Evidently,
			DestinationARN: "arn:aws:evidently:eu-west-1:123456789012:project/petfood/feature/upsell",
		},
		IAMRoleARN: "arn:aws:iam::123456789012:role/rum-evidently",
	}
)

// operations is every operation on destinations, as a call that succeeds
// unless something goes wrong on the way.
var operations = map[string]func(context.Context, *rumapi.Client) error{
	opPut: func(ctx context.Context, c *rumapi.Client) error {
		return c.PutDestination(ctx, cloudWatch)
	},
	opDelete: func(ctx context.Context, c *rumapi.Client) error {
		return c.DeleteDestination(ctx, cloudWatch.Key)
	},
	opList: func(ctx context.Context, c *rumapi.Client) error {
		_, err := c.ListDestinations(ctx, region, "web")
		return err
	},
}

// operationsOn returns every operation on d and on its destination.
func operationsOn(d rumapi.Definition) map[string]func(context.Context, *rumapi.Client) error {
	all := map[string]func(context.Context, *rumapi.Client) error{
		opCreateDefinitions: func(ctx context.Context, c *rumapi.Client) error {
			_, err := c.CreateDefinition(ctx, d)
			return err
		},
		opReadDefinitions: func(ctx context.Context, c *rumapi.Client) error {
			_, err := c.FindDefinition(ctx, d.DefinitionKey)
			return err
		},
		opUpdateDefinition:  func(ctx context.Context, c *rumapi.Client) error { return c.UpdateDefinition(ctx, d) },
		opDeleteDefinitions: func(ctx context.Context, c *rumapi.Client) error { return deleteOne(ctx, c, d.DefinitionKey) },
	}
	maps.Copy(all, operations)
	return all
}

// network is a fake service and a client of it. The real SDK talks HTTP to the
// service over pipes, so that in a synctest bubble everything runs on the fake
// clock: waits take no time and can be measured to the nanosecond.
type network struct {
	*fakerum.Service
	account *fakerum.Account
	config  aws.Config
	client  *rumapi.Client
}

// newNetwork returns a network for the bubble that t is in. The service has the
// app monitor "web" with these destinations.
func newNetwork(t *testing.T, destinations ...rumapi.Destination) *network {
	t.Helper()
	service := fakerum.New()
	account := service.In(accessKeyID, region)
	account.CreateMonitor("web")
	cfg := serve(t, service)
	n := &network{Service: service, account: account, config: cfg, client: newClient(t, cfg)}
	n.put(destinations...)
	return n
}

// serve serves handler and returns a configuration that leads there.
func serve(t *testing.T, handler http.Handler) aws.Config {
	t.Helper()
	dial, stop := fakerum.ServePipes(handler)
	t.Cleanup(stop)
	return config(dial)
}

// config is a configuration as internal/provider makes it, over connections
// from dial.
func config(dial func(ctx context.Context, network, address string) (net.Conn, error)) aws.Config {
	return aws.Config{
		Region:       region,
		BaseEndpoint: aws.String("http://rum.test"),
		HTTPClient: awshttp.NewBuildableClient().WithTimeout(time.Minute).WithTransportOptions(func(tr *http.Transport) {
			tr.DialContext, tr.Proxy = dial, nil
			// Go repeats some requests of its own accord, but only on a connection
			// that it used before. Without such connections, each request that the
			// service counts is one that the SDK made.
			tr.DisableKeepAlives = true
		}),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: accessKeyID, SecretAccessKey: fakerum.SecretKey, SessionToken: sessionToken}, nil
		}),
		Retryer: func() aws.Retryer { return rumapi.NewRetryer(maxAttempts, false) },
	}
}

// withProxy makes the configuration go through a proxy.
func withProxy(cfg aws.Config, proxy string) aws.Config {
	client, _ := cfg.HTTPClient.(*awshttp.BuildableClient)
	cfg.HTTPClient = client.WithTransportOptions(func(tr *http.Transport) {
		tr.Proxy = func(*http.Request) (*url.URL, error) { return url.Parse(proxy) }
	})
	return cfg
}

func newClient(t *testing.T, cfg aws.Config) *rumapi.Client {
	t.Helper()
	return rumapi.New(cfg, rumapi.Options{})
}

// put makes destinations behind the client's back.
func (n *network) put(destinations ...rumapi.Destination) {
	for _, d := range destinations {
		n.account.PutDestination(d.AppMonitorName, fakerum.Destination{
			Destination: d.Destination, DestinationARN: d.DestinationARN, IAMRoleARN: d.IAMRoleARN,
		})
	}
}

// delete removes a destination behind the client's back.
func (n *network) delete(k rumapi.Key) {
	n.account.DeleteDestination(k.AppMonitorName, k.Destination, k.DestinationARN)
}

// has checks that the app monitor "web" has exactly these destinations at the
// service, in this order.
func (n *network) has(t *testing.T, want ...rumapi.Destination) {
	t.Helper()
	var got []rumapi.Destination
	for _, d := range n.account.Destinations("web") {
		got = append(got, rumapi.Destination{
			Key:        rumapi.Key{Region: region, AppMonitorName: "web", Destination: d.Destination, DestinationARN: d.DestinationARN},
			IAMRoleARN: d.IAMRoleARN,
		})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("at the service (-want +got):\n%s", diff)
	}
}

// received checks how many requests for an operation the service received.
func (n *network) received(t *testing.T, operation string, want int) {
	t.Helper()
	if got := n.Count(operation); got != want {
		t.Errorf("the service received %d %s, want %d", got, operation, want)
	}
}

// checkFailed stops the test unless err is an Error. It checks the operation of
// the Error, and whether the outcome is unknown.
func checkFailed(t *testing.T, err error, operation string, unknown bool) {
	t.Helper()
	e, ok := errors.AsType[*rumapi.Error](err)
	if !ok {
		t.Fatalf("got the error %v, want an Error of %s", err, operation)
	}
	if e.Operation != operation {
		t.Errorf("got an Error of %s, want one of %s: %v", e.Operation, operation, err)
	}
	if e.OutcomeUnknown != unknown {
		t.Errorf("the outcome is unknown: got %t, want %t: %v", e.OutcomeUnknown, unknown, err)
	}
}

// took checks how long something took, on the fake clock.
func took(t *testing.T, start time.Time, want time.Duration) {
	t.Helper()
	if got := time.Since(start); got != want {
		t.Errorf("took %v, want %v", got, want)
	}
}
