package provider_test

import (
	"bytes"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// The log has every try of every call, and once where the credentials come from. It has
// no header, token, signature, secret or body. A test through the CLI looks for secrets in
// all that is logged, with writes.
func TestEveryTryIsLoggedWithoutSecrets(t *testing.T) {
	cleanEnv(t, nil)
	fake, url := newFake(t)
	for _, f := range []fakerum.Fault{
		{Status: 429, Code: "ThrottlingException", Message: "quotes what was sent"},
		{Status: 502, ContentType: "text/html", Body: "<html>quotes what was sent"},
	} {
		f.Times, f.Header = 1, http.Header{"X-Amzn-Requestid": {"8f7c-1"}}
		fake.Inject(f)
	}
	var log bytes.Buffer
	ctx := tflogtest.RootLogger(t.Context(), &log)
	s := configured(t, at(url, "AKID").with(args{"token": "a-session", "max_retries": 4}))
	for _, monitor := range []string{web, other} {
		if diags := s.readOf(ctx, t, monitor, region); len(diags) > 0 {
			t.Fatal(say(diags))
		}
	}

	text := strings.ToLower(log.String())
	for _, secret := range []string{
		fakerum.SecretKey, "a-session", "AKID", "Authorization", "AWS4-HMAC-SHA256", "Signature", "Security-Token", "X-Amz-Date", "quotes what was sent",
	} {
		if strings.Contains(text, strings.ToLower(secret)) {
			t.Errorf("the log has %q, want it to have no secret:\n%s", secret, text)
		}
	}
	got, err := tflogtest.MultilineJSONDecode(&log)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range got {
		delete(e, "duration")
		if e["http_status"] == 200. {
			delete(e, "request_id") // which the fake draws
		}
	}
	try := func(try, message string, status float64, more map[string]any) map[string]any {
		e := map[string]any{
			"@level": "debug", "@module": "provider", "@message": message, "try": "attempt=" + try + "; max=4", "http_status": status,
			"aws_service": "RUM", "aws_operation": fakerum.OpListRumMetricsDestinations, "aws_region": region,
		}
		maps.Copy(e, more)
		return e
	}
	want := []map[string]any{
		{"@level": "debug", "@module": "provider", "@message": "AWS credentials found", "source": "StaticCredentials"},
		try("1", "AWS call failed", 429, map[string]any{"request_id": "8f7c-1", "error": "ThrottlingException"}),
		try("2", "AWS call failed", 502, map[string]any{
			"request_id": "8f7c-1", "error": "its content is not a JSON object",
		}),
		try("3", "AWS call done", 200, nil),
		try("1", "AWS call done", 200, nil), // of the other monitor
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
}
