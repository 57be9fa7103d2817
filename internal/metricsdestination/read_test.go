package metricsdestination_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// Only the API's own 404 means that the destination is gone. After any other error of
// a read, the resource stays in the state. The fault matrix has the errors of the API.
func TestFailedReadKeepsTheState(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault fakerum.Fault
		want  string
	}{
		"403":         {fakerum.Fault{Status: http.StatusForbidden, Code: "AccessDeniedException"}, `IAM action rum:ListRumMetricsDestinations`},
		"HTML 404":    {fakerum.Fault{Status: http.StatusNotFound, ContentType: "text/html", Body: "<html>no route</html>"}, `the answer (HTTP 404`},
		"another 404": {fakerum.Fault{Status: http.StatusNotFound, Code: "UnknownOperationException"}, `UnknownOperationException`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newFake(t)
			config := config(env, cloudWatch("test", web))
			test.fault.Operation = opList
			env.Run(t,
				resource.TestStep{Config: config},
				resource.TestStep{
					PreConfig: func() {
						env.Fake.Inject(test.fault)
						env.Fake.ForgetRequests()
					},
					Config:      config,
					ExpectError: acctest.Saying(test.want),
				},
				resource.TestStep{PreConfig: env.Fake.ClearFaults, Config: config, ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
			)
			wantWrites(t, env, 0, 1) // the one Delete is the destroy at the end
		})
	}
}

func TestVanishedDestinationIsPlannedAsCreate(t *testing.T) {
	t.Parallel()
	for name, vanish := range map[string]func(*acctest.Env){
		"destination": func(env *acctest.Env) { env.Account.DeleteDestination(web, "Evidently", arnA) },
		"app monitor, created again": func(env *acctest.Env) {
			env.Account.DeleteMonitor(web)
			env.Account.CreateMonitor(web)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newFake(t)
			config := config(env, evidently("test", web, arnA, roleA))
			env.Run(t,
				resource.TestStep{Config: config},
				resource.TestStep{
					PreConfig: func() {
						vanish(env)
						env.Account.PutDestination(web, inEvidently(arnB, roleB)) // another one, which must not count
						env.Fake.ForgetRequests()
					},
					Config:           config,
					ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
					PostApplyFunc: func() {
						wantWrites(t, env, 1, 0)
						env.Account.DeleteDestination(web, "Evidently", arnB)
					},
				},
			)
		})
	}
}

// AWS documents that the answer leaves out absent members. It was seen to give "" for
// them.
func TestAbsentMembersAndEmptyOnesAreTheSame(t *testing.T) {
	t.Parallel()
	for _, omit := range []bool{false, true} {
		t.Run(fmt.Sprintf("omitted=%t", omit), func(t *testing.T) {
			t.Parallel()
			env := newFake(t)
			env.Fake.Behave(func(b *fakerum.Behavior) { b.OmitAbsent = omit })
			config, null := config(env, cloudWatch("test", web)), values(address, map[string]string{"destination_arn": "", "iam_role_arn": ""})
			env.Run(t,
				resource.TestStep{Config: config, ConfigStateChecks: null},
				resource.TestStep{RefreshState: true},
				resource.TestStep{
					PreConfig: func() { // the service changes to the other answer
						env.Fake.Behave(func(b *fakerum.Behavior) { b.OmitAbsent = !omit })
						env.Fake.ForgetRequests()
					},
					Config:            config,
					ConfigPlanChecks:  planned(plancheck.ResourceActionNoop),
					ConfigStateChecks: null,
				},
				resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true},
			)
			wantWrites(t, env, 0, 1)
		})
	}
}

// A CloudWatch destination has no role by the documentation. When it has one all the
// same, that is a difference, and the apply removes the role. The service may keep the
// old role after a Put without a role. The plan then still shows the difference, and a
// destroy still works.
func TestRoleOfCloudWatchIsRemoved(t *testing.T) {
	t.Parallel()
	withRole := fakerum.Destination{Destination: "CloudWatch", IAMRoleARN: roleA}
	for name, kept := range map[string]bool{"and gone": false, "and kept by the service": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newFake(t)
			env.Fake.Behave(func(b *fakerum.Behavior) { b.KeepRole = kept })
			cli := newAppliedCLI(t, env, cloudWatch("test", web))
			env.Account.PutDestination(web, withRole)
			env.Fake.ForgetRequests()

			cli.Run("apply", "-auto-approve")
			wantWrites(t, env, 1, 0)
			has, want := inCloudWatch, "No changes."
			if kept {
				has, want = withRole, "will be updated in-place"
			}
			wantDestinations(t, env.Account, web, has)
			if plan := cli.Run("plan", "-no-color"); !strings.Contains(plan, want) {
				t.Errorf("the plan says\n%s\nwant %q", plan, want)
			}
			cli.Run("destroy", "-auto-approve")
			wantDestinations(t, env.Account, web)
		})
	}
}
