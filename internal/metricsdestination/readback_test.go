package metricsdestination

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

func TestReadBackOnlyWarns(t *testing.T) {
	t.Parallel()
	const notSeen = "RUM metrics destination not seen yet"
	put := rumapi.Destination{
		Key:        rumapi.Key{Region: "eu-west-1", AppMonitorName: "web", Destination: rumapi.Evidently, DestinationARN: "arn:aws:evidently:::a"},
		IAMRoleARN: "arn:aws:iam::123456789012:role/new",
	}
	for name, test := range map[string]struct {
		prepare       func(*fakerum.Service, *fakerum.Account)
		summary, says string
	}{
		"as it was put": {
			prepare: func(_ *fakerum.Service, a *fakerum.Account) { a.PutDestination("web", inFake(put)) },
		},
		"absent": {
			prepare: func(*fakerum.Service, *fakerum.Account) {},
			summary: notSeen, says: "not found",
		},
		"another role": {
			prepare: func(_ *fakerum.Service, a *fakerum.Account) {
				old := inFake(put)
				old.IAMRoleARN = "arn:aws:iam::123456789012:role/old"
				a.PutDestination("web", old)
			},
			summary: notSeen, says: `has role "arn:aws:iam::123456789012:role/old"`,
		},
		"the list is refused": {
			prepare: func(s *fakerum.Service, _ *fakerum.Account) {
				s.Inject(fakerum.Fault{Status: http.StatusForbidden, Code: "AccessDeniedException"})
			},
			summary: "RUM metrics destination was put but could not be read back", says: "rum:ListRumMetricsDestinations",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := fakerum.New()
			endpoint, stop, err := service.Listen(t.Context(), "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(stop)
			service.Seed("web")
			test.prepare(service, service.In("AKIA", "eu-west-1"))
			client := rumapi.New(aws.Config{
				Region:      "eu-west-1",
				HTTPClient:  awshttp.NewBuildableClient(),
				Credentials: credentials.NewStaticCredentialsProvider("AKIA", fakerum.SecretKey, ""),
			}, rumapi.Options{Endpoint: endpoint})

			// The read-back would wait for 20 seconds. The end of the run ends it sooner.
			ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
			defer cancel()
			diags := (&destinationResource{tfresource.Resource{ProviderData: &tfresource.ProviderData{Client: client}}}).readBack(ctx, put)
			if test.summary == "" {
				if len(diags) > 0 {
					t.Errorf("got %v, want no diagnostics", diags)
				}
				return
			}
			if len(diags) != 1 {
				t.Fatalf("got %v, want one warning", diags)
			}
			if got := diags[0].Severity(); got != diag.SeverityWarning {
				t.Errorf("got the severity %s, want %s", got, diag.SeverityWarning)
			}
			if got := diags[0].Summary(); got != test.summary {
				t.Errorf("got the summary %q, want %q", got, test.summary)
			}
			if got := diags[0].Detail(); !strings.Contains(got, test.says) {
				t.Errorf("got the detail %q, want it to say %q", got, test.says)
			}
		})
	}
}

func inFake(d rumapi.Destination) fakerum.Destination {
	return fakerum.Destination{Destination: d.Destination, DestinationARN: d.DestinationARN, IAMRoleARN: d.IAMRoleARN}
}
