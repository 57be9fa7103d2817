package provider

import (
	"bytes"
	"context"
	"crypto/x509"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/smithy-go/middleware"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// defaultMaxRetries is the default of hashicorp/aws.
const defaultMaxRetries = 25

// awsConfig makes an AWS configuration from the block. The SDK looks up what
// the block leaves out: in the environment and in the shared config files.
// awsConfig makes no network call.
func (b block) awsConfig(ctx context.Context, userAgent string) (aws.Config, diag.Diagnostics) {
	options, diags := b.loadOptions(userAgent)
	if diags.HasError() {
		return aws.Config{}, diags
	}
	p := b.profile()
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		diags.Append(p.explainLoad(ctx, err))
		return cfg, diags
	}
	p.config = loadedProfile(cfg)
	cfg.APIOptions = append(cfg.APIOptions, logCalls)
	diags.Append(b.checkRegion(cfg.Region, p)...)
	diags.Append(b.checkEndpoints(ctx, cfg, p)...)
	diags.Append(b.checkProxy()...)

	// STS has the same policy. Its client would otherwise try an address where nothing
	// listens as often as one that throttles.
	tries := cfg.RetryMaxAttempts
	if tries == 0 {
		tries = defaultMaxRetries
	}
	adaptive := cfg.RetryMode == aws.RetryModeAdaptive
	cfg.Retryer = func() aws.Retryer { return rumapi.NewRetryer(tries, adaptive) }
	diags.Append(b.addCredentials(&cfg, p)...)
	return cfg, diags
}

// loadOptions converts the block to options of the SDK. For the SDK, "" and nil
// mean not set.
func (b block) loadOptions(userAgent string) (options []func(*config.LoadOptions) error, diags diag.Diagnostics) {
	add := func(o config.LoadOptionsFunc) { options = append(options, o) }

	add(config.WithRegion(b.Region.ValueString()))
	add(config.WithSharedConfigProfile(b.Profile.ValueString()))
	diags.Append(checkFiles(b.SharedConfigFiles, "shared_config_files")...)
	add(config.WithSharedConfigFiles(expandAll(b.SharedConfigFiles.values())))
	diags.Append(checkFiles(b.SharedCredentialsFiles, "shared_credentials_files")...)
	add(config.WithSharedCredentialsFiles(expandAll(b.SharedCredentialsFiles.values())))
	add(config.WithRetryMode(aws.RetryMode(b.RetryMode.ValueString())))
	add(config.WithEC2IMDSEndpoint(b.EC2MetadataEndpoint.ValueString()))
	add(config.WithHTTPClient(b.httpClient()))
	add(config.WithAPIOptions([]func(*middleware.Stack) error{addUserAgent(userAgent)}))

	key, secret, token := b.AccessKey.ValueString(), b.SecretKey.ValueString(), b.Token.ValueString()
	switch {
	case len(b.WebIdentity) > 0:
		// The request with the token is not signed. Without this option the SDK would
		// look for credentials, and fail if the environment has half a web identity.
		add(config.WithCredentialsProvider(aws.AnonymousCredentials{}))
	case key != "" && secret != "":
		add(config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(key, secret, token)))
	case key != "" || secret != "" || token != "":
		// With other credentials, the provider could use the wrong account.
		diags.AddError("Incomplete AWS credentials in the provider block",
			"access_key and secret_key go together, and token goes with both. Set access_key and secret_key, or none of the three.")
	}
	if !b.MaxRetries.IsNull() {
		add(config.WithRetryMaxAttempts(int(max(b.MaxRetries.ValueInt64(), 1)))) // 0 would mean not set
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
	switch b.SkipMetadataAPICheck.ValueString() {
	case "true":
		add(config.WithEC2IMDSClientEnableState(imds.ClientDisabled))
	case "false":
		add(config.WithEC2IMDSClientEnableState(imds.ClientEnabled))
	}
	var mode imds.EndpointModeState
	_ = mode.SetFromString(b.EC2MetadataMode.ValueString()) // validated by the schema
	add(config.WithEC2IMDSEndpointMode(mode))
	if bundle := b.CustomCABundle.ValueString(); bundle != "" {
		pem, err := os.ReadFile(expand(bundle))
		switch {
		case err != nil:
			diags.AddAttributeError(path.Root("custom_ca_bundle"), "Cannot read custom_ca_bundle", err.Error()+". Correct the path.")
		case !x509.NewCertPool().AppendCertsFromPEM(pem):
			diags.AddAttributeError(path.Root("custom_ca_bundle"), "Cannot read custom_ca_bundle", whyNoCertificate(expand(bundle)))
		}
		add(config.WithCustomCABundle(bytes.NewReader(pem)))
	}
	return options, diags
}

// checkRegion returns an error if there is no region, or if the region is in no
// partition that this version knows.
func (b block) checkRegion(region string, p profile) (diags diag.Diagnostics) {
	if region == "" {
		diags.AddAttributeError(path.Root("region"), "Missing AWS region", fmt.Sprintf(
			"The provider needs a region. Set region in the provider block, AWS_REGION or AWS_DEFAULT_REGION in the environment, "+
				"or region in %s.", p.describe(p.name)))
		return diags
	}
	if _, known := rumapi.Partition(region); !known && !b.SkipRegionValidation.ValueBool() {
		diags.AddAttributeError(path.Root("region"), "Unknown AWS region", fmt.Sprintf(
			"%q is not a region of any AWS partition known to this version of the provider. Correct it, or set skip_region_validation if the region is new.", region))
	}
	return diags
}
