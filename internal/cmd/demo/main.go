//go:build unix

// Command demo shows the provider at work: a real CLI makes metrics, step by step, in the
// fake CloudWatch RUM of this project, which runs in this process.
//
//	go run ./internal/cmd/demo -cli terraform -dir examples/demo
//
// Each step says which result it must have. The demo ends with status 1 at the first
// step that has another result. However the demo ends, it leaves no file and no process
// behind.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() { os.Exit(demo()) }

// demo runs the demo until the story or a signal ends it, and returns the exit status.
func demo() int {
	// Without SIGPIPE, a reader that stops early would make the demo leave its folder.
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	defer cancel()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case ctx.Err() != nil:
		fmt.Fprintln(os.Stderr, "\nThe demo was interrupted. Nothing of it is left behind.")
		return 130
	default:
		fmt.Fprintf(os.Stderr, "\nTHE DEMO FAILED: %s\n", err)
		return 1
	}
}

// run tells the story on stdout. It returns an error if a step has another result than it
// says, or if ctx ends before the story.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(stderr)
	cli := flags.String("cli", "terraform", "the Terraform or OpenTofu to use: a `path`, or a name on PATH")
	dir := flags.String("dir", "examples/demo", "the `folder` of the configurations")
	if err := flags.Parse(args); err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "rum-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	s := newStage(stdout, *dir, folder)
	endpoint, stop, err := s.service.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer stop()
	if err := s.setUp(ctx, *cli, endpoint); err != nil {
		return err
	}
	s.tell(ctx)
	return s.err
}
