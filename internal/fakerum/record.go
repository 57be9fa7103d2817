package fakerum

import (
	"maps"
	"net/http"
	"sync"
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

// record has every request. Its lock is not that of the state.
type record struct {
	lock         sync.Mutex
	requests     []*Request
	inFlight     int
	mostInFlight int
	watch        func(Request, time.Duration)
}

// Requests returns every request since the start or the last ForgetRequests,
// in the order in which they arrived.
func (r *record) Requests() []Request {
	r.lock.Lock()
	defer r.lock.Unlock()
	all := make([]Request, len(r.requests))
	for i, req := range r.requests {
		all[i] = req.copy()
	}
	return all
}

// ForgetRequests empties the record of requests. Count and MostInFlight start
// again.
func (r *record) ForgetRequests() {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.requests = nil
	r.mostInFlight = r.inFlight
}

// Count returns how many requests for operation are on record.
func (r *record) Count(operation string) int {
	r.lock.Lock()
	defer r.lock.Unlock()
	n := 0
	for _, req := range r.requests {
		if req.Operation == operation {
			n++
		}
	}
	return n
}

// MostInFlight returns the largest number of requests that the service handled
// at the same time.
func (r *record) MostInFlight() int {
	r.lock.Lock()
	defer r.lock.Unlock()
	return r.mostInFlight
}

// Watch calls f for every request, just before its answer is written, with the
// time that the service took. A new watcher replaces the old one; nil removes it.
func (r *record) Watch(f func(Request, time.Duration)) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.watch = f
}

func (r *record) begin(req *Request) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.requests = append(r.requests, req)
	r.inFlight++
	r.mostInFlight = max(r.mostInFlight, r.inFlight)
}

func (r *record) end(req *Request, status int) {
	r.lock.Lock()
	r.inFlight--
	req.Status = status
	watch, ended := r.watch, req.copy()
	r.lock.Unlock()
	if watch != nil {
		watch(ended, time.Since(ended.Time))
	}
}

func (r *Request) copy() Request {
	c := *r
	c.Header = maps.Clone(r.Header)
	return c
}
