package fakerum

import (
	"maps"
	"net/http"
	"slices"
	"time"
)

// Fault makes requests fail, wait or read old state. Its fields combine: a fault
// can be a failure (Status or Drop), a Delay, a Stale read, or several of these.
//
// If several faults apply to a request, their delays add up and the client gets
// the failure that was injected first. The other failures wait for later
// requests, so a test can queue three 503 and then a 429.
type Fault struct {
	Operation string // "" stands for every operation
	Monitor   string // "" stands for every app monitor
	// Match narrows the fault further, for example to a page or a region. nil
	// matches every request. Match must not call the service.
	Match func(Request) bool
	Times int // how many requests the fault applies to; 0 is no limit

	// Status makes the answer an error with this status. Code is the type of the
	// error, and without Code the answer has no type header. A
	// ResourceNotFoundException and a ConflictException also name the app monitor.
	Status        int
	Code, Message string
	Header        http.Header // more headers of the error
	RetryAfter    string      // the Retry-After header: seconds or an HTTP date
	// ContentType, if it is not "", makes Body replace the body of the error. Use it
	// for the HTML page of a proxy, or for an empty body.
	ContentType, Body string

	// Drop closes the connection without an answer. If Go's HTTP client has used the
	// connection before, it repeats a GET by itself.
	Drop bool

	// Delay comes before the operation does its work.
	Delay time.Duration

	// AfterWork moves the Delay and the failure after the work. The work is then
	// done, although the client sees a failure.
	AfterWork bool

	// Stale makes reads see the state at the time of Inject. The fault does not apply
	// to other requests.
	Stale bool
}

// fault is an injected Fault.
type fault struct {
	Fault
	used     int
	snapshot map[accountKey]*Account
}

// faults are the injected faults. The lock of the state guards them.
type faults struct {
	of       *state
	injected []*fault
}

// effects is what the faults do to one request.
type effects struct {
	delayBefore, delayAfter time.Duration
	failure                 *Fault
	stale                   *fault
}

// Inject starts f and returns a function that ends it. It panics if f has no
// Status, Drop, Delay or Stale, since that is a mistake in the test.
func (fs *faults) Inject(f Fault) (remove func()) {
	if !f.fails() && f.Delay == 0 && !f.Stale {
		panic("fakerum: Inject: the fault has no Status, Drop, Delay or Stale")
	}
	fs.of.mu.Lock()
	defer fs.of.mu.Unlock()
	injected := &fault{Fault: f}
	if f.Stale {
		injected.snapshot = map[accountKey]*Account{}
		for key, a := range fs.of.accounts {
			injected.snapshot[key] = a.clone()
		}
	}
	fs.injected = append(fs.injected, injected)
	return func() {
		fs.of.mu.Lock()
		defer fs.of.mu.Unlock()
		fs.injected = slices.DeleteFunc(fs.injected, func(other *fault) bool { return other == injected })
	}
}

// ClearFaults ends every fault.
func (fs *faults) ClearFaults() {
	fs.of.mu.Lock()
	defer fs.of.mu.Unlock()
	fs.injected = nil
}

// useFaults returns the effects of the faults that apply to req, and counts each
// of them as used once.
func (fs *faults) useFaults(rt *route, req *Request) effects {
	fs.of.mu.Lock()
	defer fs.of.mu.Unlock()
	var e effects
	for _, f := range fs.injected {
		if !f.applies(rt, req) || f.fails() && e.failure != nil || f.Stale && e.stale != nil {
			continue
		}
		f.used++
		if f.AfterWork {
			e.delayAfter += f.Delay
		} else {
			e.delayBefore += f.Delay
		}
		if f.fails() {
			e.failure = &f.Fault
		}
		if f.Stale {
			e.stale = f
		}
	}
	return e
}

func (f *fault) applies(rt *route, req *Request) bool {
	return (f.Times == 0 || f.used < f.Times) &&
		(f.Operation == "" || f.Operation == req.Operation) &&
		(f.Monitor == "" || f.Monitor == req.Monitor) &&
		(f.Match == nil || f.Match(req.copy())) &&
		(!f.Stale || rt.readonly)
}

// account returns the account in the snapshot. If the account is newer than the
// snapshot, it returns a new one.
func (f *fault) account(s *state, key accountKey) *Account {
	a, ok := f.snapshot[key]
	if !ok {
		a = s.newAccount(key)
		f.snapshot[key] = a
	}
	return a
}

func (f *Fault) fails() bool { return f.Status != 0 || f.Drop }

// answer returns the answer of the failure f, or false if the client gets none.
func (f *Fault) answer(rt *route, req *Request) (answer, bool) {
	if f.Drop {
		return answer{}, false
	}
	a := rt.refuse(f.Status, f.Code, f.Message)
	if f.Code == "ResourceNotFoundException" || f.Code == "ConflictException" {
		a = refuseWith(f.Status, f.Code, errorBody{Message: f.Message, ResourceName: req.Monitor, ResourceType: typeMonitor})
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
