//go:build unix

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
)

// provider is a provider to measure.
type provider struct {
	name    string // in the tables
	source  string
	program string // the path of the program that the CLI starts
	block   string // the beginning of each configuration
	config  func(load) string
}

// builtin measures the floor. The CLI itself has terraform_data, so there is no program.
var builtin = provider{name: "terraform_data", config: load.floor}

// build builds this provider as "make build" does. With the path of a directory in
// profile, the provider leaves profiles there.
func (b *bench) build(ctx context.Context, profile string) (provider, error) {
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
	build := exec.CommandContext(ctx, "go", args...) //nolint:gosec // the arguments are those above
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return p, fmt.Errorf("building the provider: %w\n%s", err, out)
	}
	return p, nil
}

// link returns hashicorp/aws, whose program is at path. A link puts the program into a
// directory of its own, as the CLI wants it. The provider block makes the program check
// nothing when it starts, so that the figures are those of the resources.
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

// peerName returns the name of hashicorp/aws in the tables. The version is a part of the
// name if it is a part of the program's file name.
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
