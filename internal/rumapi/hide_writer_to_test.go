package rumapi_test

import (
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"
)

// sender sends nothing, and keeps the request.
type sender struct{ sent *http.Request }

func (s *sender) Do(r *http.Request) (*http.Response, error) {
	s.sent = r
	return nil, errors.New("not sent")
}

// config returns a configuration whose requests go to s.
func (s *sender) config() aws.Config {
	cfg := config(nil)
	cfg.HTTPClient = s
	cfg.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	return cfg
}

func TestRequestBodyDoesNotWriteItself(t *testing.T) {
	var s sender
	_ = newClient(t, s.config()).PutDestination(t.Context(), cloudWatch)
	if s.sent.Body == nil {
		t.Fatal("the request has no body, want one")
	}
	if _, ok := s.sent.Body.(io.WriterTo); ok {
		t.Errorf("the body is a %T, which writes itself; want one that can only be read", s.sent.Body)
	}
}

// hideWriterTo works around this fault. When the test fails, smithy-go has fixed
// the fault, and hideWriterTo can go.
func TestSmithyBodyStillFailsToWriteItself(t *testing.T) {
	var s sender
	_, _ = rum.NewFromConfig(s.config()).PutRumMetricsDestination(t.Context(), &rum.PutRumMetricsDestinationInput{
		AppMonitorName: aws.String("web"), Destination: types.MetricDestinationCloudWatch,
	})
	body, ok := s.sent.Body.(io.WriterTo)
	if !ok {
		t.Fatalf("the body is a %T, want one that writes itself", s.sent.Body)
	}
	if err := s.sent.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := body.WriteTo(io.Discard); !errors.Is(err, io.EOF) {
		t.Errorf("a closed body writes itself with the error %v, want %v", err, io.EOF)
	}
}
