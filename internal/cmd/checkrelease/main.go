// Checkrelease checks the folder that GoReleaser has filled, before a registry does:
//
//	checkrelease DIST GORELEASER
//
// It checks what our settings of GoReleaser can get wrong:
//   - whether the archives have the names and contents that the registries of Terraform
//     and OpenTofu want, and whether the sums cover all of them and the manifest,
//   - whether the provider prints the version that is in the name of its archive,
//   - whether a second build by GORELEASER, in a fresh clone, has the same bytes.
package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

const name = "terraform-provider-rum"

// platforms are those of a release.
var platforms = []string{
	"darwin_amd64", "darwin_arm64",
	"freebsd_386", "freebsd_amd64", "freebsd_arm", "freebsd_arm64",
	"linux_386", "linux_amd64", "linux_arm", "linux_arm64",
	"windows_386", "windows_amd64", "windows_arm64",
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: checkrelease DIST GORELEASER")
		os.Exit(2)
	}
	if err := check(context.Background(), os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "checkrelease:", err)
		os.Exit(1)
	}
}

func check(ctx context.Context, dist, goreleaser string) error {
	version, err := versionOf(dist)
	if err != nil {
		return err
	}
	prefix := name + "_" + version
	want := []string{prefix + "_manifest.json"}
	var built []byte
	for _, platform := range platforms {
		archive := prefix + "_" + platform + ".zip"
		program, err := provider(filepath.Join(dist, archive), version)
		if err != nil {
			return err
		}
		if platform == runtime.GOOS+"_"+runtime.GOARCH {
			built = program
		}
		want = append(want, archive)
	}
	if err := checkSums(filepath.Join(dist, prefix+"_SHA256SUMS"), want); err != nil {
		return err
	}
	if err := checkVersion(ctx, built, version); err != nil {
		return err
	}
	if err := checkReproducible(ctx, built, goreleaser); err != nil {
		return err
	}
	fmt.Printf("%s %s: %d archives, their names, version and a second build are right\n", name, version, len(platforms))
	return nil
}

// versionOf returns the version that GoReleaser gave the release.
func versionOf(dist string) (string, error) {
	text, err := os.ReadFile(filepath.Join(dist, "metadata.json"))
	if err != nil {
		return "", err
	}
	var metadata struct{ Version string }
	err = json.Unmarshal(text, &metadata)
	return metadata.Version, err
}

// checkSums returns an error unless the file has the sums of exactly the wanted files.
// The sums themselves are GoReleaser's affair.
func checkSums(path string, want []string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var listed []string
	for line := range strings.Lines(string(text)) {
		_, file, _ := strings.Cut(strings.TrimSpace(line), "  ")
		listed = append(listed, file)
	}
	slices.Sort(listed)
	slices.Sort(want)
	if !slices.Equal(listed, want) {
		return fmt.Errorf("the sums are of\n  %s\nbut should be of\n  %s", strings.Join(listed, "\n  "), strings.Join(want, "\n  "))
	}
	return nil
}

// provider returns the program in an archive. It returns an error if the archive has
// another content.
func provider(archive, version string) ([]byte, error) {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", archive, err)
	}
	defer z.Close()
	want := name + "_v" + version
	if strings.Contains(archive, "_windows_") {
		want += ".exe"
	}
	if len(z.File) != 1 || z.File[0].Name != want || z.File[0].Mode()&0o111 == 0 {
		return nil, fmt.Errorf("%s should hold just an executable %s", archive, want)
	}
	f, err := z.File[0].Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

func checkVersion(ctx context.Context, program []byte, version string) error {
	dir, err := os.MkdirTemp("", name)
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, program, 0o700); err != nil {
		return err
	}
	printed, err := exec.CommandContext(ctx, path, "-version").Output()
	if err != nil {
		return err
	}
	if want := name + " " + version; strings.TrimSpace(string(printed)) != want {
		return fmt.Errorf("the provider's -version is %q, not %q", printed, want)
	}
	return nil
}

// checkReproducible builds the provider for this machine a second time, from a clone of
// the last commit. It returns an error unless the result is equal to built.
func checkReproducible(ctx context.Context, built []byte, goreleaser string) error {
	if changes, err := exec.CommandContext(ctx, "git", "status", "--porcelain").Output(); err != nil || len(changes) > 0 {
		return errors.Join(err, fmt.Errorf("commit first, so that a clone can be compared with what was built:\n%s", changes))
	}
	goreleaser, err := filepath.Abs(goreleaser)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", name)
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if out, err := exec.CommandContext(ctx, "git", "clone", "--quiet", ".", dir).CombinedOutput(); err != nil {
		return fmt.Errorf("git clone: %w: %s", err, out)
	}
	again := filepath.Join(dir, "again")
	cmd := exec.CommandContext(ctx, goreleaser, "build", "--snapshot", "--clean", "--single-target", "--output", again)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", cmd, err, out)
	}
	second, err := os.ReadFile(again)
	if err != nil {
		return err
	}
	if !bytes.Equal(built, second) {
		return errors.New("a second build of the same commit has other bytes")
	}
	return nil
}
