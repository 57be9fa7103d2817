// Package fakerum is a CloudWatch RUM service: the endpoint of this project's
// tests, demo and benchmark. It speaks the same wire protocol as AWS (restJson1
// over HTTP, signed with SigV4) and keeps its state in memory, one state for
// each account and region. As much of STS as it takes to assume roles is served
// at the same endpoint.
//
// What it answers follows AWS's API reference and service model. Where neither
// says what the service does, the answer is a switch in [Behavior], so that a
// client can be tested under each of the answers.
package fakerum

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// The operations by the names AWS gives them, as they appear in [Request],
// [Fault] and [Service.Count].
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

// The services by the names that signatures give them.
const (
	serviceRUM = "rum"
	serviceSTS = "sts"
)

// routes is every operation of the service. An operation is a route in one of
// these tables and a function beside it.
var routes = slices.Concat(monitorRoutes, destinationRoutes, definitionRoutes, stsRoutes)

// route ties an operation to a method and a path and to what it does.
type route struct {
	operation string
	service   string // the service the credential scope has to name
	method    string
	path      string // with "{monitor}" for the segment that is the monitor's name
	readonly  bool   // the model's trait of the same name: a Stale fault applies
	unsigned  bool   // the request needs no signature
	work      func(*call) answer

	// monitorOf finds the monitor's name where the path does not have it.
	monitorOf func(body []byte) string
}

// call is one request as an operation sees it. The service's lock is held.
type call struct {
	operation   string
	behavior    Behavior
	accessKeyID string     // "" when the request was not signed
	account     *Account   // what to read or change
	monitor     string     // from the path, unescaped; "" when the path has none
	query       url.Values // of the URL; of the body where that is a form
	body        []byte
}

// Service is the fake. It is an [http.Handler] and safe for concurrent use.
type Service struct {
	mu       sync.Mutex
	behavior Behavior
	accounts map[accountKey]*Account
	aliases  map[string]string // access key ID -> account
	secrets  map[string]string // access key ID -> secret
	roles    []AssumedRole
	seeds    []string
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

// Request is one request as the service received it, refused ones included.
type Request struct {
	Operation   string // "" when no operation has this method and path
	AccessKeyID string // "" when the request was not signed
	Region      string // from the credential scope
	Monitor     string // the app monitor's name, unescaped
	Method      string
	URL         string // path and query, escaped as they were sent
	Header      http.Header
	Body        string
	Status      int // 0 while the request is served, and when it got no answer
	Time        time.Time
}

// New returns a service without app monitors, with every switch of [Behavior]
// at its zero value.
func New() *Service {
	return &Service{
		accounts: map[accountKey]*Account{},
		aliases:  map[string]string{},
		secrets:  map[string]string{},
		writing:  map[writeTarget]bool{},
	}
}

// Requests returns every request since the start or the last ForgetRequests,
// in the order they arrived.
func (s *Service) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Request, len(s.requests))
	for i, r := range s.requests {
		all[i] = r.copy()
	}
	return all
}

// ForgetRequests empties the record of requests, and with it what Count and
// MostInFlight say.
func (s *Service) ForgetRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = nil
	s.mostInFlight = s.inFlight
}

// Count returns how many requests for operation are on record.
func (s *Service) Count(operation string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, r := range s.requests {
		if r.Operation == operation {
			n++
		}
	}
	return n
}

// MostInFlight returns the largest number of requests that were being served
// at the same time.
func (s *Service) MostInFlight() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mostInFlight
}

// Watch has f called with every request once it is decided what it gets, and
// with the time that took. There is one watcher; nil removes it.
func (s *Service) Watch(f func(Request, time.Duration)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watch = f
}

// ServeHTTP answers one request.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// API Gateway's limit; no operation comes near it.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 10<<20))
	tooLarge := new(http.MaxBytesError)
	if err != nil && !errors.As(err, &tooLarge) {
		panic(http.ErrAbortHandler) // the client went away before it had sent everything
	}
	rt, monitor := find(r.Method, r.URL.EscapedPath(), body)
	req := record(r, rt, monitor, body)

	s.begin(req)
	a, answered := refuse(http.StatusRequestEntityTooLarge, "RequestEntityTooLargeException", "Request entity too large"), true
	if err == nil {
		a, answered = s.answer(r, rt, req, body)
	}
	if !answered {
		a = answer{}
	}
	// Before the answer is written: a client that has it may look at the
	// record the next moment.
	s.end(req, a.status)
	if !answered {
		panic(http.ErrAbortHandler) // closes the connection, logs nothing
	}
	a.write(w)
}

// answer decides what req gets. It reports false when the connection is to be
// closed without an answer, or when nobody waits for one any more.
func (s *Service) answer(r *http.Request, rt *route, req *Request, body []byte) (answer, bool) {
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
	done, alone := s.startWrite(rt, req)
	if !alone {
		return conflict(typeMonitor, req.Monitor, "App monitor "+req.Monitor+" is being changed by another request"), true
	}
	defer done()

	p := s.plan(rt, req)
	if !wait(r.Context(), p.before) {
		return answer{}, false
	}
	if p.failure != nil && !p.failure.AfterWork {
		return p.failure.answer(rt, req)
	}
	a := s.work(rt, req, p, query, body)
	if !wait(r.Context(), p.after) {
		return answer{}, false
	}
	if p.failure != nil {
		return p.failure.answer(rt, req)
	}
	return a, true
}

// work runs the operation on the state its credentials and region lead to.
func (s *Service) work(rt *route, req *Request, p plan, query url.Values, body []byte) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	account := s.account(req.AccessKeyID, req.Region)
	if p.stale != nil {
		account = p.stale.account(s, account.key)
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

// startWrite reports whether req may write to its app monitor now, and returns
// what is to be called when it has. See Behavior.OneWriteAtATime.
func (s *Service) startWrite(rt *route, req *Request) (done func(), alone bool) {
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

func (s *Service) begin(req *Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, req)
	s.inFlight++
	s.mostInFlight = max(s.mostInFlight, s.inFlight)
}

func (s *Service) end(req *Request, status int) {
	s.mu.Lock()
	s.inFlight--
	req.Status = status
	watch, seen := s.watch, req.copy()
	s.mu.Unlock()
	if watch != nil {
		watch(seen, time.Since(seen.Time))
	}
}

// refuse is an error answer in the protocol of rt's service.
func (rt *route) refuse(status int, code, message string) answer {
	if rt.service == serviceSTS {
		return stsRefuse(status, code, message)
	}
	return refuse(status, code, message)
}

// parameters are those of the URL; of the form in the body where the protocol
// has them there.
func (rt *route) parameters(r *http.Request, body []byte) (url.Values, error) {
	if rt.service == serviceSTS {
		return url.ParseQuery(string(body))
	}
	return url.ParseQuery(r.URL.RawQuery)
}

// find returns the route of a request, and the monitor's name in the path. The
// path is split before it is unescaped, because a name may hold what would
// otherwise end it: the SDKs send "#" as %23. Operations of STS share a path
// and are told apart by the form in the body.
func find(method, escapedPath string, body []byte) (*route, string) {
	segments := strings.Split(escapedPath, "/")
	for i := range routes {
		rt := &routes[i]
		if rt.method != method || rt.service == serviceSTS && action(body) != rt.operation {
			continue
		}
		if monitor, ok := match(strings.Split(rt.path, "/"), segments); ok {
			return rt, monitor
		}
	}
	return nil, ""
}

func action(body []byte) string {
	form, _ := url.ParseQuery(string(body)) // what is wrong with it matters only if it is one
	return form.Get("Action")
}

func match(pattern, segments []string) (monitor string, ok bool) {
	if len(pattern) != len(segments) {
		return "", false
	}
	for i, want := range pattern {
		got, err := url.PathUnescape(segments[i])
		switch {
		case err != nil:
			return "", false
		case want == "{monitor}":
			monitor = got
		case want != got:
			return "", false
		}
	}
	return monitor, true
}

// record makes the Request of r; rt is nil when no operation matches.
func record(r *http.Request, rt *route, monitor string, body []byte) *Request {
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
		if rt.monitorOf != nil {
			req.Monitor = rt.monitorOf(body)
		}
	}
	if a, err := parseAuthorization(r.Header.Get("Authorization")); err == nil {
		req.AccessKeyID, req.Region = a.accessKeyID, a.region
	}
	return req
}

func (r *Request) copy() Request {
	c := *r
	c.Header = maps.Clone(r.Header)
	return c
}

// wait sleeps for d and reports false when ctx ended first.
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
