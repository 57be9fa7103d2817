package provider

import (
	"context"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// logCalls returns an API option for [aws.Config.APIOptions] that logs every try of
// every call at DEBUG: the operation, its outcome and its duration. It reads no
// header that could hold a credential, and no body. The SDK's own request log prints
// both.
func logCalls(stack *middleware.Stack) error {
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("Log",
		func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
			middleware.DeserializeOutput, middleware.Metadata, error,
		) {
			underWay.Add(1)
			defer underWay.Add(-1)
			start := time.Now()
			out, metadata, err := next.HandleDeserialize(ctx, in)
			fields := map[string]any{
				"aws_service":   awsmiddleware.GetServiceID(ctx),
				"aws_operation": awsmiddleware.GetOperationName(ctx),
				"aws_region":    awsmiddleware.GetRegion(ctx),
				"duration":      time.Since(start).Round(time.Millisecond).String(),
			}
			if request, ok := in.Request.(*smithyhttp.Request); ok {
				fields["try"] = request.Header.Get("Amz-Sdk-Request") // "attempt=2; max=25"
			}
			if answer, ok := out.RawResponse.(*smithyhttp.Response); ok && answer.Response != nil {
				fields["http_status"] = answer.StatusCode
				fields["request_id"] = answer.Header.Get("X-Amzn-Requestid")
			}
			message := "AWS call done"
			if err != nil {
				message = "AWS call failed"
				fields["error"] = rumapi.Reason(err)
			}
			tflog.Debug(ctx, message, fields)
			return out, metadata, err
		}), middleware.Before)
}
