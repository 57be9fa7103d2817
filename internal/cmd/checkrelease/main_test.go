package main

import (
	"archive/zip"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const prefix = name + "_1.2.3"

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// expectError fails the test unless err has the text want. For "" it wants no error.
func expectError(t *testing.T, err error, want string) {
	t.Helper()
	if want == "" && err != nil {
		t.Errorf("got the error %s, want none", err)
	}
	if want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
		t.Errorf("got the error %v, want one with %q", err, want)
	}
}

func TestVersionIsThatOfGoReleaser(t *testing.T) {
	t.Parallel()
	dist := t.TempDir()
	write(t, filepath.Join(dist, "metadata.json"), `{"project_name": "provider", "version": "1.2.3"}`)
	got, err := versionOf(dist)
	if err != nil {
		t.Fatal(err)
	}
	if got != "1.2.3" {
		t.Errorf("got the version %q, want 1.2.3", got)
	}
}

func TestSumsMustBeRightAndOfAllFiles(t *testing.T) {
	t.Chdir(t.TempDir()) // for the manifest
	sum := func(content string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(content))) }
	archive, manifest := prefix+"_linux_amd64.zip", prefix+"_manifest.json"
	write(t, archive, "archive")
	write(t, "terraform-registry-manifest.json", "manifest")
	for name, c := range map[string]struct{ sums, want string }{
		"all right":   {sum("archive") + "  " + archive + "\n" + sum("manifest") + "  " + manifest + "\n", ""},
		"wrong sum":   {sum("other") + "  " + archive + "\n" + sum("manifest") + "  " + manifest + "\n", "the sum of " + archive},
		"no manifest": {sum("archive") + "  " + archive + "\n", "but should be of"},
		"no file":     {sum("archive") + "  absent.zip\n", "absent.zip: no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			write(t, prefix+"_SHA256SUMS", c.sums)
			expectError(t, checkSums(".", prefix, []string{archive, manifest}), c.want)
		})
	}
}

func TestManifestMustSayProtocol6(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ manifest, want string }{
		"protocol 6": {`{"version": 1, "metadata": {"protocol_versions": ["6.0"]}}`, ""},
		"protocol 5": {`{"version": 1, "metadata": {"protocol_versions": ["5.0"]}}`, "does not say protocol 6.0"},
		"no JSON":    {"version: 1", "invalid character"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "manifest.json")
			write(t, path, c.manifest)
			expectError(t, checkManifest(path), c.want)
		})
	}
}

func TestArchiveMustHaveTheProgramAlone(t *testing.T) {
	t.Parallel()
	program := name + "_v1.2.3"
	for name, c := range map[string]struct {
		platform string
		files    map[string]fs.FileMode
		want     string // in the error; "" for no error
	}{
		"program":             {"linux_amd64", map[string]fs.FileMode{program: 0o755}, ""},
		"program for Windows": {"windows_amd64", map[string]fs.FileMode{program + ".exe": 0o755}, ""},
		"no extension":        {"windows_amd64", map[string]fs.FileMode{program: 0o755}, "should hold just an executable"},
		"not executable":      {"linux_amd64", map[string]fs.FileMode{program: 0o644}, "should hold just an executable"},
		"two files":           {"linux_amd64", map[string]fs.FileMode{program: 0o755, "README.md": 0o644}, "should hold just an executable"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), prefix+"_"+c.platform+".zip")
			zipFiles(t, path, c.files)
			got, err := provider(path, "1.2.3")
			expectError(t, err, c.want)
			if c.want == "" && string(got) != "content" {
				t.Errorf("got the program %q, want content", got)
			}
		})
	}
}

func zipFiles(t *testing.T, path string, files map[string]fs.FileMode) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	z := zip.NewWriter(file)
	for name, mode := range files {
		header := &zip.FileHeader{Name: name}
		header.SetMode(mode)
		w, err := z.CreateHeader(header)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte("content")); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
}
