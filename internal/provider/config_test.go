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

// httpClient is an HTTP client for aws.Config.
type httpClient func(*http.Request) (*http.Response, error)

func (f httpClient) Do(r *http.Request) (*http.Response, error) { return f(r) }

// The check of the account ends, even where STS has it retried for ever: OpenTofu
// cannot interrupt it.
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
		diags := block{AllowedAccountIDs: []string{"111111111111"}}.checkAccount(t.Context(), cfg)
		if took := time.Since(start); took != checkLimit {
			t.Errorf("took %s, want %s", took, checkLimit)
		}
		if len(diags) != 1 || !strings.Contains(diags[0].Detail(), "within 30s") {
			t.Error(diags)
		}
	})
}

// What cannot be seen from without: a try that hangs ends, but not in a test's
// time, and adaptive retries differ in how long they wait.
func TestAWSConfig(t *testing.T) {
	t.Setenv("AWS_CONFIG_FILE", "/nowhere")
	for mode, adaptive := range map[string]bool{"": false, "standard": false, "adaptive": true} {
		b := block{Region: types.StringValue("eu-west-1"), RetryMode: types.StringValue(mode)}
		cfg, diags := b.awsConfig(t.Context(), "")
		if diags.HasError() {
			t.Fatal(diags)
		}
		if client, ok := cfg.HTTPClient.(*awshttp.BuildableClient); !ok || client.GetTimeout() != tryTimeout {
			t.Errorf("%s: a try takes as long as it likes", mode)
		}
		if got := cfg.Retryer().MaxAttempts(); got != 25 {
			t.Errorf("%s: %d tries", mode, got)
		}
		if _, got := cfg.Retryer().(*retry.AdaptiveMode); got != adaptive {
			t.Errorf("%s: adaptive is %t", mode, got)
		}
	}
}
