package fakerum

import (
	"net/url"
	"slices"
	"strings"
)

// routes has every operation. Each table stands beside the functions that do
// the work.
var routes = slices.Concat(monitorRoutes, destinationRoutes, definitionRoutes, stsRoutes)

// Operations returns the names of the operations of CloudWatch RUM.
func Operations() (names []string) {
	for _, rt := range routes {
		if rt.service == serviceRUM {
			names = append(names, rt.operation)
		}
	}
	return names
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
