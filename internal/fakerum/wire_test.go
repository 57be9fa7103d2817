package fakerum_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

const destinationsPath = "/rummetrics/web/metricsdestination"

func TestSuccessWithoutOutputHasAnEmptyBody(t *testing.T) {
	f := serve(t)
	f.account().CreateMonitor("web")
	for _, test := range []struct{ name, method, path, body string }{
		{"put of a destination", http.MethodPost, destinationsPath, `{"Destination":"CloudWatch"}`},
		{"delete of a destination", http.MethodDelete, destinationsPath + "?destination=CloudWatch", ""},
		{"delete of an app monitor", http.MethodDelete, "/appmonitor/web", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			resp, body := f.send(test.method, test.path, test.body)
			if resp.StatusCode != http.StatusOK || body != "" || resp.ContentLength != 0 || resp.Header.Get("Content-Type") != "" {
				t.Errorf("answer = %d %q with length %d and type %q, want 200 without a body and a type", resp.StatusCode, body, resp.ContentLength, resp.Header.Get("Content-Type"))
			}
		})
	}
}

func TestInvalidRequestsAreRefused(t *testing.T) {
	f := serveWithCloudWatch(t)
	f.account().PutDestination("web", fakerum.Destination{Destination: evidently, DestinationARN: featureARN, IAMRoleARN: roleARN})
	for i := range 60 {
		f.account().CreateMonitor(fmt.Sprint(i))
		f.account().CreateDefinition("web", cloudWatch, "", checkouts)
	}
	f.Behave(func(b *fakerum.Behavior) { b.PageSize = 1 })
	tokenOf := func(method, path string) string {
		var page struct{ NextToken string }
		if _, body := f.send(method, path, ""); json.Unmarshal([]byte(body), &page) != nil || page.NextToken == "" {
			t.Fatalf("%s answered %s, want a NextToken", path, body)
		}
		return "nextToken=" + url.QueryEscape(page.NextToken)
	}
	destinations, monitors := tokenOf(http.MethodGet, destinationsPath), tokenOf(http.MethodPost, "/appmonitors")
	definitions := tokenOf(http.MethodGet, cloudWatchDefinitions)

	const (
		web, monitor     = destinationsPath, "/appmonitor"
		get, post, patch = http.MethodGet, http.MethodPost, http.MethodPatch
		remove           = http.MethodDelete
		onEvidently      = `{"Destination":"Evidently",`
		onCloudWatch     = `{"Destination":"CloudWatch",`
		define           = onCloudWatch + `"MetricDefinitions":[{"Name":"x"`

		invalid, unreadable, unknown, absent = "ValidationException", "SerializationException", "UnknownOperationException", "ResourceNotFoundException"
		exists, tooLarge                     = "ConflictException", "RequestEntityTooLargeException"
	)
	statuses := map[string]int{invalid: 400, unreadable: 400, unknown: 404, absent: 404, exists: 409, tooLarge: 413}
	for name, test := range map[string]struct{ method, path, body, code, message string }{
		"not found":             {get, monitor + "/other", "", absent, "other"},
		"conflict":              {post, monitor, `{"Name":"web","Domain":"example.com"}`, exists, "web"},
		"constraint":            {remove, web + "?destination=Cloud%3CWatch", "", invalid, "Cloud<Watch"},
		"no body":               {post, web, "", invalid, "'destination'"},
		"no query":              {remove, web, "", invalid, "'destination'"},
		"empty name":            {get, "/rummetrics//metricsdestination", "", invalid, "'appMonitorName'"},
		"no JSON":               {post, web, `Destination=CloudWatch`, unreadable, ""},
		"wrong JSON":            {post, web, `{"Destination":1}`, unreadable, ""},
		"wrong monitor":         {post, monitor, `{"Name":1}`, unreadable, ""},
		"wrong definitions":     {post, definitionsPath, `[]`, unreadable, ""},
		"wrong definition":      {patch, definitionsPath, `[]`, unreadable, ""},
		"no operation":          {get, "/appmonitors", "", unknown, ""},
		"no method":             {http.MethodPut, web, "", unknown, ""},
		"trailing slash":        {get, web + "/", "", unknown, ""},
		"no such STS operation": {post, "/", "Action=GetSessionToken", unknown, ""},
		"too large":             {post, web, strings.Repeat(" ", 10<<20+1), tooLarge, ""},

		"monitor without name":     {post, monitor, `{"Domain":"example.com"}`, invalid, "'name'"},
		"monitor without domain":   {post, monitor, `{"Name":"new"}`, invalid, "domain"},
		"monitor platform":         {post, monitor, `{"Name":"new","Domain":"example.com","Platform":"web"}`, invalid, "'platform'"},
		"delete monitor by name":   {remove, monitor + "/.web", "", invalid, "'appMonitorName'"},
		"update monitor by name":   {patch, monitor + "/.web", "{}", invalid, "'name'"},
		"update of absent monitor": {patch, monitor + "/other", "{}", absent, "other"},
		"update of custom events":  {patch, monitor + "/web", `{"CustomEvents":{"Status":"ON"}}`, invalid, "'customEvents.status'"},
		"update, two domains":      {patch, monitor + "/web", `{"Domain":"a.example","DomainList":["b.example"]}`, invalid, "domainList"},

		"destination kind":          {post, web, `{"Destination":"cloudwatch"}`, invalid, "'destination'"},
		"kind, absent monitor":      {post, "/rummetrics/other/metricsdestination", `{"Destination":"cloudwatch"}`, invalid, "'destination'"},
		"destination ARN":           {post, web, onEvidently + `"DestinationArn":"arn:aws:evidently","IamRoleArn":"` + roleARN + `"}`, invalid, "'destinationArn'"},
		"long destination ARN":      {remove, web + "?destination=Evidently&destinationArn=" + longARN + "x", "", invalid, "'destinationArn'"},
		"destination role":          {post, web, onEvidently + `"DestinationArn":"` + featureARN + `","IamRoleArn":"rum"}`, invalid, "'iamRoleArn'"},
		"Evidently without ARN":     {post, web, onEvidently + `"IamRoleArn":"` + roleARN + `"}`, invalid, "required"},
		"CloudWatch with ARN":       {post, web, onCloudWatch + `"DestinationArn":"` + featureARN + `"}`, invalid, "not allowed"},
		"CloudWatch with role":      {post, web, onCloudWatch + `"IamRoleArn":"` + roleARN + `"}`, invalid, "not allowed"},
		"delete absent monitor's":   {remove, "/rummetrics/other/metricsdestination?destination=CloudWatch", "", absent, "other"},
		"list of an absent monitor": {get, "/rummetrics/other/metricsdestination", "", absent, "other"},

		"create without definitions": {post, definitionsPath, `{"Destination":"CloudWatch"}`, invalid, "'metricDefinitions'"},
		"create without destination": {post, definitionsPath, `{"MetricDefinitions":[]}`, invalid, "'destination'"},
		"create with nothing":        {post, definitionsPath, onCloudWatch + `"MetricDefinitions":[null]}`, invalid, "'metricDefinitions.1.member.name'"},
		"create empty unit":          {post, definitionsPath, define + `,"UnitLabel":""}]}`, invalid, "'metricDefinitions.1.member.unitLabel'"},
		"create empty namespace":     {post, definitionsPath, define + `,"Namespace":""}]}`, invalid, "'metricDefinitions.1.member.namespace'"},
		"create empty value key":     {post, definitionsPath, define + `,"ValueKey":""}]}`, invalid, "'metricDefinitions.1.member.valueKey'"},
		"get without destination":    {get, definitionsPath, "", invalid, "'destination'"},
		"delete without IDs":         {remove, cloudWatchDefinitions, "", invalid, "'metricDefinitionIds'"},
		"delete empty ID":            {remove, cloudWatchDefinitions + "&metricDefinitionIds=1&metricDefinitionIds=", "", invalid, "'metricDefinitionIds.1.member'"},
		"delete long ID":             {remove, cloudWatchDefinitions + "&metricDefinitionIds=" + strings.Repeat("x", 256), "", invalid, "'metricDefinitionIds.1.member'"},
		"update without definition":  {patch, definitionsPath, onCloudWatch + `"MetricDefinitionId":"1"}`, invalid, "'metricDefinition'"},
		"update without ID":          {patch, definitionsPath, onCloudWatch + `"MetricDefinition":{"Name":"x"}}`, invalid, "'metricDefinitionId'"},
		"update without name":        {patch, definitionsPath, onCloudWatch + `"MetricDefinitionId":"1","MetricDefinition":{}}`, invalid, "'metricDefinition.name'"},

		"maxResults 0":               {get, web + "?maxResults=0", "", invalid, "'maxResults'"},
		"maxResults 101":             {get, web + "?maxResults=101", "", invalid, "'maxResults'"},
		"maxResults empty":           {get, web + "?maxResults=", "", invalid, "'maxResults'"},
		"maxResults text":            {get, web + "?maxResults=ten", "", invalid, "'maxResults'"},
		"maxResults of monitors":     {post, "/appmonitors?maxResults=101", "", invalid, "'maxResults'"},
		"maxResults of definitions":  {get, cloudWatchDefinitions + "&maxResults=101", "", invalid, "'maxResults'"},
		"token without a list":       {get, web + "?nextToken=MQ", "", invalid, "nextToken"},
		"token empty":                {get, web + "?nextToken=", "", invalid, "nextToken"},
		"token no base64":            {get, web + "?nextToken=!!!", "", invalid, "nextToken"},
		"token of a namesake":        {get, "/rummetrics/1/metricsdestination?" + destinations, "", invalid, "nextToken"},
		"token of monitors":          {get, web + "?" + monitors, "", invalid, "nextToken"},
		"token of destinations":      {post, "/appmonitors?" + destinations, "", invalid, "nextToken"},
		"token of other definitions": {get, definitionsPath + "?destination=Evidently&destinationArn=" + featureARN + "&" + definitions, "", invalid, "nextToken"},
	} {
		t.Run(name, func(t *testing.T) {
			resp, body := f.send(test.method, test.path, test.body)
			if resp.StatusCode != statuses[test.code] || resp.Header.Get("X-Amzn-Errortype") != test.code ||
				resp.Header.Get("Content-Type") != "application/json" {
				t.Fatalf("answer = %d %v %s, want %d %s as JSON", resp.StatusCode, resp.Header, body, statuses[test.code], test.code)
			}
			var got struct{ Message, ResourceName, ResourceType string }
			decoder := json.NewDecoder(strings.NewReader(body))
			decoder.DisallowUnknownFields()
			wantOK(t, decoder.Decode(&got))
			named := test.code == absent || test.code == exists
			if got.Message == "" || !strings.Contains(got.Message, test.message) ||
				named != (got.ResourceName == test.message && got.ResourceType == "AppMonitor") {
				t.Errorf("body = %s, want a message with %q, and the app monitor if it is absent or exists (%t)", body, test.message, named)
			}
		})
	}
}

func TestMalformedQueryIsRefused(t *testing.T) {
	f := serve(t)
	resp, _ := f.send(http.MethodGet, destinationsPath, "", func(r *http.Request) { r.URL.RawQuery = "nextToken=%zz" })
	if resp.StatusCode != http.StatusBadRequest || resp.Header.Get("X-Amzn-Errortype") != "MalformedQueryStringException" {
		t.Errorf("answer = %d %s, want 400 MalformedQueryStringException", resp.StatusCode, resp.Header.Get("X-Amzn-Errortype"))
	}
}

func TestMessageNamesEveryBrokenConstraint(t *testing.T) {
	f := serve(t)
	_, body := f.send(http.MethodPost, "/rummetrics/.web/metricsdestination", `{"Destination":"Cloud","IamRoleArn":"role"}`)
	want := `{"message":"3 validation errors detected: ` +
		`Value '.web' at 'appMonitorName' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(?!\\.)[\\.\\-_#A-Za-z0-9]+$; ` +
		`Value 'Cloud' at 'destination' failed to satisfy constraint: Member must satisfy enum value set: [CloudWatch, Evidently]; ` +
		`Value 'role' at 'iamRoleArn' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:[^:]*:[^:]*:[^:]*:[^:]*:.*"}`
	if body != want {
		t.Errorf("body = %s\nwant   %s", body, want)
	}
}

func TestEveryAnswerHasItsOwnRequestID(t *testing.T) {
	f := serve(t)
	seen := map[string]bool{}
	for _, path := range []string{"/appmonitor/web", "/appmonitor/web", "/nowhere"} {
		resp, _ := f.send(http.MethodGet, path, "")
		seen[resp.Header.Get("X-Amzn-Requestid")] = true
	}
	if len(seen) != 3 || seen[""] {
		t.Errorf("request IDs = %v, want 3 different ones", seen)
	}
}
