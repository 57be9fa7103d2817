package fakerum

import (
	"context"
	"net"
	"sync"
)

// Pipes is a network in memory: a net.Listener and the dialer for it. Use it for
// tests in a bubble of testing/synctest, whose clock stops while a goroutine waits
// for a socket.
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

// Dial connects to the listener, whatever the address. Use it as the DialContext
// of an http.Transport. It returns net.ErrClosed after Close, or the error of ctx.
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

// Addr returns the same address for every connection.
func (p *Pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }
