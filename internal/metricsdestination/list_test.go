package metricsdestination_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

const resourceType = "rum_metrics_destination"

// listed is one result of the list resource.
type listed struct {
	name               string
	identity, resource map[string]string
	errors             []string
}

// query asks the list resource through the plugin protocol, because OpenTofu and
// Terraform before 1.14 have no query command.
func query(t *testing.T, s acctest.Server, limit int64, includeResource bool, config map[string]string) (results []listed) {
	t.Helper()
	server, ok := s.ProviderServer.(tfprotov6.ListResourceServer)
	if !ok {
		t.Fatal("the provider serves no list resources, want it to")
	}
	given := map[string]tftypes.Value{}
	for name, value := range config {
		given[name] = tftypes.NewValue(tftypes.String, value)
	}
	stream, err := server.ListResource(t.Context(), &tfprotov6.ListResourceRequest{
		TypeName:        resourceType,
		Config:          acctest.Object(t, s.Schema.ListResourceSchemas[resourceType].ValueType(), given),
		IncludeResource: includeResource,
		Limit:           limit,
	})
	if err != nil {
		t.Fatal(err)
	}
	for r := range stream.Results {
		got := listed{name: r.DisplayName}
		for _, d := range r.Diagnostics {
			got.errors = append(got.errors, d.Summary+": "+d.Detail)
		}
		if r.Identity != nil && r.Identity.IdentityData != nil {
			got.identity = acctest.Strings(t, r.Identity.IdentityData, identityType)
		}
		if includeResource && r.Resource != nil {
			got.resource = acctest.Strings(t, r.Resource, s.Schema.ResourceSchemas[resourceType].ValueType())
		}
		results = append(results, got)
	}
	return results
}

func names(results []listed) (all []string) {
	for _, r := range results {
		all = append(all, r.name)
	}
	return all
}

func TestListYieldsEveryDestination(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	var want []string
	for i := range 20 {
		monitor := fmt.Sprintf("site-%02d", i)
		env.Account.CreateMonitor(monitor)
		env.Account.PutDestination(monitor, fakerum.Destination{Destination: "CloudWatch"})
		env.Account.PutDestination(monitor, fakerum.Destination{Destination: "Evidently", DestinationARN: movedARN, IAMRoleARN: movedRole})
		want = append(want, monitor+",CloudWatch@eu-west-1", monitor+",Evidently,"+movedARN+"@eu-west-1")
	}
	env.Account.CreateMonitor("bare")
	env.In(acctest.OtherRegion).CreateMonitor("far")
	env.In(acctest.OtherRegion).PutDestination("far", fakerum.Destination{Destination: "CloudWatch"})
	server := env.Server(t)

	t.Run("every monitor, in the service's order", func(t *testing.T) {
		results := query(t, server, 0, false, nil)
		if got := names(results); !slices.Equal(got, want) {
			t.Errorf("got %v\nwant %v", got, want)
		}
		wantIdentity := map[string]string{"app_monitor_name": "site-00", "destination": "CloudWatch", "region": "eu-west-1"}
		if got := results[0].identity; fmt.Sprint(got) != fmt.Sprint(wantIdentity) {
			t.Errorf("got the identity %v, want %v", got, wantIdentity)
		}
	})
	t.Run("with the resource", func(t *testing.T) {
		results := query(t, server, 0, true, map[string]string{"app_monitor_name": "site-07"})
		if len(results) != 2 {
			t.Fatalf("%d results, want 2", len(results))
		}
		want := map[string]string{
			"app_monitor_name": "site-07", "destination": "Evidently", "destination_arn": movedARN, "iam_role_arn": movedRole,
			"region": "eu-west-1", "id": "site-07,Evidently," + movedARN + "@eu-west-1",
		}
		if got := results[1].resource; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got the resource %v, want %v", got, want)
		}
	})
	t.Run("another region", func(t *testing.T) {
		results := query(t, server, 0, false, map[string]string{"region": acctest.OtherRegion})
		if got, want := names(results), []string{"far,CloudWatch@us-east-1"}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
	t.Run("a monitor that does not exist", func(t *testing.T) {
		results := query(t, server, 0, false, map[string]string{"app_monitor_name": "absent"})
		if len(results) != 1 || len(results[0].errors) != 1 {
			t.Fatalf("got %+v, want one result with one error", results)
		}
		if got, want := results[0].errors[0], `"absent"`; !strings.Contains(got, want) {
			t.Errorf("got the error %q, want %q in it", got, want)
		}
	})
}

// Each page has one monitor, and each monitor one destination. A list of three must
// not ask for more than three of each.
func TestListStopsAtTheLimit(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	env.Fake.Behave(func(b *fakerum.Behavior) { b.PageSize = 1 })
	for i := range 30 {
		monitor := fmt.Sprintf("site-%02d", i)
		env.Account.CreateMonitor(monitor)
		env.Account.PutDestination(monitor, fakerum.Destination{Destination: "CloudWatch"})
	}
	server := env.Server(t)
	env.Fake.ForgetRequests()

	want := []string{"site-00,CloudWatch@eu-west-1", "site-01,CloudWatch@eu-west-1", "site-02,CloudWatch@eu-west-1"}
	if got := names(query(t, server, 3, false, nil)); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if pages := env.Fake.Count(fakerum.OpListAppMonitors); pages != 3 {
		t.Errorf("%d pages of monitors were read, want 3", pages)
	}
	if reads := env.Fake.Count(fakerum.OpListRumMetricsDestinations); reads != 3 {
		t.Errorf("the destinations of %d monitors were read, want those of 3", reads)
	}
}

func TestListEndsWithAnError(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fakerum.Fault{
		"on a later page of monitors": {Operation: fakerum.OpListAppMonitors, Status: 403, Code: "AccessDeniedException", Message: "not you"},
		"on a later monitor":          {Operation: fakerum.OpListRumMetricsDestinations, Monitor: "site-02", Status: 403, Code: "AccessDeniedException", Message: "not you"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.NewFake(t)
			env.Fake.Behave(func(b *fakerum.Behavior) { b.PageSize = 2 })
			for _, monitor := range []string{"site-00", "site-01", "site-02", "site-03"} {
				env.Account.CreateMonitor(monitor)
				env.Account.PutDestination(monitor, fakerum.Destination{Destination: "CloudWatch"})
			}
			server := env.Server(t)
			if fault.Operation == fakerum.OpListAppMonitors { // the fault begins after the first page
				monitors := 0
				env.Fake.Watch(func(r fakerum.Request, _ time.Duration) {
					if r.Operation == fakerum.OpListAppMonitors {
						if monitors++; monitors == 1 {
							env.Fake.Inject(fault)
						}
					}
				})
			} else {
				env.Fake.Inject(fault)
			}

			results := query(t, server, 0, false, nil)
			if len(results) != 3 {
				t.Fatalf("got %d results, want 2 and the error: %v", len(results), names(results))
			}
			if got, want := names(results[:2]), []string{"site-00,CloudWatch@eu-west-1", "site-01,CloudWatch@eu-west-1"}; !slices.Equal(got, want) {
				t.Fatalf("before the error: got %v, want %v", got, want)
			}
			last := results[2].errors
			if len(last) != 1 {
				t.Fatalf("got %d errors at the end, want 1: %q", len(last), last)
			}
			for _, want := range []string{"not you", "rum:" + fault.Operation} {
				if !strings.Contains(last[0], want) {
					t.Errorf("got the error %q, want it to say %q", last[0], want)
				}
			}
		})
	}
}

func TestListRefusesAWrongConfiguration(t *testing.T) {
	t.Parallel()
	s := acctest.NewFake(t).Server(t)
	server, ok := s.ProviderServer.(tfprotov6.ListResourceServer)
	if !ok {
		t.Fatal("the provider serves no list resources, want it to")
	}
	resp, err := server.ValidateListResourceConfig(t.Context(), &tfprotov6.ValidateListResourceConfigRequest{
		TypeName: resourceType,
		Config: acctest.Object(t, s.Schema.ListResourceSchemas[resourceType].ValueType(), map[string]tftypes.Value{
			"app_monitor_name": tftypes.NewValue(tftypes.String, "my web"),
			"region":           tftypes.NewValue(tftypes.String, "Ireland"),
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(resp.Diagnostics) != 2 {
		t.Errorf("%d arguments are refused, want 2", len(resp.Diagnostics))
	}
}

// The list resource also works through the CLI, if it has the query command.
func TestQueryListsDestinations(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	monitor := env.Monitor(t)
	env.Account.PutDestination(monitor, fakerum.Destination{Destination: "CloudWatch"})
	env.RunWithQuery(t,
		resource.TestStep{Config: env.Config("")},
		resource.TestStep{
			Query:  true,
			Config: fmt.Sprintf("list %q \"all\" {\n provider = rum\n}\n", resourceType), // the step before has the provider block
			QueryResultChecks: []querycheck.QueryResultCheck{
				querycheck.ExpectLength(resourceType+".all", 1),
				querycheck.ExpectIdentity(resourceType+".all", map[string]knownvalue.Check{
					"app_monitor_name": knownvalue.StringExact(monitor),
					"destination":      knownvalue.StringExact("CloudWatch"),
					"destination_arn":  knownvalue.Null(),
					"region":           knownvalue.StringExact(env.Region),
				}),
			},
		},
	)
}
