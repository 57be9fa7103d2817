// Probe asks a CloudWatch RUM the questions that AWS's documents leave open, and
// compares its answers with those of fakerum:
//
//	RUM_ACC_REAL=1 probe
//
// The service is AWS, with the credentials and the region of the environment.
// With AWS_ENDPOINT_URL_RUM it is the service at that address. RUM_PROBE_ROLE_ARN is
// the role for the questions that put one; without it, they name a role that does
// not exist.
//
// Each question has an app monitor of its own, which is deleted before the next
// question, also after an interrupt. The table goes to standard output, and what
// the probe is doing goes to standard error.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/rum"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	if err := run(ctx, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "probe:", err)
		os.Exit(1)
	}
}

// run prints the table of the answers to w. After an interrupt, or when the
// service cannot be asked, the table has the answers so far, and run returns an
// error.
func run(ctx context.Context, w, progress io.Writer) error {
	if os.Getenv("RUM_ACC_REAL") != "1" {
		return errors.New("this makes and deletes app monitors, destinations and metric definitions in a real AWS account. " +
			"With the credentials and the region of an account that is meant for tests, set RUM_ACC_REAL=1")
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	if cfg.Region == "" {
		return errors.New("there is no region: set AWS_REGION")
	}
	role := cmp.Or(os.Getenv("RUM_PROBE_ROLE_ARN"), "arn:aws:iam::123456789012:role/rum-probe-does-not-exist")
	service := &subject{client: rum.NewFromConfig(cfg), role: role}
	if err := service.reach(ctx); err != nil {
		return fmt.Errorf("CloudWatch RUM cannot be asked, and nothing was made: %w", err)
	}
	fake, stop, err := newReference(ctx, role)
	if err != nil {
		return err
	}
	defer stop()

	fmt.Fprintf(w, "CloudWatch RUM at %s in %s, %s.\n\n", cmp.Or(aws.ToString(service.client.Options().BaseEndpoint), "AWS"), cfg.Region, time.Now().Format(time.DateOnly))
	t := newTable(w)
	for i, q := range questions {
		fmt.Fprintf(progress, "%2d/%d %s\n", i+1, len(questions), q.text)
		a, err := service.ask(ctx, q)
		var r row
		if err == nil {
			r, err = fake.compare(ctx, q, a)
		}
		if ctx.Err() != nil {
			return errors.Join(errors.New("interrupted"), leftBehind(err))
		}
		if err != nil {
			return err
		}
		t.add(r)
	}
	t.end()
	return nil
}
