package metricsdestination_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"
	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

func TestAccMetricsDestination_basic(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	monitor := env.Monitor(t)
	env.Run(t,
		resource.TestStep{
			Config: config(env, cloudWatch("test", monitor)),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: planned(plancheck.ResourceActionCreate),
			},
			ConfigStateChecks: []statecheck.StateCheck{
				attribute("app_monitor_name", knownvalue.StringExact(monitor)),
				attribute("destination", knownvalue.StringExact("CloudWatch")),
				attribute("destination_arn", knownvalue.Null()),
				attribute("iam_role_arn", knownvalue.Null()),
				attribute("region", knownvalue.StringExact(env.Region)),
				attribute("id", knownvalue.StringExact(monitor+",CloudWatch@"+env.Region)),
			},
		},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true},
	)
}

func TestAccMetricsDestination_disappears(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	monitor := env.Monitor(t)
	env.Run(t,
		resource.TestStep{Config: config(env, cloudWatch("test", monitor))},
		resource.TestStep{
			PreConfig: func() {
				for range 2 { // the second call has nothing to delete
					deleteDestination(t, env, monitor)
				}
			},
			Config:             config(env, cloudWatch("test", monitor)),
			PlanOnly:           true,
			ExpectNonEmptyPlan: true,
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PostApplyPostRefresh: planned(plancheck.ResourceActionCreate),
			},
		},
		resource.TestStep{Config: config(env, cloudWatch("test", monitor))},
	)
}

func TestAccMetricsDestination_disappearsAppMonitor(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	monitor := env.Monitor(t)
	env.Run(t,
		resource.TestStep{Config: config(env, cloudWatch("test", monitor))},
		resource.TestStep{
			PreConfig: func() {
				if _, err := env.SDK.DeleteAppMonitor(t.Context(), &rum.DeleteAppMonitorInput{Name: &monitor}); err != nil {
					t.Error(err)
				}
				deleteDestination(t, env, monitor)
			},
			Config:             config(env, cloudWatch("test", monitor)),
			PlanOnly:           true,
			ExpectNonEmptyPlan: true,
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PostApplyPostRefresh: planned(plancheck.ResourceActionCreate),
			},
		},
		resource.TestStep{
			Config:      config(env, cloudWatch("test", monitor)),
			ExpectError: acctest.Saying(fmt.Sprintf("app monitor %q in %s: CloudWatch RUM answered with ResourceNotFoundException", monitor, env.Region)),
		},
	)
}

// deleteDestination deletes the CloudWatch destination behind Terraform's back, if
// there is one.
func deleteDestination(t *testing.T, env *acctest.Env, monitor string) {
	t.Helper()
	_, err := env.SDK.DeleteRumMetricsDestination(t.Context(), &rum.DeleteRumMetricsDestinationInput{
		AppMonitorName: &monitor, Destination: types.MetricDestinationCloudWatch,
	})
	if err != nil && !acctest.IsNotFound(err) {
		t.Error(err)
	}
}

func TestEvidentlyIsCreatedUpdatedAndDeleted(t *testing.T) {
	t.Parallel()
	const monitor = "my#web.app_1-A" // every kind of character that a name may have
	env := acctest.NewFake(t)
	env.Account.CreateMonitor(monitor)
	sameID := statecheck.CompareValue(compare.ValuesSame())
	env.Run(t,
		resource.TestStep{
			Config: config(env, evidently("test", monitor, arnA, roleA)),
			ConfigStateChecks: []statecheck.StateCheck{
				attribute("app_monitor_name", knownvalue.StringExact(monitor)),
				attribute("destination", knownvalue.StringExact("Evidently")),
				attribute("destination_arn", knownvalue.StringExact(arnA)),
				attribute("iam_role_arn", knownvalue.StringExact(roleA)),
				attribute("region", knownvalue.StringExact(acctest.Region)),
				attribute("id", knownvalue.StringExact(monitor+",Evidently,"+arnA+"@"+acctest.Region)),
				sameID.AddStateValue(address, tfjsonpath.New("id")),
			},
			PostApplyFunc: func() { wantDestinations(t, env.Account, monitor, inEvidently(arnA, roleA)) },
		},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true},
		resource.TestStep{
			PreConfig: env.Fake.ForgetRequests,
			Config:    config(env, evidently("test", monitor, arnA, roleB)),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: planned(plancheck.ResourceActionUpdate),
			},
			ConfigStateChecks: []statecheck.StateCheck{
				attribute("iam_role_arn", knownvalue.StringExact(roleB)),
				sameID.AddStateValue(address, tfjsonpath.New("id")),
			},
			PostApplyFunc: func() {
				wantWrites(t, env, 1, 0)
				wantDestinations(t, env.Account, monitor, inEvidently(arnA, roleB))
			},
		},
		resource.TestStep{
			PreConfig: func() { // somebody else changes the role back
				env.Account.PutDestination(monitor, inEvidently(arnA, roleA))
				env.Fake.ForgetRequests()
			},
			Config: config(env, evidently("test", monitor, arnA, roleB)),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: planned(plancheck.ResourceActionUpdate),
			},
			PostApplyFunc: func() {
				wantWrites(t, env, 1, 0)
				wantDestinations(t, env.Account, monitor, inEvidently(arnA, roleB))
			},
		},
		resource.TestStep{
			PreConfig: env.Fake.ForgetRequests,
			Config:    config(env, evidently("test", monitor, arnA, roleB)),
			Destroy:   true,
		},
	)
	wantWrites(t, env, 0, 1)
	wantDestinations(t, env.Account, monitor)
}

func TestDestinationsOfOneMonitorAreIndependent(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	foreign := inEvidently(arnA+"/foreign", roleA)
	env.Account.PutDestination(web, foreign)
	all := []string{
		cloudWatch("cloudwatch", web),
		evidently("a", web, arnA, roleA),
		evidently("b", web, arnB, roleB),
	}
	env.Run(t,
		resource.TestStep{
			Config: config(env, all...),
			PostApplyFunc: func() {
				wantWrites(t, env, 3, 0)
				wantDestinations(t, env.Account, web, foreign, inCloudWatch, inEvidently(arnA, roleA), inEvidently(arnB, roleB))
			},
		},
		resource.TestStep{ // a change of the foreign one is no change here
			PreConfig: func() {
				foreign.IAMRoleARN = roleB
				env.Account.PutDestination(web, foreign)
			},
			Config:   config(env, all...),
			PlanOnly: true,
		},
		resource.TestStep{ // the configuration without a destroys only a
			PreConfig: env.Fake.ForgetRequests,
			Config:    config(env, all[0], all[2]),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction("rum_metrics_destination.cloudwatch", plancheck.ResourceActionNoop),
					plancheck.ExpectResourceAction("rum_metrics_destination.a", plancheck.ResourceActionDestroy),
					plancheck.ExpectResourceAction("rum_metrics_destination.b", plancheck.ResourceActionNoop),
				},
			},
			PostApplyFunc: func() {
				wantWrites(t, env, 0, 1)
				wantDestinations(t, env.Account, web, foreign, inCloudWatch, inEvidently(arnB, roleB))
			},
		},
	)
	wantDestinations(t, env.Account, web, foreign)
}

// Many readers at a time share the reads of two hundred destinations, which are on
// several pages.
func TestTwoHundredDestinationsOfOneMonitorShareReads(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	env.Account.PutDestination(web, inCloudWatch) // a foreign one
	many := func(n int) string {
		return config(env, evidently("test", web, arnA+"${count.index}", roleA, fmt.Sprintf("count = %d", n)))
	}
	have := func(n int) (all []fakerum.Destination) {
		for i := range n {
			all = append(all, inEvidently(fmt.Sprint(arnA, i), roleA))
		}
		return append(all, inCloudWatch)
	}
	env.Run(t,
		resource.TestStep{
			Config: many(200),
			PostApplyFunc: func() {
				wantWrites(t, env, 200, 0)
				wantDestinations(t, env.Account, web, have(200)...)
			},
		},
		resource.TestStep{
			PreConfig: env.Fake.ForgetRequests,
			Config:    many(199),
			PostApplyFunc: func() {
				wantWrites(t, env, 0, 1)
				wantDestinations(t, env.Account, web, have(199)...)
				// Each of the two plans reads all of them.
				if lists := env.Fake.Count(fakerum.OpListRumMetricsDestinations); lists > 20 {
					t.Errorf("%d Lists to read one monitor twice, want at most 20", lists)
				}
			},
		},
	)
	wantDestinations(t, env.Account, web, inCloudWatch)
}

// The service takes one write of a monitor at a time, and answers the others with a
// conflict.
func TestConflictingWritesOfOneMonitorAreRetried(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	env.Fake.Behave(func(b *fakerum.Behavior) { b.OneWriteAtATime = true })
	env.Run(t, resource.TestStep{
		Config: config(env, evidently("test", web, arnA+"${count.index}", roleA, "count = 4")),
		PostApplyFunc: func() {
			if n := len(env.Account.Destinations(web)); n != 4 {
				t.Errorf("%d destinations, want 4", n)
			}
		},
	})
}

// planned returns a plan check of the action of the resource "test".
func planned(action plancheck.ResourceActionType) []plancheck.PlanCheck {
	return []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}
}

// attribute returns a state check of an attribute of the resource "test".
func attribute(name string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(name), value)
}
