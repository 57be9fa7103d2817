package rumapi_test

import (
	"bytes"
	"context"
	"maps"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// logger returns a context whose log, of every level, goes to output.
func logger(t *testing.T) (ctx context.Context, output *bytes.Buffer) {
	t.Helper()
	output = new(bytes.Buffer)
	return tflogtest.RootLogger(t.Context(), output), output
}

func TestLog(t *testing.T) {
	id := http.Header{"X-Amzn-Requestid": {"8f7c-1"}}
	entry := func(message, try string, fields map[string]any) map[string]any {
		all := map[string]any{
			"@level": "debug", "@module": "provider", "@message": message, "try": try,
			"aws_service": "RUM", "aws_operation": opPut, "aws_region": region,
			"http_status": 0.0, "request_id": "", "duration": "0s",
		}
		maps.Copy(all, fields)
		return all
	}
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		for _, f := range []fakerum.Fault{
			{Status: 429, Code: "ThrottlingException", Message: "quotes what was sent", Header: id, RetryAfter: "1"},
			{Status: 502, ContentType: "text/html", Body: "<html>", Header: id},
			{Drop: true, Delay: 1500 * time.Millisecond},
			{Status: 409, Code: "ConflictException", Header: id},
		} {
			f.Times = 1
			n.Inject(f)
		}
		ctx, output := logger(t)
		if err := n.client.PutDestination(ctx, cloudWatch); err != nil {
			t.Fatal(err)
		}
		got, err := tflogtest.MultilineJSONDecode(output)
		if err != nil {
			t.Fatal(err)
		}
		want := []map[string]any{
			entry("AWS call failed", "attempt=1; max=25", map[string]any{"error": "ThrottlingException", "http_status": 429.0, "request_id": "8f7c-1"}),
			entry("AWS call failed", "attempt=2; max=25", map[string]any{
				"error": "failed to decode response body, invalid character '<' looking for beginning of value", "http_status": 502.0, "request_id": "8f7c-1",
			}),
			entry("AWS call failed", "attempt=3; max=25", map[string]any{
				"error": `Post "http://rum.test/rummetrics/web/metricsdestination": EOF`, "duration": "1.5s",
			}),
			entry("AWS call failed", "attempt=4; max=25", map[string]any{"error": "ConflictException", "http_status": 409.0, "request_id": "8f7c-1"}),
			entry("AWS call done", "attempt=5; max=25", map[string]any{"http_status": 200.0, "request_id": got[len(got)-1]["request_id"]}),
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if got[len(got)-1]["request_id"] == "" {
			t.Error("the last entry has no request ID")
		}
	})
}

// No header, token, signature, secret or body at any level, whatever happens.
func TestLogKeepsSecrets(t *testing.T) {
	secrets := []string{
		fakerum.SecretKey, sessionToken, accessKeyID,
		"Authorization", "AWS4-HMAC-SHA256", "Signature=", "SignedHeaders", "Security-Token", "X-Amz-Date",
		evidently.IAMRoleARN, "IamRoleArn", // in the body only
		"quotes what was sent", "resourceName", // in answers only
	}
	faults := map[string]*fakerum.Fault{
		"none":     nil,
		"refused":  {Status: 400, Code: "ValidationException", Message: "quotes what was sent"},
		"unsigned": {Status: 403, Code: "InvalidSignatureException", Message: "quotes what was sent"},
		"conflict": {Status: 409, Code: "ConflictException", Message: "quotes what was sent"},
		"failing":  {Status: 500, Code: "InternalServerException", Message: "quotes what was sent"},
		"a page":   {Status: 502, ContentType: "text/html", Body: "<html>quotes what was sent"},
		"dropped":  {Drop: true},
		"slow":     {Delay: time.Hour},
	}
	for name, fault := range faults {
		for operation, call := range ask {
			t.Run(name+", "+operation, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := newNetwork(t)
					n.put(evidently)
					if fault != nil {
						n.Inject(*fault)
					}
					ctx, output := logger(t)
					_ = call(ctx, n.client)
					text := output.String()
					if !strings.Contains(text, `"aws_service":"RUM"`) {
						t.Errorf("nothing of the call is in the log: %s", text)
					}
					for _, secret := range secrets {
						if strings.Contains(strings.ToLower(text), strings.ToLower(secret)) {
							t.Errorf("%q is in the log:\n%s", secret, text)
						}
					}
				})
			})
		}
	}
}
