package metricdefinition_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// The caller lacks a permission that every resource needs. One error has what to do in
// full. Each of the others has a sentence that names the permission and its own monitor.
func TestAdviceIsInFullOnceInARun(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitors, blocks := []string{"web", "shop", "docs"}, ""
	withDestinations(env, monitors...)
	for _, monitor := range monitors {
		blocks += set(monitor, monitor, custom("A"))
	}
	cli := env.CLI(t)
	cli.Configure(env.Config("%s", blocks))
	cli.Run("apply", "-auto-approve")

	env.Fake.Inject(fakerum.Fault{Operation: opLook, Status: 403, Code: "AccessDeniedException"})
	got, said := cli.Diagnostics("plan"), ""
	for _, d := range got {
		said += d.Detail
	}
	if len(got) != len(monitors) {
		t.Errorf("got %d diagnostics, want %d: %+v", len(got), len(monitors), got)
	}
	for text, times := range map[string]int{
		"A service control policy":                  1,
		"Another error of this run says what to do": len(monitors) - 1,
		"needs the IAM action rum:BatchGetRumMetricDefinitions on arn:aws:rum:eu-west-1:ACCOUNT:appmonitor/docs": 1,
	} {
		if n := strings.Count(said, text); n != times {
			t.Errorf("got %q %d times, want %d:\n%s", text, n, times, said)
		}
	}
}
