package fakerum_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"
)

// timestamps matches the times in an answer.
var timestamps = regexp.MustCompile(`"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"`)

// The wanted JSON follows AWS's samples, and reports of app monitors that were
// created with only a name and domains.
func TestAppMonitorAnswersHaveTheJSONOfTheSamples(t *testing.T) {
	const full = `{
		"Name": "my#web", "Domain": "*.example.com", "Platform": "iOS", "CwLogEnabled": true,
		"AppMonitorConfiguration": {
			"AllowCookies": true, "EnableXRay": true, "ExcludedPages": ["https://example.com/a"], "FavoritePages": ["https://example.com/b"],
			"GuestRoleArn": "arn:aws:iam::123456789012:role/guest", "IdentityPoolId": "eu-west-1:1", "IncludedPages": ["https://example.com/c"],
			"SessionSampleRate": 1, "Telemetries": ["performance", "errors", "http"]
		},
		"CustomEvents": {"Status": "ENABLED"}, "DeobfuscationConfiguration": {"JavaScriptSourceMaps": {"Status": "ENABLED", "S3Uri": "s3://maps"}},
		"Tags": {"team": "web", "empty": ""}
	}`
	const bare = `{"Name": "my#web", "DomainList": ["b.example.com", "a.example.com"]}`
	tests := map[string]struct{ create, want string }{
		"all members": {full, `{
			"Name": "my#web", "Id": "ID", "State": "CREATED", "Created": "TIME", "LastModified": "TIME", "Domain": "*.example.com", "Platform": "iOS",
			"AppMonitorConfiguration": {
				"AllowCookies": true, "EnableXRay": true, "ExcludedPages": ["https://example.com/a"], "FavoritePages": ["https://example.com/b"],
				"GuestRoleArn": "arn:aws:iam::123456789012:role/guest", "IdentityPoolId": "eu-west-1:1", "IncludedPages": ["https://example.com/c"],
				"SessionSampleRate": 1, "Telemetries": ["performance", "errors", "http"]
			},
			"CustomEvents": {"Status": "ENABLED"}, "DeobfuscationConfiguration": {"JavaScriptSourceMaps": {"Status": "ENABLED", "S3Uri": "s3://maps"}},
			"DataStorage": {"CwLog": {"CwLogEnabled": true, "CwLogGroup": "/aws/vendedlogs/RUMService_my#webID8"}},
			"Tags": {"team": "web", "empty": ""}
		}`},
		"defaults": {bare, `{
			"Name": "my#web", "Id": "ID", "State": "CREATED", "Created": "TIME", "LastModified": "TIME", "DomainList": ["b.example.com", "a.example.com"], "Platform": "Web",
			"AppMonitorConfiguration": {"ExcludedPages": [], "FavoritePages": [], "IncludedPages": [], "SessionSampleRate": 0.1, "Telemetries": []},
			"CustomEvents": {"Status": "DISABLED"}, "DeobfuscationConfiguration": {"JavaScriptSourceMaps": {"Status": "DISABLED"}},
			"DataStorage": {"CwLog": {"CwLogEnabled": false}},
			"Tags": {}
		}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := serve(t)
			_, body := f.send(http.MethodPost, "/appmonitor", test.create)
			var created struct{ ID string }
			if err := json.Unmarshal([]byte(body), &created); err != nil || !uuid.MatchString(created.ID) {
				t.Fatalf("CreateAppMonitor answered %s, want an Id", body)
			}
			// withoutIDs replaces the values that differ from test to test.
			withoutIDs := func(body string) string {
				body = strings.ReplaceAll(body, created.ID, "ID")
				return timestamps.ReplaceAllString(strings.ReplaceAll(body, created.ID[:8], "ID8"), `"TIME"`)
			}
			if _, got := f.send(http.MethodGet, "/appmonitor/my%23web", ""); !sameJSON(withoutIDs(got), `{"AppMonitor": `+test.want+`}`) {
				t.Errorf("GetAppMonitor answered %s, want %s", withoutIDs(got), test.want)
			}
			var monitor struct{ Platform string }
			if err := json.Unmarshal([]byte(test.want), &monitor); err != nil {
				t.Fatal(err)
			}
			want := `{"AppMonitorSummaries": [{"Name": "my#web", "Id": "ID", "State": "CREATED", "Created": "TIME", "LastModified": "TIME", "Platform": "` + monitor.Platform + `"}]}`
			if _, got := f.send(http.MethodPost, "/appmonitors", ""); !sameJSON(withoutIDs(got), want) {
				t.Errorf("ListAppMonitors answered %s, want %s", withoutIDs(got), want)
			}
			f.wantAnswer(http.MethodDelete, "/appmonitor/my%23web", "", "")
			if left := f.account().Monitors(); len(left) > 0 {
				t.Errorf("app monitors after the delete = %v, want none", left)
			}
		})
	}
}

func TestUpdateAppMonitorKeepsOmittedMembers(t *testing.T) {
	f := serve(t)
	update := func(in *rum.UpdateAppMonitorInput) *types.AppMonitor {
		t.Helper()
		in.Name = aws.String("web")
		_, err := f.api.UpdateAppMonitor(t.Context(), in)
		wantOK(t, err)
		out, err := f.api.GetAppMonitor(t.Context(), &rum.GetAppMonitorInput{Name: aws.String("web")})
		wantOK(t, err)
		return out.AppMonitor
	}
	_, err := f.api.CreateAppMonitor(t.Context(), &rum.CreateAppMonitorInput{
		Name: aws.String("web"), Domain: aws.String("example.com"), Platform: types.AppMonitorPlatformAndroid, Tags: map[string]string{"team": "web"},
	})
	wantOK(t, err)

	enabled := update(&rum.UpdateAppMonitorInput{CustomEvents: &types.CustomEvents{Status: types.CustomEventsStatusEnabled}, CwLogEnabled: aws.Bool(true)})
	if enabled.CustomEvents.Status != "ENABLED" || !*enabled.DataStorage.CwLog.CwLogEnabled {
		t.Errorf("after enabling, custom events = %s and logs = %t, want ENABLED and true", enabled.CustomEvents.Status, *enabled.DataStorage.CwLog.CwLogEnabled)
	}
	if *enabled.LastModified <= *enabled.Created {
		t.Errorf("after an update, LastModified = %s, want later than Created = %s", *enabled.LastModified, *enabled.Created)
	}
	moved := update(&rum.UpdateAppMonitorInput{
		DomainList:              []string{"a.example.com"},
		AppMonitorConfiguration: &types.AppMonitorConfiguration{SessionSampleRate: 1},
	})
	if moved.Domain != nil || len(moved.DomainList) != 1 || moved.AppMonitorConfiguration.SessionSampleRate != 1 {
		t.Errorf("after a change of domains and sample rate, app monitor = %+v, want one DomainList entry and rate 1", moved)
	}
	if moved.CustomEvents.Status != "ENABLED" || !*moved.DataStorage.CwLog.CwLogEnabled || moved.Platform != "Android" || moved.Tags["team"] != "web" || *moved.Id != *enabled.Id {
		t.Errorf("after an update without these members, app monitor = %+v, want custom events, logs, platform, tags and ID unchanged", moved)
	}
	if disabled := update(&rum.UpdateAppMonitorInput{CustomEvents: &types.CustomEvents{Status: types.CustomEventsStatusDisabled}}); disabled.CustomEvents.Status != "DISABLED" {
		t.Errorf("after disabling, custom events = %s, want DISABLED", disabled.CustomEvents.Status)
	}
}

func TestAppMonitorNamesFollowTheModel(t *testing.T) {
	f := serve(t)
	for name, valid := range map[string]bool{
		"a":                      true,
		"#":                      true,
		"-.a":                    true,
		"A_b-c.d#9":              true,
		strings.Repeat("n", 255): true,
		strings.Repeat("n", 256): false,
		".a":                     false,
		"a b":                    false,
		"a/b":                    false,
		"a%b":                    false,
		"a\n":                    false,
		"é":                      false,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := f.api.CreateAppMonitor(t.Context(), &rum.CreateAppMonitorInput{Name: aws.String(name), Domain: aws.String("example.com")})
			_, inPath := f.listDestinations(name)
			if valid {
				wantOK(t, err)
				wantOK(t, inPath)
				return
			}
			wantError(t, err, http.StatusBadRequest, "ValidationException")
			wantError(t, inPath, http.StatusBadRequest, "ValidationException")
		})
	}
}
