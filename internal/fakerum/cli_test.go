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

// The aws CLI has its own idea of the protocol, made from the same model.
func TestAWSCLI(t *testing.T) {
	if _, err := exec.LookPath("aws"); err != nil {
		t.Skip("there is no aws CLI on PATH")
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
		t.Fatalf("create-app-monitor: %s", out)
	}
	succeed(`["my#web"]`, "rum", "list-app-monitors", "--query", "AppMonitorSummaries[].Name")
	succeed(`["my#web", "CREATED"]`, "rum", "get-app-monitor", "--name", "my#web", "--query", "AppMonitor.[Name, State]")
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
	succeed("", "rum", "delete-app-monitor", "--name", "my#web")

	succeed(`"`+f.AccountID(key)+`"`, "sts", "get-caller-identity", "--query", "Account")
	succeed(`"arn:aws:sts::111122223333:assumed-role/first/me"`, "sts", "assume-role", "--role-arn", firstRole, "--role-session-name", "me", "--query", "AssumedRoleUser.Arn")
}

// sameJSON compares two texts as JSON; as they are when either is empty.
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
