package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/smithy-go/middleware"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/net/http/httpproxy"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

const (
	// What hashicorp/aws has.
	defaultMaxRetries = 25
	// No try may wait for its answer for ever. API Gateway, which the service
	// seems to stand behind, gives up after half of this.
	tryTimeout = time.Minute
)

// awsConfig makes an AWS configuration of the block. What the block leaves out
// comes from where the SDK looks: the environment and the shared config files.
// It makes no network call.
func (b block) awsConfig(ctx context.Context, userAgent string) (aws.Config, diag.Diagnostics) {
	options, diags := b.loadOptions(userAgent)
	if diags.HasError() {
		return aws.Config{}, diags
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		diags.Append(b.explainLoad(err))
		return cfg, diags
	}
	diags.Append(b.checkRegion(cfg.Region)...)

	tries := cfg.RetryMaxAttempts
	if tries == 0 {
		tries = defaultMaxRetries
	}
	adaptive := cfg.RetryMode == aws.RetryModeAdaptive
	cfg.Retryer = func() aws.Retryer { return rumapi.NewRetryer(tries, adaptive) }
	b.addCredentials(&cfg)
	return cfg, diags
}

// loadOptions is the block as the SDK takes it.
func (b block) loadOptions(userAgent string) (options []func(*config.LoadOptions) error, diags diag.Diagnostics) {
	add := func(o config.LoadOptionsFunc) { options = append(options, o) }

	// To the SDK "" and nil are as good as not set.
	add(config.WithRegion(b.Region.ValueString()))
	add(config.WithSharedConfigProfile(b.Profile.ValueString()))
	add(config.WithSharedConfigFiles(existing(b.SharedConfigFiles, "shared_config_files", &diags)))
	add(config.WithSharedCredentialsFiles(existing(b.SharedCredentialFiles, "shared_credentials_files", &diags)))
	add(config.WithRetryMode(aws.RetryMode(b.RetryMode.ValueString())))
	add(config.WithEC2IMDSEndpoint(b.EC2MetadataEndpoint.ValueString()))
	add(config.WithHTTPClient(b.httpClient()))
	add(config.WithAPIOptions([]func(*middleware.Stack) error{addUserAgent(userAgent), rumapi.Log}))

	if b.AccessKey.ValueString() != "" {
		add(config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(
			b.AccessKey.ValueString(), b.SecretKey.ValueString(), b.Token.ValueString())))
	}
	if !b.MaxRetries.IsNull() {
		add(config.WithRetryMaxAttempts(int(max(b.MaxRetries.ValueInt64(), 1)))) // 0 would be "not set"
	}
	if !b.UseFIPS.IsNull() {
		state := aws.FIPSEndpointStateDisabled
		if b.UseFIPS.ValueBool() {
			state = aws.FIPSEndpointStateEnabled
		}
		add(config.WithUseFIPSEndpoint(state))
	}
	if !b.UseDualStack.IsNull() {
		state := aws.DualStackEndpointStateDisabled
		if b.UseDualStack.ValueBool() {
			state = aws.DualStackEndpointStateEnabled
		}
		add(config.WithUseDualStackEndpoint(state))
	}
	if b.SkipMetadataAPICheck.ValueBool() {
		add(config.WithEC2IMDSClientEnableState(imds.ClientDisabled))
	}
	if !b.EC2MetadataMode.IsNull() {
		mode := imds.EndpointModeStateIPv4
		if b.EC2MetadataMode.ValueString() == "IPv6" {
			mode = imds.EndpointModeStateIPv6
		}
		add(config.WithEC2IMDSEndpointMode(mode))
	}
	if bundle := b.CustomCABundle.ValueString(); bundle != "" {
		pem, err := os.ReadFile(expand(bundle))
		if err != nil {
			diags.AddAttributeError(path.Root("custom_ca_bundle"), "Cannot read custom_ca_bundle", err.Error())
		}
		add(config.WithCustomCABundle(strings.NewReader(string(pem))))
	}
	return options, diags
}

// httpClient is the SDK's, with a bound on each try and the block's proxies and
// trust. An argument of the block replaces just its own environment variable.
func (b block) httpClient() *awshttp.BuildableClient {
	client := awshttp.NewBuildableClient().WithTimeout(tryTimeout)
	return client.WithTransportOptions(func(tr *http.Transport) {
		tr.TLSClientConfig.InsecureSkipVerify = b.Insecure.ValueBool()
		proxies := httpproxy.FromEnvironment()
		for into, from := range map[*string]types.String{
			&proxies.HTTPProxy:  b.HTTPProxy,
			&proxies.HTTPSProxy: b.HTTPSProxy,
			&proxies.NoProxy:    b.NoProxy,
		} {
			if !from.IsNull() {
				*into = from.ValueString()
			}
		}
		proxy := proxies.ProxyFunc()
		tr.Proxy = func(r *http.Request) (*url.URL, error) { return proxy(r.URL) }
	})
}

// checkRegion returns an error for no region, and for one that no partition
// known to this version has.
func (b block) checkRegion(region string) (diags diag.Diagnostics) {
	if region == "" {
		diags.AddAttributeError(path.Root("region"), "Missing AWS region",
			"The provider needs a region. Set region in the provider block, AWS_REGION or AWS_DEFAULT_REGION in the environment, "+
				"or region in the profile that is used.")
		return diags
	}
	if _, known := rumapi.Partition(region); !known && !b.SkipRegionValidation.ValueBool() {
		diags.AddAttributeError(path.Root("region"), "Unknown AWS region", fmt.Sprintf(
			"%q is not a region of any AWS partition known to this version of the provider. Correct it, or, if it is a new one, set skip_region_validation.", region))
	}
	return diags
}

// explainLoad turns an error of the SDK's loading into a diagnostic.
func (b block) explainLoad(err error) diag.Diagnostic {
	var profile config.SharedConfigProfileNotExistError
	if errors.As(err, &profile) {
		return diag.NewAttributeErrorDiagnostic(path.Root("profile"), "Unknown AWS profile", fmt.Sprintf(
			"There is no profile %q in %s. Correct profile in the provider block or AWS_PROFILE, or name the files that have it in "+
				"shared_config_files and shared_credentials_files.", profile.Profile, strings.Join(profile.Filename, ", ")))
	}
	return diag.NewErrorDiagnostic("Cannot load the AWS configuration",
		err.Error()+".\n\nCheck the arguments of the provider block, the AWS_* environment variables, and the shared config and credentials files.")
}

// existing returns the paths with their ~ expanded. It adds an error for a file
// that is not there, which the SDK would pass over in silence.
func existing(paths []string, argument string, diags *diag.Diagnostics) (expanded []string) {
	for i, p := range paths {
		p = expand(p)
		if _, err := os.Stat(p); err != nil {
			diags.AddAttributeError(path.Root(argument).AtListIndex(i), "Cannot read a file of "+argument, err.Error())
		}
		expanded = append(expanded, p)
	}
	return expanded
}

// expand puts the home directory in place of a leading ~.
func expand(p string) string {
	rest, found := strings.CutPrefix(p, "~/")
	home, err := os.UserHomeDir()
	if !found || err != nil {
		return p
	}
	return filepath.Join(home, rest)
}
