package rumapi

import (
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// hideWriterTo hides the method WriteTo of the SDK's request bodies from net/http.
//
// It works around smithy-go, seen in 1.28.8. The SDK closes the body as soon as an
// answer begins, while net/http may still drain the rest of the body with io.Copy.
// io.Copy prefers WriteTo, which then returns io.EOF (safeWriteToReadCloser in
// transport/http/internal/io/safe.go). io.Copy reports that as an error, net/http considers
// the request broken, and an answer of more than a few kilobytes, such as that of a
// large batch, is now and then lost although the work was done. CONTRIBUTING.md has
// the text for the upstream issue. TestSmithyBodyStillFailsToWriteItself fails once
// smithy-go has fixed WriteTo: then delete this file.
type hideWriterTo struct{ aws.HTTPClient }

// Do sends a request whose body can only be read.
func (c hideWriterTo) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		r.Body = struct{ io.ReadCloser }{r.Body}
	}
	return c.HTTPClient.Do(r)
}
