package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// addCredentials makes cfg's credentials those that the block asks for: the
// ones the SDK found, or a web identity, and on top of them a chain of roles.
// They are looked up when the first request is signed, not before.
func (b block) addCredentials(cfg *aws.Config) {
	base := source{provider: cfg.Credentials, what: "No AWS credentials were found", next: b.tried()}
	if len(b.WebIdentity) > 0 {
		base = b.webIdentity(*cfg)
	}
	cfg.Credentials = aws.NewCredentialsCache(&base)

	for i, role := range b.AssumeRole {
		arn := role.RoleARN.ValueString()
		cfg.Credentials = aws.NewCredentialsCache(&source{
			provider: stscreds.NewAssumeRoleProvider(b.sts(*cfg), arn, role.options),
			what:     fmt.Sprintf("The role %s (assume_role %d of %d) cannot be assumed", arn, i+1, len(b.AssumeRole)),
			next: fmt.Sprintf("The caller needs the IAM action sts:AssumeRole on %s, and the role's trust policy must allow the caller, "+
				"with the external_id, session tags and source_identity it asks for.", arn),
		})
	}
}

// tried is where the SDK's chain of credentials looks for them, in its order.
func (b block) tried() string {
	where := fmt.Sprintf("in the environment (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, then AWS_WEB_IDENTITY_TOKEN_FILE), "+
		"in the profile %q of the shared config and credentials files, at the container's credentials endpoint, and at the EC2 metadata service",
		cmp.Or(os.Getenv("AWS_PROFILE"), "default"))
	if profile := b.Profile.ValueString(); profile != "" {
		where = fmt.Sprintf("in the profile %q, since the provider block names it", profile)
	}
	return "They were looked for " + where + ". Give the provider credentials there, or set access_key and secret_key, profile, or assume_role_with_web_identity in the provider block."
}

// options gives the SDK what the block says of one role of the chain.
func (r assumeRole) options(o *stscreds.AssumeRoleOptions) {
	o.RoleSessionName = cmp.Or(r.SessionName.ValueString(), o.RoleSessionName)
	o.ExternalID = r.ExternalID.ValueStringPointer()
	o.Policy = r.Policy.ValueStringPointer()
	o.PolicyARNs = policyARNs(r.PolicyARNs)
	o.SourceIdentity = r.SourceIdentity.ValueStringPointer()
	o.TransitiveTagKeys = r.TransitiveTagKeys
	o.Duration = duration(r.Duration.ValueString())
	for key, value := range r.Tags {
		o.Tags = append(o.Tags, types.Tag{Key: aws.String(key), Value: aws.String(value)})
	}
}

// webIdentity is the role that a token of an identity provider gives. What the
// block leaves out comes from the variables that the SDK reads as well.
func (b block) webIdentity(cfg aws.Config) source {
	w := b.WebIdentity[0]
	arn := cmp.Or(w.RoleARN.ValueString(), os.Getenv("AWS_ROLE_ARN"))
	var token stscreds.IdentityTokenRetriever = identityToken(cmp.Or(w.Token.ValueString(), os.Getenv("TF_AWS_WEB_IDENTITY_TOKEN")))
	file := w.TokenFile.ValueString()
	if file != "" || token == identityToken("") {
		token = stscreds.IdentityTokenFile(expand(cmp.Or(file, os.Getenv("AWS_WEB_IDENTITY_TOKEN_FILE"))))
	}
	return source{
		provider: stscreds.NewWebIdentityRoleProvider(b.sts(cfg), arn, token, func(o *stscreds.WebIdentityRoleOptions) {
			o.RoleSessionName = cmp.Or(w.SessionName.ValueString(), os.Getenv("AWS_ROLE_SESSION_NAME"), o.RoleSessionName)
			o.Policy = w.Policy.ValueStringPointer()
			o.PolicyARNs = policyARNs(w.PolicyARNs)
			o.Duration = duration(w.Duration.ValueString())
		}),
		what: fmt.Sprintf("The role %q cannot be assumed with a web identity", arn),
		next: "assume_role_with_web_identity needs a role (role_arn or AWS_ROLE_ARN), a token (web_identity_token, web_identity_token_file, " +
			"TF_AWS_WEB_IDENTITY_TOKEN or AWS_WEB_IDENTITY_TOKEN_FILE) that has not expired, and a trust policy of the role that allows the token's issuer, audience and subject.",
	}
}

// identityToken is a token that the block itself holds.
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
	provider   aws.CredentialsProvider
	what, next string
	log        sync.Once
}

// Retrieve returns the provider's credentials, or a *rumapi.CredentialsError.
func (s *source) Retrieve(ctx context.Context) (aws.Credentials, error) {
	found, err := s.provider.Retrieve(ctx)
	var earlier *rumapi.CredentialsError
	switch {
	case err == nil:
		s.log.Do(func() { tflog.Debug(ctx, "AWS credentials found", map[string]any{"source": found.Source}) })
		return found, nil
	case ctx.Err() != nil, errors.As(err, &earlier): // an earlier role of the chain says it best
		return found, err
	}
	return found, &rumapi.CredentialsError{Err: fmt.Errorf("%s: %w", s.what, err), Next: s.next}
}

func policyARNs(arns []string) (policies []types.PolicyDescriptorType) {
	for _, arn := range slices.Sorted(slices.Values(arns)) {
		policies = append(policies, types.PolicyDescriptorType{Arn: aws.String(arn)})
	}
	return policies
}

// duration is 0, the SDK's default of 15 minutes, for "".
func duration(s string) time.Duration {
	d, _ := time.ParseDuration(s) // validated by the schema
	return d
}
