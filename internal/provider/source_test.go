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

// Where credentials come from is logged by name, once, and nothing else of them.
func TestSourceIsLoggedOnce(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	ctx := tflogtest.RootLogger(t.Context(), &log)
	s := &source{provider: credentials.NewStaticCredentialsProvider("AKID", "the-secret", "the-token")}
	for range 2 {
		if found, err := s.Retrieve(ctx); err != nil || found.AccessKeyID != "AKID" {
			t.Fatal(found, err)
		}
	}
	if got := log.String(); strings.Count(got, "AWS credentials found") != 1 || !strings.Contains(got, credentials.StaticCredentialsName) {
		t.Errorf("logged %s", got)
	}
	if got := log.String(); strings.Contains(got, "the-secret") || strings.Contains(got, "the-token") {
		t.Errorf("logged %s", got)
	}
}

// An interrupt is no error of the credentials.
func TestSourceInterrupted(t *testing.T) {
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
	if _, ok := errors.AsType[*rumapi.CredentialsError](err); ok || !errors.Is(err, context.Canceled) {
		t.Errorf("%T: %s", err, err)
	}
}
