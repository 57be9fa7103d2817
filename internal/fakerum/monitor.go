package fakerum

import (
	"cmp"
	"net/http"
	"time"
)

const monitorPath = "/appmonitor/{monitor}"

var monitorRoutes = []route{
	{operation: OpCreateAppMonitor, service: serviceRUM, method: http.MethodPost, path: "/appmonitor", work: createAppMonitor},
	{operation: OpGetAppMonitor, service: serviceRUM, method: http.MethodGet, path: monitorPath, readonly: true, work: getAppMonitor},
	{operation: OpListAppMonitors, service: serviceRUM, method: http.MethodPost, path: "/appmonitors", readonly: true, work: listAppMonitors},
	{operation: OpUpdateAppMonitor, service: serviceRUM, method: http.MethodPatch, path: monitorPath, work: updateAppMonitor},
	{operation: OpDeleteAppMonitor, service: serviceRUM, method: http.MethodDelete, path: monitorPath, work: deleteAppMonitor},
}

// monitorRequest is the body of CreateAppMonitor and of UpdateAppMonitor.
type monitorRequest struct {
	Name *string // only CreateAppMonitor has it
	settings
}

// problem checks a request for the app monitor name. It returns a message, or ""
// if the request is valid.
func (r monitorRequest) problem(name *string) string {
	if problem := check(append(r.members(), member{"name", name, monitorName})...); problem != "" {
		return problem
	}
	if r.Domain != nil && r.DomainList != nil {
		return "Only one of domain and domainList can be given"
	}
	return ""
}

func createAppMonitor(c *call) answer {
	var in monitorRequest
	if err := decode(c.body, &in); err != nil {
		return unreadable(err)
	}
	if problem := in.problem(in.Name); problem != "" {
		return invalid(problem)
	}
	if valueOf(in.Domain) == "" && len(in.DomainList) == 0 {
		return invalid("Either domain or domainList is required")
	}
	if c.account.findMonitor(*in.Name) != nil {
		return conflict(typeMonitor, *in.Name, "An app monitor named "+*in.Name+" already exists")
	}
	m := c.account.createMonitor(*in.Name, in.settings)
	return ok(struct{ Id string }{m.id}) //nolint:revive // the name on the wire
}

func updateAppMonitor(c *call) answer {
	var in monitorRequest
	if err := decode(c.body, &in); err != nil {
		return unreadable(err)
	}
	if problem := in.problem(&c.monitor); problem != "" {
		return invalid(problem)
	}
	m, refusal := c.monitorInPath()
	if m == nil {
		return refusal
	}
	m.settings, m.modified = m.settings.updated(in.settings), time.Now()
	return ok(nil)
}

func getAppMonitor(c *call) answer {
	m, refusal := c.monitorInPath()
	if m == nil {
		return refusal
	}
	return ok(map[string]any{"AppMonitor": describe(m, c.behavior)})
}

// describe returns the AppMonitor of GetAppMonitor.
func describe(m *monitor, b Behavior) any {
	if b.BareMonitors {
		return summarize(m, b)
	}
	cwLog := map[string]any{"CwLogEnabled": m.settings.CwLogEnabled}
	if *m.settings.CwLogEnabled {
		cwLog["CwLogGroup"] = "/aws/vendedlogs/RUMService_" + m.name + m.id[:8]
	}
	return struct {
		summary
		settings
		Platform     *string // hides the member that summary and settings both have
		CwLogEnabled *bool   `json:",omitempty"` // hides the one of settings
		DataStorage  any
	}{summarize(m, b), m.settings, m.settings.Platform, nil, map[string]any{"CwLog": cwLog}}
}

// summary is the AppMonitorSummary of ListAppMonitors.
type summary struct {
	Name                             string
	Created, Id, LastModified, State string  `json:",omitempty"` //nolint:revive // the names on the wire
	Platform                         *string `json:",omitempty"`
}

func summarize(m *monitor, b Behavior) summary {
	if b.BareMonitors {
		return summary{Name: m.name}
	}
	return summary{
		Name:         m.name,
		Id:           m.id,
		Created:      timestamp(m.created),
		LastModified: timestamp(m.modified),
		Platform:     m.settings.Platform,
		State:        cmp.Or(b.MonitorState, "CREATED"),
	}
}

func listAppMonitors(c *call) answer {
	p, problem := paginate(c, OpListAppMonitors, c.account.monitors, func(m *monitor) int64 { return m.sequence })
	if problem != "" {
		return invalid(problem)
	}
	summaries := make([]summary, len(p.items))
	for i, m := range p.items {
		summaries[i] = summarize(m, c.behavior)
	}
	return ok(struct {
		AppMonitorSummaries []summary
		NextToken           *string `json:",omitempty"`
	}{summaries, p.nextToken})
}

func deleteAppMonitor(c *call) answer {
	m, refusal := c.monitorInPath()
	if m == nil {
		return refusal
	}
	c.account.deleteMonitor(m.name)
	return ok(nil)
}

// monitorInPath returns the app monitor of the path. If the name is invalid or the
// app monitor does not exist, it returns nil and the answer that says so.
func (c *call) monitorInPath() (*monitor, answer) {
	if problem := check(member{"appMonitorName", &c.monitor, monitorName}); problem != "" {
		return nil, invalid(problem)
	}
	m := c.account.findMonitor(c.monitor)
	if m == nil {
		return nil, notFound(typeMonitor, c.monitor, "App monitor "+c.monitor+" not found")
	}
	return m, answer{}
}
