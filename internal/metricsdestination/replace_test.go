package metricsdestination_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// orders are the two in which a CLI replaces: with what the block says, and
// what the plan then calls it.
var orders = map[string]struct {
	lifecycle string
	action    plancheck.ResourceActionType
}{
	"destroy before create": {"", plancheck.ResourceActionDestroyBeforeCreate},
	"create before destroy": {createBeforeDestroy, plancheck.ResourceActionCreateBeforeDestroy},
}

func TestChangeOfKeyReplaces(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		from, to func(lifecycle string) string
		had      fakerum.Destination // of "web" in Region, before
		region   string              // where there is another one after
		monitor  string
		has      fakerum.Destination
	}{
		"app_monitor_name": {
			from: func(l string) string { return evidently("test", web, arnA, roleA, l) },
			to:   func(l string) string { return evidently("test", "api", arnA, roleA, l) },
			had:  inEvidently(arnA, roleA), region: acctest.Region, monitor: "api", has: inEvidently(arnA, roleA),
		},
		"destination": {
			from: func(l string) string { return cloudWatch("test", web, l) },
			to:   func(l string) string { return evidently("test", web, arnA, roleA, l) },
			had:  inCloudWatch, region: acctest.Region, monitor: web, has: inEvidently(arnA, roleA),
		},
		"destination, the other way": {
			from: func(l string) string { return evidently("test", web, arnA, roleA, l) },
			to:   func(l string) string { return cloudWatch("test", web, l) },
			had:  inEvidently(arnA, roleA), region: acctest.Region, monitor: web, has: inCloudWatch,
		},
		"destination_arn, and the role with it": {
			from: func(l string) string { return evidently("test", web, arnA, roleA, l) },
			to:   func(l string) string { return evidently("test", web, arnB, roleB, l) },
			had:  inEvidently(arnA, roleA), region: acctest.Region, monitor: web, has: inEvidently(arnB, roleB),
		},
		"region": {
			from: func(l string) string { return cloudWatch("test", web, l) },
			to:   func(l string) string { return cloudWatch("test", web, `region = "us-east-1"`, l) },
			had:  inCloudWatch, region: acctest.OtherRegion, monitor: web, has: inCloudWatch,
		},
		"region, back to the provider's": {
			from:   func(l string) string { return cloudWatch("test", "api", `region = "us-east-1"`, l) },
			to:     func(l string) string { return cloudWatch("test", "api", l) },
			region: acctest.Region, monitor: "api", has: inCloudWatch,
		},
	} {
		for order, in := range orders {
			t.Run(name+"/"+order, func(t *testing.T) {
				t.Parallel()
				env := newFake(t)
				env.Account.CreateMonitor("api")
				env.In(acctest.OtherRegion).CreateMonitor("api")
				otherID := statecheck.CompareValue(compare.ValuesDiffer())
				env.Run(t,
					resource.TestStep{
						Config:            config(env, test.from(in.lifecycle)),
						ConfigStateChecks: []statecheck.StateCheck{otherID.AddStateValue(address, tfjsonpath.New("id"))},
						PostApplyFunc: func() {
							if test.had != (fakerum.Destination{}) {
								wantDestinations(t, env.Account, web, test.had)
							}
						},
					},
					resource.TestStep{
						PreConfig:         env.Fake.ForgetRequests,
						Config:            config(env, test.to(in.lifecycle)),
						ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: planned(in.action)},
						ConfigStateChecks: []statecheck.StateCheck{otherID.AddStateValue(address, tfjsonpath.New("id"))},
						PostApplyFunc: func() {
							wantWrites(t, env, 1, 1)
							wantOnly(t, env, test.region, test.monitor, test.has)
						},
					},
				)
			})
		}
	}
}

// wantOnly fails the test unless the fake has this one destination and no other.
func wantOnly(t *testing.T, env *acctest.Env, region, monitor string, want fakerum.Destination) {
	t.Helper()
	for _, r := range []string{acctest.Region, acctest.OtherRegion} {
		for _, m := range env.In(r).Monitors() {
			if r == region && m == monitor {
				wantDestinations(t, env.In(r), m, want)
			} else {
				wantDestinations(t, env.In(r), m)
			}
		}
	}
}

// A replacement that keeps its key puts over its own destination. Whatever the
// order, that one is left.
func TestReplaceWithoutChange(t *testing.T) {
	t.Parallel()
	for order, in := range orders {
		for _, why := range []string{"-replace", "taint"} {
			t.Run(why+"/"+order, func(t *testing.T) {
				t.Parallel()
				env := newFake(t)
				cli := env.CLI(t)
				cli.Configure(config(env, evidently("test", web, arnA, roleA, in.lifecycle)))
				cli.Run("apply", "-auto-approve")
				env.Fake.ForgetRequests()
				args := []string{"apply", "-auto-approve", "-replace=" + address}
				if why == "taint" {
					cli.Run("taint", address)
					args = args[:2]
				}
				kept := slices.ContainsFunc(cli.Diagnostics(args...), func(d acctest.Diagnostic) bool {
					return d.Severity == "warning" && d.Summary == "Kept a RUM metrics destination"
				})
				if in.lifecycle == createBeforeDestroy {
					wantWrites(t, env, 1, 0)
				} else {
					wantWrites(t, env, 1, 1)
				}
				if want := in.lifecycle == createBeforeDestroy; kept != want {
					t.Errorf("that it was kept is said: %t, want %t", kept, want)
				}
				wantDestinations(t, env.Account, web, inEvidently(arnA, roleA))
				cli.Run("plan", "-detailed-exitcode")
				cli.Run("destroy", "-auto-approve")
				wantDestinations(t, env.Account, web)
			})
		}
	}
}

// A change of the role together with one of the address is a create and a
// destroy of one destination, in any order.
func TestRenameWithoutMovedBlock(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	env.Run(t,
		resource.TestStep{Config: config(env, evidently("old", web, arnA, roleA))},
		resource.TestStep{
			Config: config(env, evidently("test", web, arnA, roleB)),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction("rum_metrics_destination.old", plancheck.ResourceActionDestroy),
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate),
				},
			},
			PostApplyFunc: func() { wantDestinations(t, env.Account, web, inEvidently(arnA, roleB)) },
		},
	)
}

// Of such a rename the destroy fails, which keeps the old one in state: were the
// new one there too, the next run would destroy what is both's.
func TestRenameWhoseDestroyFails(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	env.Account.PutDestination(web, inEvidently(arnA, roleA))
	object := destinationObject(web, roleA)
	rename := func() (old, renamed map[string]string, says []string) {
		tf := newTerraform(t, env)
		old, diagnostics := tf.apply(t, object, nil, tf.plan(t, object, nil))
		renamed, more := tf.apply(t, nil, object, tf.plan(t, nil, object))
		for _, d := range append(diagnostics, more...) {
			says = append(says, d.Summary)
		}
		return old, renamed, says
	}
	env.Fake.Inject(fakerum.Fault{Operation: fakerum.OpDeleteRumMetricsDestination, Status: http.StatusForbidden, Code: "AccessDeniedException"})
	old, renamed, says := rename()
	want := []string{"Cannot delete RUM metrics destination", "Did not create a RUM metrics destination"}
	if !maps.Equal(old, object) || renamed != nil || !slices.Equal(says, want) {
		t.Errorf("the state has %v and %v; it says %q, want %q", old, renamed, says, want)
	}

	env.Fake.ClearFaults()
	if old, renamed, says = rename(); old != nil || !maps.Equal(renamed, object) || says != nil {
		t.Errorf("then the state has %v and %v, and it says %q", old, renamed, says)
	}
	wantDestinations(t, env.Account, web, inEvidently(arnA, roleA))
}

func TestRenameWithMovedBlock(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	env.Run(t,
		resource.TestStep{Config: config(env, evidently("old", web, arnA, roleA))},
		resource.TestStep{
			PreConfig: env.Fake.ForgetRequests,
			Config: config(env, evidently("test", web, arnA, roleA),
				fmt.Sprintf("moved {\n  from = rum_metrics_destination.old\n  to = %s\n}", address)),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: planned(plancheck.ResourceActionNoop)},
			PostApplyFunc:    func() { wantWrites(t, env, 0, 0) },
		},
	)
}

// A monitor that another resource manages is renamed, which replaces it: in one
// apply, with the destination, whether the plan knows the new name or not.
func TestRenameOfTheMonitor(t *testing.T) {
	t.Parallel()
	for order, in := range orders {
		for _, reference := range []string{"name", "id"} {
			t.Run(order+"/by "+reference, func(t *testing.T) {
				t.Parallel()
				env := acctest.NewFake(t)
				named := func(name string) string {
					return config(env,
						fmt.Sprintf("resource \"fakerum_app_monitor\" \"test\" {\n  name = %q\n}\n", name),
						block("test", "app_monitor_name = fakerum_app_monitor.test."+reference, `destination = "CloudWatch"`, in.lifecycle))
				}
				env.Run(t,
					resource.TestStep{
						Config:        named("old"),
						PostApplyFunc: func() { wantOnly(t, env, acctest.Region, "old", inCloudWatch) },
					},
					resource.TestStep{
						PreConfig:        env.Fake.ForgetRequests,
						Config:           named("new"),
						ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: planned(in.action)},
						PostApplyFunc: func() {
							wantWrites(t, env, 1, 1)
							wantOnly(t, env, acctest.Region, "new", inCloudWatch)
							for _, r := range env.Fake.Requests() {
								if r.Operation == opDelete && (r.Monitor != "old" || r.Status != 200) {
									t.Errorf("the Delete was of %s and was answered with %d", r.Monitor, r.Status)
								}
							}
						},
					},
				)
			})
		}
	}
}
