// Package fakerum implements the CloudWatch RUM service for this project's
// tests, demo and benchmark. It speaks AWS's wire protocol: restJson1 over HTTP,
// signed with SigV4. It keeps its state in memory, one state for each account and
// region. The same endpoint serves the STS operations that assume roles.
//
// The answers follow AWS's API reference and service model. Where neither says
// what the service does, [Behavior] has a switch, so that a test can run a client
// under each possible answer.
//
//	listen.go              serving on a socket
//	service.go             the service, and how it answers a request
//	route.go               which operation a request is for
//	signature.go           secrets, and the check of a request's signature
//	fault.go               failures, delays and stale reads that a test injects
//	record.go              the record of requests
//	sts.go                 operations of STS
//	definition.go          operations of definitions
//	definition_rules.go    rules of the API reference for definitions
//	destination.go         operations of destinations
//	monitor.go             operations of app monitors
//	page.go                pages and their tokens
//	operation.go           what an operation is, and what it knows of its request
//	account.go             what tests do to the state of an account directly
//	state.go               the state, and the changes that operations and tests share
//	behavior.go            the switches
//	definition_members.go  members of a definition, in requests
//	monitor_settings.go    members of an app monitor
//	constraint.go          constraints of the service model for request members
//	sts_wire.go            answers of STS: XML and errors
//	wire.go                answers of RUM: JSON and errors
//	pipes.go               serving in memory, for testing/synctest
//
// A file uses those below it.
package fakerum

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Service is the fake. It is an [http.Handler] and safe for concurrent use.
type Service struct {
	state
	faults
	record

	writing map[writeTarget]bool
}

// writeTarget is an app monitor in its account and region.
type writeTarget struct {
	accountKey
	monitor string
}

// New returns a service without app monitors. Every switch of [Behavior] has
// its zero value.
func New() *Service {
	s := &Service{state: newState(), writing: map[writeTarget]bool{}}
	s.of = &s.state // of the faults
	return s
}

// ServeHTTP answers one request.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// API Gateway has this limit. No operation comes near it.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 10<<20))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); err != nil && !tooLarge {
		panic(http.ErrAbortHandler) // the client left before it had sent everything
	}
	rt, monitor := findRoute(r.Method, r.URL.EscapedPath(), body)
	req := newRequest(r, rt, monitor, body)

	s.begin(req)
	a, answered := refuse(http.StatusRequestEntityTooLarge, "RequestEntityTooLargeException", "Request entity too large"), true
	if err == nil {
		a, answered = s.handle(r, rt, req, body)
	}
	if !answered {
		a = answer{}
	}
	// A client that has its answer may look at the record at once, so the record
	// comes first.
	s.end(req, a.status)
	if !answered {
		panic(http.ErrAbortHandler) // closes the connection, logs nothing
	}
	a.write(w)
}

// newRequest returns the Request of r. If no operation matches, rt is nil.
func newRequest(r *http.Request, rt *route, monitor string, body []byte) *Request {
	req := &Request{
		Monitor: monitor,
		Method:  r.Method,
		URL:     r.URL.String(),
		Header:  r.Header.Clone(),
		Body:    string(body),
		Time:    time.Now(),
	}
	if rt != nil {
		req.Operation = rt.operation
		if rt.operation == OpCreateAppMonitor { // has the name in its body
			var in struct{ Name string }
			_ = json.Unmarshal(body, &in) // the operation reports the error
			req.Monitor = in.Name
		}
	}
	if a, err := parseAuthorization(r.Header.Get("Authorization")); err == nil {
		req.AccessKeyID, req.Region = a.accessKeyID, a.region
	}
	return req
}

// handle returns the answer to req. It returns false if the client gets none,
// because a fault closes the connection or the client has left.
func (s *Service) handle(r *http.Request, rt *route, req *Request, body []byte) (answer, bool) {
	if rt == nil {
		return refuse(http.StatusNotFound, "UnknownOperationException", "The requested operation does not exist: "+r.Method+" "+r.URL.EscapedPath()), true
	}
	query, err := rt.parameters(r, body)
	if err != nil {
		return rt.refuse(http.StatusBadRequest, "MalformedQueryStringException", "The query string is not well formed"), true
	}
	if refusal := s.authenticate(r, rt, body); refusal != nil {
		return *refusal, true
	}
	endWrite, admitted := s.startWrite(rt, req)
	if !admitted {
		return conflict(typeMonitor, req.Monitor, "App monitor "+req.Monitor+" is being changed by another request"), true
	}
	defer endWrite()

	e := s.useFaults(rt, req)
	if !wait(r.Context(), e.delayBefore) {
		return answer{}, false
	}
	if e.failure != nil && !e.failure.AfterWork {
		return e.failure.answer(rt, req)
	}
	a := s.work(rt, req, e, query, body)
	if !wait(r.Context(), e.delayAfter) {
		return answer{}, false
	}
	if e.failure != nil {
		return e.failure.answer(rt, req)
	}
	return a, true
}

// work runs the operation on the state of the request's account and region, or
// on the snapshot of a Stale fault.
func (s *Service) work(rt *route, req *Request, e effects, query url.Values, body []byte) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	account := s.account(req.AccessKeyID, req.Region)
	if e.stale != nil {
		account = e.stale.account(&s.state, account.key)
	}
	return rt.work(&call{
		operation:   rt.operation,
		behavior:    s.behavior,
		accessKeyID: req.AccessKeyID,
		account:     account,
		monitor:     req.Monitor,
		query:       query,
		body:        body,
	})
}

// startWrite reports whether Behavior.OneWriteAtATime lets req go on. If it
// does, call endWrite when the request has ended.
func (s *Service) startWrite(rt *route, req *Request) (endWrite func(), admitted bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if rt.readonly || req.Monitor == "" || !s.behavior.OneWriteAtATime {
		return func() {}, true
	}
	target := writeTarget{accountKey{s.accountOf(req.AccessKeyID), req.Region}, req.Monitor}
	if s.writing[target] {
		return nil, false
	}
	s.writing[target] = true
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.writing, target)
	}, true
}

// wait sleeps for d. It returns false if ctx ends first.
func wait(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
