package provider

import (
	"context"
	"os"
	"strings"

	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// userAgent returns what the provider adds to the SDK's User-Agent, in the order
// that hashicorp/aws has.
func userAgent(version, cliVersion string, configured []string) string {
	products := []string{"Terraform/" + cliVersion, "terraform-provider-rum/" + version}
	products = append(products, configured...)
	if extra := strings.TrimSpace(os.Getenv("TF_APPEND_USER_AGENT")); extra != "" {
		products = append(products, extra)
	}
	return strings.Join(products, " ")
}

// addUserAgent returns an API option that puts s before the SDK's own
// User-Agent. The SDK's way of adding to it would rewrite the characters of a
// comment such as "(+https://example.com)".
func addUserAgent(s string) func(*middleware.Stack) error {
	return func(stack *middleware.Stack) error {
		return stack.Build.Add(middleware.BuildMiddlewareFunc("ProviderUserAgent",
			func(ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler) (middleware.BuildOutput, middleware.Metadata, error) {
				if request, ok := in.Request.(*smithyhttp.Request); ok {
					request.Header.Set("User-Agent", strings.TrimSpace(s+" "+request.Header.Get("User-Agent")))
				}
				return next.HandleBuild(ctx, in)
			}), middleware.After)
	}
}
