package fakerum_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// The aws CLI implements the protocol independently of the Go SDK.
func TestAWSCLIUnderstandsTheAnswers(t *testing.T) {
	if _, err := exec.LookPath("aws"); err != nil {
		t.Skip("the aws CLI is not on PATH")
	}
	f := serve(t)
	run := func(args ...string) (output string, failed bool) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "aws", append([]string{"--endpoint-url", f.endpoint, "--output", "json"}, args...)...)
		cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "AWS_") }),
			"AWS_ACCESS_KEY_ID="+key, "AWS_SECRET_ACCESS_KEY="+fakerum.SecretKey, "AWS_DEFAULT_REGION="+region, "AWS_PAGER=",
			"AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull)
		out, err := cmd.CombinedOutput()
		return strings.TrimSpace(string(out)), err != nil
	}
	succeed := func(want string, args ...string) {
		t.Helper()
		out, failed := run(args...)
		if failed || !sameJSON(out, want) {
			t.Fatalf("aws %s: got %s, want %s", strings.Join(args, " "), out, want)
		}
	}
	fail := func(want string, args ...string) {
		t.Helper()
		if out, failed := run(args...); !failed || !strings.Contains(out, want) {
			t.Fatalf("aws %s: got %s, want %s", strings.Join(args, " "), out, want)
		}
	}

	if out, failed := run("rum", "create-app-monitor", "--name", "my#web", "--domain", "example.com"); failed || !strings.Contains(out, `"Id"`) {
		t.Fatalf("create-app-monitor: got %s, want an Id", out)
	}
	succeed(`[["my#web", "CREATED", "Web", 27, 27, 36]]`, "rum", "list-app-monitors", "--page-size", "1", "--query",
		"AppMonitorSummaries[].[Name, State, Platform, length(Created), length(LastModified), length(Id)]")
	succeed("", "rum", "update-app-monitor", "--name", "my#web", "--custom-events", "Status=ENABLED")
	succeed(`{"Name": "my#web", "State": "CREATED", "Platform": "Web", "Domain": "example.com", "Tags": {}, "CustomEvents": {"Status": "ENABLED"},
		"AppMonitorConfiguration": {"ExcludedPages": [], "FavoritePages": [], "IncludedPages": [], "SessionSampleRate": 0.1, "Telemetries": []},
		"DataStorage": {"CwLog": {"CwLogEnabled": false}}}`, "rum", "get-app-monitor", "--name", "my#web", "--query",
		"AppMonitor.{Name: Name, State: State, Platform: Platform, Domain: Domain, Tags: Tags, CustomEvents: CustomEvents, AppMonitorConfiguration: AppMonitorConfiguration, DataStorage: DataStorage}")
	succeed(`{"Destinations": []}`, "rum", "list-rum-metrics-destinations", "--app-monitor-name", "my#web")
	succeed("", "rum", "put-rum-metrics-destination", "--app-monitor-name", "my#web", "--destination", "CloudWatch")
	succeed("", "rum", "put-rum-metrics-destination", "--app-monitor-name", "my#web", "--destination", "Evidently", "--destination-arn", featureARN, "--iam-role-arn", roleARN)
	succeed(`{"Destinations": [
		{"Destination": "CloudWatch", "DestinationArn": "", "IamRoleArn": ""},
		{"Destination": "Evidently", "DestinationArn": "`+featureARN+`", "IamRoleArn": "`+roleARN+`"}
	]}`, "rum", "list-rum-metrics-destinations", "--app-monitor-name", "my#web", "--page-size", "1")
	succeed("", "rum", "delete-rum-metrics-destination", "--app-monitor-name", "my#web", "--destination", "Evidently", "--destination-arn", featureARN)
	fail("ResourceNotFoundException", "rum", "delete-rum-metrics-destination", "--app-monitor-name", "my#web", "--destination", "Evidently", "--destination-arn", featureARN)
	fail("ValidationException", "rum", "list-rum-metrics-destinations", "--app-monitor-name", ".web")
	f.wantDestinations("my#web", fakerum.Destination{Destination: cloudWatch})

	onCloudWatch := func(command string, args ...string) []string {
		return append([]string{"rum", command, "--app-monitor-name", "my#web", "--destination", "CloudWatch"}, args...)
	}
	succeed(`{"Errors": [{"ErrorCode": "ValidationException", "ErrorMessage": "EventPattern is required for extended metrics", "MetricDefinition": {"Name": "SessionCount"}}],
		"Names": ["Visits", "Visits"]}`, onCloudWatch("batch-create-rum-metric-definitions", "--query", "{Errors: Errors, Names: MetricDefinitions[].Name}",
		"--metric-definitions", `[{"Name": "SessionCount"}, {"Name": "Visits", "Namespace": "Shop"}, {"Name": "Visits", "Namespace": "Shop"}]`)...)
	visits := f.account().Definitions("my#web", cloudWatch, "")
	first, second := visits[0].ID, visits[1].ID
	const byOS = `"Name": "SessionCount", "EventPattern": "{\"metadata\":{\"osName\":[\"iOS\"]}}", "DimensionKeys": {"metadata.osName": "OSName"}`
	succeed("", onCloudWatch("update-rum-metric-definition", "--metric-definition-id", first, "--metric-definition", "{"+byOS+"}")...)
	succeed(`{"MetricDefinitions": [
		{"MetricDefinitionId": "`+first+`", `+byOS+`},
		{"MetricDefinitionId": "`+second+`", "Name": "Visits", "Namespace": "Shop"}
	]}`, onCloudWatch("batch-get-rum-metric-definitions", "--page-size", "1")...)
	succeed(`{"Errors": [{"ErrorCode": "ResourceNotFoundException", "ErrorMessage": "Metric definition 1 not found", "MetricDefinitionId": "1"}],
		"MetricDefinitionIds": ["`+first+`", "`+second+`"]}`, onCloudWatch("batch-delete-rum-metric-definitions", "--metric-definition-ids", first, "1", second)...)
	for range 2000 {
		f.account().CreateDefinition("my#web", cloudWatch, "", checkouts)
	}
	fail("ServiceQuotaExceededException", onCloudWatch("batch-create-rum-metric-definitions", "--metric-definitions", `[{"Name": "Visits", "Namespace": "Shop"}]`)...)
	succeed("", "rum", "delete-app-monitor", "--name", "my#web")

	succeed("12", "sts", "get-caller-identity", "--query", "length(Account)")
	succeed(`"arn:aws:sts::111122223333:assumed-role/first/me"`, "sts", "assume-role", "--role-arn", firstRole, "--role-session-name", "me", "--query", "AssumedRoleUser.Arn")
}

// sameJSON compares two texts as JSON. An empty text equals only an empty text.
func sameJSON(a, b string) bool {
	if a == "" || b == "" {
		return a == b
	}
	var x, y any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return false
	}
	left, _ := json.Marshal(x)
	right, _ := json.Marshal(y)
	return bytes.Equal(left, right)
}
