package provider

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

const loggedKeyID = "AKIDLOG"

var loggedDestination = rumapi.Destination{
	Key: rumapi.Key{
		Region: "eu-west-1", AppMonitorName: "web", Destination: rumapi.Evidently,
		DestinationARN: "arn:aws:evidently:eu-west-1:123456789012:project/petfood/feature/upsell",
	},
	IAMRoleARN: "arn:aws:iam::123456789012:role/rum-evidently",
}

// newLoggedClient returns a fake service and a client that logs its calls.
func newLoggedClient(t *testing.T) (*fakerum.Service, *rumapi.Client) {
	t.Helper()
	service := fakerum.New()
	endpoint, stop, err := service.Listen(context.Background(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	service.In(loggedKeyID, "eu-west-1").CreateMonitor("web")
	client := rumapi.New(aws.Config{
		Region:      "eu-west-1",
		HTTPClient:  awshttp.NewBuildableClient().WithTransportOptions(func(tr *http.Transport) { tr.DisableKeepAlives = true }),
		Credentials: credentials.NewStaticCredentialsProvider(loggedKeyID, fakerum.SecretKey, "session-token-of-the-tests"),
		Retryer:     func() aws.Retryer { return rumapi.NewRetryer(4, false) },
		APIOptions:  []func(*middleware.Stack) error{logCalls},
	}, rumapi.Options{Endpoint: endpoint})
	return service, client
}

// newLogger returns a context whose log goes to output, at every level.
func newLogger(t *testing.T) (ctx context.Context, output *bytes.Buffer) {
	t.Helper()
	output = new(bytes.Buffer)
	return tflogtest.RootLogger(t.Context(), output), output
}

func TestEveryTryIsLogged(t *testing.T) {
	t.Parallel()
	service, client := newLoggedClient(t)
	id := http.Header{"X-Amzn-Requestid": {"8f7c-1"}}
	for _, f := range []fakerum.Fault{
		{Status: 429, Code: "ThrottlingException", Message: "quotes what was sent", Header: id},
		{Status: 409, Code: "ConflictException", Header: id},
	} {
		f.Times = 1
		service.Inject(f)
	}
	ctx, output := newLogger(t)
	if err := client.PutDestination(ctx, loggedDestination); err != nil {
		t.Fatal(err)
	}
	got, err := tflogtest.MultilineJSONDecode(output)
	if err != nil {
		t.Fatal(err)
	}
	entry := func(message, try, reason string, status float64) map[string]any {
		e := map[string]any{
			"@level": "debug", "@module": "provider", "@message": message, "try": try, "http_status": status,
			"aws_service": "RUM", "aws_operation": fakerum.OpPutRumMetricsDestination, "aws_region": "eu-west-1", "request_id": "8f7c-1",
		}
		if reason != "" {
			e["error"] = reason
		}
		return e
	}
	want := []map[string]any{
		entry("AWS call failed", "attempt=1; max=4", "ThrottlingException", 429),
		entry("AWS call failed", "attempt=2; max=4", "ConflictException", 409),
		entry("AWS call done", "attempt=3; max=4", "", 200),
	}
	want[2]["request_id"] = got[len(got)-1]["request_id"]
	ignoreDuration := cmpopts.IgnoreMapEntries(func(key string, _ any) bool { return key == "duration" })
	if diff := cmp.Diff(want, got, ignoreDuration); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
}

// The log never has a header, token, signature, secret or body.
func TestLogHoldsNoSecrets(t *testing.T) {
	t.Parallel()
	secrets := []string{
		fakerum.SecretKey, "session-token-of-the-tests", loggedKeyID,
		"Authorization", "AWS4-HMAC-SHA256", "Signature=", "SignedHeaders", "Security-Token", "X-Amz-Date",
		loggedDestination.IAMRoleARN, "IamRoleArn", // only in the body
		"quotes what was sent", "resourceName", // only in answers
	}
	for name, fault := range map[string]fakerum.Fault{
		"done":     {Operation: fakerum.OpCreateAppMonitor, Drop: true}, // the test makes no such call
		"refused":  {Status: 400, Code: "ValidationException", Message: "quotes what was sent"},
		"unsigned": {Status: 403, Code: "InvalidSignatureException", Message: "quotes what was sent"},
		"failing":  {Status: 500, Code: "InternalServerException", Message: "quotes what was sent", RetryAfter: "1"},
		"a page":   {Status: 502, ContentType: "text/html", Body: "<html>quotes what was sent"},
		"dropped":  {Drop: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service, client := newLoggedClient(t)
			service.Inject(fault)
			ctx, output := newLogger(t)
			_ = client.PutDestination(ctx, loggedDestination)
			_, _ = client.ListDestinations(ctx, "eu-west-1", "web")
			_ = client.DeleteDestination(ctx, loggedDestination.Key)
			text := output.String()
			if !strings.Contains(text, `"aws_service":"RUM"`) {
				t.Errorf("the log has no call, want some: %q", text)
			}
			for _, secret := range secrets {
				if strings.Contains(strings.ToLower(text), strings.ToLower(secret)) {
					t.Errorf("the log has %q, want it to have no secret:\n%s", secret, text)
				}
			}
		})
	}
}
