//go:build unix

// Bench measures the provider through a real CLI against fakerum:
//
//	bench -cli CLI -out FILE [-long] [-profile DIR]
//
// For each number of resources and each latency of the service it applies,
// plans and destroys, and prints one table: what it took, beside the floor (as
// many terraform_data, in the same run) and the ideal (requests divided by the
// parallelism, times the latency).
//
// With -profile the provider is built so that it leaves profiles in DIR: see
// internal/profiling.
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
	"strings"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

const (
	parallelism = 10 // the CLI's default
	accessKey   = "AKIABENCH"
	region      = "eu-west-1"
)

func main() {
	cli := flag.String("cli", "", "the Terraform or OpenTofu to measure with")
	out := flag.String("out", "bench/bench.md", "the file to write the table to")
	long := flag.Bool("long", false, "measure 5000 destinations too")
	profile := flag.String("profile", "", "a directory for profiles of the provider")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *cli, *out, *long, *profile)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, cli, out string, long bool, profile string) error {
	cli, err := exec.LookPath(cli)
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
	b := &bench{ctx: ctx, cli: cli, work: work, service: fakerum.New()}
	endpoint, stop, err := b.service.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer stop()
	if err := b.prepare(endpoint, profile); err != nil {
		return err
	}
	// The first floor would else pay for files that are not in the cache yet.
	one := destinations(1)
	if _, err := b.measure("terraform_data", 0, one.floor()); err != nil {
		return err
	}
	least, err := b.measure(one.name, 0, one.config)
	if err != nil {
		return err
	}

	loads := []load{destinations(100), destinations(1000)}
	if long {
		loads = append(loads, destinations(5000))
	}
	loads = append(loads, definitions(200), definitions(2000))
	report := newReport()
	for _, l := range loads {
		floor, err := b.measure("terraform_data", 0, l.floor())
		if err != nil {
			return err
		}
		for _, latency := range []time.Duration{0, 50 * time.Millisecond} {
			taken, err := b.measure(l.name, latency, l.config)
			if err != nil {
				return err
			}
			report.add(l, latency, taken, floor)
		}
	}
	start, err := b.start()
	if err != nil {
		return err
	}
	report.line("")
	report.line("%s It needs %.0f MB for one resource.", start, least[0].usage.memory)
	report.line("%s; %d CPUs, %s/%s. CPU and memory are the provider's alone, where the system tells.", b.version(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	return os.WriteFile(out, []byte(report.String()), 0o600)
}

// block says where the provider is from.
const block = "terraform {\n  required_providers {\n    rum = { source = \"registry.terraform.io/terraform-provider-rum/rum\" }\n  }\n}\n"

// load is so many resources of a kind.
type load struct {
	name   string
	n      int
	config string
}

func destinations(n int) load {
	return load{fmt.Sprintf("%d destinations", n), n, fmt.Sprintf(`
resource "rum_metrics_destination" "bench" {
  count            = %d
  app_monitor_name = "site-${count.index}"
  destination      = "CloudWatch"
}
`, n)}
}

func definitions(n int) load {
	return load{fmt.Sprintf("%d definitions", n), n, fmt.Sprintf(`
resource "rum_metrics_destination" "bench" {
  app_monitor_name = "site-0"
  destination      = "CloudWatch"
}

resource "rum_metric_definition" "bench" {
  count            = %d
  app_monitor_name = rum_metrics_destination.bench.app_monitor_name
  destination      = rum_metrics_destination.bench.destination
  name             = "Checkouts${count.index}"
  namespace        = "Shop"
}
`, n)}
}

// floor is as many resources that no provider of ours has to do with.
func (l load) floor() string {
	return fmt.Sprintf("resource \"terraform_data\" \"bench\" {\n  count = %d\n  input = \"site-${count.index}\"\n}\n", l.n)
}

type bench struct {
	ctx       context.Context
	cli, work string
	service   *fakerum.Service
	env       []string
}

// prepare builds the provider and makes the environment in which the CLI uses
// it and the service.
func (b *bench) prepare(endpoint, profile string) error {
	args := []string{"build", "-trimpath", "-o", filepath.Join(b.work, provider)}
	if profile == "" {
		args = append(args, "-tags", "grpcnotrace", "-ldflags", "-s -w", ".") // as "make build"
	} else {
		args = append(args, "-tags", "grpcnotrace,profile", ".")
		dir, err := filepath.Abs(profile)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		b.env = append(b.env, "RUM_PROFILE="+dir)
	}
	build := exec.CommandContext(b.ctx, "go", args...) //nolint:gosec // the arguments are from above
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building the provider: %w\n%s", err, out)
	}
	settings := filepath.Join(b.work, "cli.tfrc")
	override := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"registry.terraform.io/terraform-provider-rum/rum\" = %q\n  }\n  direct {}\n}\n", b.work)
	if err := os.WriteFile(settings, []byte(override), 0o600); err != nil {
		return err
	}
	for _, setting := range os.Environ() {
		if !strings.HasPrefix(setting, "TF_") && !strings.HasPrefix(setting, "AWS_") {
			b.env = append(b.env, setting)
		}
	}
	b.env = append(b.env, "TF_CLI_CONFIG_FILE="+settings, "CHECKPOINT_DISABLE=1", "AWS_ENDPOINT_URL_RUM="+endpoint,
		"AWS_ACCESS_KEY_ID="+accessKey, "AWS_SECRET_ACCESS_KEY="+fakerum.SecretKey, "AWS_REGION="+region)
	for i := range 5000 {
		b.service.In(accessKey, region).CreateMonitor(fmt.Sprintf("site-%d", i))
	}
	return nil
}

// phases are what is measured of each load, in this order.
var phases = [...][]string{{"apply", "-auto-approve"}, {"plan", "-detailed-exitcode"}, {"destroy", "-auto-approve"}}

// sample is what one phase took.
type sample struct {
	wall              time.Duration
	requests, flights int
	usage             usage
}

func (b *bench) measure(name string, latency time.Duration, config string) (taken [len(phases)]sample, err error) {
	dir, err := os.MkdirTemp(b.work, "load")
	if err != nil {
		return taken, err
	}
	if name != "terraform_data" { // which has no provider to start
		config = block + config
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(config), 0o600); err != nil {
		return taken, err
	}
	if latency > 0 {
		defer b.service.Inject(fakerum.Fault{Delay: latency})()
	}
	for i, args := range phases {
		fmt.Fprintf(os.Stderr, "%s, %s: %s\n", name, latency, args[0])
		b.service.ForgetRequests()
		cmd := exec.CommandContext(b.ctx, b.cli, args...)
		cmd.Dir, cmd.Env = dir, b.env
		var out strings.Builder
		cmd.Stdout, cmd.Stderr = &out, &out
		start := time.Now()
		if err := cmd.Start(); err != nil {
			return taken, err
		}
		done := watch()
		if err := cmd.Wait(); err != nil {
			return taken, fmt.Errorf("%s: %w\n%s", args[0], err, out.String())
		}
		taken[i] = sample{time.Since(start), len(b.service.Requests()), b.service.MostInFlight(), done()}
	}
	return taken, nil
}

// start says how large the provider is, and how long the CLI takes to start it
// and get its schema.
func (b *bench) start() (string, error) {
	path := filepath.Join(b.work, provider)
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(b.work, "start")
	if err := os.Mkdir(dir, 0o755); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(block), 0o600); err != nil {
		return "", err
	}
	schema, err := b.fastest(dir, b.cli, "providers", "schema", "-json")
	if err != nil {
		return "", err
	}
	version, err := b.fastest(dir, b.cli, "version")
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("The provider is %.1f MB. To start it, get its schema and print that takes the CLI %s longer than to print its own version.",
		float64(info.Size())/1e6, (schema - version).Round(time.Millisecond)), nil
}

// fastest is how long a command takes at best.
func (b *bench) fastest(dir, name string, args ...string) (time.Duration, error) {
	best := time.Hour
	for range 5 {
		cmd := exec.CommandContext(b.ctx, name, args...)
		cmd.Dir, cmd.Env = dir, b.env
		begin := time.Now()
		if out, err := cmd.CombinedOutput(); err != nil {
			return 0, fmt.Errorf("%v: %w\n%s", args, err, out)
		}
		best = min(best, time.Since(begin))
	}
	return best, nil
}

// version is what the CLI calls itself.
func (b *bench) version() string {
	cmd := exec.CommandContext(b.ctx, b.cli, "version")
	cmd.Env = b.env
	out, err := cmd.Output()
	if err != nil {
		return err.Error()
	}
	first, _, _ := strings.Cut(string(out), "\n")
	return first
}
