package fakerum

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Listen serves s on addr. Port 0 stands for a free port. Listen returns the URL of
// the endpoint, and a function that stops the server without waiting for requests
// in flight. It returns an error if it cannot listen on addr.
func (s *Service) Listen(ctx context.Context, addr string) (endpoint string, stop func(), err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return "", nil, fmt.Errorf("fakerum: %w", err)
	}
	server := &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }() // it returns ErrServerClosed after stop
	return "http://" + listener.Addr().String(), func() { _ = server.Close() }, nil
}
