package main

import (
	"archive/zip"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const prefix = name + "_1.2.3"

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

func TestSumsMustBeOfAllFiles(t *testing.T) {
	t.Parallel()
	archive, manifest := prefix+"_linux_amd64.zip", prefix+"_manifest.json"
	for name, c := range map[string]struct{ sums, want string }{
		"all":         {"0a  " + archive + "\n0b  " + manifest + "\n", ""},
		"no manifest": {"0a  " + archive + "\n", "but should be of"},
		"one more":    {"0a  " + archive + "\n0b  " + manifest + "\n0c  metadata.json\n", "but should be of"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "sums")
			if err := os.WriteFile(path, []byte(c.sums), 0o600); err != nil {
				t.Fatal(err)
			}
			expectError(t, checkSums(path, []string{archive, manifest}), c.want)
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
