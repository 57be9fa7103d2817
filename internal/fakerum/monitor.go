package fakerum

import (
	"cmp"
	"encoding/json"
	"net/http"
)

var monitorRoutes = []route{
	{operation: OpCreateAppMonitor, service: serviceRUM, method: http.MethodPost, path: "/appmonitor", work: createAppMonitor, monitorOf: nameInBody},
	{operation: OpGetAppMonitor, service: serviceRUM, method: http.MethodGet, path: "/appmonitor/{monitor}", readonly: true, work: getAppMonitor},
	{operation: OpListAppMonitors, service: serviceRUM, method: http.MethodPost, path: "/appmonitors", readonly: true, work: listAppMonitors},
	{operation: OpDeleteAppMonitor, service: serviceRUM, method: http.MethodDelete, path: "/appmonitor/{monitor}", work: deleteAppMonitor},
}

func nameInBody(body []byte) string {
	var in struct{ Name string }
	_ = json.Unmarshal(body, &in) // what is wrong with it is for the operation to say
	return in.Name
}

func createAppMonitor(c *call) answer {
	var in struct {
		Name, Platform *string
		settings
		CwLogEnabled bool
	}
	if err := decode(c.body, &in); err != nil {
		return unreadable(err)
	}
	if problem := check(
		member{"name", in.Name, monitorName},
		member{"platform", in.Platform, platform},
	); problem != "" {
		return invalid(problem)
	}
	if in.Domain == "" && len(in.DomainList) == 0 {
		return invalid("Either domain or domainList is required")
	}
	if c.account.find(*in.Name) != nil {
		return conflict(typeMonitor, *in.Name, "An app monitor named "+*in.Name+" already exists")
	}
	in.settings.Platform, in.settings.CwLogEnabled = value(in.Platform), in.CwLogEnabled
	m := c.account.create(*in.Name, in.settings)
	return ok(struct{ Id string }{m.id}) //nolint:revive // the name on the wire
}

func getAppMonitor(c *call) answer {
	m, problem := c.existing()
	if m == nil {
		return problem
	}
	return ok(map[string]any{"AppMonitor": describe(m, c.behavior)})
}

// describe is the AppMonitor of GetAppMonitor.
func describe(m *monitor, b Behavior) any {
	cwLog := map[string]any{"CwLogEnabled": m.settings.CwLogEnabled}
	if m.settings.CwLogEnabled {
		cwLog["CwLogGroup"] = "/aws/vendedlogs/RUMService_" + m.name + m.id[:8]
	}
	return struct {
		summary
		settings
		Platform    string // which both have
		DataStorage any
	}{summarize(m, b), m.settings, m.settings.Platform, map[string]any{"CwLog": cwLog}}
}

// summary is the AppMonitorSummary of ListAppMonitors.
type summary struct{ Created, Id, LastModified, Name, Platform, State string } //nolint:revive // the names on the wire

func summarize(m *monitor, b Behavior) summary {
	created := timestamp(m.created)
	return summary{Created: created, Id: m.id, LastModified: created, Name: m.name, Platform: m.settings.Platform, State: cmp.Or(b.MonitorState, "CREATED")}
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
	m, problem := c.existing()
	if m == nil {
		return problem
	}
	c.account.delete(m.name)
	return ok(nil)
}

// existing returns the monitor that the path names, or nil and the answer that
// says why there is none.
func (c *call) existing() (*monitor, answer) {
	if problem := check(member{"appMonitorName", &c.monitor, monitorName}); problem != "" {
		return nil, invalid(problem)
	}
	m := c.account.find(c.monitor)
	if m == nil {
		return nil, notFound(typeMonitor, c.monitor, "App monitor "+c.monitor+" not found")
	}
	return m, answer{}
}
