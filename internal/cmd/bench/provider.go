//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
)

// provider is a provider to measure.
type provider struct {
	name    string // as the tables call it
	source  string
	program string // what the CLI starts
	block   string // the beginning of each configuration
	config  func(load) string
}

// builtin stands for the CLI's own terraform_data, which needs no provider.
var builtin = provider{name: "terraform_data", config: load.floor}

// build builds this provider: as "make build" does, or with profiles in a
// directory.
func (b *bench) build(profile string) (provider, error) {
	p := provider{
		name:    "rum",
		source:  "registry.terraform.io/terraform-provider-rum/rum",
		program: filepath.Join(b.work, "rum", "terraform-provider-rum"),
		config:  func(l load) string { return l.config },
	}
	p.block = required("rum", p.source)
	args := []string{"build", "-trimpath", "-o", p.program}
	if profile == "" {
		args = append(args, "-tags", "grpcnotrace", "-ldflags", "-s -w", ".")
	} else {
		args = append(args, "-tags", "grpcnotrace,profile", ".")
		dir, err := filepath.Abs(profile)
		if err != nil {
			return p, err
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return p, err
		}
		b.env = append(b.env, "RUM_PROFILE="+dir)
	}
	build := exec.CommandContext(b.ctx, "go", args...) //nolint:gosec // the arguments are from above
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return p, fmt.Errorf("building the provider: %w\n%s", err, out)
	}
	return p, nil
}

// link makes a provider of the program of hashicorp/aws at path. The link gives
// it a directory of its own, which is what the CLI wants. The program asks
// nothing about its caller at its start, so that only what it does for the
// resources is measured.
func (b *bench) link(path string) (provider, error) {
	p := provider{
		name:    peerName(path),
		source:  "registry.terraform.io/hashicorp/aws",
		program: filepath.Join(b.work, "aws", "terraform-provider-aws"),
		config:  func(l load) string { return destinationsOf("aws_rum_metrics_destination", l.n) },
	}
	p.block = required("aws", p.source) + `
provider "aws" {
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}
`
	target, err := filepath.Abs(path)
	if err != nil {
		return p, err
	}
	if info, err := os.Stat(target); err != nil {
		return p, err
	} else if info.IsDir() {
		return p, fmt.Errorf("%s is a directory; -peer wants the program of hashicorp/aws in it", path)
	}
	if err := os.Mkdir(filepath.Dir(p.program), 0o755); err != nil {
		return p, err
	}
	return p, os.Symlink(target, p.program)
}

// peerName returns the name of hashicorp/aws in the tables, with the version if
// the file name of the program has it.
func peerName(path string) string {
	name := "hashicorp/aws"
	if version := regexp.MustCompile(`^terraform-provider-aws_v([^_]+)`).FindStringSubmatch(filepath.Base(path)); version != nil {
		name += " " + version[1]
	}
	return name
}

func required(name, source string) string {
	return fmt.Sprintf("terraform {\n  required_providers {\n    %s = { source = %q }\n  }\n}\n", name, source)
}
