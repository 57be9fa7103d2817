package provider

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// whyNoCertificate says why a CA bundle has no certificate, and what to do about it.
func whyNoCertificate(file string) string {
	if isMarked(file) {
		return file + " begins with a byte-order mark. Save it as UTF-8 without one."
	}
	return file + " has no certificate. Name a file that has the certificates to trust in PEM form, each between BEGIN CERTIFICATE and END CERTIFICATE."
}

// isMarked reports whether a file begins with a byte-order mark, as some editors of
// Windows write it.
func isMarked(file string) bool {
	content, err := os.ReadFile(file)
	return err == nil && (bytes.HasPrefix(content, []byte("\xef\xbb\xbf")) || bytes.HasPrefix(content, []byte("\xff\xfe")))
}

// checkFiles returns an error for each file that cannot be read. The SDK would
// ignore such a file.
func checkFiles(paths texts, argument string) (diags diag.Diagnostics) {
	for i, p := range paths {
		if p.ValueString() == "" { // means not set
			continue
		}
		if err := readable(expand(p.ValueString())); err != nil {
			diags.AddAttributeError(path.Root(argument).AtListIndex(i), "Cannot read a file of "+argument,
				fmt.Sprintf("%s. Correct the path, or remove it from %s.", err, argument))
		}
	}
	return diags
}

// readable returns an error if the file cannot be read.
func readable(path string) error {
	_, err := os.ReadFile(path) // opening alone does not fail for a directory
	return err
}

func expandAll(paths []string) (expanded []string) {
	for _, p := range paths {
		expanded = append(expanded, expand(p))
	}
	return expanded
}

// expand replaces environment variables in a path, and a leading ~ with the
// home directory.
func expand(p string) string {
	p = os.ExpandEnv(p)
	home, err := os.UserHomeDir()
	if err != nil || len(p) < 2 || p[0] != '~' || !os.IsPathSeparator(p[1]) {
		return p
	}
	return filepath.Join(home, p[2:])
}
