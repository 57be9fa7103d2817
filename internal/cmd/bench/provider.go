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

// build builds this provider as "make build" does.
func (b *bench) build(ctx context.Context) (provider, error) {
	p := provider{
		name:    "rum",
		source:  "registry.terraform.io/terraform-provider-rum/rum",
		program: filepath.Join(b.work, "rum", "terraform-provider-rum"),
		config:  func(l load) string { return l.config },
	}
	p.block = required("rum", p.source)
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", p.program, "-tags", "grpcnotrace", "-ldflags", "-s -w", ".") //nolint:gosec // the path is that of a temporary directory
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
