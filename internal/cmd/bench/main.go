//go:build unix

// Bench measures the provider through a real CLI against fakerum:
//
//	bench -cli CLI -out FILE [-long] [-peer PATH]
//
// For each load and each latency of the service it applies, plans and destroys, and
// prints what each phase took. Beside the time are two limits. The floor is the time
// that as many terraform_data take. The ideal is the time that the latency makes
// unavoidable: the requests divided by the parallelism, times the latency. CPU and
// memory are those of the provider. They are a dash where there is no /proc.
//
// With -peer, PATH is the program of hashicorp/aws, and a second table compares the two
// providers. hashicorp/aws has no metric definitions and manages one destination per app
// monitor. So the second table has only loads of destinations, each of a monitor of its
// own.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

const (
	parallelism = 10 // the CLI's default
	accessKey   = "AKIABENCH"
	region      = "eu-west-1"
)

// options are the flags of the command.
type options struct {
	cli, out, peer string
	long           bool
}

func main() {
	var o options
	flag.StringVar(&o.cli, "cli", "", "the Terraform or OpenTofu to measure with")
	flag.StringVar(&o.out, "out", "bench/bench.md", "the file to write the tables to")
	flag.StringVar(&o.peer, "peer", "", "the program of hashicorp/aws, to compare with")
	flag.BoolVar(&o.long, "long", false, "measure 5000 destinations too")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	cli, err := exec.LookPath(o.cli)
	if err != nil {
		return err
	}
	if cli, err = filepath.Abs(cli); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "rum-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	b := &bench{cli: cli, work: work, service: fakerum.New()}
	endpoint, stop, err := b.service.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer stop()
	ours, err := b.build(ctx)
	if err != nil {
		return err
	}
	providers := []provider{ours}
	if o.peer != "" {
		peer, err := b.link(o.peer)
		if err != nil {
			return err
		}
		providers = append(providers, peer)
	}
	if err := b.prepare(endpoint, providers); err != nil {
		return err
	}

	loads := []load{destinations(100), destinations(1000)}
	if o.long {
		loads = append(loads, destinations(5000))
	}
	loads = append(loads, definitions("200 definitions", 200, 1, 200), definitions("2000 definitions", 2000, 1, 2000),
		sets("a set of 300 definitions", 300, 1, 300), sets("a set of 2000 definitions", 2000, 1, 2000),
		definitions("40 x 8 definitions, one by one", 360, 40, 8), sets("40 sets of 8 definitions", 80, 40, 8))
	r, err := b.compare(ctx, loads, providers)
	if err != nil {
		return err
	}
	for _, p := range providers {
		if err := b.start(ctx, r, p); err != nil {
			return err
		}
	}
	version, err := b.version(ctx)
	if err != nil {
		return err
	}
	r.line("%s; %d CPUs, %s/%s. CPU and memory are those of the provider's processes alone. A dash is where the system does not tell them.",
		version, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
	if err := os.MkdirAll(filepath.Dir(o.out), 0o755); err != nil {
		return err
	}
	return os.WriteFile(o.out, []byte(r.String()), 0o600)
}

// compare measures each load with the first provider. If there is a second provider, it
// measures the loads that compare with both, one right after the other.
func (b *bench) compare(ctx context.Context, loads []load, providers []provider) (*report, error) {
	// The first run fills the cache of the file system. It does not count.
	if _, err := b.measure(ctx, builtin, destinations(1), 0); err != nil {
		return nil, err
	}
	r := newReport(os.Stdout)
	for _, l := range loads {
		floor, err := b.measure(ctx, builtin, l, 0)
		if err != nil {
			return nil, err
		}
		for _, latency := range []time.Duration{0, 50 * time.Millisecond} {
			ours, err := b.measure(ctx, providers[0], l, latency)
			if err != nil {
				return nil, err
			}
			r.add(l, latency, ours, floor)
			if len(providers) == 1 || !l.compares {
				continue
			}
			peer, err := b.measure(ctx, providers[1], l, latency)
			if err != nil {
				return nil, err
			}
			r.addPeer(l, latency, [2]provider(providers), ours, peer)
		}
	}
	r.endTables()
	return r, nil
}
