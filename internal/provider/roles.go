package provider

import (
	"cmp"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// role returns the credentials of the block's assume_role at index i. The role is
// assumed with cfg's credentials.
func (b block) role(cfg aws.Config, i int) aws.CredentialsProvider {
	role := b.AssumeRole[i]
	arn := role.RoleARN.ValueString()
	return &source{
		provider: aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(b.sts(cfg), arn, role.options)),
		explain: func(err error) (why, next string) {
			return fmt.Sprintf("the role %s (assume_role %d of %d) cannot be assumed: %s", arn, i+1, len(b.AssumeRole), plain(err)),
				stsNext(err, fmt.Sprintf("The caller needs the IAM action sts:AssumeRole on %s, and the role's trust policy must allow the caller, "+
					"with the external_id, session tags and source_identity that the policy asks for.", arn))
		},
	}
}

// options converts one role of the chain to options of the SDK.
func (r assumeRole) options(o *stscreds.AssumeRoleOptions) {
	o.RoleSessionName = cmp.Or(r.SessionName.ValueString(), o.RoleSessionName)
	o.ExternalID = pointer(r.ExternalID)
	o.Policy = pointer(r.Policy)
	o.PolicyARNs = policyARNs(r.PolicyARNs.values())
	o.SourceIdentity = pointer(r.SourceIdentity)
	o.TransitiveTagKeys = r.TransitiveTagKeys.values()
	o.Duration = duration(r.Duration)
	for key, value := range r.Tags {
		o.Tags = append(o.Tags, ststypes.Tag{Key: aws.String(key), Value: aws.String(value)})
	}
}

// webIdentity returns the credentials of the role that is assumed with a token
// of an identity provider. What the block leaves out comes from the environment.
func (b block) webIdentity(cfg aws.Config) (_ aws.CredentialsProvider, diags diag.Diagnostics) {
	w, at := b.WebIdentity[0], path.Root("assume_role_with_web_identity").AtListIndex(0)
	arn := cmp.Or(w.RoleARN.ValueString(), os.Getenv("AWS_ROLE_ARN"))
	if arn == "" {
		diags.AddAttributeError(at.AtName("role_arn"), "Missing role of a web identity", "Set role_arn, or AWS_ROLE_ARN in the environment.")
	}
	token, ok := w.token()
	if !ok {
		diags.AddAttributeError(at, "Missing token of a web identity",
			"Set web_identity_token or web_identity_token_file, or TF_AWS_WEB_IDENTITY_TOKEN or AWS_WEB_IDENTITY_TOKEN_FILE in the environment.")
	}
	provider := stscreds.NewWebIdentityRoleProvider(b.sts(cfg), arn, token, func(o *stscreds.WebIdentityRoleOptions) {
		o.RoleSessionName = cmp.Or(w.SessionName.ValueString(), os.Getenv("AWS_ROLE_SESSION_NAME"), o.RoleSessionName)
		o.Policy = pointer(w.Policy)
		o.PolicyARNs = policyARNs(w.PolicyARNs.values())
		o.Duration = duration(w.Duration)
	})
	return &source{
		provider: aws.NewCredentialsCache(provider),
		explain: func(err error) (why, next string) {
			why = fmt.Sprintf("the role %s (assume_role_with_web_identity) cannot be assumed: ", arn)
			if strings.Contains(err.Error(), "unable to read file at ") {
				return why + plain(err), "Correct web_identity_token_file in the provider block, or AWS_WEB_IDENTITY_TOKEN_FILE in the environment."
			}
			return why + plain(err), stsNext(err, invalidToken)
		},
	}, diags
}

// token returns the token itself or the file that has it, from the block or
// else from the environment. ok is false if there is neither.
func (w assumeRoleWithToken) token() (_ stscreds.IdentityTokenRetriever, ok bool) {
	for _, t := range []struct{ token, file string }{
		{w.Token.ValueString(), w.TokenFile.ValueString()},
		{os.Getenv("TF_AWS_WEB_IDENTITY_TOKEN"), os.Getenv("AWS_WEB_IDENTITY_TOKEN_FILE")},
	} {
		switch {
		case t.token != "":
			return identityToken(t.token), true
		case t.file != "":
			return stscreds.IdentityTokenFile(expand(t.file)), true
		}
	}
	return nil, false
}

// identityToken is a token that the block or the environment itself holds.
type identityToken string

// GetIdentityToken returns the token.
func (t identityToken) GetIdentityToken() ([]byte, error) { return []byte(t), nil }

// sts returns an STS client that signs with cfg's credentials.
func (b block) sts(cfg aws.Config) *sts.Client {
	return sts.NewFromConfig(cfg, func(o *sts.Options) {
		o.Region = cmp.Or(b.STSRegion.ValueString(), o.Region)
		if endpoint := b.endpoints().STS.ValueString(); endpoint != "" {
			o.BaseEndpoint = aws.String(endpoint)
		}
		if o.BaseEndpoint != nil { // wins over FIPS and dual-stack, as in rumapi.New
			o.EndpointOptions.UseFIPSEndpoint = aws.FIPSEndpointStateDisabled
			o.EndpointOptions.UseDualStackEndpoint = aws.DualStackEndpointStateDisabled
		}
	})
}

func policyARNs(arns []string) (policies []ststypes.PolicyDescriptorType) {
	for _, arn := range arns {
		policies = append(policies, ststypes.PolicyDescriptorType{Arn: aws.String(arn)})
	}
	return policies
}

// duration returns 0 for null and "": the SDK or STS then decides.
func duration(s types.String) time.Duration {
	d, _ := time.ParseDuration(s.ValueString()) // validated by the schema
	return d
}

// pointer returns nil for null and "".
func pointer(s types.String) *string {
	if s.ValueString() == "" {
		return nil
	}
	return s.ValueStringPointer()
}
