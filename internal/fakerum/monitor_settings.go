package fakerum

import (
	"cmp"
	"encoding/json"
	"maps"
)

// settings has the members that CreateAppMonitor and UpdateAppMonitor take and
// GetAppMonitor returns. An app monitor has either a Domain or a DomainList.
type settings struct {
	Domain                     *string                    `json:",omitempty"`
	DomainList                 []string                   `json:",omitempty"`
	Platform                   *string                    `json:",omitempty"`
	AppMonitorConfiguration    map[string]json.RawMessage `json:",omitempty"`
	CustomEvents               *customEvents              `json:",omitempty"`
	DeobfuscationConfiguration json.RawMessage            `json:",omitempty"`
	Tags                       map[string]string
	CwLogEnabled               *bool `json:",omitempty"` // GetAppMonitor returns it in DataStorage
}

type customEvents struct{ Status *string }

// members returns the members of s that have constraints.
func (s settings) members() []member {
	members := []member{{"platform", s.Platform, platform}}
	if s.CustomEvents != nil {
		members = append(members, member{"customEvents.status", s.CustomEvents.Status, customStatus})
	}
	return members
}

// withDefaults returns s with defaults for the absent members. App monitors were
// seen to have these defaults.
func (s settings) withDefaults() settings {
	s.Platform = cmp.Or(s.Platform, new("Web"))
	configuration := map[string]json.RawMessage{
		"SessionSampleRate": json.RawMessage("0.1"),
		"Telemetries":       json.RawMessage("[]"),
		"ExcludedPages":     json.RawMessage("[]"),
		"FavoritePages":     json.RawMessage("[]"),
		"IncludedPages":     json.RawMessage("[]"),
	}
	maps.Copy(configuration, s.AppMonitorConfiguration)
	s.AppMonitorConfiguration = configuration
	if s.CustomEvents == nil || s.CustomEvents.Status == nil {
		s.CustomEvents = &customEvents{new("DISABLED")}
	}
	if s.DeobfuscationConfiguration == nil {
		s.DeobfuscationConfiguration = json.RawMessage(`{"JavaScriptSourceMaps":{"Status":"DISABLED"}}`)
	}
	if s.Tags == nil {
		s.Tags = map[string]string{}
	}
	s.CwLogEnabled = cmp.Or(s.CwLogEnabled, new(false))
	return s
}

// updated returns s after an UpdateAppMonitor with these changes. It keeps the
// top-level members that the request leaves out, as AWS documents. Whether AWS
// merges nested members is not known; updated replaces them.
func (s settings) updated(changes settings) settings {
	if changes.Domain != nil || changes.DomainList != nil {
		s.Domain, s.DomainList = changes.Domain, changes.DomainList
	}
	if changes.AppMonitorConfiguration != nil {
		s.AppMonitorConfiguration = changes.AppMonitorConfiguration
	}
	if changes.DeobfuscationConfiguration != nil {
		s.DeobfuscationConfiguration = changes.DeobfuscationConfiguration
	}
	s.CustomEvents = cmp.Or(changes.CustomEvents, s.CustomEvents)
	s.CwLogEnabled = cmp.Or(changes.CwLogEnabled, s.CwLogEnabled)
	return s.withDefaults()
}
