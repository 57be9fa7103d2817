package fakerum_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

const (
	definitions    = "/rummetrics/web/metrics"
	ofCloudWatch   = definitions + "?destination=CloudWatch"
	sessionPattern = `{ "metadata": {"browserName": ["Chrome", "Safari"]}, "event_type": ["com.amazon.rum.session_start_event"] }`
)

var (
	uuid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

	sessions  = fakerum.Definition{Name: "SessionCount", EventPattern: sessionPattern, DimensionKeys: map[string]string{"metadata.browserName": "BrowserName"}}
	checkouts = fakerum.Definition{
		Name: "Checkouts", Namespace: "Shop", EventPattern: `{"event_type":["checkout"],"metadata":{"browserName":[{"exists":true}]}}`,
		DimensionKeys: map[string]string{"metadata.browserName": "Browser"}, UnitLabel: "Count", ValueKey: "event_details.items",
	}
)

// defined is a fake whose app monitor web has a CloudWatch destination.
func defined(t *testing.T) fake {
	t.Helper()
	f := serve(t)
	f.account().CreateMonitor("web")
	f.account().PutDestination("web", fakerum.Destination{Destination: cloudWatch})
	return f
}

// request sends "" as an absent member.
func request(d fakerum.Definition) types.MetricDefinitionRequest {
	return types.MetricDefinitionRequest{
		Name: aws.String(d.Name), Namespace: present(d.Namespace), EventPattern: present(d.EventPattern),
		DimensionKeys: d.DimensionKeys, UnitLabel: present(d.UnitLabel), ValueKey: present(d.ValueKey),
	}
}

func received(all []types.MetricDefinition) (got []fakerum.Definition) {
	for _, d := range all {
		got = append(got, fakerum.Definition{
			ID: *d.MetricDefinitionId, Name: *d.Name, Namespace: aws.ToString(d.Namespace), EventPattern: aws.ToString(d.EventPattern),
			DimensionKeys: d.DimensionKeys, UnitLabel: aws.ToString(d.UnitLabel), ValueKey: aws.ToString(d.ValueKey),
		})
	}
	return got
}

func (f fake) define(monitor, destination, arn string, all ...fakerum.Definition) (*rum.BatchCreateRumMetricDefinitionsOutput, error) {
	in := &rum.BatchCreateRumMetricDefinitionsInput{
		AppMonitorName: aws.String(monitor), Destination: types.MetricDestination(destination), DestinationArn: present(arn),
		MetricDefinitions: []types.MetricDefinitionRequest{},
	}
	for _, d := range all {
		in.MetricDefinitions = append(in.MetricDefinitions, request(d))
	}
	return f.api.BatchCreateRumMetricDefinitions(f.t.Context(), in)
}

func (f fake) defined(monitor, destination, arn string) ([]fakerum.Definition, error) {
	out, err := f.api.BatchGetRumMetricDefinitions(f.t.Context(), &rum.BatchGetRumMetricDefinitionsInput{
		AppMonitorName: aws.String(monitor), Destination: types.MetricDestination(destination), DestinationArn: present(arn),
	})
	if err != nil {
		return nil, err
	}
	return received(out.MetricDefinitions), nil
}

func (f fake) undefine(monitor, destination, arn string, ids ...string) (*rum.BatchDeleteRumMetricDefinitionsOutput, error) {
	return f.api.BatchDeleteRumMetricDefinitions(f.t.Context(), &rum.BatchDeleteRumMetricDefinitionsInput{
		AppMonitorName: aws.String(monitor), Destination: types.MetricDestination(destination), DestinationArn: present(arn), MetricDefinitionIds: ids,
	})
}

func (f fake) redefine(monitor, destination, arn string, d fakerum.Definition) error {
	update := request(d)
	_, err := f.api.UpdateRumMetricDefinition(f.t.Context(), &rum.UpdateRumMetricDefinitionInput{
		AppMonitorName: aws.String(monitor), Destination: types.MetricDestination(destination), DestinationArn: present(arn),
		MetricDefinitionId: aws.String(d.ID), MetricDefinition: &update,
	})
	return err
}

// withID is d under an ID.
func withID(d fakerum.Definition, id string) fakerum.Definition {
	d.ID = id
	return d
}

func wantDefinitions(t *testing.T, got []fakerum.Definition, want ...fakerum.Definition) {
	t.Helper()
	if len(got) == len(want) && (len(got) == 0 || reflect.DeepEqual(got, want)) {
		return
	}
	t.Fatalf("got  %+v\nwant %+v", got, want)
}

func (f fake) wantDefinitions(want ...fakerum.Definition) {
	f.t.Helper()
	wantDefinitions(f.t, f.account().Definitions("web", cloudWatch, ""), want...)
}

func TestDefinitionLifecycle(t *testing.T) {
	f := defined(t)
	f.account().PutDestination("web", fakerum.Destination{Destination: evidently, DestinationARN: featureARN, IAMRoleARN: roleARN})

	created, err := f.define("web", cloudWatch, "", sessions, checkouts, sessions) // equal ones are two
	wantOK(t, err)
	other, err := f.define("web", evidently, featureARN, checkouts)
	wantOK(t, err)
	all := received(created.MetricDefinitions)
	if len(all) != 3 || len(created.Errors) != 0 || created.Errors == nil {
		t.Fatalf("created %+v, errors %+v", all, created.Errors)
	}
	ids := map[string]bool{}
	for _, d := range all {
		if ids[d.ID] = true; !uuid.MatchString(d.ID) {
			t.Errorf("ID %q", d.ID)
		}
	}
	if len(ids) != 3 {
		t.Errorf("IDs %v", ids)
	}
	wantDefinitions(t, all, withID(sessions, all[0].ID), withID(checkouts, all[1].ID), withID(sessions, all[2].ID))
	f.wantDefinitions(all...)
	got, err := f.defined("web", cloudWatch, "")
	wantOK(t, err)
	wantDefinitions(t, got, all...)

	// A replacement of the whole: what is left out is cleared.
	changed := fakerum.Definition{ID: all[0].ID, Name: "Visits", Namespace: "Shop"}
	wantOK(t, f.redefine("web", cloudWatch, "", changed))
	got, err = f.defined("web", cloudWatch, "")
	wantOK(t, err)
	wantDefinitions(t, got, changed, all[1], all[2])

	deleted, err := f.undefine("web", cloudWatch, "", all[2].ID, "unknown", all[0].ID, all[0].ID, *other.MetricDefinitions[0].MetricDefinitionId)
	wantOK(t, err)
	wantIDs(t, deleted.MetricDefinitionIds, all[2].ID, all[0].ID)
	var unknown []string
	for _, e := range deleted.Errors {
		if unknown = append(unknown, *e.MetricDefinitionId); *e.ErrorCode != "ResourceNotFoundException" || *e.ErrorMessage == "" {
			t.Errorf("error %s %s", *e.ErrorCode, *e.ErrorMessage)
		}
	}
	wantIDs(t, unknown, "unknown", all[0].ID, *other.MetricDefinitions[0].MetricDefinitionId)
	f.wantDefinitions(all[1])
	wantDefinitions(t, f.account().Definitions("web", evidently, featureARN), received(other.MetricDefinitions)...)
}

// wantIDs compares without regard to order: the SDK sorts IDs when it signs them.
func wantIDs(t *testing.T, got []string, want ...string) {
	t.Helper()
	slices.Sort(got)
	if slices.Sort(want); !slices.Equal(got, want) {
		t.Errorf("got IDs %v, want %v", got, want)
	}
}

func TestDefinitionsOnTheWire(t *testing.T) {
	f := defined(t)
	answered := func(method, path, body, want string) {
		t.Helper()
		if resp, got := f.send(method, path, body); resp.StatusCode != http.StatusOK || got != want {
			t.Errorf("%s %s: %d %s, want %s", method, path, resp.StatusCode, got, want)
		}
	}
	answered(http.MethodGet, ofCloudWatch, "", `{"MetricDefinitions":[]}`)
	answered(http.MethodPost, definitions, `{"Destination":"CloudWatch","MetricDefinitions":[]}`, `{"Errors":[],"MetricDefinitions":[]}`)
	answered(http.MethodPost, definitions, `{"Destination":"CloudWatch","MetricDefinitions":[{"Name":"SessionCount","UnitLabel":"Count"}]}`,
		`{"Errors":[{"ErrorCode":"ValidationException","ErrorMessage":"EventPattern is required for extended metrics",`+
			`"MetricDefinition":{"Name":"SessionCount","UnitLabel":"Count"}}],"MetricDefinitions":[]}`)
	answered(http.MethodDelete, ofCloudWatch+"&metricDefinitionIds=1", "",
		`{"Errors":[{"ErrorCode":"ResourceNotFoundException","ErrorMessage":"Metric definition 1 not found","MetricDefinitionId":"1"}],"MetricDefinitionIds":[]}`)

	id := f.account().CreateDefinition("web", cloudWatch, "", fakerum.Definition{Name: "Visits", Namespace: "Shop"})
	answered(http.MethodGet, ofCloudWatch, "", `{"MetricDefinitions":[{"MetricDefinitionId":"`+id+`","Name":"Visits","Namespace":"Shop"}]}`)
	answered(http.MethodPatch, definitions, `{"Destination":"CloudWatch","MetricDefinitionId":"`+id+`","MetricDefinition":{"Name":"Views","Namespace":"Shop"}}`, "")
	answered(http.MethodDelete, ofCloudWatch+"&metricDefinitionIds="+id, "", `{"Errors":[],"MetricDefinitionIds":["`+id+`"]}`)

	for method, path := range map[string]string{http.MethodPost: definitions, http.MethodPatch: definitions} {
		if resp, _ := f.send(method, path, `[]`); resp.Header.Get("X-Amzn-Errortype") != "SerializationException" {
			t.Errorf("%s: %s", method, resp.Header.Get("X-Amzn-Errortype"))
		}
	}
}

func TestDefinitionNotFound(t *testing.T) {
	f := defined(t)
	for monitor, missing := range map[string]string{"other": "AppMonitor", "web": "MetricsDestination"} {
		_, create := f.define(monitor, evidently, featureARN, checkouts)
		_, get := f.defined(monitor, evidently, featureARN)
		_, remove := f.undefine(monitor, evidently, featureARN, "1")
		update := f.redefine(monitor, evidently, featureARN, withID(checkouts, "1"))
		for name, err := range map[string]error{"create": create, "get": get, "delete": remove, "update": update} {
			t.Run(missing+"/"+name, func(t *testing.T) { wantNotFound(t, err, missing) })
		}
	}
	t.Run("MetricDefinition/update", func(t *testing.T) {
		wantNotFound(t, f.redefine("web", cloudWatch, "", withID(checkouts, "1")), "MetricDefinition")
	})
}

func wantNotFound(t *testing.T, err error, resourceType string) {
	t.Helper()
	wantError(t, err, http.StatusNotFound, "ResourceNotFoundException")
	var absent *types.ResourceNotFoundException
	if !errors.As(err, &absent) || *absent.ResourceType != resourceType || *absent.ResourceName == "" {
		t.Fatalf("got %+v, want one of type %s", absent, resourceType)
	}
}

// longestDefinition has every member at its bound.
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

// What breaks a constraint of the model fails the whole request.
func TestDefinitionConstraints(t *testing.T) {
	f := defined(t)
	longest := longestDefinition()
	out, err := f.define("web", cloudWatch, "", longest)
	wantOK(t, err)
	if len(out.Errors) > 0 {
		t.Fatalf("the longest definition: %s", *out.Errors[0].ErrorMessage)
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
	for name, breakIt := range broken {
		t.Run(name, func(t *testing.T) {
			d := withID(longest, id)
			d.DimensionKeys = maps.Clone(longest.DimensionKeys)
			breakIt(&d)
			_, err := f.define("web", cloudWatch, "", checkouts, d)
			wantError(t, err, http.StatusBadRequest, "ValidationException")
			wantError(t, f.redefine("web", cloudWatch, "", d), http.StatusBadRequest, "ValidationException")
		})
	}
	for name, test := range map[string]struct{ method, path, body, says string }{
		"create without definitions": {http.MethodPost, definitions, `{"Destination":"CloudWatch"}`, "'metricDefinitions'"},
		"create without destination": {http.MethodPost, definitions, `{"MetricDefinitions":[]}`, "'destination'"},
		"create with ARN":            {http.MethodPost, definitions, `{"Destination":"CloudWatch","DestinationArn":"x","MetricDefinitions":[]}`, "'destinationArn'"},
		"create with nothing":        {http.MethodPost, definitions, `{"Destination":"CloudWatch","MetricDefinitions":[null]}`, "'metricDefinitions.1.member.name'"},
		"create empty unit":          {http.MethodPost, definitions, `{"Destination":"CloudWatch","MetricDefinitions":[{"Name":"x","UnitLabel":""}]}`, "'metricDefinitions.1.member.unitLabel'"},
		"create empty namespace":     {http.MethodPost, definitions, `{"Destination":"CloudWatch","MetricDefinitions":[{"Name":"x","Namespace":""}]}`, "'metricDefinitions.1.member.namespace'"},
		"create empty value key":     {http.MethodPost, definitions, `{"Destination":"CloudWatch","MetricDefinitions":[{"Name":"x","ValueKey":""}]}`, "'metricDefinitions.1.member.valueKey'"},
		"get without destination":    {http.MethodGet, definitions, "", "'destination'"},
		"get by name":                {http.MethodGet, "/rummetrics/.web/metrics?destination=CloudWatch", "", "'appMonitorName'"},
		"get page of 101":            {http.MethodGet, ofCloudWatch + "&maxResults=101", "", "'maxResults'"},
		"get page by token":          {http.MethodGet, ofCloudWatch + "&nextToken=x", "", "nextToken"},
		"delete without IDs":         {http.MethodDelete, ofCloudWatch, "", "'metricDefinitionIds'"},
		"delete empty ID":            {http.MethodDelete, ofCloudWatch + "&metricDefinitionIds=1&metricDefinitionIds=", "", "'metricDefinitionIds.1.member'"},
		"delete long ID":             {http.MethodDelete, ofCloudWatch + "&metricDefinitionIds=" + strings.Repeat("x", 256), "", "'metricDefinitionIds.1.member'"},
		"delete without destination": {http.MethodDelete, definitions + "?metricDefinitionIds=1", "", "'destination'"},
		"update without definition":  {http.MethodPatch, definitions, `{"Destination":"CloudWatch","MetricDefinitionId":"1"}`, "'metricDefinition'"},
		"update without ID":          {http.MethodPatch, definitions, `{"Destination":"CloudWatch","MetricDefinition":{"Name":"x"}}`, "'metricDefinitionId'"},
		"update without name":        {http.MethodPatch, definitions, `{"Destination":"CloudWatch","MetricDefinitionId":"1","MetricDefinition":{}}`, "'metricDefinition.name'"},
	} {
		t.Run(name, func(t *testing.T) {
			resp, body := f.send(test.method, test.path, test.body)
			if resp.StatusCode != http.StatusBadRequest || resp.Header.Get("X-Amzn-Errortype") != "ValidationException" || !strings.Contains(body, test.says) {
				t.Errorf("got %d %s, want one of %s", resp.StatusCode, body, test.says)
			}
		})
	}
	f.wantDefinitions(withID(longest, id))
}

// What breaks a rule of the documentation fails alone.
func TestDefinitionRules(t *testing.T) {
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
		d    fakerum.Definition
		says string // "" when it is taken
	}{
		"extended":                           {d: extended},
		"extended in its namespace":          {d: named},
		"extended without pattern":           {fakerum.Definition{Name: "SessionCount", Namespace: "AWS/RUM"}, "EventPattern is required"},
		"extended dimension":                 {d: dimension(extended, "metadata.browserName", "BrowserName")},
		"extended dimension, other name":     {dimension(extended, "metadata.browserName", "Browser"), "metadata.browserName: Browser"},
		"extended dimension, other field":    {dimension(extended, "metadata.title", "Title"), "metadata.title: Title"},
		"extended dimension, not in pattern": {dimension(extended, "metadata.osName", "OSName"), "metadata.osName must be included"},
		"pattern no object":                  {custom(`["checkout"]`), "JSON object"},
		"pattern null":                       {custom(`null`), "JSON object"},
		"pattern no JSON":                    {custom(`{"event_type":}`), "JSON object"},
		"custom without pattern":             {d: custom("")},
		"custom namespace":                   {reserved, "AWS/"},
		"custom pattern key":                 {custom(`{"metadata":{},"browser":["Chrome"]}`), "browser"},
		"custom value key":                   {d: value(custom(""), "event_details.items")},
		"custom value key, first level":      {value(custom(""), "items.event_details"), "items"},
		"custom dimension, no pattern":       {dimension(custom(""), "metadata.browserName", "Browser"), "metadata.browserName must be included"},
		"custom dimension, half in pattern":  {dimension(custom(`{"metadata":["x"]}`), "metadata.browserName", "Browser"), "metadata.browserName must be included"},
		"custom array of two":                {custom(`{"metadata":{"browserName":["Chrome","Safari"]}}`), "Arrays"},
		"custom array of none":               {custom(`{"metadata":{"browserName":[]}}`), "Arrays"},
		"custom array in an array":           {custom(`{"metadata":{"browserName":[{"x":["a","b"]}]}}`), "Arrays"},
		"custom details":                     {d: custom(`{"event_type":["checkout"],"event_details":{"items":["1"]}}`)},
		"custom details, text type":          {d: custom(`{"event_type":"checkout","event_details":{"items":["1"]}}`)},
		"custom details, no type":            {custom(`{"event_details":{"items":["1"]}}`), "event_type"},
		"custom details, empty type":         {custom(`{"event_type":"","event_details":{"items":["1"]}}`), "event_type"},
		"custom details, no types":           {custom(`{"event_type":[],"event_details":{"items":["1"]}}`), "event_type"},
		"custom details, odd type":           {d: custom(`{"event_type":1,"event_details":{"items":["1"]}}`)},
		"custom no details, no type":         {d: custom(`{"event_details":{}}`)},
	} {
		t.Run(name, func(t *testing.T) {
			f := defined(t)
			out, err := f.define("web", cloudWatch, "", sessions, test.d, checkouts)
			wantOK(t, err)
			created := received(out.MetricDefinitions)
			f.wantDefinitions(created...)
			update := f.redefine("web", cloudWatch, "", withID(test.d, created[0].ID))
			if test.says == "" {
				if len(created) != 3 || len(out.Errors) > 0 {
					t.Fatalf("created %+v, errors %+v", created, out.Errors)
				}
				wantOK(t, update)
				return
			}
			wantDefinitions(t, created, withID(sessions, created[0].ID), withID(checkouts, created[1].ID))
			if len(out.Errors) != 1 {
				t.Fatalf("errors %+v", out.Errors)
			}
			e := out.Errors[0]
			if *e.ErrorCode != "ValidationException" || !strings.Contains(*e.ErrorMessage, test.says) || !reflect.DeepEqual(*e.MetricDefinition, request(test.d)) {
				t.Errorf("%s: %s, %+v", *e.ErrorCode, *e.ErrorMessage, *e.MetricDefinition)
			}
			wantError(t, update, http.StatusBadRequest, "ValidationException")
			f.wantDefinitions(created...)
		})
	}
}

func TestDefinitionBounds(t *testing.T) {
	f := defined(t)
	var ids []string
	for range 1800 {
		ids = append(ids, f.account().CreateDefinition("web", cloudWatch, "", checkouts))
	}
	_, err := f.define("web", cloudWatch, "", slices.Repeat([]fakerum.Definition{sessions}, 201)...)
	wantError(t, err, http.StatusBadRequest, "ValidationException")
	_, err = f.define("web", cloudWatch, "", slices.Repeat([]fakerum.Definition{sessions}, 200)...)
	wantOK(t, err)
	_, err = f.define("web", cloudWatch, "", sessions)
	wantError(t, err, http.StatusPaymentRequired, "ServiceQuotaExceededException")
	_, err = f.undefine("web", cloudWatch, "", ids[:201]...)
	wantError(t, err, http.StatusBadRequest, "ValidationException")
	if n := len(f.account().Definitions("web", cloudWatch, "")); n != 2000 {
		t.Fatalf("there are %d", n)
	}
	out, err := f.undefine("web", cloudWatch, "", ids[:200]...)
	wantOK(t, err)
	wantIDs(t, out.MetricDefinitionIds, slices.Clone(ids[:200])...)
	if n := len(f.account().Definitions("web", cloudWatch, "")); n != 1800 {
		t.Errorf("there are %d", n)
	}
}

func TestDefinitionPages(t *testing.T) {
	f := defined(t)
	f.account().PutDestination("web", fakerum.Destination{Destination: evidently, DestinationARN: featureARN, IAMRoleARN: roleARN})
	f.account().CreateDefinition("web", evidently, featureARN, checkouts)
	var want []string
	for range 120 {
		want = append(want, f.account().CreateDefinition("web", cloudWatch, "", checkouts))
	}
	for maxResults, wantSizes := range map[int32][]int{0: {50, 50, 20}, 100: {100, 20}} {
		in := &rum.BatchGetRumMetricDefinitionsInput{AppMonitorName: aws.String("web"), Destination: types.MetricDestinationCloudWatch}
		if maxResults > 0 {
			in.MaxResults = &maxResults
		}
		var got []string
		var sizes []int
		for pages := rum.NewBatchGetRumMetricDefinitionsPaginator(f.api, in); pages.HasMorePages(); {
			page, err := pages.NextPage(t.Context())
			wantOK(t, err)
			for _, d := range page.MetricDefinitions {
				got = append(got, *d.MetricDefinitionId)
			}
			sizes = append(sizes, len(page.MetricDefinitions))
		}
		if !slices.Equal(got, want) || !slices.Equal(sizes, wantSizes) {
			t.Errorf("maxResults %d: pages of %v", maxResults, sizes)
		}
	}

	// A token is good for the destination it was given for.
	page, err := f.api.BatchGetRumMetricDefinitions(t.Context(), &rum.BatchGetRumMetricDefinitionsInput{
		AppMonitorName: aws.String("web"), Destination: types.MetricDestinationCloudWatch,
	})
	wantOK(t, err)
	_, err = f.api.BatchGetRumMetricDefinitions(t.Context(), &rum.BatchGetRumMetricDefinitionsInput{
		AppMonitorName: aws.String("web"), Destination: types.MetricDestinationEvidently, DestinationArn: aws.String(featureARN), NextToken: page.NextToken,
	})
	wantError(t, err, http.StatusBadRequest, "ValidationException")
}

func TestDefinitionsBehindAClientsBack(t *testing.T) {
	f := defined(t)
	a := f.account()
	d := withID(checkouts, "ignored")
	d.DimensionKeys = maps.Clone(checkouts.DimensionKeys)
	id := a.CreateDefinition("web", cloudWatch, "", d)
	d.DimensionKeys["metadata.osName"] = "OS" // no longer the service's
	f.wantDefinitions(withID(checkouts, id))
	a.UpdateDefinition("web", cloudWatch, "", withID(sessions, id))
	f.wantDefinitions(withID(sessions, id))
	a.DeleteDefinition("web", cloudWatch, "", "unknown")
	f.wantDefinitions(withID(sessions, id))
	a.DeleteDefinition("web", cloudWatch, "", id)
	a.DeleteDefinition("other", cloudWatch, "", id)
	f.wantDefinitions()
	wantDefinitions(t, a.Definitions("other", cloudWatch, ""))

	for name, mistake := range map[string]func(){
		"create, no destination": func() { a.CreateDefinition("web", evidently, featureARN, sessions) },
		"create, no app monitor": func() { a.CreateDefinition("other", cloudWatch, "", sessions) },
		"update, no definition":  func() { a.UpdateDefinition("web", cloudWatch, "", withID(sessions, id)) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it did not panic")
				}
			}()
			mistake()
		})
	}
	// What is no JSON cannot be rewritten.
	f.Behave(func(b *fakerum.Behavior) { b.RewritePatterns = true })
	id = a.CreateDefinition("web", cloudWatch, "", fakerum.Definition{Name: "Visits", EventPattern: "{"})
	got, err := f.defined("web", cloudWatch, "")
	wantOK(t, err)
	wantDefinitions(t, got, fakerum.Definition{ID: id, Name: "Visits", EventPattern: "{"})

}

// AWS does not say whether the operands of an operator count as values.
func TestSeveralOperandsAreASwitch(t *testing.T) {
	for name, c := range map[string]struct {
		pattern         string
		allowed, always bool // with the switch, and without it too
	}{
		"numeric":             {`{"event_type":["x"],"event_details":{"ms":[{"numeric":[">",5]}]}}`, true, false},
		"anything-but prefix": {`{"event_type":[{"anything-but":{"prefix":["x","y"]}}]}`, true, false},
		"one operand":         {`{"event_type":[{"anything-but":["x"]}]}`, true, true},
		"several values":      {`{"event_type":["x","y"]}`, false, false},
		"several operators":   {`{"event_type":[{"prefix":"x"},{"prefix":"y"}]}`, false, false},
		"a list in a list":    {`{"event_type":[["x","y"]]}`, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			f := defined(t)
			for severalOperands, want := range map[bool]bool{false: c.always, true: c.allowed} {
				f.Behave(func(b *fakerum.Behavior) { b.SeveralOperands = severalOperands })
				out, err := f.define("web", cloudWatch, "", fakerum.Definition{Name: "Visits", Namespace: "Shop", EventPattern: c.pattern})
				wantOK(t, err)
				if got := len(out.Errors) == 0; got != want {
					t.Errorf("with SeveralOperands %t: accepted is %t, want %t", severalOperands, got, want)
				}
			}
		})
	}
}

func TestDefinitionFaults(t *testing.T) {
	f := defined(t)
	id := f.account().CreateDefinition("web", cloudWatch, "", checkouts)

	f.Inject(fakerum.Fault{Operation: fakerum.OpBatchCreateRumMetricDefinitions, Times: 1, Drop: true, AfterWork: true})
	if _, err := f.define("web", cloudWatch, "", sessions); err == nil {
		t.Error("the answer to BatchCreate was not dropped")
	}
	all := f.account().Definitions("web", cloudWatch, "")
	wantDefinitions(t, all, withID(checkouts, id), withID(sessions, all[len(all)-1].ID))

	f.Inject(fakerum.Fault{Operation: fakerum.OpBatchDeleteRumMetricDefinitions, Times: 1, Status: http.StatusTooManyRequests, Code: "ThrottlingException"})
	_, err := f.undefine("web", cloudWatch, "", id)
	wantError(t, err, http.StatusTooManyRequests, "ThrottlingException")
	f.wantDefinitions(all...)

	// A stale read sees each definition as it was.
	f.Inject(fakerum.Fault{Stale: true, Times: 1})
	wantOK(t, f.redefine("web", cloudWatch, "", withID(sessions, id)))
	_, err = f.undefine("web", cloudWatch, "", all[1].ID)
	wantOK(t, err)
	for _, want := range [][]fakerum.Definition{all, {withID(sessions, id)}} {
		got, err := f.defined("web", cloudWatch, "")
		wantOK(t, err)
		wantDefinitions(t, got, want...)
	}
	if n := f.Count(fakerum.OpUpdateRumMetricDefinition); n != 1 {
		t.Errorf("%d updates are on record", n)
	}
}

func TestDefinitionBehavior(t *testing.T) {
	unfilled := []fakerum.Definition{sessions, checkouts, {Name: "Visits", Namespace: "Shop"}}
	unwritten := []fakerum.Definition{sessions, {Name: "Visits", Namespace: "Shop", EventPattern: `{"metadata":{"title":[{"numeric":["<"]}]}}`}}
	// Each switch with what the service does when it is off, and when it is on.
	for name, test := range map[string]struct {
		set     func(*fakerum.Behavior)
		off, on func(fake)
	}{
		"FillDefaults": {
			set: func(b *fakerum.Behavior) { b.FillDefaults = true },
			off: wantShown(unfilled, unfilled...),
			on: wantShown(unfilled,
				fakerum.Definition{Name: sessions.Name, Namespace: "AWS/RUM", EventPattern: sessionPattern, DimensionKeys: sessions.DimensionKeys, UnitLabel: "Count"},
				checkouts, fakerum.Definition{Name: "Visits", Namespace: "Shop"}),
		},
		"RewritePatterns": {
			set: func(b *fakerum.Behavior) { b.RewritePatterns = true },
			off: wantShown(unwritten, unwritten...),
			on: wantShown(unwritten,
				fakerum.Definition{
					Name: sessions.Name, DimensionKeys: sessions.DimensionKeys,
					EventPattern: "{\n  \"event_type\": [\n    \"com.amazon.rum.session_start_event\"\n  ],\n" +
						"  \"metadata\": {\n    \"browserName\": [\n      \"Chrome\",\n      \"Safari\"\n    ]\n  }\n}",
				},
				fakerum.Definition{
					Name: "Visits", Namespace: "Shop",
					EventPattern: "{\n  \"metadata\": {\n    \"title\": [\n      {\n        \"numeric\": [\n          \"<\"\n        ]\n      }\n    ]\n  }\n}",
				}),
		},
		"KeepMembers": {
			set: func(b *fakerum.Behavior) { b.KeepMembers = true },
			off: wantUpdated(fakerum.Definition{Name: "Visits", Namespace: "Store"}),
			on: wantUpdated(fakerum.Definition{
				Name: "Visits", Namespace: "Store", EventPattern: checkouts.EventPattern,
				DimensionKeys: checkouts.DimensionKeys, UnitLabel: checkouts.UnitLabel, ValueKey: checkouts.ValueKey,
			}),
		},
		"EmptyWithoutDestination": {
			set: func(b *fakerum.Behavior) { b.EmptyWithoutDestination = true },
			off: func(f fake) { f.wantNoDestination() },
			on: func(f fake) {
				got, err := f.defined("web", evidently, featureARN)
				wantOK(f.t, err)
				wantDefinitions(f.t, got)
				out, err := f.undefine("web", evidently, featureARN, "1")
				wantOK(f.t, err)
				if len(out.Errors) != 1 || len(out.MetricDefinitionIds) != 0 {
					f.t.Errorf("deleted %v, errors %+v", out.MetricDefinitionIds, out.Errors)
				}
				wantNotFound(f.t, f.redefine("web", evidently, featureARN, withID(checkouts, "1")), "MetricDefinition")
				_, err = f.define("web", evidently, featureARN, checkouts)
				wantNotFound(f.t, err, "MetricsDestination")
				_, err = f.defined("other", cloudWatch, "")
				wantNotFound(f.t, err, "AppMonitor")
			},
		},
		"LeftDefinitions: return": {
			set: func(b *fakerum.Behavior) { b.LeftDefinitions = fakerum.DefinitionsReturn },
			off: leave(func(f fake, _ string) {
				f.wantNoDestination()
				wantOK(f.t, f.put("web", evidently, featureARN, roleARN))
				got, err := f.defined("web", evidently, featureARN)
				wantOK(f.t, err)
				wantDefinitions(f.t, got)
			}),
			on: leave(func(f fake, id string) {
				f.wantNoDestination()
				f.Behave(func(b *fakerum.Behavior) { b.EmptyWithoutDestination = true })
				hidden, err := f.defined("web", evidently, featureARN)
				wantOK(f.t, err)
				wantDefinitions(f.t, hidden)
				wantOK(f.t, f.put("web", evidently, featureARN, roleARN))
				got, err := f.defined("web", evidently, featureARN)
				wantOK(f.t, err)
				wantDefinitions(f.t, got, withID(checkouts, id))
			}),
		},
		"LeftDefinitions: stay": {
			set: func(b *fakerum.Behavior) { b.LeftDefinitions = fakerum.DefinitionsStay },
			off: leave(func(f fake, _ string) { f.wantNoDestination() }),
			on: leave(func(f fake, id string) {
				wantOK(f.t, f.redefine("web", evidently, featureARN, withID(sessions, id)))
				got, err := f.defined("web", evidently, featureARN)
				wantOK(f.t, err)
				wantDefinitions(f.t, got, withID(sessions, id))
				_, err = f.define("web", evidently, featureARN, checkouts)
				wantNotFound(f.t, err, "MetricsDestination")
				_, err = f.undefine("web", evidently, featureARN, id)
				wantOK(f.t, err)
				f.wantNoDestination()
			}),
		},
		"KeepOrphans": {
			set: func(b *fakerum.Behavior) { b.KeepOrphans = true },
			off: func(f fake) {
				f.recreateWithDefinition()
				f.wantDefinitions()
			},
			on: func(f fake) {
				id := f.recreateWithDefinition()
				f.wantDefinitions(withID(checkouts, id))
			},
		},
		"RejectDefinition": {
			set: func(b *fakerum.Behavior) {
				b.RejectDefinition = func(operation string, d fakerum.Definition) (code, message string) {
					if d.Name != checkouts.Name {
						return "", ""
					}
					return "Refused", "not in " + operation
				}
			},
			off: func(f fake) {
				id := f.account().CreateDefinition("web", cloudWatch, "", checkouts)
				out, err := f.undefine("web", cloudWatch, "", id)
				wantOK(f.t, err)
				if len(out.Errors) > 0 {
					f.t.Errorf("errors %+v", out.Errors)
				}
			},
			on: wantRejected,
		},
	} {
		for position, check := range map[string]func(fake){"off": test.off, "on": test.on} {
			t.Run(name+"/"+position, func(t *testing.T) {
				f := defined(t)
				if position == "on" {
					f.Behave(test.set)
				}
				check(f)
			})
		}
	}
}

// wantShown has sent created and looks at how both operations give it back.
func wantShown(sent []fakerum.Definition, want ...fakerum.Definition) func(fake) {
	return func(f fake) {
		f.t.Helper()
		out, err := f.define("web", cloudWatch, "", sent...)
		wantOK(f.t, err)
		created := received(out.MetricDefinitions)
		got, err := f.defined("web", cloudWatch, "")
		wantOK(f.t, err)
		wantDefinitions(f.t, got, created...)
		for i := range got {
			got[i].ID = ""
		}
		wantDefinitions(f.t, got, want...)
	}
}

func wantUpdated(want fakerum.Definition) func(fake) {
	return func(f fake) {
		f.t.Helper()
		id := f.account().CreateDefinition("web", cloudWatch, "", checkouts)
		wantOK(f.t, f.redefine("web", cloudWatch, "", fakerum.Definition{ID: id, Name: "Visits", Namespace: "Store"}))
		f.wantDefinitions(withID(want, id))
	}
}

// wantNoDestination fails the test unless every operation says that web has no
// Evidently destination.
func (f fake) wantNoDestination() {
	f.t.Helper()
	_, get := f.defined("web", evidently, featureARN)
	_, create := f.define("web", evidently, featureARN, checkouts)
	_, remove := f.undefine("web", evidently, featureARN, "1")
	update := f.redefine("web", evidently, featureARN, withID(checkouts, "1"))
	for _, err := range []error{get, create, remove, update} {
		wantNotFound(f.t, err, "MetricsDestination")
	}
}

// leave deletes a destination that has a definition, then does the rest.
func leave(then func(f fake, id string)) func(fake) {
	return func(f fake) {
		f.t.Helper()
		wantOK(f.t, f.put("web", evidently, featureARN, roleARN))
		id := f.account().CreateDefinition("web", evidently, featureARN, checkouts)
		wantOK(f.t, f.delete("web", evidently, featureARN))
		then(f, id)
	}
}

func (f fake) recreateWithDefinition() (id string) {
	a := f.account()
	id = a.CreateDefinition("web", cloudWatch, "", checkouts)
	a.DeleteMonitor("web")
	a.CreateMonitor("web")
	return id
}

func wantRejected(f fake) {
	f.t.Helper()
	out, err := f.define("web", cloudWatch, "", checkouts, sessions)
	wantOK(f.t, err)
	kept := f.account().CreateDefinition("web", cloudWatch, "", checkouts)
	if len(out.Errors) != 1 || *out.Errors[0].ErrorCode != "Refused" || *out.Errors[0].ErrorMessage != "not in BatchCreateRumMetricDefinitions" || *out.Errors[0].MetricDefinition.Name != checkouts.Name {
		f.t.Errorf("errors %+v", out.Errors)
	}
	id := *out.MetricDefinitions[0].MetricDefinitionId
	wantError(f.t, f.redefine("web", cloudWatch, "", withID(checkouts, id)), http.StatusBadRequest, "Refused")
	f.wantDefinitions(withID(sessions, id), withID(checkouts, kept))
	deleted, err := f.undefine("web", cloudWatch, "", kept, id)
	wantOK(f.t, err)
	if len(deleted.Errors) != 1 || *deleted.Errors[0].ErrorMessage != "not in BatchDeleteRumMetricDefinitions" || *deleted.Errors[0].MetricDefinitionId != kept {
		f.t.Errorf("errors %+v", deleted.Errors)
	}
	f.wantDefinitions(withID(checkouts, kept))
}
