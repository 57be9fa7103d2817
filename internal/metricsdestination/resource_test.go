package metricsdestination_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

func TestAccMetricsDestination_basic(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	monitor := env.Monitor(t)
	env.Run(t,
		resource.TestStep{
			Config:           config(env, cloudWatch("test", monitor)),
			ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
			ConfigStateChecks: values(address, map[string]string{
				"app_monitor_name": monitor, "destination": "CloudWatch", "destination_arn": "", "iam_role_arn": "",
				"region": env.Region, "id": monitor + ",CloudWatch@" + env.Region,
			}),
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
			ConfigPlanChecks:   resource.ConfigPlanChecks{PostApplyPostRefresh: planned(plancheck.ResourceActionCreate).PreApply},
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
			ConfigPlanChecks:   resource.ConfigPlanChecks{PostApplyPostRefresh: planned(plancheck.ResourceActionCreate).PreApply},
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
	want := map[string]string{
		"app_monitor_name": monitor, "destination": "Evidently", "destination_arn": arnA, "iam_role_arn": roleA,
		"region": acctest.Region, "id": monitor + ",Evidently," + arnA + "@" + acctest.Region,
	}
	updated := maps.Clone(want)
	updated["iam_role_arn"] = roleB
	update := resource.TestStep{
		PreConfig:         env.Fake.ForgetRequests,
		Config:            config(env, evidently("test", monitor, arnA, roleB)),
		ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
		ConfigStateChecks: values(address, updated),
		PostApplyFunc: func() {
			wantWrites(t, env, 1, 0)
			wantDestinations(t, env.Account, monitor, inEvidently(arnA, roleB))
		},
	}
	drift := update
	drift.PreConfig = func() { // somebody else changes the role back
		env.Account.PutDestination(monitor, inEvidently(arnA, roleA))
		env.Fake.ForgetRequests()
	}
	env.Run(t,
		resource.TestStep{
			Config:            config(env, evidently("test", monitor, arnA, roleA)),
			ConfigStateChecks: values(address, want),
			PostApplyFunc:     func() { wantDestinations(t, env.Account, monitor, inEvidently(arnA, roleA)) },
		},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true},
		update,
		drift,
		resource.TestStep{PreConfig: env.Fake.ForgetRequests, Config: update.Config, Destroy: true},
	)
	wantWrites(t, env, 0, 1)
	wantDestinations(t, env.Account, monitor)
}

func TestDestinationsOfOneMonitorAreIndependent(t *testing.T) {
	t.Parallel()
	foreign := inEvidently(arnA+"/foreign", roleA)
	env := newFake(t, foreign)
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
			ConfigPlanChecks: plannedAll(map[string]plancheck.ResourceActionType{
				"cloudwatch": plancheck.ResourceActionNoop, "a": plancheck.ResourceActionDestroy, "b": plancheck.ResourceActionNoop,
			}),
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
	env := newFake(t, inCloudWatch) // a foreign one
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
