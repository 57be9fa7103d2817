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
		"not there": {
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
		"not to be seen": {
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
			client, err := rumapi.New(aws.Config{
				Region:      "eu-west-1",
				HTTPClient:  awshttp.NewBuildableClient(),
				Credentials: credentials.NewStaticCredentialsProvider("AKIA", fakerum.SecretKey, ""),
			}, rumapi.Options{Endpoint: endpoint})
			if err != nil {
				t.Fatal(err)
			}

			// It would wait longer; here the run ends.
			ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
			defer cancel()
			diags := (&destinationResource{tfresource.Resource{ProviderData: &tfresource.ProviderData{Client: client}}}).readBack(ctx, put)
			switch {
			case test.summary == "" && len(diags) == 0:
			case len(diags) != 1 || diags[0].Severity() != diag.SeverityWarning ||
				diags[0].Summary() != test.summary || !strings.Contains(diags[0].Detail(), test.says):
				t.Errorf("got %v, want one warning: %s, %s", diags, test.summary, test.says)
			}
		})
	}
}

func inFake(d rumapi.Destination) fakerum.Destination {
	return fakerum.Destination{Destination: d.Destination, DestinationARN: d.DestinationARN, IAMRoleARN: d.IAMRoleARN}
}
