package fakerum

import (
	"net/http"
	"net/url"
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

// These are the names of the services in signatures.
const (
	serviceRUM = "rum"
	serviceSTS = "sts"
)

// route maps a method and a path to an operation.
type route struct {
	operation string
	service   string // the credential scope must name it
	method    string
	path      string // "{monitor}" stands for the segment with the app monitor's name
	readonly  bool   // the model's trait of this name; Stale faults apply to these operations only
	unsigned  bool   // the request needs no signature
	work      func(*call) answer
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
