package metricsdestination_test

import (
	"fmt"
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

// orders are the two orders in which a CLI replaces, with the line of the block that
// asks for the order and the action of the plan.
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
		had      fakerum.Destination // of the monitor "web" before, unless it is zero
		region   string              // of the one destination after
		monitor  string              // of the one destination after
		has      fakerum.Destination // the one destination after
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

// wantOnly checks that the fake has this one destination and no other.
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

// A replacement that keeps the key puts over its own destination. In either order, the
// destination is left.
func TestReplacementWithTheSameKeyKeepsTheDestination(t *testing.T) {
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
					t.Errorf("the warning that it was kept: got %t, want %t", kept, want)
				}
				wantDestinations(t, env.Account, web, inEvidently(arnA, roleA))
				cli.Run("plan", "-detailed-exitcode")
				cli.Run("destroy", "-auto-approve")
				wantDestinations(t, env.Account, web)
			})
		}
	}
}

// A resource gets another name and another role. The apply creates and destroys the
// same destination, in any order. The destination must be left with the new role.
func TestRenameWithoutMovedBlockKeepsTheDestination(t *testing.T) {
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

// One run creates the destination of a new resource, and then deletes that of an old
// one, which is the same.
func TestDeleteKeepsWhatTheSameRunMayHaveCreated(t *testing.T) {
	t.Parallel()
	const refused, kept = "Cannot create or update RUM metrics destination", "Kept a RUM metrics destination"
	for name, test := range map[string]struct {
		fault fakerum.Fault // of the Put
		says  []string
		kept  bool
	}{
		"created":         {fakerum.Fault{}, []string{kept}, true},
		"refused":         {fakerum.Fault{Status: http.StatusForbidden, Code: "AccessDeniedException"}, []string{refused}, false},
		"created, or not": {fakerum.Fault{Status: http.StatusFound, ContentType: "text/html", Body: "<html>"}, []string{refused, kept}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newFake(t)
			env.Account.PutDestination(web, inEvidently(arnA, roleA))
			if test.fault.Status > 0 {
				test.fault.Operation = opPut
				env.Fake.Inject(test.fault)
			}
			tf := newTerraform(t, env)
			object := destinationObject(web, roleB)
			_, diagnostics := tf.apply(t, nil, object, tf.plan(t, nil, object))
			_, more := tf.apply(t, object, nil, tf.plan(t, object, nil))
			var says []string
			for _, d := range append(diagnostics, more...) {
				says = append(says, d.Summary)
			}
			if !slices.Equal(says, test.says) {
				t.Errorf("got the diagnostics %q, want %q", says, test.says)
			}
			if got := len(env.Account.Destinations(web)) > 0; got != test.kept {
				t.Errorf("the destination was kept: got %t, want %t", got, test.kept)
			}
		})
	}
}

func TestRenameWithMovedBlockChangesNothing(t *testing.T) {
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

// Another resource manages the monitor and gets a new name for it, which replaces the
// monitor. One apply replaces the destination too, whether or not the plan knows the
// new name.
func TestRenameOfTheMonitorTakesOneApply(t *testing.T) {
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
									t.Errorf("the Delete was of %s and got the status %d, want %s and 200", r.Monitor, r.Status, "old")
								}
							}
						},
					},
				)
			})
		}
	}
}
