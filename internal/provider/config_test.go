package provider

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

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
