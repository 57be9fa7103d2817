package fakerum

import (
	"maps"
	"net/http"
	"slices"
	"time"
)

// Fault is something that goes wrong with requests that are otherwise fine. It
// is what its fields say together: a failure (Status or Drop), a Delay, a Stale
// read, or several of these at once.
//
// When faults that were injected one after the other apply to the same request,
// the delays add up and the first failure is what the client gets; a later
// failure waits its turn, so that three 503 and then a 429 can be queued.
type Fault struct {
	Operation string // "" is every operation
	Monitor   string // "" is every app monitor
	// Match narrows it further, to a page or a region for example; nil is every
	// request. It must not call the service.
	Match func(Request) bool
	Times int // how many requests it befalls; 0 is every one

	// Status makes the answer an error of this status. Code is its type,
	// Message what it says; the answer names the app monitor where AWS models
	// that. Without a Code no header gives a type.
	Status        int
	Code, Message string
	Header        http.Header // added to the error
	RetryAfter    string      // the header of this name: seconds or an HTTP date
	// ContentType, when it is set, makes Body the error's body as it stands, as
	// with the HTML page of a proxy, or with no body at all.
	ContentType, Body string

	// Drop closes the connection without an answer. (Go's HTTP client repeats a
	// GET by itself when that happens on a connection it had used before.)
	Drop bool

	Delay time.Duration // before the work, or with AfterWork after it

	// AfterWork lets the operation do its work before the Delay, and before its
	// result is kept from the client.
	AfterWork bool

	// Stale makes reads see the state as it was when the fault was injected.
	// Requests other than reads are not affected and not counted.
	Stale bool
}

// fault is a Fault at work.
type fault struct {
	Fault
	used     int
	snapshot map[accountKey]*Account
}

// plan is what the faults make of one request.
type plan struct {
	before, after time.Duration
	failure       *Fault
	stale         *fault
}

// Inject makes f happen from now on and returns a function that ends it. It
// panics when f is no fault: that is a mistake in the test.
func (s *Service) Inject(f Fault) (remove func()) {
	if !f.fails() && f.Delay == 0 && !f.Stale {
		panic("fakerum: Inject: the fault has no Status, Drop, Delay or Stale")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	injected := &fault{Fault: f}
	if f.Stale {
		injected.snapshot = map[accountKey]*Account{}
		for key, a := range s.accounts {
			injected.snapshot[key] = a.clone()
		}
	}
	s.faults = append(s.faults, injected)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.faults = slices.DeleteFunc(s.faults, func(other *fault) bool { return other == injected })
	}
}

// ClearFaults ends every fault.
func (s *Service) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// plan uses up the faults that apply to req.
func (s *Service) plan(rt *route, req *Request) plan {
	s.mu.Lock()
	defer s.mu.Unlock()
	var p plan
	for _, f := range s.faults {
		if !f.applies(rt, req) || f.fails() && p.failure != nil || f.Stale && p.stale != nil {
			continue
		}
		f.used++
		if f.AfterWork {
			p.after += f.Delay
		} else {
			p.before += f.Delay
		}
		if f.fails() {
			p.failure = &f.Fault
		}
		if f.Stale {
			p.stale = f
		}
	}
	return p
}

func (f *fault) applies(rt *route, req *Request) bool {
	return (f.Times == 0 || f.used < f.Times) &&
		(f.Operation == "" || f.Operation == req.Operation) &&
		(f.Monitor == "" || f.Monitor == req.Monitor) &&
		(f.Match == nil || f.Match(req.copy())) &&
		(!f.Stale || rt.readonly)
}

// account is the account of the snapshot, or a new one when there was none yet.
func (f *fault) account(s *Service, key accountKey) *Account {
	a, ok := f.snapshot[key]
	if !ok {
		a = s.newAccount(key)
		f.snapshot[key] = a
	}
	return a
}

func (f *Fault) fails() bool { return f.Status != 0 || f.Drop }

// answer is what the client gets for f; false when it gets none.
func (f *Fault) answer(rt *route, req *Request) (answer, bool) {
	if f.Drop {
		return answer{}, false
	}
	a := rt.refuse(f.Status, f.Code, f.Message)
	if f.Code == "ResourceNotFoundException" || f.Code == "ConflictException" {
		a = refuseWith(f.Status, f.Code, problem{Message: f.Message, ResourceName: req.Monitor, ResourceType: typeMonitor})
	}
	if f.ContentType != "" {
		a.contentType, a.body = f.ContentType, []byte(f.Body)
	}
	maps.Copy(a.header, f.Header)
	if f.RetryAfter != "" {
		a.header.Set("Retry-After", f.RetryAfter)
	}
	return a, true
}
