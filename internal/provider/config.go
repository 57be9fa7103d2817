package provider

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/smithy-go/middleware"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// What hashicorp/aws has.
const defaultMaxRetries = 25

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
		diags.Append(explainLoad(err))
		return cfg, diags
	}
	cfg.APIOptions = append(cfg.APIOptions, logCalls(ctx))
	diags.Append(b.checkRegion(cfg.Region)...)

	tries := cfg.RetryMaxAttempts
	if tries == 0 {
		tries = defaultMaxRetries
	}
	adaptive := cfg.RetryMode == aws.RetryModeAdaptive
	cfg.Retryer = func() aws.Retryer { return rumapi.NewRetryer(tries, adaptive) }
	diags.Append(b.addCredentials(&cfg)...)
	return cfg, diags
}

// loadOptions is the block as the SDK takes it. To the SDK, "" and nil are as
// good as not set.
func (b block) loadOptions(userAgent string) (options []func(*config.LoadOptions) error, diags diag.Diagnostics) {
	add := func(o config.LoadOptionsFunc) { options = append(options, o) }

	add(config.WithRegion(b.Region.ValueString()))
	add(config.WithSharedConfigProfile(b.Profile.ValueString()))
	add(config.WithSharedConfigFiles(existing(b.SharedConfigFiles, "shared_config_files", &diags)))
	add(config.WithSharedCredentialsFiles(existing(b.SharedCredentialsFiles, "shared_credentials_files", &diags)))
	add(config.WithRetryMode(aws.RetryMode(b.RetryMode.ValueString())))
	add(config.WithEC2IMDSEndpoint(b.EC2MetadataEndpoint.ValueString()))
	add(config.WithHTTPClient(b.httpClient()))
	add(config.WithAPIOptions([]func(*middleware.Stack) error{addUserAgent(userAgent)}))

	key, secret, token := b.AccessKey.ValueString(), b.SecretKey.ValueString(), b.Token.ValueString()
	switch {
	case len(b.WebIdentity) > 0:
		// A token signs nothing. The SDK is not to look for credentials, which fails
		// where just a part of a web identity is in the environment.
		add(config.WithCredentialsProvider(aws.AnonymousCredentials{}))
	case key != "" && secret != "":
		add(config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(key, secret, token)))
	case key != "" || secret != "" || token != "":
		// To go on with others would be to use another account than the one meant.
		diags.AddError("Incomplete AWS credentials in the provider block",
			"access_key and secret_key go together, and token goes with both. Set access_key and secret_key, or none of the three.")
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
	if !b.SkipMetadataAPICheck.IsNull() {
		state := imds.ClientEnabled
		if b.SkipMetadataAPICheck.ValueBool() {
			state = imds.ClientDisabled
		}
		add(config.WithEC2IMDSClientEnableState(state))
	}
	switch b.EC2MetadataMode.ValueString() {
	case "IPv4":
		add(config.WithEC2IMDSEndpointMode(imds.EndpointModeStateIPv4))
	case "IPv6":
		add(config.WithEC2IMDSEndpointMode(imds.EndpointModeStateIPv6))
	}
	if bundle := b.CustomCABundle.ValueString(); bundle != "" {
		pem, err := os.ReadFile(expand(bundle))
		if err != nil {
			diags.AddAttributeError(path.Root("custom_ca_bundle"), "Cannot read custom_ca_bundle", err.Error())
		}
		add(config.WithCustomCABundle(bytes.NewReader(pem)))
	}
	return options, diags
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
func explainLoad(err error) diag.Diagnostic {
	profile, missing := errors.AsType[config.SharedConfigProfileNotExistError](err)
	if _, ofProfile := errors.AsType[config.SharedConfigAssumeRoleError](err); missing && !ofProfile {
		return diag.NewAttributeErrorDiagnostic(path.Root("profile"), "Unknown AWS profile", fmt.Sprintf(
			"There is no profile %q in the shared config and credentials files. Correct profile in the provider block or AWS_PROFILE "+
				"in the environment, or name the files that have it in shared_config_files and shared_credentials_files.", profile.Profile))
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

// expand puts environment variables in their places, and the home directory in
// that of a leading ~.
func expand(p string) string {
	p = os.ExpandEnv(p)
	home, err := os.UserHomeDir()
	if err != nil || len(p) < 2 || p[0] != '~' || !os.IsPathSeparator(p[1]) {
		return p
	}
	return filepath.Join(home, p[2:])
}
