//go:build unix

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/cleanenv"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

type bench struct {
	cli, work string // paths of the CLI and of a temporary directory
	service   *fakerum.Service
	env       []string // of the CLI, and so of its providers
}

// prepare creates the app monitors, and the environment that makes a provider use the
// service and the programs of the providers.
func (b *bench) prepare(endpoint string, providers []provider) error {
	programs := map[string]string{}
	for _, p := range providers {
		programs[p.source] = filepath.Dir(p.program)
	}
	env, err := cleanenv.CLI(b.work, programs)
	b.env = slices.Concat(env, []string{
		"AWS_ENDPOINT_URL_RUM=" + endpoint,
		"AWS_ACCESS_KEY_ID=" + accessKey, "AWS_SECRET_ACCESS_KEY=" + fakerum.SecretKey, "AWS_REGION=" + region,
	})
	for i := range 5000 {
		b.service.In(accessKey, region).CreateMonitor(fmt.Sprintf("site-%d", i))
	}
	return err
}

// phases are the commands that are measured for each load.
var phases = [...][]string{{"apply", "-auto-approve"}, {"plan", "-detailed-exitcode"}, {"destroy", "-auto-approve"}}

// sample is what one phase took.
type sample struct {
	wall              time.Duration
	requests, flights int // flights is the most requests at once
	usage             usage
}

// measure runs the phases of a load with a provider, in a new directory.
func (b *bench) measure(ctx context.Context, p provider, l load, latency time.Duration) (taken [len(phases)]sample, err error) {
	dir, err := os.MkdirTemp(b.work, "load")
	if err != nil {
		return taken, err
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(p.block+p.config(l)), 0o600); err != nil {
		return taken, err
	}
	if latency > 0 {
		defer b.service.Inject(fakerum.Fault{Delay: latency})()
	}
	for i, args := range phases {
		fmt.Fprintf(os.Stderr, "%s, %s, %s: %s\n", l.name, p.name, latency, args[0])
		b.service.ForgetRequests()
		cmd := exec.CommandContext(ctx, b.cli, args...)
		cmd.Dir, cmd.Env = dir, b.env
		var out strings.Builder
		cmd.Stdout, cmd.Stderr = &out, &out
		start := time.Now()
		if err := cmd.Start(); err != nil {
			return taken, err
		}
		done := watch(p.program)
		if err := cmd.Wait(); err != nil {
			return taken, fmt.Errorf("%s: %w\n%s", args[0], err, out.String())
		}
		taken[i] = sample{time.Since(start), len(b.service.Requests()), b.service.MostInFlight(), done()}
	}
	return taken, nil
}

// start reports the size of a provider's program, the time that the CLI takes to start
// it and to get its schema, and the memory that it needs for one resource.
func (b *bench) start(ctx context.Context, r *report, p provider) error {
	info, err := os.Stat(p.program)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(b.work, "start")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(p.block), 0o600); err != nil {
		return err
	}
	schema, err := b.fastest(ctx, dir, "providers", "schema", "-json")
	if err != nil {
		return err
	}
	version, err := b.fastest(ctx, dir, "version")
	if err != nil {
		return err
	}
	one, err := b.measure(ctx, p, destinations(1), 0)
	if err != nil {
		return err
	}
	r.line("The program of %s has %.1f MB. The CLI needs %s more to start it, to get its schema and to print the schema than to print "+
		"its own version. For one resource the provider needs %s of memory.",
		p.name, float64(info.Size())/1e6, (schema - version).Round(time.Millisecond), one[0].usage.memoryCell())
	return nil
}

// fastest runs a command of the CLI five times and returns the shortest time.
func (b *bench) fastest(ctx context.Context, dir string, args ...string) (time.Duration, error) {
	best := time.Hour
	for range 5 {
		cmd := exec.CommandContext(ctx, b.cli, args...)
		cmd.Dir, cmd.Env = dir, b.env
		begin := time.Now()
		if out, err := cmd.CombinedOutput(); err != nil {
			return 0, fmt.Errorf("%v: %w\n%s", args, err, out)
		}
		best = min(best, time.Since(begin))
	}
	return best, nil
}

// version returns the name and the version of the CLI.
func (b *bench) version(ctx context.Context) (string, error) {
	cmd := exec.CommandContext(ctx, b.cli, "version")
	cmd.Env = b.env
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("version: %w", err)
	}
	first, _, _ := strings.Cut(string(out), "\n")
	return first, nil
}
