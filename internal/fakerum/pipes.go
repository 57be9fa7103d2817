package fakerum

import (
	"context"
	"net"
	"sync"
)

// Pipes is a network in memory, a net.Listener and what dials to it, for tests
// in a bubble of testing/synctest, where a socket would stop the clock.
type Pipes struct {
	connections chan net.Conn
	closed      chan struct{}
	close       func()
}

// NewPipes returns a network without connections.
func NewPipes() *Pipes {
	p := &Pipes{connections: make(chan net.Conn), closed: make(chan struct{})}
	p.close = sync.OnceFunc(func() { close(p.closed) })
	return p
}

// Dial connects to what accepts, whatever the address, as an http.Transport's
// DialContext does. It returns the error of ctx, or net.ErrClosed.
func (p *Pipes) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
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
func (p *Pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.connections:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept and Dial.
func (p *Pipes) Close() error {
	p.close()
	return nil
}

// Addr is the address of every connection.
func (p *Pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }
