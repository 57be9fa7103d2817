package fakerum

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Listen serves s on addr; port 0 is a free one. It returns the URL to use as
// the endpoint, and a function that stops it: at once, whatever is being served.
func (s *Service) Listen(ctx context.Context, addr string) (endpoint string, stop func(), err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return "", nil, fmt.Errorf("fakerum: %w", err)
	}
	server := &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }() // ends with ErrServerClosed, and nothing else while the listener is ours
	return "http://" + listener.Addr().String(), func() { _ = server.Close() }, nil
}
