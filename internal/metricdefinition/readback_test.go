package metricdefinition_test

import (
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// The service accepts the update, so the apply succeeds and warns.
func TestUpdateThatCannotBeReadBackWarns(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		updated func(env *acctest.Env, monitor string) // called right after the update
		summary string
		detail  string
	}{
		"definition deleted meanwhile": {
			func(env *acctest.Env, monitor string) {
				for _, d := range env.Account.Definitions(monitor, "CloudWatch", "") {
					env.Account.DeleteDefinition(monitor, "CloudWatch", "", d.ID)
				}
			},
			"RUM metric definition not seen after its update", "does not list it",
		},
		"list refused": {
			func(env *acctest.Env, _ string) {
				env.Fake.Inject(fakerum.Fault{Operation: fakerum.OpBatchGetRumMetricDefinitions, Status: 403, Code: "AccessDeniedException"})
			},
			"RUM metric definition was updated but could not be read back", "rum:BatchGetRumMetricDefinitions",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, monitor, cli := applied(t, checkouts)
			env.Fake.Watch(func(r fakerum.Request, _ time.Duration) {
				if r.Operation == fakerum.OpUpdateRumMetricDefinition {
					test.updated(env, monitor)
				}
			})

			cli.Configure(withDestination(env, monitor, strings.Replace(checkouts, `"Shop"`, `"Store"`, 1)))
			acctest.WantOne(t, cli.Diagnostics("apply", "-auto-approve"), "warning", test.summary, test.detail)

			// The state has the update, so the next run creates what is gone and changes nothing else.
			env.Fake.ClearFaults()
			if got := cli.Run("apply", "-auto-approve"); !strings.Contains(got, "0 changed, 0 destroyed") {
				t.Errorf("got %s, want nothing to be changed", got)
			}
		})
	}
}
