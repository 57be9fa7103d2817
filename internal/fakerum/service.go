// Package fakerum implements the CloudWatch RUM service for this project's
// tests, demo and benchmark. It speaks AWS's wire protocol: restJson1 over HTTP,
// signed with SigV4. It keeps its state in memory, one state for each account and
// region. The same endpoint serves the STS operations that assume roles.
//
// The answers follow AWS's API reference and service model. Where neither says
// what the service does, [Behavior] has a switch, so that a test can run a client
// under each possible answer.
//
//	service.go             the service, its operations, and how it answers a request
//	route.go               which operation a request is for
//	signature.go           secrets, and the check of a request's signature
//	fault.go               failures, delays and stale reads that a test injects
//	behavior.go            the switches
//	record.go              the record of requests
//	account.go             what tests do to the state of an account directly
//	state.go               the state, and the changes that operations and tests share
//	monitor.go             operations of app monitors
//	monitor_settings.go    members of an app monitor
//	destination.go         operations of destinations
//	definition.go          operations of definitions
//	definition_members.go  members of a definition, in requests and in answers
//	definition_rules.go    rules of the API reference for definitions
//	constraint.go          constraints of the service model for request members
//	page.go                pages and their tokens
//	wire.go                answers of RUM: JSON and errors
//	sts.go                 operations of STS
//	sts_wire.go            answers of STS: XML and errors
//	listen.go              serving on a socket
//	pipes.go               serving in memory, for testing/synctest
package fakerum

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// These are AWS's names of the operations. [Request], [Fault] and [Service.Count]
// use them.
const (
	OpCreateAppMonitor            = "CreateAppMonitor"
	OpGetAppMonitor               = "GetAppMonitor"
	OpListAppMonitors             = "ListAppMonitors"
	OpUpdateAppMonitor            = "UpdateAppMonitor"
	OpDeleteAppMonitor            = "DeleteAppMonitor"
	OpPutRumMetricsDestination    = "PutRumMetricsDestination"
	OpListRumMetricsDestinations  = "ListRumMetricsDestinations"
	OpDeleteRumMetricsDestination = "DeleteRumMetricsDestination"

	OpBatchCreateRumMetricDefinitions = "BatchCreateRumMetricDefinitions"
	OpBatchGetRumMetricDefinitions    = "BatchGetRumMetricDefinitions"
	OpBatchDeleteRumMetricDefinitions = "BatchDeleteRumMetricDefinitions"
	OpUpdateRumMetricDefinition       = "UpdateRumMetricDefinition"

	OpAssumeRole                = "AssumeRole"
	OpAssumeRoleWithWebIdentity = "AssumeRoleWithWebIdentity"
	OpGetCallerIdentity         = "GetCallerIdentity"
)

// Service is the fake. It is an [http.Handler] and safe for concurrent use.
type Service struct {
	mu       sync.Mutex
	behavior Behavior
	accounts map[accountKey]*Account
	aliases  map[string]string // access key ID -> account
	secrets  map[string]string // access key ID -> secret
	roles    []AssumedRole
	seeds    []seed
	faults   []*fault
	watch    func(Request, time.Duration)

	requests     []*Request
	writing      map[writeTarget]bool
	inFlight     int
	mostInFlight int
}

// writeTarget is an app monitor in its account and region.
type writeTarget struct {
	accountKey
	monitor string
}

// call is what an operation knows of its request. The service's lock is held.
type call struct {
	operation   string
	behavior    Behavior
	accessKeyID string     // "" if the request is not signed
	account     *Account   // what the operation reads or changes
	monitor     string     // from the path, unescaped; "" if the path has none
	query       url.Values // from the URL, or for STS from the form in the body
	body        []byte
}

// New returns a service without app monitors. Every switch of [Behavior] has
// its zero value.
func New() *Service {
	return &Service{
		accounts: map[accountKey]*Account{},
		aliases:  map[string]string{},
		secrets:  map[string]string{},
		writing:  map[writeTarget]bool{},
	}
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
		account = e.stale.account(s, account.key)
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
