package acctest

import (
	"strings"
	"testing"
)

// WantOne stops the test unless there is one diagnostic. It checks the severity and
// the summary, and that the detail has all of texts.
func WantOne(t *testing.T, got []Diagnostic, severity, summary string, texts ...string) Diagnostic {
	t.Helper()
	if len(got) != 1 {
		t.Fatalf("got %d diagnostics, want one %s %q: %+v", len(got), severity, summary, got)
	}
	d := got[0]
	if d.Severity != severity {
		t.Errorf("got the severity %q, want %q: %+v", d.Severity, severity, d)
	}
	if d.Summary != summary {
		t.Errorf("got the summary %q, want %q: %s", d.Summary, summary, d.Detail)
	}
	for _, text := range texts {
		if !strings.Contains(d.Detail, text) {
			t.Errorf("got the detail\n%s\nwant it to say %q", d.Detail, text)
		}
	}
	return d
}

// WantNone checks that there is no diagnostic.
func WantNone(t *testing.T, got []Diagnostic) {
	t.Helper()
	if len(got) > 0 {
		t.Errorf("got %+v, want no diagnostics", got)
	}
}
