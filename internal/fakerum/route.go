package fakerum

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// These are the names of the services in signatures.
const (
	serviceRUM = "rum"
	serviceSTS = "sts"
)

// routes has every operation. Each table stands beside the functions that do
// the work.
var routes = slices.Concat(monitorRoutes, destinationRoutes, definitionRoutes, stsRoutes)

// route maps a method and a path to an operation.
type route struct {
	operation string
	service   string // the credential scope must name it
	method    string
	path      string // "{monitor}" stands for the segment with the app monitor's name
	readonly  bool   // the model's trait of this name; Stale faults apply to these operations only
	unsigned  bool   // the request needs no signature
	work      func(*call) answer

	// monitorOf returns the app monitor's name from the body. It is nil unless
	// the body has the name instead of the path.
	monitorOf func(body []byte) string
}

// Operations returns the names of the operations of CloudWatch RUM.
func Operations() (names []string) {
	for _, rt := range routes {
		if rt.service == serviceRUM {
			names = append(names, rt.operation)
		}
	}
	return names
}

// refuse returns an error answer in the protocol of rt's service.
func (rt *route) refuse(status int, code, message string) answer {
	if rt.service == serviceSTS {
		return stsRefuse(status, code, message)
	}
	return refuse(status, code, message)
}

// parameters returns the parameters of the request: for STS those of the form in
// the body, for RUM those of the URL.
func (rt *route) parameters(r *http.Request, body []byte) (url.Values, error) {
	if rt.service == serviceSTS {
		return url.ParseQuery(string(body))
	}
	return url.ParseQuery(r.URL.RawQuery)
}

// findRoute returns the route of a request and the app monitor's name from the
// path, or nil if no operation matches. It splits the path before it unescapes
// the segments, because a name can have characters that end a path: the SDKs send
// "#" as %23. The operations of STS have the same path and differ in the form in
// the body.
func findRoute(method, escapedPath string, body []byte) (rt *route, monitor string) {
	segments := strings.Split(escapedPath, "/")
	for i := range routes {
		rt := &routes[i]
		if rt.method != method || rt.service == serviceSTS && formAction(body) != rt.operation {
			continue
		}
		if monitor, ok := matchPath(strings.Split(rt.path, "/"), segments); ok {
			return rt, monitor
		}
	}
	return nil, ""
}

func formAction(body []byte) string {
	form, _ := url.ParseQuery(string(body)) // a body without a readable Action matches no operation of STS
	return form.Get("Action")
}

func matchPath(pattern, segments []string) (monitor string, ok bool) {
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
