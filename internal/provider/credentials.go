package provider

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials/ec2rolecreds"
	"github.com/aws/aws-sdk-go-v2/credentials/processcreds"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
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
	for i := range b.AssumeRole {
		cfg.Credentials = b.role(*cfg, i)
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

// source is a credentials provider whose errors say what to do about them.
type source struct {
	provider aws.CredentialsProvider
	// explain says why provider failed, without a full stop, and what to do about
	// it, in whole sentences.
	explain func(error) (why, next string)
	log     sync.Once
}

// Retrieve returns the provider's credentials. Its error is a
// *rumapi.CredentialsError, unless ctx has ended.
func (s *source) Retrieve(ctx context.Context) (aws.Credentials, error) {
	found, err := s.provider.Retrieve(ctx)
	if err == nil && found.Source == processcreds.ProviderName && found.Expired() {
		// AWS would only say that a token has expired.
		err = &expiredError{found.Expires}
	}
	if err == nil {
		s.log.Do(func() { tflog.Debug(ctx, "AWS credentials found", map[string]any{"source": found.Source}) })
		return found, nil
	}
	if ctx.Err() != nil {
		return found, err
	}
	// The error of an earlier role of the chain has been explained already.
	if earlier, ok := errors.AsType[*rumapi.CredentialsError](err); ok {
		return found, earlier
	}
	why, next := s.explain(err)
	return aws.Credentials{}, &rumapi.CredentialsError{Err: &plainError{why, err}, Next: next}
}

// expiredError says that credentials had expired when a credential_process
// printed them.
type expiredError struct{ at time.Time }

// Error says when they expired.
func (e *expiredError) Error() string {
	return fmt.Sprintf("credentials that expired at %s", e.at.UTC().Format(time.RFC3339))
}
