package fakerum

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// ServePipes serves handler in memory. Use it for tests in a bubble of testing/synctest,
// whose clock stops while a goroutine waits for a socket. dial connects to the server,
// whatever the address: it is the DialContext of an http.Transport. stop ends the server,
// and dial returns net.ErrClosed from then on.
func ServePipes(handler http.Handler) (dial func(ctx context.Context, network, address string) (net.Conn, error), stop func()) {
	p := &pipes{connections: make(chan net.Conn), closed: make(chan struct{})}
	p.close = sync.OnceFunc(func() { close(p.closed) })
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Over a pipe a client cannot finish what nobody reads.
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		handler.ServeHTTP(w, r)
	})}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(p) // ends with ErrServerClosed
	}()
	return p.dial, func() {
		_ = server.Close()
		<-served // a bubble waits for its goroutines
	}
}

// pipes is a network in memory: a net.Listener and the dialer for it.
type pipes struct {
	connections chan net.Conn
	closed      chan struct{}
	close       func()
}

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.connections <- server:
		return client, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept waits for the next connection. It returns net.ErrClosed after Close.
func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.connections:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept and dial.
func (p *pipes) Close() error {
	p.close()
	return nil
}

// Addr returns the same address for every connection.
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }
