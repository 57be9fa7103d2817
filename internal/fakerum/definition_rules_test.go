package fakerum_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// longestDefinition returns a definition with every member at its limit.
func longestDefinition() fakerum.Definition {
	d := fakerum.Definition{
		Name: strings.Repeat("n", 255), Namespace: strings.Repeat("n", 237), UnitLabel: strings.Repeat("u", 256),
		ValueKey: "metadata." + strings.Repeat("v", 280-len("metadata.")), DimensionKeys: map[string]string{},
	}
	fields := map[string]any{}
	for i := range 29 {
		field := fmt.Sprintf("f%d", i)
		fields[field], d.DimensionKeys["metadata."+field] = []string{"x"}, " "+strings.Repeat("d", 254)
	}
	pattern, _ := json.Marshal(map[string]any{"metadata": fields})
	d.EventPattern = string(pattern) + strings.Repeat(" ", 4000-len(pattern))
	return d
}

func TestBrokenConstraintFailsTheWholeRequest(t *testing.T) {
	f := serveWithCloudWatch(t)
	longest := longestDefinition()
	out, err := f.createDefinitions("web", cloudWatch, "", longest)
	wantOK(t, err)
	if len(out.Errors) > 0 {
		t.Fatalf("error of the longest definition = %s, want none", *out.Errors[0].ErrorMessage)
	}
	id := *out.MetricDefinitions[0].MetricDefinitionId

	broken := map[string]func(*fakerum.Definition){
		"empty name":           func(d *fakerum.Definition) { d.Name = "" },
		"long name":            func(d *fakerum.Definition) { d.Name += "x" },
		"long namespace":       func(d *fakerum.Definition) { d.Namespace += "x" },
		"namespace":            func(d *fakerum.Definition) { d.Namespace = "Shop!" },
		"long pattern":         func(d *fakerum.Definition) { d.EventPattern += " " },
		"long unit":            func(d *fakerum.Definition) { d.UnitLabel += "x" },
		"long value key":       func(d *fakerum.Definition) { d.ValueKey += "x" },
		"30 dimensions":        func(d *fakerum.Definition) { d.DimensionKeys["metadata.more"] = "x" },
		"long dimension key":   func(d *fakerum.Definition) { d.DimensionKeys = map[string]string{strings.Repeat("x", 281): "x"} },
		"empty dimension key":  func(d *fakerum.Definition) { d.DimensionKeys = map[string]string{"": "x"} },
		"long dimension name":  func(d *fakerum.Definition) { d.DimensionKeys["metadata.f0"] += "x" },
		"empty dimension name": func(d *fakerum.Definition) { d.DimensionKeys["metadata.f0"] = "" },
		"blank dimension name": func(d *fakerum.Definition) { d.DimensionKeys["metadata.f0"] = "  " },
		"colon dimension name": func(d *fakerum.Definition) { d.DimensionKeys["metadata.f0"] = ":x" },
	}
	for name, breakConstraint := range broken {
		t.Run(name, func(t *testing.T) {
			d := withID(longest, id)
			d.DimensionKeys = maps.Clone(longest.DimensionKeys)
			breakConstraint(&d)
			_, err := f.createDefinitions("web", cloudWatch, "", checkouts, d)
			wantError(t, err, http.StatusBadRequest, "ValidationException")
			wantError(t, f.updateDefinition("web", cloudWatch, "", d), http.StatusBadRequest, "ValidationException")
		})
	}
	for name, test := range map[string]struct{ method, path, body, wantMessage string }{
		"create without definitions": {http.MethodPost, definitionsPath, `{"Destination":"CloudWatch"}`, "'metricDefinitions'"},
		"create without destination": {http.MethodPost, definitionsPath, `{"MetricDefinitions":[]}`, "'destination'"},
		"create with ARN":            {http.MethodPost, definitionsPath, `{"Destination":"CloudWatch","DestinationArn":"x","MetricDefinitions":[]}`, "'destinationArn'"},
		"create with nothing":        {http.MethodPost, definitionsPath, `{"Destination":"CloudWatch","MetricDefinitions":[null]}`, "'metricDefinitions.1.member.name'"},
		"create empty unit":          {http.MethodPost, definitionsPath, `{"Destination":"CloudWatch","MetricDefinitions":[{"Name":"x","UnitLabel":""}]}`, "'metricDefinitions.1.member.unitLabel'"},
		"create empty namespace":     {http.MethodPost, definitionsPath, `{"Destination":"CloudWatch","MetricDefinitions":[{"Name":"x","Namespace":""}]}`, "'metricDefinitions.1.member.namespace'"},
		"create empty value key":     {http.MethodPost, definitionsPath, `{"Destination":"CloudWatch","MetricDefinitions":[{"Name":"x","ValueKey":""}]}`, "'metricDefinitions.1.member.valueKey'"},
		"get without destination":    {http.MethodGet, definitionsPath, "", "'destination'"},
		"get by name":                {http.MethodGet, "/rummetrics/.web/metrics?destination=CloudWatch", "", "'appMonitorName'"},
		"get page of 101":            {http.MethodGet, cloudWatchDefinitions + "&maxResults=101", "", "'maxResults'"},
		"get page by token":          {http.MethodGet, cloudWatchDefinitions + "&nextToken=x", "", "nextToken"},
		"delete without IDs":         {http.MethodDelete, cloudWatchDefinitions, "", "'metricDefinitionIds'"},
		"delete empty ID":            {http.MethodDelete, cloudWatchDefinitions + "&metricDefinitionIds=1&metricDefinitionIds=", "", "'metricDefinitionIds.1.member'"},
		"delete long ID":             {http.MethodDelete, cloudWatchDefinitions + "&metricDefinitionIds=" + strings.Repeat("x", 256), "", "'metricDefinitionIds.1.member'"},
		"delete without destination": {http.MethodDelete, definitionsPath + "?metricDefinitionIds=1", "", "'destination'"},
		"update without definition":  {http.MethodPatch, definitionsPath, `{"Destination":"CloudWatch","MetricDefinitionId":"1"}`, "'metricDefinition'"},
		"update without ID":          {http.MethodPatch, definitionsPath, `{"Destination":"CloudWatch","MetricDefinition":{"Name":"x"}}`, "'metricDefinitionId'"},
		"update without name":        {http.MethodPatch, definitionsPath, `{"Destination":"CloudWatch","MetricDefinitionId":"1","MetricDefinition":{}}`, "'metricDefinition.name'"},
	} {
		t.Run(name, func(t *testing.T) {
			resp, body := f.send(test.method, test.path, test.body)
			if resp.StatusCode != http.StatusBadRequest || resp.Header.Get("X-Amzn-Errortype") != "ValidationException" || !strings.Contains(body, test.wantMessage) {
				t.Errorf("answer = %d %s %s, want 400 ValidationException with %s", resp.StatusCode, resp.Header.Get("X-Amzn-Errortype"), body, test.wantMessage)
			}
		})
	}
	f.wantDefinitions(withID(longest, id))
}

func TestBrokenRuleFailsTheDefinitionAlone(t *testing.T) {
	custom := func(pattern string) fakerum.Definition {
		return fakerum.Definition{Name: "Visits", Namespace: "Shop", EventPattern: pattern}
	}
	dimension := func(d fakerum.Definition, field, name string) fakerum.Definition {
		d.DimensionKeys = map[string]string{field: name}
		return d
	}
	value := func(d fakerum.Definition, key string) fakerum.Definition {
		d.ValueKey = key
		return d
	}
	extended := fakerum.Definition{Name: "SessionCount", EventPattern: `{"metadata":{"browserName":[{"exists":true}],"title":["x","y"]}}`}
	reserved := custom("")
	reserved.Namespace = "AWS/RUMP"
	named := extended
	named.Namespace = "AWS/RUM"
	for name, test := range map[string]struct {
		d           fakerum.Definition
		wantMessage string // "" if the service accepts d
	}{
		"extended":                           {d: extended},
		"extended in its namespace":          {d: named},
		"extended without pattern":           {fakerum.Definition{Name: "SessionCount", Namespace: "AWS/RUM"}, "EventPattern is required"},
		"extended dimension":                 {d: dimension(extended, "metadata.browserName", "BrowserName")},
		"extended dimension, other name":     {dimension(extended, "metadata.browserName", "Browser"), "metadata.browserName: Browser"},
		"extended dimension, other field":    {dimension(extended, "metadata.title", "Title"), "metadata.title: Title"},
		"extended dimension, not in pattern": {dimension(extended, "metadata.osName", "OSName"), "metadata.osName must be included"},
		"pattern is an array":                {custom(`["checkout"]`), "JSON object"},
		"pattern is null":                    {custom(`null`), "JSON object"},
		"pattern is not JSON":                {custom(`{"event_type":}`), "JSON object"},
		"custom without pattern":             {d: custom("")},
		"custom namespace":                   {reserved, "AWS/"},
		"custom pattern key":                 {custom(`{"metadata":{},"browser":["Chrome"]}`), "browser"},
		"custom value key":                   {d: value(custom(""), "event_details.items")},
		"custom value key, first level":      {value(custom(""), "items.event_details"), "items"},
		"custom dimension, no pattern":       {dimension(custom(""), "metadata.browserName", "Browser"), "metadata.browserName must be included"},
		"custom dimension, half in pattern":  {dimension(custom(`{"metadata":["x"]}`), "metadata.browserName", "Browser"), "metadata.browserName must be included"},
		"custom array of two":                {d: custom(`{"metadata":{"browserName":["Chrome","Safari"]}}`)},
		"custom application_id":              {d: custom(`{"application_id":["x"]}`)},
		"custom application_Id":              {d: custom(`{"application_Id":["x"]}`)},
		"custom empty array":                 {custom(`{"metadata":{"browserName":[]}}`), "Arrays"},
		"custom empty array in an array":     {custom(`{"metadata":{"browserName":[{"x":[]}]}}`), "Arrays"},
		"custom details":                     {d: custom(`{"event_type":["checkout"],"event_details":{"items":["1"]}}`)},
		"custom details, text type":          {d: custom(`{"event_type":"checkout","event_details":{"items":["1"]}}`)},
		"custom details, no type":            {custom(`{"event_details":{"items":["1"]}}`), "event_type"},
		"custom details, empty type":         {custom(`{"event_type":"","event_details":{"items":["1"]}}`), "event_type"},
		"custom details, no types":           {custom(`{"event_type":[],"event_details":{"items":["1"]}}`), "event_type"},
		"custom details, odd type":           {d: custom(`{"event_type":1,"event_details":{"items":["1"]}}`)},
		"custom no details, no type":         {d: custom(`{"event_details":{}}`)},
	} {
		t.Run(name, func(t *testing.T) {
			f := serveWithCloudWatch(t)
			out, err := f.createDefinitions("web", cloudWatch, "", sessions, test.d, checkouts)
			wantOK(t, err)
			created := fromSDK(out.MetricDefinitions)
			f.wantDefinitions(created...)
			update := f.updateDefinition("web", cloudWatch, "", withID(test.d, created[0].ID))
			if test.wantMessage == "" {
				if len(created) != 3 || len(out.Errors) > 0 {
					t.Fatalf("created %d (%+v), errors = %+v, want 3 and none", len(created), created, out.Errors)
				}
				wantOK(t, update)
				return
			}
			wantDefinitions(t, created, withID(sessions, created[0].ID), withID(checkouts, created[1].ID))
			if len(out.Errors) != 1 {
				t.Fatalf("errors = %+v, want 1", out.Errors)
			}
			e := out.Errors[0]
			if *e.ErrorCode != "ValidationException" || !strings.Contains(*e.ErrorMessage, test.wantMessage) || !reflect.DeepEqual(*e.MetricDefinition, toSDK(test.d)) {
				t.Errorf("error = %s %q %+v, want ValidationException with %q and %+v", *e.ErrorCode, *e.ErrorMessage, *e.MetricDefinition, test.wantMessage, toSDK(test.d))
			}
			wantError(t, update, http.StatusBadRequest, "ValidationException")
			f.wantDefinitions(created...)
		})
	}
}
