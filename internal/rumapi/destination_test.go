package rumapi_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

func TestDestinationIsPutFoundAndDeleted(t *testing.T) {
	wantEveryMember(t, evidently)
	for _, d := range []rumapi.Destination{cloudWatch, evidently} {
		for answers, omit := range map[string]bool{`absent members are ""`: false, "absent members are left out": true} {
			t.Run(d.Destination+", "+answers, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := newNetwork(t)
					n.Behave(func(b *fakerum.Behavior) { b.OmitAbsent = omit })
					ctx := t.Context()
					if err := n.client.PutDestination(ctx, d); err != nil {
						t.Fatal(err)
					}
					n.has(t, d)
					if got, err := n.client.FindDestination(ctx, d.Key); err != nil || got != d {
						t.Errorf("found %#v, %v; want %#v", got, err, d)
					}
					if err := n.client.DeleteDestination(ctx, d.Key); err != nil {
						t.Error(err)
					}
					n.has(t)
				})
			})
		}
	}
}

// An absent ARN must not be sent as "": the service would refuse it, as no ARN is
// empty.
func TestAbsentMembersAreNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		_ = n.client.PutDestination(t.Context(), cloudWatch)
		_ = n.client.DeleteDestination(t.Context(), cloudWatch.Key)
		requests := n.Requests()
		if got, want := requests[0].Body, `{"Destination":"CloudWatch"}`; got != want {
			t.Errorf("put %s, want %s", got, want)
		}
		if got, want := requests[1].URL, "/rummetrics/web/metricsdestination?destination=CloudWatch"; got != want {
			t.Errorf("deleted %s, want %s", got, want)
		}
	})
}

func TestEachCallGoesToItsRegion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		there := n.In(accessKeyID, "ap-southeast-7")
		there.CreateMonitor("web")
		d := cloudWatch
		d.Region = "ap-southeast-7"
		if err := n.client.PutDestination(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		if got := there.Destinations("web"); len(got) != 1 {
			t.Errorf("the region of the Put has the destinations %v, want 1", got)
		}
		n.has(t)
		if got, err := n.client.FindDestination(t.Context(), d.Key); err != nil || got != d {
			t.Errorf("found %#v, %v; want %#v", got, err, d)
		}
		if err := n.client.DeleteDestination(t.Context(), d.Key); err != nil {
			t.Error(err)
		}
		if got := there.Destinations("web"); len(got) != 0 {
			t.Errorf("after the Delete, the region has the destinations %v, want none", got)
		}
	})
}

func TestDeleteDestinationSucceedsForWhatIsGone(t *testing.T) {
	for name, k := range map[string]rumapi.Key{
		"no such destination": cloudWatch.Key,
		"no such monitor":     {Region: region, AppMonitorName: "gone", Destination: rumapi.CloudWatch},
	} {
		for answers, ok := range map[string]bool{"answered with 404": false, "answered with 200": true} {
			t.Run(name+", "+answers, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := newNetwork(t)
					n.Behave(func(b *fakerum.Behavior) { b.DeleteAbsentOK = ok })
					if err := n.client.DeleteDestination(t.Context(), k); err != nil {
						t.Errorf("got %v, want no error", err)
					}
				})
			})
		}
	}
	t.Run("a 404 that is not the API's says nothing about the destination", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t, cloudWatch)
			n.Inject(fakerum.Fault{Status: 404, ContentType: "text/html", Body: "<html>"})
			if err := n.client.DeleteDestination(t.Context(), cloudWatch.Key); err == nil {
				t.Error("delete, answered by a proxy's 404: got no error, want one")
			}
			if _, err := n.client.FindDestination(t.Context(), cloudWatch.Key); err == nil || errors.Is(err, rumapi.ErrNotFound) {
				t.Errorf("find, answered by a proxy's 404: got %v, want another error than ErrNotFound", err)
			}
		})
	})
}

// The answer of a write does not come. Where a look can tell, it decides whether
// the write is done.
func TestLostAnswersAreLookedUp(t *testing.T) {
	old := evidently
	old.IAMRoleARN += "-old"
	var (
		none      []rumapi.Destination
		oldOnly   = []rumapi.Destination{old}
		evidently = evidently
		done      = []rumapi.Destination{evidently}
	)
	const ( // how a call may end
		ok = iota
		unknown
		refused
	)
	deletion := func(ctx context.Context, c *rumapi.Client) error { return c.DeleteDestination(ctx, evidently.Key) }
	put := func(ctx context.Context, c *rumapi.Client) error { return c.PutDestination(ctx, evidently) }

	tests := map[string]struct {
		call          func(context.Context, *rumapi.Client) error
		before, after []rumapi.Destination
		faults        []fakerum.Fault
		ends          int
		looks         int // Lists
	}{
		"put, dropped before the work, once":    {put, none, done, []fakerum.Fault{{Operation: opPut, Drop: true, Times: 1}}, ok, 0},
		"put, dropped after the work, once":     {put, none, done, []fakerum.Fault{{Operation: opPut, Drop: true, AfterWork: true, Times: 1}}, ok, 0},
		"put, dropped before the work, forever": {put, none, none, []fakerum.Fault{{Operation: opPut, Drop: true}}, unknown, 1},
		"put, dropped after the work, forever":  {put, none, done, []fakerum.Fault{{Operation: opPut, Drop: true, AfterWork: true}}, ok, 1},
		"put, 500 before the work, once":        {put, none, done, []fakerum.Fault{{Operation: opPut, Status: 500, Times: 1}}, ok, 0},
		"put, 500 after the work, once":         {put, none, done, []fakerum.Fault{{Operation: opPut, Status: 500, AfterWork: true, Times: 1}}, ok, 0},
		"put, 500 before the work, forever":     {put, none, none, []fakerum.Fault{{Operation: opPut, Status: 500}}, unknown, 1},
		"put, 500 after the work, forever":      {put, none, done, []fakerum.Fault{{Operation: opPut, Status: 500, AfterWork: true}}, ok, 1},
		"put, a page of a proxy after the work": {put, none, done, []fakerum.Fault{{Operation: opPut, Status: 302, ContentType: "text/html", Body: "<html>", AfterWork: true}}, ok, 1},
		"put, a page with 200 after the work":   {put, none, done, []fakerum.Fault{{Operation: opPut, Status: 200, ContentType: "text/html", Body: "<html>", AfterWork: true}}, ok, 1},
		"put, a page with 200, nothing done":    {put, none, none, []fakerum.Fault{{Operation: opPut, Status: 200, ContentType: "text/html", Body: "<html>"}}, unknown, 1},
		"put, no answer in time after the work": {put, none, done, []fakerum.Fault{{Operation: opPut, Delay: time.Hour, AfterWork: true}}, ok, 1},

		"put, refused once the work was done and the answer lost": {put, none, done, []fakerum.Fault{
			{Operation: opPut, Drop: true, AfterWork: true, Times: 1},
			{Operation: opPut, Status: 403, Code: "AccessDeniedException"},
		}, ok, 1},
		"put, refused once the connection was lost": {put, none, none, []fakerum.Fault{
			{Operation: opPut, Drop: true, Times: 1},
			{Operation: opPut, Status: 403, Code: "AccessDeniedException"},
		}, unknown, 1},
		"put, refused": {put, none, none, []fakerum.Fault{{Operation: opPut, Status: 403, Code: "AccessDeniedException"}}, refused, 0},
		"put, throttled forever": {put, none, none, []fakerum.Fault{
			{Operation: opPut, Status: 429, Code: "ThrottlingException"},
		}, refused, 0},
		"put, conflicts forever": {put, none, none, []fakerum.Fault{
			{Operation: opPut, Status: 409, Code: "ConflictException"},
		}, refused, 0},
		"put, everything dropped forever": {put, none, done, []fakerum.Fault{{Drop: true, AfterWork: true}}, unknown, maxAttempts},

		"update, dropped before the work, forever": {put, oldOnly, oldOnly, []fakerum.Fault{{Operation: opPut, Drop: true}}, unknown, 1},
		"update, dropped after the work, forever":  {put, oldOnly, done, []fakerum.Fault{{Operation: opPut, Drop: true, AfterWork: true}}, ok, 1},

		"delete, dropped before the work, once":    {deletion, done, none, []fakerum.Fault{{Operation: opDelete, Drop: true, Times: 1}}, ok, 0},
		"delete, dropped after the work, once":     {deletion, done, none, []fakerum.Fault{{Operation: opDelete, Drop: true, AfterWork: true, Times: 1}}, ok, 0},
		"delete, 500 after the work, once":         {deletion, done, none, []fakerum.Fault{{Operation: opDelete, Status: 500, AfterWork: true, Times: 1}}, ok, 0},
		"delete, dropped before the work, forever": {deletion, done, done, []fakerum.Fault{{Operation: opDelete, Drop: true}}, unknown, 0},
		"delete, dropped after the work, forever":  {deletion, done, none, []fakerum.Fault{{Operation: opDelete, Drop: true, AfterWork: true}}, unknown, 0},
		"delete, a page with 200, nothing done":    {deletion, done, done, []fakerum.Fault{{Operation: opDelete, Status: 200, ContentType: "text/html", Body: "<html>"}}, unknown, 0},
		"delete, refused":                          {deletion, done, done, []fakerum.Fault{{Operation: opDelete, Status: 403, Code: "AccessDeniedException"}}, refused, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork(t, test.before...)
				// The look after the write must not use what was read before the write.
				_, _ = n.client.ListDestinations(t.Context(), region, "web")
				n.ForgetRequests()
				for _, f := range test.faults {
					n.Inject(f)
				}
				err := test.call(t.Context(), n.client)
				switch {
				case test.ends == ok && err != nil:
					t.Errorf("got %v, want success", err)
				case test.ends != ok && err == nil:
					t.Error("got no error, want one")
				case rumapi.OutcomeUnknown(err) != (test.ends == unknown):
					t.Errorf("the outcome is unknown: got %t, want %t: %v", rumapi.OutcomeUnknown(err), test.ends == unknown, err)
				}
				n.received(t, opList, test.looks)
				n.has(t, test.after...)
			})
		})
	}
}

func TestInterruptedPutSaysWhetherItsOutcomeIsKnown(t *testing.T) {
	tests := map[string]struct {
		fault   fakerum.Fault
		unknown bool
	}{
		"while it waits for the answer":      {fakerum.Fault{Delay: time.Hour}, true},
		"between tries, after a 503":         {fakerum.Fault{Status: 503, RetryAfter: "60"}, true},
		"between tries, after a lost answer": {fakerum.Fault{Drop: true, Delay: 900 * time.Millisecond}, true},
		"between tries, after a 429":         {fakerum.Fault{Status: 429, RetryAfter: "60"}, false},
		"between tries, after a conflict":    {fakerum.Fault{Status: 409, Code: "ConflictException", RetryAfter: "60"}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork(t)
				n.Inject(test.fault)
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				checkFailed(t, n.client.PutDestination(ctx, cloudWatch), opPut, test.unknown)
				n.received(t, opList, 0)
			})
		})
	}
	t.Run("before there is a connection", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			start := time.Now()
			client := newClient(t, config(func(context.Context, string, string) (net.Conn, error) {
				time.Sleep(30 * time.Second) // after the interrupt too: the transport dials on for a later request
				return nil, os.ErrDeadlineExceeded
			}))
			if err := client.PutDestination(ctx, cloudWatch); !errors.Is(err, context.Canceled) || rumapi.OutcomeUnknown(err) {
				t.Errorf("got %v, want %v and a known outcome", err, context.Canceled)
			}
			took(t, start, time.Second) // a request that was not sent has no grace
			time.Sleep(time.Minute)
		})
	})
}

// Nothing is sent before there is a connection. The outcome is therefore known,
// whether it was TLS or a proxy that failed.
func TestOutcomeIsKnownWithoutAConnection(t *testing.T) {
	refuseAll := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusProxyAuthRequired)
	})
	synctest.Test(t, func(t *testing.T) {
		cfg := serve(t, refuseAll)
		cfg.BaseEndpoint = aws.String("https://rum.test") // but the server speaks plain HTTP
		err := newClient(t, cfg).PutDestination(t.Context(), cloudWatch)
		if err == nil || rumapi.OutcomeUnknown(err) {
			t.Errorf("plain HTTP in place of TLS: got %v, want an error whose outcome is known", err)
		}
		err = newClient(t, withProxy(cfg, "http://proxy.test")).PutDestination(t.Context(), cloudWatch)
		if err == nil || rumapi.OutcomeUnknown(err) {
			t.Fatalf("a proxy that refuses: got %v, want an error whose outcome is known", err)
		}
		if want := "Proxy Authentication Required"; !strings.Contains(err.Error(), want) {
			t.Errorf("a proxy that refuses: got %v, want %q in it", err, want)
		}
	})
}

func TestListReadsEveryPage(t *testing.T) {
	var all []rumapi.Destination
	for i := range 5 {
		all = append(all, experiment(i))
	}
	for token, last := range map[string]fakerum.LastToken{"absent": fakerum.TokenAbsent, "empty": fakerum.TokenEmpty, "repeated": fakerum.TokenRepeated} {
		for size, pages := range map[int]int{1: 5, 2: 3, 5: 1, 100: 1} {
			t.Run(fmt.Sprintf("pages of %d, the last token is %s", size, token), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := newNetwork(t, all...)
					n.Behave(func(b *fakerum.Behavior) { b.PageSize, b.LastToken = size, last })
					got, err := n.client.ListDestinations(t.Context(), region, "web")
					if err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(all, got); diff != "" {
						t.Errorf("destinations (-want +got):\n%s", diff)
					}
					n.received(t, opList, pages)
					if got := n.Requests()[0].URL; !strings.Contains(got, "maxResults=100") {
						t.Errorf("got a request for %s, want it to ask for pages of 100", got)
					}
				})
			})
		}
	}
	t.Run("an error on a later page is an error", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t, all...)
			n.Behave(func(b *fakerum.Behavior) { b.PageSize = 2 })
			n.Inject(fakerum.Fault{Operation: opList, Status: 403, Code: "AccessDeniedException", Match: func(r fakerum.Request) bool {
				return strings.Contains(r.URL, "nextToken")
			}})
			if got, err := n.client.ListDestinations(t.Context(), region, "web"); err == nil || got != nil {
				t.Errorf("got %v, %v; want no destinations and an error", got, err)
			}
		})
	})
}

func TestFindDestinationGoesByTheWholeKey(t *testing.T) {
	other := evidently
	other.DestinationARN += "-other"
	tests := map[string]struct {
		key  rumapi.Key
		want rumapi.Destination
		err  error
	}{
		"CloudWatch":            {cloudWatch.Key, cloudWatch, nil},
		"Evidently":             {evidently.Key, evidently, nil},
		"another experiment":    {other.Key, rumapi.Destination{}, rumapi.ErrNotFound},
		"a partial key is none": {rumapi.Key{Region: region, AppMonitorName: "web", Destination: rumapi.Evidently}, rumapi.Destination{}, rumapi.ErrNotFound},
		"another case is none":  {rumapi.Key{Region: region, AppMonitorName: "web", Destination: "cloudwatch"}, rumapi.Destination{}, rumapi.ErrNotFound},
		"another monitor":       {rumapi.Key{Region: region, AppMonitorName: "wen", Destination: rumapi.CloudWatch}, rumapi.Destination{}, rumapi.ErrNotFound},
		"another region":        {rumapi.Key{Region: "eu-west-2", AppMonitorName: "web", Destination: rumapi.CloudWatch}, rumapi.Destination{}, rumapi.ErrNotFound},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork(t, evidently, cloudWatch)
				got, err := n.client.FindDestination(t.Context(), test.key)
				if got != test.want || !errors.Is(err, test.err) {
					t.Errorf("got %#v and the error %v, want %#v and %v", got, err, test.want, test.err)
				}
			})
		})
	}
}

func TestResolveDestinationFindsTheOneThatFits(t *testing.T) {
	other := evidently
	other.DestinationARN += "-other"
	bare := rumapi.Key{Region: region, AppMonitorName: "web"}
	ofKind := func(kind, arn string) rumapi.Key {
		return rumapi.Key{Region: region, AppMonitorName: "web", Destination: kind, DestinationARN: arn}
	}
	type list = []rumapi.Destination
	// noARN is an Evidently destination without an ARN. Its complete key is also a partial key of the others.
	noARN := evidently
	noARN.DestinationARN = ""

	tests := map[string]struct {
		has       list
		key       rumapi.Key
		want      rumapi.Destination // the zero value when the key fits none or several
		ambiguous list
	}{
		"the only one, by name":                   {list{cloudWatch}, bare, cloudWatch, nil},
		"the only one, by name, with an ARN":      {list{evidently}, bare, evidently, nil},
		"none, by name":                           {nil, bare, rumapi.Destination{}, nil},
		"one of two, by name":                     {list{cloudWatch, evidently}, bare, rumapi.Destination{}, list{cloudWatch, evidently}},
		"by kind":                                 {list{evidently, cloudWatch}, ofKind(rumapi.CloudWatch, ""), cloudWatch, nil},
		"by kind, Evidently":                      {list{evidently, cloudWatch}, ofKind(rumapi.Evidently, ""), evidently, nil},
		"by kind, one of two":                     {list{evidently, other, cloudWatch}, ofKind(rumapi.Evidently, ""), rumapi.Destination{}, list{evidently, other}},
		"by kind, absent":                         {list{evidently}, ofKind(rumapi.CloudWatch, ""), rumapi.Destination{}, nil},
		"by ARN alone":                            {list{evidently, other, cloudWatch}, ofKind("", other.DestinationARN), other, nil},
		"complete":                                {list{evidently, other, cloudWatch}, other.Key, other, nil},
		"complete, absent":                        {list{evidently, cloudWatch}, other.Key, rumapi.Destination{}, nil},
		"complete, though it fits others as well": {list{evidently, other, noARN}, noARN.Key, noARN, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got, err := newNetwork(t, test.has...).client.ResolveDestination(t.Context(), test.key)
				switch {
				case test.ambiguous != nil:
					ambiguous, ok := errors.AsType[*rumapi.AmbiguousError](err)
					if !ok || ambiguous.Key != test.key {
						t.Fatalf("got %v, want an AmbiguousError about %v", err, test.key)
					}
					if diff := cmp.Diff(test.ambiguous, ambiguous.Candidates); diff != "" {
						t.Errorf("candidates (-want +got):\n%s", diff)
					}
					for _, d := range test.ambiguous {
						if !strings.Contains(err.Error(), d.String()) {
							t.Errorf("got the error %q, want it to name %s", err, d)
						}
					}
				case test.want == rumapi.Destination{}:
					if !errors.Is(err, rumapi.ErrNotFound) {
						t.Errorf("got %#v, %v; want ErrNotFound", got, err)
					}
				case err != nil || got != test.want:
					t.Errorf("got %#v, %v; want %#v", got, err, test.want)
				}
			})
		})
	}
	t.Run("the list is refused", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			n.Inject(fakerum.Fault{Operation: opList, Status: 403, Code: "AccessDeniedException"})
			_, err := n.client.ResolveDestination(t.Context(), bare)
			if _, ok := errors.AsType[*rumapi.Error](err); !ok || errors.Is(err, rumapi.ErrNotFound) {
				t.Errorf("got %v, want an Error that is not ErrNotFound", err)
			}
		})
	})
	t.Run("no such monitor", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork(t)
			_, err := n.client.ResolveDestination(t.Context(), rumapi.Key{Region: region, AppMonitorName: "gone"})
			if !errors.Is(err, rumapi.ErrNotFound) || !strings.Contains(err.Error(), `"gone" in eu-west-1`) {
				t.Errorf("got %v, want ErrNotFound that names the monitor and its region", err)
			}
		})
	})
}
