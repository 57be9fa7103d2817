package metricsdestination_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// Only the API's own 404 means that the destination is gone. After any other error of
// a read, the resource stays in the state.
func TestFailedReadKeepsTheState(t *testing.T) {
	t.Parallel()
	const list = fakerum.OpListRumMetricsDestinations
	const page = "<html><body>no route</body></html>"
	for name, test := range map[string]struct {
		fault fakerum.Fault
		tries int
		want  string
	}{
		"403": {
			fakerum.Fault{Status: http.StatusForbidden, Code: "AccessDeniedException"}, 1,
			`IAM action rum:ListRumMetricsDestinations`,
		},
		"500": {
			fakerum.Fault{Status: http.StatusInternalServerError, Code: "InternalServerException", Message: "out of order"}, 3,
			`out of order`,
		},
		"429": {
			fakerum.Fault{Status: http.StatusTooManyRequests, Code: "ThrottlingException", RetryAfter: "0"}, 3,
			`throttling`,
		},
		"HTML 502": {
			fakerum.Fault{Status: http.StatusBadGateway, ContentType: "text/html", Body: page}, 3,
			`the answer (HTTP 502`,
		},
		"HTML 404": {
			fakerum.Fault{Status: http.StatusNotFound, ContentType: "text/html", Body: page}, 1,
			`the answer (HTTP 404`,
		},
		"another 404": {
			fakerum.Fault{Status: http.StatusNotFound, Code: "UnknownOperationException"}, 1,
			`UnknownOperationException`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newFake(t)
			config := env.ProviderIn(acctest.Region, "max_retries = 3") + cloudWatch("test", web)
			env.Run(t,
				resource.TestStep{Config: config},
				resource.TestStep{
					PreConfig: func() {
						test.fault.Operation = list
						env.Fake.Inject(test.fault)
						env.Fake.ForgetRequests()
					},
					Config:      config,
					ExpectError: acctest.Saying(test.want),
				},
				resource.TestStep{
					PreConfig: func() {
						if n := env.Fake.Count(list); n != test.tries {
							t.Errorf("%d Lists, want %d", n, test.tries)
						}
						env.Fake.ClearFaults()
					},
					Config: config,
					ConfigPlanChecks: resource.ConfigPlanChecks{
						PreApply: planned(plancheck.ResourceActionNoop),
					},
				},
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
			env.Run(t,
				resource.TestStep{Config: config(env, evidently("test", web, arnA, roleA))},
				resource.TestStep{
					PreConfig: func() {
						vanish(env)
						env.Account.PutDestination(web, inEvidently(arnB, roleB)) // another one, which must not count
						env.Fake.ForgetRequests()
					},
					Config: config(env, evidently("test", web, arnA, roleA)),
					ConfigPlanChecks: resource.ConfigPlanChecks{
						PreApply: planned(plancheck.ResourceActionCreate),
					},
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
			null := []statecheck.StateCheck{
				attribute("destination_arn", knownvalue.Null()),
				attribute("iam_role_arn", knownvalue.Null()),
			}
			env.Run(t,
				resource.TestStep{Config: config(env, cloudWatch("test", web)), ConfigStateChecks: null},
				resource.TestStep{RefreshState: true},
				resource.TestStep{
					PreConfig: func() { // the service changes to the other answer
						env.Fake.Behave(func(b *fakerum.Behavior) { b.OmitAbsent = !omit })
						env.Fake.ForgetRequests()
					},
					Config:            config(env, cloudWatch("test", web)),
					ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: planned(plancheck.ResourceActionNoop)},
					ConfigStateChecks: null,
				},
				resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true},
			)
			wantWrites(t, env, 0, 1)
		})
	}
}

func TestReadsEveryPageOnce(t *testing.T) {
	t.Parallel()
	for name, last := range map[string]fakerum.LastToken{
		"absent": fakerum.TokenAbsent, "empty": fakerum.TokenEmpty, "repeated": fakerum.TokenRepeated,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newFake(t)
			env.Fake.Behave(func(b *fakerum.Behavior) { b.PageSize, b.LastToken = 1, last })
			for _, d := range []fakerum.Destination{inCloudWatch, inEvidently(arnB, roleB)} {
				env.Account.PutDestination(web, d)
			}
			env.Run(t,
				resource.TestStep{Config: config(env, evidently("test", web, arnA, roleA))}, // the destination is on the last page
				resource.TestStep{
					PreConfig:        env.Fake.ForgetRequests,
					Config:           config(env, evidently("test", web, arnA, roleA)),
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: planned(plancheck.ResourceActionNoop)},
					PostApplyFunc: func() {
						// Each of the two plans reads 3 pages, and one more when the last token repeats.
						if n := env.Fake.Count(fakerum.OpListRumMetricsDestinations); n < 6 || n > 8 {
							t.Errorf("%d Lists, want 6 to 8 for two reads of 3 pages", n)
						}
					},
				},
			)
			wantDestinations(t, env.Account, web, inCloudWatch, inEvidently(arnB, roleB))
		})
	}
}

// A CloudWatch destination has no role by the documentation. When it has one all the
// same, that is a difference, and the apply removes the role.
func TestRoleOfCloudWatchIsRemoved(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	withRole := inCloudWatch
	withRole.IAMRoleARN = roleA
	env.Run(t,
		resource.TestStep{Config: config(env, cloudWatch("test", web))},
		resource.TestStep{
			PreConfig: func() {
				env.Account.PutDestination(web, withRole)
				env.Fake.ForgetRequests()
			},
			Config: config(env, cloudWatch("test", web)),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
					plancheck.ExpectKnownValue(address, tfjsonpath.New("iam_role_arn"), knownvalue.Null()),
				},
			},
			PostApplyFunc: func() {
				wantWrites(t, env, 1, 0)
				wantDestinations(t, env.Account, web, inCloudWatch)
			},
		},
	)
}
