package core

import (
	"flag"
	"net/http"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// A test must not fail without a change of the code, so the sequences are the same in
// each run. They take a few seconds. On the command line, -rapid.checks sets their number
// and -rapid.seed=0 draws other ones.
func init() {
	for name, value := range map[string]string{"rapid.checks": "50", "rapid.seed": "1"} {
		if err := flag.Set(name, value); err != nil {
			panic(err) // the flags are rapid's
		}
	}
}

// Check draws sequences and checks a property of each, in a bubble of testing/synctest.
func Check(t *testing.T, property func(*rapid.T)) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) { rapid.SyncTest(t, property) })
}

// Require fails a sequence if err is an error. The text of the failure is always the
// same, because rapid shortens a sequence only as long as the text stays the same.
func Require(t *rapid.T, err error) {
	t.Helper()
	if err != nil {
		t.Log(err)
		t.Fatal("the property does not hold")
	}
}

// mishaps are the faults that property tests inject. None of them makes an answer false.
var mishaps = []fakerum.Fault{
	{Status: http.StatusForbidden, Code: "AccessDeniedException"},
	{Status: http.StatusTooManyRequests, Code: "ThrottlingException"},
	{Status: http.StatusTooManyRequests, Code: "ThrottlingException", RetryAfter: "7"},
	{Status: http.StatusConflict, Code: "ConflictException"},
	{Status: http.StatusInternalServerError, Code: "InternalServerException"},
	{Status: http.StatusInternalServerError, Code: "InternalServerException", AfterWork: true},
	{Status: http.StatusBadGateway, ContentType: "text/html", Body: "<html>Bad Gateway</html>", AfterWork: true},
	{Drop: true},
	{Drop: true, AfterWork: true},
	{Delay: time.Hour},
	{Delay: time.Hour, AfterWork: true},
}

// DrawFault draws a fault of one of the operations.
func DrawFault(t *rapid.T, operations ...string) fakerum.Fault {
	f := rapid.SampledFrom(mishaps).Draw(t, "mishap")
	f.Operation = rapid.SampledFrom(operations).Draw(t, "operation")
	f.Times = rapid.IntRange(0, 4).Draw(t, "times")
	return f
}

// DrawBehavior draws the switches of b that matter to more than one resource.
func DrawBehavior(t *rapid.T, b *fakerum.Behavior) {
	b.OmitAbsent = rapid.Bool().Draw(t, "OmitAbsent")
	b.DeleteAbsentOK = rapid.Bool().Draw(t, "DeleteAbsentOK")
	b.NewestFirst = rapid.Bool().Draw(t, "NewestFirst")
	b.OneWriteAtATime = rapid.Bool().Draw(t, "OneWriteAtATime")
	b.PageSize = rapid.IntRange(0, 2).Draw(t, "PageSize")
	b.LastToken = rapid.SampledFrom([]fakerum.LastToken{fakerum.TokenAbsent, fakerum.TokenEmpty, fakerum.TokenRepeated}).Draw(t, "LastToken")
}
