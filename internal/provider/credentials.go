package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials/ec2rolecreds"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// addCredentials makes cfg's credentials those that the block asks for: the
// ones the SDK found, or a web identity, and on top of them a chain of roles.
// They are looked up when the first request is signed, not before.
func (b block) addCredentials(cfg *aws.Config) (diags diag.Diagnostics) {
	if aws.IsCredentialsProvider(cfg.Credentials, (*ec2rolecreds.Provider)(nil)) {
		cfg.Credentials = instanceRole(*cfg)
	}
	cfg.Credentials = &source{
		provider: cfg.Credentials,
		what:     "no AWS credentials were found",
		next:     func(error) string { return b.tried() },
	}
	if len(b.WebIdentity) > 0 {
		provider, d := b.webIdentity(*cfg)
		if diags.Append(d...); diags.HasError() {
			return diags
		}
		cfg.Credentials = provider
	}
	for i, role := range b.AssumeRole {
		arn := role.RoleARN.ValueString()
		cfg.Credentials = &source{
			provider: aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(b.sts(*cfg), arn, role.options)),
			what:     fmt.Sprintf("the role %s (assume_role %d of %d) cannot be assumed", arn, i+1, len(b.AssumeRole)),
			next: func(err error) string {
				return stsNext(err, fmt.Sprintf("The caller needs the IAM action sts:AssumeRole on %s, and the role's trust policy must allow the caller, "+
					"with the external_id, session tags and source_identity it asks for.", arn))
			},
		}
	}
	return diags
}

// instanceRole has the credentials of the EC2 instance. Where there is no
// metadata service nothing answers, and the SDK would ask 5 seconds long, and
// again for each call. As the AWS CLI does, this asks but once then: it takes a
// second where packets vanish, and no time where they are refused. A service
// that is there and fails is asked again.
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

// tried is where the SDK's chain of credentials looks for them, in its order.
func (b block) tried() string {
	where := fmt.Sprintf("in the environment (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, then AWS_WEB_IDENTITY_TOKEN_FILE), "+
		"in the profile %q of the shared config and credentials files, at the container's credentials endpoint, and at the EC2 metadata service",
		cmp.Or(os.Getenv("AWS_PROFILE"), os.Getenv("AWS_DEFAULT_PROFILE"), "default"))
	if profile := b.Profile.ValueString(); profile != "" {
		where = fmt.Sprintf("in the profile %q, since the provider block names it", profile)
	}
	return "They were looked for " + where + ". Give the provider credentials there, or set access_key and secret_key, profile, or assume_role_with_web_identity in the provider block."
}

// options gives the SDK what the block says of one role of the chain.
func (r assumeRole) options(o *stscreds.AssumeRoleOptions) {
	o.RoleSessionName = cmp.Or(r.SessionName.ValueString(), o.RoleSessionName)
	o.ExternalID = pointer(r.ExternalID)
	o.Policy = pointer(r.Policy)
	o.PolicyARNs = policyARNs(r.PolicyARNs)
	o.SourceIdentity = pointer(r.SourceIdentity)
	if len(r.TransitiveTagKeys) > 0 { // an empty list would be sent as one empty key
		o.TransitiveTagKeys = r.TransitiveTagKeys
	}
	o.Duration = duration(r.Duration)
	for key, value := range r.Tags {
		o.Tags = append(o.Tags, ststypes.Tag{Key: aws.String(key), Value: aws.String(value)})
	}
}

// webIdentity is the role that a token of an identity provider gives. What the
// block leaves out comes from the environment.
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
		o.PolicyARNs = policyARNs(w.PolicyARNs)
		o.Duration = duration(w.Duration)
	})
	return &source{
		provider: aws.NewCredentialsCache(provider),
		what:     fmt.Sprintf("the role %s (assume_role_with_web_identity) cannot be assumed", arn),
		next: func(err error) string {
			return stsNext(err, "The token must not have expired, and the role's trust policy must allow its issuer, audience and subject.")
		},
	}, diags
}

// token is the token itself or the file that has it. The block's comes before
// the environment's. It returns false if there is neither.
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

// sts is an STS client that signs with cfg's credentials.
func (b block) sts(cfg aws.Config) *sts.Client {
	return sts.NewFromConfig(cfg, func(o *sts.Options) {
		o.Region = cmp.Or(b.STSRegion.ValueString(), o.Region)
		if endpoint := b.endpoints().STS.ValueString(); endpoint != "" {
			o.BaseEndpoint = aws.String(endpoint)
		}
	})
}

// source is a credentials provider whose errors say what to do about them.
type source struct {
	provider aws.CredentialsProvider
	what     string
	next     func(error) string
	log      sync.Once
}

// Retrieve returns the provider's credentials, or a *rumapi.CredentialsError.
func (s *source) Retrieve(ctx context.Context) (aws.Credentials, error) {
	found, err := s.provider.Retrieve(ctx)
	var earlier *rumapi.CredentialsError
	switch {
	case err == nil:
		s.log.Do(func() { tflog.Debug(ctx, "AWS credentials found", map[string]any{"source": found.Source}) })
		return found, nil
	case ctx.Err() != nil:
		return found, err
	case errors.As(err, &earlier): // an earlier role of the chain says it best
		return found, earlier
	}
	return found, &rumapi.CredentialsError{Err: fmt.Errorf("%s: %w", s.what, plain(err)), Next: s.next(err)}
}

func policyARNs(arns []string) (policies []ststypes.PolicyDescriptorType) {
	for _, arn := range arns {
		policies = append(policies, ststypes.PolicyDescriptorType{Arn: aws.String(arn)})
	}
	return policies
}

// duration is 0, which leaves it to the SDK or to STS, for null and "".
func duration(s types.String) time.Duration {
	d, _ := time.ParseDuration(s.ValueString()) // validated by the schema
	return d
}

// pointer is nil for null and "".
func pointer(s types.String) *string {
	if s.ValueString() == "" {
		return nil
	}
	return s.ValueStringPointer()
}
