package appmonitor

import (
	"cmp"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

// monitorModel is an app monitor as Terraform holds it.
type monitorModel struct {
	summaryModel
	Region            types.String      `tfsdk:"region"`
	Domain            types.String      `tfsdk:"domain"`
	DomainList        []string          `tfsdk:"domain_list"` // nil is null
	CustomEvents      types.String      `tfsdk:"custom_events"`
	SessionSampleRate types.Float64     `tfsdk:"session_sample_rate"`
	Telemetries       []string          `tfsdk:"telemetries"` // nil is null
	CwLogEnabled      types.Bool        `tfsdk:"cw_log_enabled"`
	CwLogGroup        types.String      `tfsdk:"cw_log_group"`
	Tags              map[string]string `tfsdk:"tags"` // nil is null
}

// newMonitorModel converts m to state. What the service leaves out is null.
func newMonitorModel(region string, m rumapi.AppMonitor) monitorModel {
	return monitorModel{
		summaryModel:      newSummaryModel(m.AppMonitorSummary),
		Region:            tfresource.Optional(region),
		Domain:            tfresource.Optional(m.Domain),
		DomainList:        m.DomainList,
		CustomEvents:      tfresource.Optional(m.CustomEvents),
		SessionSampleRate: types.Float64PointerValue(m.SessionSampleRate),
		Telemetries:       m.Telemetries,
		CwLogEnabled:      types.BoolPointerValue(m.CwLogEnabled),
		CwLogGroup:        tfresource.Optional(m.CwLogGroup),
		Tags:              m.Tags,
	}
}

// monitorsModel is the app monitors of a region as Terraform holds them.
type monitorsModel struct {
	Region      types.String   `tfsdk:"region"`
	Names       []types.String `tfsdk:"names"`
	AppMonitors []summaryModel `tfsdk:"app_monitors"`
}

// newMonitorsModel converts found to state and sorts by name: the service promises no
// order. A region without app monitors has an empty set and list.
func newMonitorsModel(region string, found []rumapi.AppMonitorSummary) monitorsModel {
	model := monitorsModel{Region: tfresource.Optional(region), Names: []types.String{}, AppMonitors: []summaryModel{}}
	for _, m := range slices.SortedFunc(slices.Values(found), func(a, b rumapi.AppMonitorSummary) int { return cmp.Compare(a.Name, b.Name) }) {
		model.Names = append(model.Names, types.StringValue(m.Name))
		model.AppMonitors = append(model.AppMonitors, newSummaryModel(m))
	}
	return model
}

// summaryModel is what both data sources have of an app monitor.
type summaryModel struct {
	Name         types.String `tfsdk:"name"`
	ID           types.String `tfsdk:"id"`
	State        types.String `tfsdk:"state"`
	Platform     types.String `tfsdk:"platform"`
	Created      types.String `tfsdk:"created"`
	LastModified types.String `tfsdk:"last_modified"`
}

func newSummaryModel(m rumapi.AppMonitorSummary) summaryModel {
	return summaryModel{
		Name:         tfresource.Optional(m.Name),
		ID:           tfresource.Optional(m.ID),
		State:        tfresource.Optional(m.State),
		Platform:     tfresource.Optional(m.Platform),
		Created:      tfresource.Optional(m.Created),
		LastModified: tfresource.Optional(m.LastModified),
	}
}
