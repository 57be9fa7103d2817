package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/processcreds"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// source is a credentials provider whose errors say what to do about them.
type source struct {
	provider aws.CredentialsProvider
	// explain says why provider failed, without a full stop, and what to do about
	// it, in whole sentences.
	explain func(error) (why, next string)
	log     sync.Once
}

// Retrieve returns the provider's credentials. Its error is a
// *rumapi.NotSentError, unless ctx has ended.
func (s *source) Retrieve(ctx context.Context) (aws.Credentials, error) {
	found, err := s.provider.Retrieve(ctx)
	if err == nil && found.Source == processcreds.ProviderName && found.Expired() {
		// AWS would only say that a token has expired.
		err = &expiredError{found.Expires}
	}
	if i := slices.IndexFunc(parts(found), hasSpace); err == nil && i >= 0 {
		// The request could not be sent, or AWS would only say that the signature is wrong.
		err = &spaceError{found.Source, i}
	}
	if err == nil {
		s.log.Do(func() { tflog.Debug(ctx, "AWS credentials found", map[string]any{"source": found.Source}) })
		return found, nil
	}
	if ctx.Err() != nil {
		return found, err
	}
	// The error of an earlier role of the chain has been explained already.
	if earlier, ok := errors.AsType[*rumapi.NotSentError](err); ok {
		return found, earlier
	}
	why, next := s.explain(err)
	return aws.Credentials{}, &rumapi.NotSentError{Why: why, Next: next, Err: err}
}

// expiredError says that credentials had expired when a credential_process
// printed them.
type expiredError struct{ at time.Time }

// Error says when they expired.
func (e *expiredError) Error() string {
	return fmt.Sprintf("credentials that expired at %s", e.at.UTC().Format(time.RFC3339))
}

// parts returns the access key ID, the secret access key and the session token.
func parts(c aws.Credentials) []string {
	return []string{c.AccessKeyID, c.SecretAccessKey, c.SessionToken}
}

func hasSpace(s string) bool { return strings.ContainsFunc(s, unicode.IsSpace) }

// spaceError says that a part of the credentials has white space.
type spaceError struct {
	source string // as the SDK calls it
	part   int    // the index in parts
}

// Error names the part and the source, and does not quote the value.
func (e *spaceError) Error() string {
	return fmt.Sprintf("%s of %s has white space", []string{"the access key ID", "the secret access key", "the session token"}[e.part], e.source)
}
