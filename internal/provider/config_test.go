package provider

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// httpClient is an HTTP client of an aws.Config.
type httpClient func(*http.Request) (*http.Response, error)

func (f httpClient) Do(r *http.Request) (*http.Response, error) { return f(r) }

// The check of the account must end by itself even when STS throttles forever,
// because OpenTofu cannot interrupt it.
func TestCheckAccountIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		throttle := httpClient(func(r *http.Request) (*http.Response, error) {
			body := `<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>`
			return &http.Response{StatusCode: http.StatusBadRequest, Body: io.NopCloser(strings.NewReader(body)), Request: r, Header: http.Header{"Retry-After": {"60"}}}, nil
		})
		cfg := aws.Config{
			Region: "eu-west-1", HTTPClient: throttle, Credentials: credentials.NewStaticCredentialsProvider("AKID", "secret", ""),
			Retryer: func() aws.Retryer { return rumapi.NewRetryer(25, false) },
		}
		start := time.Now()
		diags := block{AllowedAccountIDs: texts{types.StringValue("111111111111")}}.checkAccount(t.Context(), cfg)
		if took := time.Since(start); took != checkLimit {
			t.Errorf("took %s, want %s", took, checkLimit)
		}
		if len(diags) != 1 || !strings.Contains(diags[0].Detail(), "within 30s") {
			t.Errorf("got the diagnostics %v, want one with %q", diags, "within 30s")
		}
	})
}

// The test looks at the configuration, because a test of the calls would take too
// long: a try that hangs ends only after tryTimeout, and adaptive retries differ
// from others only in their waits.
func TestTriesAreBoundedInEveryRetryMode(t *testing.T) {
	t.Setenv("AWS_CONFIG_FILE", "/nowhere")
	for name, test := range map[string]struct {
		mode     string
		adaptive bool
	}{
		"no mode":  {"", false},
		"standard": {"standard", false},
		"adaptive": {"adaptive", true},
	} {
		t.Run(name, func(t *testing.T) {
			b := block{Region: types.StringValue("eu-west-1"), RetryMode: types.StringValue(test.mode)}
			cfg, diags := b.awsConfig(t.Context(), "")
			if diags.HasError() {
				t.Fatal(diags)
			}
			client, ok := cfg.HTTPClient.(*awshttp.BuildableClient)
			if !ok {
				t.Fatalf("got a %T, want a %T", cfg.HTTPClient, client)
			}
			if got := client.GetTimeout(); got != tryTimeout {
				t.Errorf("a try takes at most %v, want %v", got, tryTimeout)
			}
			if got, want := cfg.Retryer().MaxAttempts(), 25; got != want {
				t.Errorf("%d tries, want %d", got, want)
			}
			if _, got := cfg.Retryer().(*retry.AdaptiveMode); got != test.adaptive {
				t.Errorf("adaptive: got %t, want %t", got, test.adaptive)
			}
		})
	}
}
