package metricsdestination_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

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
	inWeb, inAPI := evidently("test", web, arnA, roleA), cloudWatch("test", "api")
	for name, test := range map[string]struct {
		from, to        string
		region, monitor string              // of the one destination after
		has             fakerum.Destination // the one destination after
	}{
		"app_monitor_name":                      {inWeb, evidently("test", "api", arnA, roleA), acctest.Region, "api", inEvidently(arnA, roleA)},
		"destination":                           {cloudWatch("test", web), inWeb, acctest.Region, web, inEvidently(arnA, roleA)},
		"destination, the other way":            {inWeb, cloudWatch("test", web), acctest.Region, web, inCloudWatch},
		"destination_arn, and the role with it": {inWeb, evidently("test", web, arnB, roleB), acctest.Region, web, inEvidently(arnB, roleB)},
		"region":                                {inAPI, cloudWatch("test", "api", `region = "us-east-1"`), acctest.OtherRegion, "api", inCloudWatch},
		"region, back to the provider's":        {cloudWatch("test", "api", `region = "us-east-1"`), inAPI, acctest.Region, "api", inCloudWatch},
	} {
		for order, in := range orders {
			t.Run(name+"/"+order, func(t *testing.T) {
				t.Parallel()
				env := newFake(t)
				env.Account.CreateMonitor("api")
				env.In(acctest.OtherRegion).CreateMonitor("api")
				ordered := func(block string) string {
					return config(env, strings.Replace(block, "\n}", "\n"+in.lifecycle+"\n}", 1))
				}
				otherID := statecheck.CompareValue(compare.ValuesDiffer())
				id := func() []statecheck.StateCheck {
					return []statecheck.StateCheck{otherID.AddStateValue(address, tfjsonpath.New("id"))}
				}
				env.Run(t,
					resource.TestStep{Config: ordered(test.from), ConfigStateChecks: id()},
					resource.TestStep{
						PreConfig:         env.Fake.ForgetRequests,
						Config:            ordered(test.to),
						ConfigPlanChecks:  planned(in.action),
						ConfigStateChecks: id(),
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
				cli := newAppliedCLI(t, env, evidently("test", web, arnA, roleA, in.lifecycle))
				env.Fake.ForgetRequests()
				args := []string{"apply", "-auto-approve", "-replace=" + address}
				if why == "taint" {
					cli.Run("taint", address)
					args = args[:2]
				}
				kept := slices.ContainsFunc(cli.Diagnostics(args...), func(d acctest.Diagnostic) bool {
					return d.Severity == "warning" && d.Summary == "Kept a RUM metrics destination"
				})
				want, deletes := false, 1
				if in.lifecycle == createBeforeDestroy {
					want, deletes = true, 0
				}
				wantWrites(t, env, 1, deletes)
				if kept != want {
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
			ConfigPlanChecks: plannedAll(map[string]plancheck.ResourceActionType{
				"old": plancheck.ResourceActionDestroy, "test": plancheck.ResourceActionCreate,
			}),
			PostApplyFunc: func() { wantDestinations(t, env.Account, web, inEvidently(arnA, roleB)) },
		},
	)
}

// One run creates the destination of a new resource, and then deletes that of an old
// one, which is the same.
func TestDeleteKeepsWhatTheSameRunMayHaveCreated(t *testing.T) {
	t.Parallel()
	const kept = "Kept a RUM metrics destination"
	for name, test := range map[string]struct {
		fault fakerum.Fault // of the Put
		says  []string
		kept  bool
	}{
		"created":         {fakerum.Fault{}, []string{kept}, true},
		"refused":         {denied, []string{cannotPut}, false},
		"created, or not": {fakerum.Fault{Status: http.StatusFound, ContentType: "text/html", Body: "<html>"}, []string{cannotPut, kept}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newFake(t, inEvidently(arnA, roleA))
			if test.fault.Status > 0 {
				test.fault.Operation = opPut
				env.Fake.Inject(test.fault)
			}
			tf := newTerraform(t, env)
			object := destinationObject(roleB)
			_, diagnostics := tf.change(t, nil, object)
			_, more := tf.change(t, object, nil)
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

// The delete of the old resource is on its way when the new one is created. Otherwise the
// delete would come after the Put, and take what it has made.
func TestCreateWaitsForTheDeleteOfTheSameDestination(t *testing.T) {
	t.Parallel()
	env := newFake(t, inEvidently(arnA, roleA))
	deleting, deleted := make(chan struct{}), make(chan struct{})
	begun := sync.OnceFunc(func() { close(deleting) })
	env.Fake.Inject(fakerum.Fault{Operation: opDelete, Delay: 300 * time.Millisecond, Match: func(fakerum.Request) bool {
		begun()
		return true
	}})
	tf, object := newTerraform(t, env), destinationObject(roleA)
	go func() {
		defer close(deleted)
		tf.change(t, object, nil)
	}()
	<-deleting
	tf.change(t, nil, object)
	<-deleted
	wantDestinations(t, env.Account, web, inEvidently(arnA, roleA))
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
			ConfigPlanChecks: planned(plancheck.ResourceActionNoop),
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
					resource.TestStep{Config: named("old")},
					resource.TestStep{
						PreConfig:        env.Fake.ForgetRequests,
						Config:           named("new"),
						ConfigPlanChecks: planned(in.action),
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
