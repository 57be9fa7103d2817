package provider

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// The log has the name of the source of the credentials, once. It has no part of
// the credentials.
func TestSourceOfCredentialsIsLoggedOnce(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	ctx := tflogtest.RootLogger(t.Context(), &log)
	s := &source{provider: credentials.NewStaticCredentialsProvider("AKID", "the-secret", "the-token")}
	for range 2 {
		if found, err := s.Retrieve(ctx); err != nil || found.AccessKeyID != "AKID" {
			t.Fatal(found, err)
		}
	}
	got := log.String()
	if n := strings.Count(got, "AWS credentials found"); n != 1 {
		t.Errorf("the log has %d lines of credentials found, want 1:\n%s", n, got)
	}
	if !strings.Contains(got, credentials.StaticCredentialsName) {
		t.Errorf("the log is\n%s\nwant it to name %s", got, credentials.StaticCredentialsName)
	}
	for _, secret := range []string{"the-secret", "the-token"} {
		if strings.Contains(got, secret) {
			t.Errorf("the log has %q, want it to have no secret:\n%s", secret, got)
		}
	}
}

func TestInterruptIsNoLackOfCredentials(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s := &source{
		provider: aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
			cancel()
			return aws.Credentials{}, ctx.Err()
		}),
		explain: func(error) (why, next string) { return "", "" },
	}
	_, err := s.Retrieve(ctx)
	if _, ok := errors.AsType[*rumapi.NotSentError](err); ok || !errors.Is(err, context.Canceled) {
		t.Errorf("got a %T: %v; want %v that is no NotSentError", err, err, context.Canceled)
	}
}
