package acctest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// "make testacc" runs the tests that begin with TestAcc against AWS.
func TestTestsForAWSCallNew(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(moduleRoot() + "/internal/*/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	declaration := regexp.MustCompile(`\nfunc (TestAcc\w*)\((?s:.*?)\n}\n`)
	found := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, test := range declaration.FindAllStringSubmatch(string(text), -1) {
			found++
			if !strings.Contains(test[0], "acctest.New(t)") {
				t.Errorf("%s in %s does not call acctest.New: name it otherwise", test[1], filepath.Base(file))
			}
		}
	}
	if found < 5 {
		t.Errorf("got %d acceptance tests, want at least 5", found)
	}
}
