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
	destinations, monitors, definitions := tokenOf(http.MethodGet, destinationsPath), tokenOf(http.MethodPost, "/appmonitors"), tokenOf(http.MethodGet, cloudWatchDefinitions)

	const (
		web, monitor     = destinationsPath, "/appmonitor"
		get, post, patch = http.MethodGet, http.MethodPost, http.MethodPatch
		remove           = http.MethodDelete
		define           = `{"Destination":"CloudWatch","MetricDefinitions":[{"Name":"x"`
	)
	statuses := map[string]int{
		"ResourceNotFoundException": 404, "ConflictException": 409, "ValidationException": 400, "SerializationException": 400,
		"UnknownOperationException": 404, "RequestEntityTooLargeException": 413,
	}
	for name, test := range map[string]struct{ method, path, body, code, message string }{
		"not found":             {get, monitor + "/other", "", "ResourceNotFoundException", "other"},
		"conflict":              {post, monitor, `{"Name":"web","Domain":"example.com"}`, "ConflictException", "web"},
		"constraint":            {remove, web + "?destination=Cloud%3CWatch", "", "ValidationException", "Cloud<Watch"},
		"no body":               {post, web, "", "ValidationException", "'destination'"},
		"no query":              {remove, web, "", "ValidationException", "'destination'"},
		"empty name":            {get, "/rummetrics//metricsdestination", "", "ValidationException", "'appMonitorName'"},
		"no JSON":               {post, web, `Destination=CloudWatch`, "SerializationException", ""},
		"wrong JSON":            {post, web, `{"Destination":1}`, "SerializationException", ""},
		"wrong monitor":         {post, monitor, `{"Name":1}`, "SerializationException", ""},
		"wrong definitions":     {post, definitionsPath, `[]`, "SerializationException", ""},
		"wrong definition":      {patch, definitionsPath, `[]`, "SerializationException", ""},
		"no operation":          {get, "/appmonitors", "", "UnknownOperationException", ""},
		"no method":             {http.MethodPut, web, "", "UnknownOperationException", ""},
		"trailing slash":        {get, web + "/", "", "UnknownOperationException", ""},
		"no such STS operation": {post, "/", "Action=GetSessionToken", "UnknownOperationException", ""},
		"too large":             {post, web, strings.Repeat(" ", 10<<20+1), "RequestEntityTooLargeException", ""},

		"monitor without name":     {post, monitor, `{"Domain":"example.com"}`, "ValidationException", "'name'"},
		"monitor without domain":   {post, monitor, `{"Name":"new"}`, "ValidationException", "domain"},
		"monitor platform":         {post, monitor, `{"Name":"new","Domain":"example.com","Platform":"web"}`, "ValidationException", "'platform'"},
		"delete monitor by name":   {remove, monitor + "/.web", "", "ValidationException", "'appMonitorName'"},
		"update monitor by name":   {patch, monitor + "/.web", "{}", "ValidationException", "'name'"},
		"update of absent monitor": {patch, monitor + "/other", "{}", "ResourceNotFoundException", "other"},
		"update of custom events":  {patch, monitor + "/web", `{"CustomEvents":{"Status":"ON"}}`, "ValidationException", "'customEvents.status'"},
		"update, two domains":      {patch, monitor + "/web", `{"Domain":"a.example","DomainList":["b.example"]}`, "ValidationException", "domainList"},

		"destination kind":          {post, web, `{"Destination":"cloudwatch"}`, "ValidationException", "'destination'"},
		"kind, absent monitor":      {post, "/rummetrics/other/metricsdestination", `{"Destination":"cloudwatch"}`, "ValidationException", "'destination'"},
		"destination ARN":           {post, web, `{"Destination":"Evidently","DestinationArn":"arn:aws:evidently","IamRoleArn":"` + roleARN + `"}`, "ValidationException", "'destinationArn'"},
		"long destination ARN":      {remove, web + "?destination=Evidently&destinationArn=" + longARN + "x", "", "ValidationException", "'destinationArn'"},
		"destination role":          {post, web, `{"Destination":"Evidently","DestinationArn":"` + featureARN + `","IamRoleArn":"rum"}`, "ValidationException", "'iamRoleArn'"},
		"Evidently without ARN":     {post, web, `{"Destination":"Evidently","IamRoleArn":"` + roleARN + `"}`, "ValidationException", "required"},
		"CloudWatch with ARN":       {post, web, `{"Destination":"CloudWatch","DestinationArn":"` + featureARN + `"}`, "ValidationException", "not allowed"},
		"CloudWatch with role":      {post, web, `{"Destination":"CloudWatch","IamRoleArn":"` + roleARN + `"}`, "ValidationException", "not allowed"},
		"delete absent monitor's":   {remove, "/rummetrics/other/metricsdestination?destination=CloudWatch", "", "ResourceNotFoundException", "other"},
		"list of an absent monitor": {get, "/rummetrics/other/metricsdestination", "", "ResourceNotFoundException", "other"},

		"create without definitions": {post, definitionsPath, `{"Destination":"CloudWatch"}`, "ValidationException", "'metricDefinitions'"},
		"create without destination": {post, definitionsPath, `{"MetricDefinitions":[]}`, "ValidationException", "'destination'"},
		"create with nothing":        {post, definitionsPath, `{"Destination":"CloudWatch","MetricDefinitions":[null]}`, "ValidationException", "'metricDefinitions.1.member.name'"},
		"create empty unit":          {post, definitionsPath, define + `,"UnitLabel":""}]}`, "ValidationException", "'metricDefinitions.1.member.unitLabel'"},
		"create empty namespace":     {post, definitionsPath, define + `,"Namespace":""}]}`, "ValidationException", "'metricDefinitions.1.member.namespace'"},
		"create empty value key":     {post, definitionsPath, define + `,"ValueKey":""}]}`, "ValidationException", "'metricDefinitions.1.member.valueKey'"},
		"get without destination":    {get, definitionsPath, "", "ValidationException", "'destination'"},
		"delete without IDs":         {remove, cloudWatchDefinitions, "", "ValidationException", "'metricDefinitionIds'"},
		"delete empty ID":            {remove, cloudWatchDefinitions + "&metricDefinitionIds=1&metricDefinitionIds=", "", "ValidationException", "'metricDefinitionIds.1.member'"},
		"delete long ID":             {remove, cloudWatchDefinitions + "&metricDefinitionIds=" + strings.Repeat("x", 256), "", "ValidationException", "'metricDefinitionIds.1.member'"},
		"update without definition":  {patch, definitionsPath, `{"Destination":"CloudWatch","MetricDefinitionId":"1"}`, "ValidationException", "'metricDefinition'"},
		"update without ID":          {patch, definitionsPath, `{"Destination":"CloudWatch","MetricDefinition":{"Name":"x"}}`, "ValidationException", "'metricDefinitionId'"},
		"update without name":        {patch, definitionsPath, `{"Destination":"CloudWatch","MetricDefinitionId":"1","MetricDefinition":{}}`, "ValidationException", "'metricDefinition.name'"},

		"maxResults 0":               {get, web + "?maxResults=0", "", "ValidationException", "'maxResults'"},
		"maxResults 101":             {get, web + "?maxResults=101", "", "ValidationException", "'maxResults'"},
		"maxResults empty":           {get, web + "?maxResults=", "", "ValidationException", "'maxResults'"},
		"maxResults text":            {get, web + "?maxResults=ten", "", "ValidationException", "'maxResults'"},
		"maxResults of monitors":     {post, "/appmonitors?maxResults=101", "", "ValidationException", "'maxResults'"},
		"maxResults of definitions":  {get, cloudWatchDefinitions + "&maxResults=101", "", "ValidationException", "'maxResults'"},
		"token without a list":       {get, web + "?nextToken=MQ", "", "ValidationException", "nextToken"},
		"token empty":                {get, web + "?nextToken=", "", "ValidationException", "nextToken"},
		"token no base64":            {get, web + "?nextToken=!!!", "", "ValidationException", "nextToken"},
		"token of a namesake":        {get, "/rummetrics/1/metricsdestination?" + destinations, "", "ValidationException", "nextToken"},
		"token of monitors":          {get, web + "?" + monitors, "", "ValidationException", "nextToken"},
		"token of destinations":      {post, "/appmonitors?" + destinations, "", "ValidationException", "nextToken"},
		"token of other definitions": {get, definitionsPath + "?destination=Evidently&destinationArn=" + featureARN + "&" + definitions, "", "ValidationException", "nextToken"},
	} {
		t.Run(name, func(t *testing.T) {
			resp, body := f.send(test.method, test.path, test.body)
			if resp.StatusCode != statuses[test.code] || resp.Header.Get("X-Amzn-Errortype") != test.code || resp.Header.Get("Content-Type") != "application/json" {
				t.Fatalf("answer = %d %v %s, want %d %s as JSON", resp.StatusCode, resp.Header, body, statuses[test.code], test.code)
			}
			var got struct{ Message, ResourceName, ResourceType string }
			decoder := json.NewDecoder(strings.NewReader(body))
			decoder.DisallowUnknownFields()
			wantOK(t, decoder.Decode(&got))
			named := test.code == "ResourceNotFoundException" || test.code == "ConflictException"
			if got.Message == "" || !strings.Contains(got.Message, test.message) || named != (got.ResourceName == test.message && got.ResourceType == "AppMonitor") {
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
