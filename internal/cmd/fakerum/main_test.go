package main

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// TestMain runs the command instead of the tests if FAKERUM_TEST_MAIN is set. The
// variable has the arguments.
func TestMain(m *testing.M) {
	if os.Getenv("FAKERUM_TEST_MAIN") != "" {
		os.Args = append(os.Args[:1], strings.Fields(os.Getenv("FAKERUM_TEST_MAIN"))...)
		main()
		return
	}
	os.Exit(m.Run())
}

// command returns the command with args. The caller starts it.
func command(t *testing.T, args string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), "FAKERUM_TEST_MAIN="+args)
	return cmd
}

// start starts a command. It returns a function that waits for a line of the output that
// matches a pattern, and returns the parts in parentheses.
func start(t *testing.T, cmd *exec.Cmd) (waitFor func(pattern string) []string) {
	t.Helper()
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	return func(pattern string) []string {
		t.Helper()
		for lines.Scan() {
			if found := regexp.MustCompile(pattern).FindStringSubmatch(lines.Text()); found != nil {
				return found
			}
		}
		t.Fatalf("the output ended without a line that matches %s", pattern)
		return nil
	}
}

func TestFlagsMakeRequestsFail(t *testing.T) {
	cmd := command(t, "-addr 127.0.0.1:0 -monitor web -custom-events -latency 30ms -deny DeleteRumMetricsDestination -lose PutRumMetricsDestination")
	api := rum.New(rum.Options{
		BaseEndpoint: aws.String(start(t, cmd)(`RUM=(http://.*)$`)[1]), Region: "us-east-1", Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider("anyone", fakerum.SecretKey, ""),
	})
	web := aws.String("web")
	put := func() error {
		_, err := api.PutRumMetricsDestination(t.Context(), &rum.PutRumMetricsDestinationInput{AppMonitorName: web, Destination: "CloudWatch"})
		return err
	}

	begin := time.Now()
	monitor, err := api.GetAppMonitor(t.Context(), &rum.GetAppMonitorInput{Name: web})
	if err != nil || monitor.AppMonitor.CustomEvents.Status != types.CustomEventsStatusEnabled {
		t.Errorf("err = %v, app monitor = %+v, want one that accepts custom events", err, monitor)
	}
	if took := time.Since(begin); took < 30*time.Millisecond {
		t.Errorf("the request took %s, want at least 30ms", took)
	}
	if err := put(); err == nil {
		t.Error("the first Put has an answer, want it lost")
	}
	if listed, err := api.ListRumMetricsDestinations(t.Context(), &rum.ListRumMetricsDestinationsInput{AppMonitorName: web}); err != nil || len(listed.Destinations) != 1 {
		t.Errorf("err = %v, destinations = %+v, want the one that was put", err, listed)
	}
	if err := put(); err != nil {
		t.Errorf("the second Put: err = %v, want success", err)
	}
	_, err = api.DeleteRumMetricsDestination(t.Context(), &rum.DeleteRumMetricsDestinationInput{AppMonitorName: web, Destination: "CloudWatch"})
	var denied *types.AccessDeniedException
	if !errors.As(err, &denied) || !strings.HasSuffix(denied.ErrorMessage(), "not authorized to perform: rum:DeleteRumMetricsDestination") {
		t.Errorf("err = %v, want the delete denied", err)
	}
}

func TestCommandSaysWhyItDoesNotServe(t *testing.T) {
	endpoint, stop, err := fakerum.New().Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	for name, test := range map[string]struct {
		args string
		code int
		want string
	}{
		"address in use": {"-addr " + strings.TrimPrefix(endpoint, "http://"), 1, "address already in use"},
		"unknown flag":   {"-monitors web", 2, "flag provided but not defined: -monitors"},
		"argument":       {"web", 1, "unexpected argument: web"},
		"operation":      {"-deny Put", 2, "the operations are CreateAppMonitor, "},
		"help":           {"-h", 0, "-monitor name"},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := command(t, test.args)
			out, err := cmd.CombinedOutput()
			if cmd.ProcessState.ExitCode() != test.code || strings.Count(string(out), test.want) != 1 {
				t.Errorf("err = %v, output = %s\nwant exit status %d and one %q", err, out, test.code, test.want)
			}
		})
	}
}

func TestEachRequestGetsALine(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, test := range map[string]struct {
		request fakerum.Request
		want    string
	}{
		"signed": {
			fakerum.Request{Operation: "PutRumMetricsDestination", Monitor: "my#web", Status: 200, AccessKeyID: "anyone", Region: "us-east-1", Time: at},
			`03:04:05  200  PutRumMetricsDestination "my#web"              anyone in us-east-1  1.23ms`,
		},
		"no operation": {
			fakerum.Request{Method: "GET", URL: "/nowhere?a=b", Status: 404, Time: at},
			`03:04:05  404  GET /nowhere?a=b                               unsigned  1.23ms`,
		},
		"no answer": {
			fakerum.Request{Operation: "ListAppMonitors", Time: at},
			`03:04:05  ---  ListAppMonitors                                unsigned  1.23ms`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := describe(test.request, 1234*time.Microsecond); got != test.want {
				t.Errorf("line = %s\nwant   %s", got, test.want)
			}
		})
	}
}
