package provider

import (
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials/ec2rolecreds"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// addCredentials sets cfg's credentials to those that the block asks for. It
// begins with a web identity, or with what the SDK found, and adds the chain of
// roles. The credentials are looked up when the first request is signed.
func (b block) addCredentials(cfg *aws.Config, p profile) (diags diag.Diagnostics) {
	if aws.IsCredentialsProvider(cfg.Credentials, (*ec2rolecreds.Provider)(nil)) {
		cfg.Credentials = instanceRole(*cfg)
	}
	cfg.Credentials = &source{provider: cfg.Credentials, explain: p.explainCredentials}
	if len(b.WebIdentity) > 0 {
		provider, d := b.webIdentity(*cfg)
		if diags.Append(d...); diags.HasError() {
			return diags
		}
		cfg.Credentials = provider
	}
	for i, role := range b.AssumeRole {
		at := path.Root("assume_role").AtListIndex(i).AtName("role_arn")
		switch {
		case role.RoleARN.ValueString() != "":
			cfg.Credentials = b.role(*cfg, i)
		case len(b.AssumeRole) == 1: // as in hashicorp/aws: modules pass on a role that is "" by default
			diags.AddAttributeWarning(at, "No role is assumed", "assume_role has no role_arn, so the provider uses the credentials that it would assume the role with. "+
				"If that is meant, remove the block.")
		default:
			diags.AddAttributeError(at, "Missing role of a chain", fmt.Sprintf(
				"assume_role %d of %d has no role_arn. Set it, or remove the block.", i+1, len(b.AssumeRole)))
		}
	}
	return diags
}

// instanceRole returns the credentials of the EC2 instance. If nothing answers
// at the address of the metadata service, the SDK tries for 5 seconds, and again
// for each call. instanceRole tries once, like the AWS CLI: that takes a second
// if packets vanish, and no time if the connection is refused. A service that
// answers with an error is tried again.
func instanceRole(cfg aws.Config) aws.CredentialsProvider {
	client := imds.NewFromConfig(cfg, func(o *imds.Options) {
		o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
			o.Retryables = append([]retry.IsErrorRetryable{retry.IsErrorRetryableFunc(func(err error) aws.Ternary {
				if _, unanswered := errors.AsType[*smithyhttp.RequestSendError](err); unanswered {
					return aws.FalseTernary
				}
				return aws.UnknownTernary
			})}, o.Retryables...)
		})
	})
	return aws.NewCredentialsCache(ec2rolecreds.New(func(o *ec2rolecreds.Options) { o.Client = client }))
}
