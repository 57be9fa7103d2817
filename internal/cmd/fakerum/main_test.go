package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// TestMain lets a test run the command: the test binary is the command when
// this variable is set.
func TestMain(m *testing.M) {
	if os.Getenv("FAKERUM_TEST_MAIN") != "" {
		os.Args = append(os.Args[:1], strings.Fields(os.Getenv("FAKERUM_TEST_MAIN"))...)
		main()
		return
	}
	os.Exit(m.Run())
}

// command is the command with args, not started yet.
func command(t *testing.T, args string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), "FAKERUM_TEST_MAIN="+args)
	return cmd
}

func TestCommandErrors(t *testing.T) {
	endpoint, stop, err := fakerum.New().Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	for args, test := range map[string]struct {
		code int
		want string
	}{
		"-addr " + strings.TrimPrefix(endpoint, "http://"): {1, "address already in use"},
		"-monitors web": {2, "flag provided but not defined: -monitors"},
		"web":           {1, "unexpected argument: web"},
	} {
		out, err := command(t, args).CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != test.code || strings.Count(string(out), test.want) != 1 {
			t.Errorf("%s: %v %s", args, err, out)
		}
	}
}

func TestHelp(t *testing.T) {
	out, err := command(t, "-h").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "-addr address") || !strings.Contains(string(out), "-monitor name") {
		t.Errorf("%v %s", err, out)
	}
}

func TestLineOfARequest(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for want, r := range map[string]fakerum.Request{
		`03:04:05  200  PutRumMetricsDestination "my#web"              anyone in us-east-1  1.23ms`: {Operation: "PutRumMetricsDestination", Monitor: "my#web", Status: 200, AccessKeyID: "anyone", Region: "us-east-1", Time: at},
		`03:04:05  404  GET /nowhere?a=b                               unsigned  1.23ms`:            {Method: "GET", URL: "/nowhere?a=b", Status: 404, Time: at},
		`03:04:05  ---  ListAppMonitors                                unsigned  1.23ms`:            {Operation: "ListAppMonitors", Time: at},
	} {
		if got := describe(r, 1234*time.Microsecond); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
