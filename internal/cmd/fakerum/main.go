// Command fakerum serves a CloudWatch RUM that keeps its state in memory. Use it to
// try the provider, the aws CLI or an SDK without an AWS account:
//
//	go run ./internal/cmd/fakerum -addr 127.0.0.1:4590 -monitor web
//
// It prints the environment variables that a client needs, then a line for each
// request. It ends on an interrupt. Flags make it fail as AWS and a network can: -h
// lists them.
package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run serves until an interrupt.
func run() error {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()

	var monitors []string
	s := fakerum.New()
	addr := flag.String("addr", "127.0.0.1:4590", "the `address` to listen on; port 0 stands for a free port")
	flag.Func("monitor", "the `name` of an app monitor in every account and region; repeat the flag for more", func(name string) error {
		monitors = append(monitors, name)
		return nil
	})
	customEvents := flag.Bool("custom-events", false, "the app monitors of -monitor accept custom events, which is off in AWS by default")
	flag.Func("deny", "refuse every request for this `operation`, as AWS does without the permission; repeat the flag for more", func(operation string) error {
		return inject(s, fakerum.Fault{
			Operation: operation, Status: http.StatusForbidden, Code: "AccessDeniedException",
			Message: "User: arn:aws:iam::123456789012:user/anyone is not authorized to perform: rum:" + operation,
		})
	})
	flag.Func("lose", "do the first request for this `operation`, and lose its answer; repeat the flag for the next request", func(operation string) error {
		return inject(s, fakerum.Fault{Operation: operation, Times: 1, Drop: true, AfterWork: true})
	})
	latency := flag.Duration("latency", 0, "the `time` that each request takes, as 200ms")
	flag.Parse()
	if flag.NArg() > 0 {
		return fmt.Errorf("fakerum: unexpected argument: %s", flag.Arg(0))
	}
	if *customEvents {
		s.SeedCustom(monitors...)
	} else {
		s.Seed(monitors...)
	}
	if *latency > 0 {
		s.Inject(fakerum.Fault{Delay: *latency})
	}

	var printing sync.Mutex
	s.Watch(func(r fakerum.Request, took time.Duration) {
		printing.Lock()
		defer printing.Unlock()
		fmt.Println(describe(r, took))
		s.ForgetRequests() // the command may run for days and does not need the record
	})
	endpoint, stop, err := s.Listen(ctx, *addr)
	if err != nil {
		return err
	}
	defer stop()
	fmt.Print(welcome(endpoint, monitors))
	<-ctx.Done()
	return nil
}

// inject starts a fault. It returns an error if no operation has that name.
func inject(s *fakerum.Service, f fakerum.Fault) error {
	if all := fakerum.Operations(); !slices.Contains(all, f.Operation) {
		return fmt.Errorf("the operations are %s", strings.Join(all, ", "))
	}
	s.Inject(f)
	return nil
}

func welcome(endpoint string, monitors []string) string {
	names := "none"
	if len(monitors) > 0 {
		names = strings.Join(monitors, ", ")
	}
	return fmt.Sprintf(`CloudWatch RUM is served at %[1]s; app monitors: %[2]s. To use it:

  export AWS_ENDPOINT_URL_RUM=%[1]s
  export AWS_ENDPOINT_URL_STS=%[1]s
  export AWS_ACCESS_KEY_ID=anyone AWS_SECRET_ACCESS_KEY=%[3]s AWS_DEFAULT_REGION=us-east-1

Any access key works, and each has its own account. Ctrl-C stops the service.

`, endpoint, names, fakerum.SecretKey)
}

// describe returns the line for one request.
func describe(r fakerum.Request, took time.Duration) string {
	operation, status, signer := r.Operation, fmt.Sprint(r.Status), "unsigned"
	if operation == "" {
		operation = r.Method + " " + r.URL
	}
	if r.Monitor != "" {
		operation += fmt.Sprintf(" %q", r.Monitor)
	}
	if r.Status == 0 {
		status = "---" // no answer
	}
	if r.AccessKeyID != "" {
		signer = r.AccessKeyID + " in " + r.Region
	}
	return fmt.Sprintf("%s  %s  %-45s  %s  %s", r.Time.Format(time.TimeOnly), status, operation, signer, took.Round(10*time.Microsecond))
}
