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
	f.wantDefinitions(withID(longest, id))
}

// The rules that probe_test.go asks about have no row here.
func TestBrokenRuleFailsTheDefinitionAlone(t *testing.T) {
	dimension := func(d fakerum.Definition, field, name string) fakerum.Definition {
		d.DimensionKeys = map[string]string{field: name}
		return d
	}
	value := func(d fakerum.Definition, key string) fakerum.Definition {
		d.ValueKey = key
		return d
	}
	extended := fakerum.Definition{Name: "SessionCount", EventPattern: `{"metadata":{"browserName":[{"exists":true}],"title":["x","y"]}}`}
	named := extended
	named.Namespace = "AWS/RUM"
	for name, test := range map[string]struct {
		d           fakerum.Definition
		wantMessage string // "" if the service accepts d
	}{
		"extended":                          {d: extended},
		"extended in its namespace":         {d: named},
		"extended without pattern":          {fakerum.Definition{Name: "SessionCount", Namespace: "AWS/RUM"}, "EventPattern is required"},
		"extended dimension":                {d: dimension(extended, "metadata.browserName", "BrowserName")},
		"extended dimension, other name":    {dimension(extended, "metadata.browserName", "Browser"), "metadata.browserName: Browser"},
		"HTTP errors without details":       {fakerum.Definition{Name: "HttpErrorCount", EventPattern: `{"event_type":["x"]}`}, "Value {} for metric field event detail is not valid."},
		"HTTP errors with other details":    {fakerum.Definition{Name: "HttpErrorCount", EventPattern: `{"event_details":{"trace_id":["<"]}}`}, `Value {"trace_id":["<"]} for`},
		"HTTP errors with a status":         {d: fakerum.Definition{Name: "HttpErrorCount", EventPattern: `{"event_details":{"response":{"status":[{"numeric":[">=",400]}]}}}`}},
		"HTTP errors as a custom metric":    {d: fakerum.Definition{Name: "HttpErrorCount", Namespace: "Shop"}},
		"pattern is an array":               {visits(`["checkout"]`), "JSON object"},
		"pattern is null":                   {visits(`null`), "JSON object"},
		"pattern is not JSON":               {visits(`{"event_type":}`), "JSON object"},
		"custom value key":                  {d: value(visits(""), "event_details.items")},
		"custom value key, first level":     {value(visits(""), "items.event_details"), "items"},
		"custom dimension, no pattern":      {dimension(visits(""), "metadata.browserName", "Browser"), "metadata.browserName must be included"},
		"custom dimension, half in pattern": {dimension(visits(`{"metadata":["x"]}`), "metadata.browserName", "Browser"), "metadata.browserName must be included"},
		"custom empty array in an array":    {visits(`{"metadata":{"browserName":[{"x":[]}]}}`), "Arrays"},
		"custom details":                    {d: visits(`{"event_type":["checkout"],"event_details":{"items":["1"]}}`)},
		"custom details, text type":         {d: visits(`{"event_type":"checkout","event_details":{"items":["1"]}}`)},
		"custom details, empty type":        {visits(`{"event_type":"","event_details":{"items":["1"]}}`), "event_type"},
		"custom details, no types":          {visits(`{"event_type":[],"event_details":{"items":["1"]}}`), "event_type"},
		"custom details, odd type":          {d: visits(`{"event_type":1,"event_details":{"items":["1"]}}`)},
		"custom no details, no type":        {d: visits(`{"event_details":{}}`)},
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
