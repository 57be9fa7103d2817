package rumapi

import (
	"context"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"
)

// CustomEventsDisabled is the CustomEvents of an app monitor that accepts none.
const CustomEventsDisabled = string(types.CustomEventsStatusDisabled)

// AppMonitor is an app monitor as far as this project reads it. The service may
// leave out every member but the name. An absent string is "". An absent list,
// map, number or truth value is nil, since an empty list, 0 and false are values.
type AppMonitor struct {
	AppMonitorSummary
	Domain     string
	DomainList []string // in the service's order
	// CustomEvents is ENABLED or DISABLED: whether the monitor accepts events
	// that the web application defines.
	CustomEvents string
	// SessionSampleRate is nil if the monitor has no configuration. In a
	// configuration without a rate it is 0, the default of the service model.
	SessionSampleRate *float64
	Telemetries       []string
	CwLogEnabled      *bool
	CwLogGroup        string
	Tags              map[string]string
}

// IsMobile reports whether m gets its events from an app, and not from a web page.
func (m AppMonitor) IsMobile() bool {
	platform := types.AppMonitorPlatform(m.Platform)
	return platform == types.AppMonitorPlatformAndroid || platform == types.AppMonitorPlatformIos
}

// AppMonitorSummary is one app monitor in a list. Created and LastModified are as
// the service writes them.
type AppMonitorSummary struct {
	Name, ID, Platform, State, Created, LastModified string
}

// GetAppMonitor reads one app monitor (GetAppMonitor). It returns an Error, also
// for a monitor that does not exist in that region.
func (c *Client) GetAppMonitor(ctx context.Context, region, name string) (AppMonitor, error) {
	return c.getAppMonitor(ctx, monitor{region, name})
}

func (c *Client) getAppMonitor(ctx context.Context, m monitor) (AppMonitor, error) {
	out, err := c.api.GetAppMonitor(ctx, &rum.GetAppMonitorInput{Name: aws.String(m.name)}, inRegion(m.region))
	if err != nil {
		return AppMonitor{}, &Error{Operation: opGetMonitor, Key: Key{Region: m.region, AppMonitorName: m.name}, Err: err}
	}
	if out.AppMonitor == nil { // the model calls it optional too
		out.AppMonitor = &types.AppMonitor{Name: aws.String(m.name)}
	}
	return newAppMonitor(out.AppMonitor), nil
}

// SharedAppMonitor reads one app monitor as GetAppMonitor does. All callers that ask
// for the same monitor at the same time or a few seconds later share the result. Use
// it for warnings: many resources ask.
func (c *Client) SharedAppMonitor(ctx context.Context, region, name string) (AppMonitor, error) {
	return c.monitors.Get(ctx, monitor{region, name})
}

func newAppMonitor(m *types.AppMonitor) AppMonitor {
	monitor := AppMonitor{
		AppMonitorSummary: newAppMonitorSummary(types.AppMonitorSummary{
			Name: m.Name, Id: m.Id, Platform: m.Platform, State: m.State, Created: m.Created, LastModified: m.LastModified,
		}),
		Domain:     aws.ToString(m.Domain),
		DomainList: m.DomainList,
		Tags:       m.Tags,
	}
	if m.CustomEvents != nil {
		monitor.CustomEvents = string(m.CustomEvents.Status)
	}
	if configuration := m.AppMonitorConfiguration; configuration != nil {
		monitor.SessionSampleRate = &configuration.SessionSampleRate
		monitor.Telemetries = stringsOf(configuration.Telemetries)
	}
	if m.DataStorage != nil && m.DataStorage.CwLog != nil {
		monitor.CwLogEnabled = m.DataStorage.CwLog.CwLogEnabled
		monitor.CwLogGroup = aws.ToString(m.DataStorage.CwLog.CwLogGroup)
	}
	return monitor
}

// stringsOf converts a list of the SDK's enum values. A nil list stays nil.
func stringsOf[E ~string](values []E) []string {
	if values == nil {
		return nil
	}
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = string(v)
	}
	return all
}

// ListAppMonitors reads all app monitors of a region, in the service's order. A
// region without app monitors is no error.
func (c *Client) ListAppMonitors(ctx context.Context, region string) ([]AppMonitorSummary, error) {
	var all []AppMonitorSummary
	for page, err := range c.monitorPages(ctx, region) {
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
	}
	return all, nil
}

// monitorPages yields a region's app monitors, a page at a time
// (ListAppMonitors).
func (c *Client) monitorPages(ctx context.Context, region string) iter.Seq2[[]AppMonitorSummary, error] {
	return func(yield func([]AppMonitorSummary, error) bool) {
		pages := rum.NewListAppMonitorsPaginator(c.api, &rum.ListAppMonitorsInput{MaxResults: aws.Int32(100)}, // the most a page may hold
			func(o *rum.ListAppMonitorsPaginatorOptions) { o.StopOnDuplicateToken = true })
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx, inRegion(region))
			if err != nil {
				yield(nil, &Error{Operation: opListMonitors, Key: Key{Region: region}, Err: err})
				return
			}
			monitors := make([]AppMonitorSummary, len(page.AppMonitorSummaries))
			for i, m := range page.AppMonitorSummaries {
				monitors[i] = newAppMonitorSummary(m)
			}
			if !yield(monitors, nil) {
				return
			}
		}
	}
}

func newAppMonitorSummary(m types.AppMonitorSummary) AppMonitorSummary {
	return AppMonitorSummary{
		Name:         aws.ToString(m.Name),
		ID:           aws.ToString(m.Id),
		Platform:     string(m.Platform),
		State:        string(m.State),
		Created:      aws.ToString(m.Created),
		LastModified: aws.ToString(m.LastModified),
	}
}
