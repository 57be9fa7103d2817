package metricsdestination_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// createSites creates monitors that have these destinations.
func createSites(env *acctest.Env, n int, destinations ...fakerum.Destination) {
	for i := range n {
		monitor := fmt.Sprintf("site-%02d", i)
		env.Account.CreateMonitor(monitor)
		for _, d := range destinations {
			env.Account.PutDestination(monitor, d)
		}
	}
}

func TestListYieldsEveryDestination(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	createSites(env, 20, inCloudWatch, inEvidently(arnA, roleA))
	var want []string
	for i := range 20 {
		want = append(want, fmt.Sprintf("site-%02d,CloudWatch@eu-west-1", i), fmt.Sprintf("site-%02d,Evidently,%s@eu-west-1", i, arnA))
	}
	env.Account.CreateMonitor("bare")
	env.In(acctest.OtherRegion).CreateMonitor("far")
	env.In(acctest.OtherRegion).PutDestination("far", inCloudWatch)
	server := env.Server(t)

	// Of every monitor, in the service's order.
	got, results := server.List(t, resourceType, 0, false, nil)
	if !slices.Equal(got, want) {
		t.Fatalf("got %v\nwant %v", got, want)
	}
	identity := map[string]string{"app_monitor_name": "site-00", "destination": "CloudWatch", "region": "eu-west-1"}
	if got := acctest.Strings(t, results[0].Identity.IdentityData, identityType); !maps.Equal(got, identity) {
		t.Errorf("got the identity %v, want %v", got, identity)
	}

	// Of one monitor, with the resources.
	got, results = server.List(t, resourceType, 0, true, map[string]string{"app_monitor_name": "site-07"})
	if !slices.Equal(got, want[14:16]) {
		t.Fatalf("of one monitor: got %v, want %v", got, want[14:16])
	}
	object := map[string]string{
		"app_monitor_name": "site-07", "destination": "Evidently", "destination_arn": arnA, "iam_role_arn": roleA,
		"region": "eu-west-1", "id": want[15],
	}
	if got := acctest.Strings(t, results[1].Resource, server.Schema.ResourceSchemas[resourceType].ValueType()); !maps.Equal(got, object) {
		t.Errorf("got the resource %v, want %v", got, object)
	}

	got, _ = server.List(t, resourceType, 0, false, map[string]string{"region": acctest.OtherRegion})
	if want := []string{"far,CloudWatch@us-east-1"}; !slices.Equal(got, want) {
		t.Errorf("of another region: got %v, want %v", got, want)
	}
	got, _ = server.List(t, resourceType, 0, false, map[string]string{"app_monitor_name": "absent"})
	if len(got) != 1 || !strings.HasPrefix(got[0], "error: ") || !strings.Contains(got[0], `"absent"`) {
		t.Errorf("of an absent monitor: got %q, want one error that names it", got)
	}
}

// Each page has one monitor, and each monitor one destination. A list of three must
// not ask for more than three of each.
func TestListStopsAtTheLimit(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	env.Fake.Behave(func(b *fakerum.Behavior) { b.PageSize = 1 })
	createSites(env, 30, inCloudWatch)
	want := []string{"site-00,CloudWatch@eu-west-1", "site-01,CloudWatch@eu-west-1", "site-02,CloudWatch@eu-west-1"}
	if got, _ := env.Server(t).List(t, resourceType, 3, false, nil); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if pages := env.Fake.Count(fakerum.OpListAppMonitors); pages != 3 {
		t.Errorf("%d pages of monitors were read, want 3", pages)
	}
	if reads := env.Fake.Count(opList); reads != 3 {
		t.Errorf("the destinations of %d monitors were read, want those of 3", reads)
	}
}

func TestListEndsWithAnError(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fakerum.Fault{
		"on a later page of monitors": {
			Operation: fakerum.OpListAppMonitors, Match: func(r fakerum.Request) bool { return strings.Contains(r.URL, "nextToken") },
		},
		"on a later monitor": {Operation: opList, Monitor: "site-02"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.NewFake(t)
			env.Fake.Behave(func(b *fakerum.Behavior) { b.PageSize = 2 })
			createSites(env, 4, inCloudWatch)
			fault.Status, fault.Code, fault.Message = http.StatusForbidden, "AccessDeniedException", "not you"
			env.Fake.Inject(fault)
			got, _ := env.Server(t).List(t, resourceType, 0, false, nil)
			if want := []string{"site-00,CloudWatch@eu-west-1", "site-01,CloudWatch@eu-west-1"}; len(got) != 3 || !slices.Equal(got[:2], want) {
				t.Fatalf("got %q, want %q and an error", got, want)
			}
			for _, want := range []string{"error: ", "not you", "rum:" + fault.Operation} {
				if !strings.Contains(got[2], want) {
					t.Errorf("got %q at the end, want it to say %q", got[2], want)
				}
			}
		})
	}
}

func TestListRefusesAWrongConfiguration(t *testing.T) {
	t.Parallel()
	server := acctest.NewFake(t).Server(t)
	for resourceType := range server.Schema.ListResourceSchemas {
		got, _ := server.List(t, resourceType, 0, false, map[string]string{"app_monitor_name": "my web", "region": "Ireland"})
		if len(got) != 2 {
			t.Errorf("%s: got %q, want an error for each of the two arguments", resourceType, got)
		}
	}
}

// The list resource also works through the CLI, if it has the query command.
func TestQueryListsDestinations(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	env.Account.PutDestination(web, inCloudWatch)
	const all = resourceType + ".all"
	env.RunWithQuery(t,
		resource.TestStep{Config: env.Config("")},
		resource.TestStep{
			Query:  true,
			Config: fmt.Sprintf("list %q \"all\" {\n provider = rum\n}\n", resourceType), // the step before has the provider block
			QueryResultChecks: []querycheck.QueryResultCheck{
				querycheck.ExpectLength(all, 1),
				querycheck.ExpectIdentity(all, checks(map[string]string{
					"app_monitor_name": web, "destination": "CloudWatch", "destination_arn": "", "region": env.Region,
				})),
			},
		},
	)
}
