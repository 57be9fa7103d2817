package rumapi

import (
	"cmp"
	"context"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// Log is an API option for [aws.Config.APIOptions] that logs every try of every
// call at DEBUG: what was called where, how it ended and how long that took. It
// never looks at headers that could hold a credential, nor at a body; the SDK's
// own request log prints both.
func Log(stack *middleware.Stack) error {
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("Log",
		func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
			middleware.DeserializeOutput, middleware.Metadata, error,
		) {
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
				// The code, not the message: that may quote what was sent.
				fields["error"] = cmp.Or(errorCode(err), cause(err).Error())
			}
			tflog.Debug(ctx, message, fields)
			return out, metadata, err
		}), middleware.Before)
}
