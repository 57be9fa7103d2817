package metricsdestination_test

import (
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
)

func TestIdentityIsTheKey(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		resource string
		want     map[string]knownvalue.Check
	}{
		"CloudWatch": {
			resource: cloudWatch("test", web),
			want: map[string]knownvalue.Check{
				"app_monitor_name": knownvalue.StringExact(web),
				"destination":      knownvalue.StringExact("CloudWatch"),
				"destination_arn":  knownvalue.Null(),
				"region":           knownvalue.StringExact("eu-west-1"),
			},
		},
		"Evidently in another region": {
			resource: evidently("test", web, arnA, roleA, `region = "us-east-1"`),
			want: map[string]knownvalue.Check{
				"app_monitor_name": knownvalue.StringExact(web),
				"destination":      knownvalue.StringExact("Evidently"),
				"destination_arn":  knownvalue.StringExact(arnA),
				"region":           knownvalue.StringExact("us-east-1"),
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newFake(t)
			env.RunWithIdentity(t,
				resource.TestStep{
					Config:            config(env, test.resource),
					ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectIdentity(address, test.want)},
				},
				resource.TestStep{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
			)
		})
	}
}

// A CLI that knows no identity sends none. When the destination is gone, the plugin
// framework refuses the result of a Read that has no identity.
func TestReadWithoutIdentityReturnsOne(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	env.In(acctest.OtherRegion).PutDestination(web, inCloudWatch)
	server := env.Server(t)
	kind := server.Schema.ResourceSchemas[resourceType].ValueType()
	for name, test := range map[string]struct {
		region string
		found  bool
	}{
		"exists": {acctest.OtherRegion, true},
		"absent": {acctest.Region, false},
	} {
		t.Run(name, func(t *testing.T) {
			resp, err := server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
				TypeName: resourceType,
				CurrentState: acctest.Object(t, kind, map[string]tftypes.Value{
					"app_monitor_name": tftypes.NewValue(tftypes.String, web),
					"destination":      tftypes.NewValue(tftypes.String, "CloudWatch"),
					"region":           tftypes.NewValue(tftypes.String, test.region),
				}),
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range resp.Diagnostics {
				t.Errorf("got %s: %s, want no diagnostics", d.Summary, d.Detail)
			}
			state, err := resp.NewState.Unmarshal(kind)
			if err != nil {
				t.Fatal(err)
			}
			if got := !state.IsNull(); got != test.found {
				t.Errorf("in the state: got %t, want %t: %v", got, test.found, state)
			}
			want := map[string]string{"app_monitor_name": web, "destination": "CloudWatch", "region": test.region}
			if got := acctest.Strings(t, resp.NewIdentity.IdentityData, identityType); !maps.Equal(got, want) {
				t.Errorf("got the identity %v, want %v", got, want)
			}
		})
	}
}

func TestImportGivesTheWholeIdentity(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	env.Account.PutDestination(web, inEvidently(arnA, roleA))
	resp, err := env.Server(t).ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: resourceType, ID: web})
	if err != nil {
		t.Fatal(err)
	}
	if len(resp.Diagnostics) > 0 {
		t.Fatalf("got the diagnostics %v, want none", resp.Diagnostics)
	}
	if got := len(resp.ImportedResources); got != 1 {
		t.Fatalf("got %d resources, want 1", got)
	}
	want := map[string]string{"app_monitor_name": web, "destination": "Evidently", "destination_arn": arnA, "region": acctest.Region}
	if got := acctest.Strings(t, resp.ImportedResources[0].Identity.IdentityData, identityType); !maps.Equal(got, want) {
		t.Errorf("got the identity %v, want %v", got, want)
	}
}
