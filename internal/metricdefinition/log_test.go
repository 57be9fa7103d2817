package metricdefinition

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

// The message of an answer can quote what was sent, for example an external ID to STS.
func TestLogOfAPlanThatCannotAskHasTheReasonOnly(t *testing.T) {
	t.Parallel()
	service := fakerum.New()
	endpoint, stop, err := service.Listen(context.Background(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	service.Inject(fakerum.Fault{Status: 403, Code: "AccessDeniedException", Message: "no access for shop-secret"})
	client := rumapi.New(aws.Config{
		Region: "eu-west-1", HTTPClient: awshttp.NewBuildableClient(), Credentials: credentials.NewStaticCredentialsProvider("AKID", fakerum.SecretKey, ""),
	}, rumapi.Options{Endpoint: endpoint})
	d := rumapi.Definition{
		DefinitionKey: rumapi.DefinitionKey{Key: rumapi.Key{Region: "eu-west-1", AppMonitorName: "web", Destination: rumapi.CloudWatch}},
		Name:          "Checkouts", Namespace: "Shop", EventPattern: `{"event_type":["checkout"]}`,
	}
	for name, ask := range map[string]func(context.Context, tfresource.Resource){
		"equal definitions": func(ctx context.Context, base tfresource.Resource) {
			(&definitionResource{base}).warnOfEqual(ctx, d, false)
		},
		"custom events": func(ctx context.Context, base tfresource.Resource) {
			warnOfSilence(ctx, base.ProviderData, d, path.Empty())
		},
		"set": func(ctx context.Context, base tfresource.Resource) {
			set := setResource{base}
			set.refuseOthers(ctx, d.Key, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			var output bytes.Buffer
			ask(tflogtest.RootLogger(t.Context(), &output), tfresource.Resource{ProviderData: &tfresource.ProviderData{Client: client}})
			if got := output.String(); !strings.Contains(got, "AccessDeniedException") || strings.Contains(got, "shop-secret") {
				t.Errorf("the log is %q, want the code and not the message", got)
			}
		})
	}
}
