package fakerum_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

const (
	key    = "AKIATEST"
	region = "eu-west-1"

	cloudWatch = "CloudWatch"
	evidently  = "Evidently"
	featureARN = "arn:aws:evidently:eu-west-1:123456789012:project/shop/feature/new"
	roleARN    = "arn:aws:iam::123456789012:role/rum"
)

// longARN has the most characters that an ARN can have.
var longARN = "arn:aws:evidently:::" + strings.Repeat("x", 2048-len("arn:aws:evidently:::"))

// fake is a listening service with a client that does not retry.
type fake struct {
	*fakerum.Service
	t        *testing.T
	endpoint string
	api      *rum.Client
}

func serve(t *testing.T) fake {
	t.Helper()
	s := fakerum.New()
	endpoint, stop, err := s.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return fake{Service: s, t: t, endpoint: endpoint, api: client(endpoint, key, fakerum.SecretKey, "", region)}
}

func client(endpoint, accessKeyID, secret, token, region string) *rum.Client {
	return rum.New(rum.Options{
		BaseEndpoint: aws.String(endpoint),
		Region:       region,
		Credentials:  credentials.NewStaticCredentialsProvider(accessKeyID, secret, token),
		Retryer:      aws.NopRetryer{},
		HTTPClient:   plainBody{awshttp.NewBuildableClient()},
	})
}

// plainBody hides the WriteTo method of the SDK's request bodies. The SDK closes a
// body when the answer begins, and then WriteTo fails. The fake can be so fast that
// net/http calls WriteTo after that. net/http takes the error for a failed request
// and closes the connection in the middle of the answer.
type plainBody struct{ aws.HTTPClient }

func (c plainBody) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		r.Body = struct{ io.ReadCloser }{r.Body}
	}
	return c.HTTPClient.Do(r)
}

// account returns the state that the fake's client sees.
func (f fake) account() *fakerum.Account { return f.In(key, region) }

// putDestination omits members that are "".
func (f fake) putDestination(monitor, destination, arn, role string) error {
	_, err := f.api.PutRumMetricsDestination(f.t.Context(), &rum.PutRumMetricsDestinationInput{
		AppMonitorName: aws.String(monitor),
		Destination:    types.MetricDestination(destination),
		DestinationArn: optional(arn),
		IamRoleArn:     optional(role),
	})
	return err
}

func (f fake) deleteDestination(monitor, destination, arn string) error {
	_, err := f.api.DeleteRumMetricsDestination(f.t.Context(), &rum.DeleteRumMetricsDestinationInput{
		AppMonitorName: aws.String(monitor),
		Destination:    types.MetricDestination(destination),
		DestinationArn: optional(arn),
	})
	return err
}

func (f fake) listDestinations(monitor string) (*rum.ListRumMetricsDestinationsOutput, error) {
	return f.api.ListRumMetricsDestinations(f.t.Context(), &rum.ListRumMetricsDestinationsInput{AppMonitorName: aws.String(monitor)})
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// send signs and sends a request that the SDK's operations cannot make. The edits
// change the request after it is signed.
func (f fake) send(method, pathAndQuery, body string, edits ...func(*http.Request)) (*http.Response, string) {
	f.t.Helper()
	return f.sendAt(time.Now(), "rum", method, pathAndQuery, body, edits...)
}

func (f fake) sendAt(at time.Time, service, method, pathAndQuery, body string, edits ...func(*http.Request)) (*http.Response, string) {
	f.t.Helper()
	r, err := http.NewRequestWithContext(f.t.Context(), method, f.endpoint+pathAndQuery, strings.NewReader(body))
	if err != nil {
		f.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	hash := sha256.Sum256([]byte(body))
	credentials := aws.Credentials{AccessKeyID: key, SecretAccessKey: fakerum.SecretKey}
	if err := v4.NewSigner().SignHTTP(f.t.Context(), credentials, r, hex.EncodeToString(hash[:]), service, region, at); err != nil {
		f.t.Fatal(err)
	}
	for _, edit := range edits {
		edit(r)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		f.t.Fatal(err)
	}
	defer resp.Body.Close()
	var b bytes.Buffer
	if _, err := io.Copy(&b, resp.Body); err != nil {
		f.t.Fatal(err)
	}
	return resp, b.String()
}

// wantAnswer sends a request and fails the test unless the answer is 200 with this body.
func (f fake) wantAnswer(method, pathAndQuery, body, want string) {
	f.t.Helper()
	if resp, got := f.send(method, pathAndQuery, body); resp.StatusCode != http.StatusOK || got != want {
		f.t.Errorf("%s %s answered %d %s, want 200 %s", method, pathAndQuery, resp.StatusCode, got, want)
	}
}

// wantError fails the test unless err is an API error with this status and code.
func wantError(t *testing.T, err error, status int, code string) {
	t.Helper()
	api, ok := errors.AsType[smithy.APIError](err)
	response, answered := errors.AsType[*smithyhttp.ResponseError](err)
	if !ok || !answered {
		t.Fatalf("err = %v, want API error %d %s", err, status, code)
	}
	if response.HTTPStatusCode() != status || api.ErrorCode() != code {
		t.Fatalf("err = %d %s (%s), want %d %s", response.HTTPStatusCode(), api.ErrorCode(), api.ErrorMessage(), status, code)
	}
}

func wantOK(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// eventually waits until done returns true, for at most 10 seconds.
func eventually(t *testing.T, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the condition is still false after 10 seconds")
		}
	}
}
