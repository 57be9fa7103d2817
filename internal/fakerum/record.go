package fakerum

import (
	"maps"
	"net/http"
	"time"
)

// Request is one request as the service received it. Refused requests are on
// record too.
type Request struct {
	Operation   string // "" if no operation has this method and path
	AccessKeyID string // "" if the request is not signed
	Region      string // from the credential scope
	Monitor     string // the app monitor's name, unescaped
	Method      string
	URL         string // path and query, escaped as the client sent them
	Header      http.Header
	Body        string
	Status      int // 0 before the request has its answer, and if it never gets one
	Time        time.Time
}

// Requests returns every request since the start or the last ForgetRequests,
// in the order in which they arrived.
func (s *Service) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Request, len(s.requests))
	for i, r := range s.requests {
		all[i] = r.copy()
	}
	return all
}

// ForgetRequests empties the record of requests. Count and MostInFlight start
// again.
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

// MostInFlight returns the largest number of requests that the service handled
// at the same time.
func (s *Service) MostInFlight() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mostInFlight
}

// Watch calls f for every request, just before its answer is written, with the
// time that the service took. A new watcher replaces the old one; nil removes it.
func (s *Service) Watch(f func(Request, time.Duration)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watch = f
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
		if rt.monitorOf != nil {
			req.Monitor = rt.monitorOf(body)
		}
	}
	if a, err := parseAuthorization(r.Header.Get("Authorization")); err == nil {
		req.AccessKeyID, req.Region = a.accessKeyID, a.region
	}
	return req
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
	watch, ended := s.watch, req.copy()
	s.mu.Unlock()
	if watch != nil {
		watch(ended, time.Since(ended.Time))
	}
}

func (r *Request) copy() Request {
	c := *r
	c.Header = maps.Clone(r.Header)
	return c
}
