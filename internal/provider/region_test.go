package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
)

// The rows are all sets of places that can name a region.
func TestFirstPlaceWithARegionCounts(t *testing.T) {
	fake, url := newFake(t)
	places := []string{"region", "AWS_REGION", "AWS_DEFAULT_REGION", "profile"}
	regions := []string{"eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1"}
	for name, set := range setsOf(places...) {
		t.Run(name, func(t *testing.T) {
			cleanEnv(t, nil)
			block, want := at(url, "AKID").with(args{"region": ""}), "" // means the same as null
			for _, i := range set {
				want = regions[i]
				switch i {
				case 0:
					block["region"] = want
				case 3:
					home(t, "config", "[default]\nregion = "+want+"\n")
				default:
					t.Setenv(places[i], want)
				}
			}
			if want == "" {
				expect(t, newServer(t).Configure(t, block), "Missing AWS region", "AWS_REGION", `AttributeName("region")`)
				return
			}
			if got := configured(t, block).plan(t, args{"app_monitor_name": web, "destination": "CloudWatch"})["region"]; got != want {
				t.Errorf("planned for %s, want %s", got, want)
			}
			if got := last(t, fake).Region; got != want {
				t.Errorf("asked %s, want %s", got, want)
			}
		})
	}
}

func TestUnknownAndUnreachableRegionsAreRefused(t *testing.T) {
	cleanEnv(t, nil)
	fake, url := newFake(t)
	block := at(url, "AKID")

	t.Run("unknown", func(t *testing.T) {
		expect(t, newServer(t).Configure(t, block.with(args{"region": "eu-west"})),
			"Unknown AWS region", "eu-west", "skip_region_validation", "AttributeName(\"region\")")
	})
	t.Run("unknown, of the environment", func(t *testing.T) {
		t.Setenv("AWS_REGION", "mars-north-1")
		expect(t, newServer(t).Configure(t, block.with(args{"region": nil})), "Unknown AWS region", "mars-north-1")
	})
	t.Run("not the form of a region", func(t *testing.T) {
		expect(t, newServer(t).Configure(t, block.with(args{"region": "EU West"})), "region must be the name of an AWS region")
	})
	t.Run("skipped", func(t *testing.T) {
		s := configured(t, block.with(args{"region": "mars-north-1", "skip_region_validation": true}))
		for _, planned := range []string{"mars-north-1", "venus-south-2"} {
			s.plan(t, args{"app_monitor_name": web, "destination": "CloudWatch", "region": planned})
			if got := last(t, fake).Region; got != planned {
				t.Errorf("asked %s, want %s", got, planned)
			}
		}
	})

	for _, test := range []struct{ own, of, says string }{ // of the provider, of the resource, in the error
		{"eu-west-1", "eu-central-2", ""},
		{"eu-west-1", "mx-central-1", ""},
		{"eu-west-1", "cn-north-1", `"cn-north-1" is in the partition aws-cn, but the provider's region "eu-west-1" is in aws`},
		{"cn-north-1", "eu-west-1", `"eu-west-1" is in the partition aws, but the provider's region "cn-north-1" is in aws-cn`},
		{"us-gov-west-1", "us-west-1", `"us-west-1" is in the partition aws`},
		{"us-gov-west-1", "us-gov-east-1", ""},
		{"eu-west-1", "mars-north-1", `"mars-north-1" is not a region of any AWS partition`},
	} {
		t.Run(fmt.Sprintf("a resource in %s of a provider in %s", test.of, test.own), func(t *testing.T) {
			s := configured(t, block.with(args{"region": test.own}))
			resource := args{"app_monitor_name": web, "destination": "CloudWatch", "region": test.of}
			if test.says == "" {
				s.plan(t, resource)
				return
			}
			expect(t, s.tryPlan(t, resource, nil).Diagnostics, "Region outside the provider's AWS partition", test.says, "AttributeName(\"region\")")
		})
	}
}

// plan plans the creation of a destination and returns what is planned.
func (s server) plan(t *testing.T, resource args) map[string]string {
	t.Helper()
	resp := s.tryPlan(t, resource, nil)
	if len(resp.Diagnostics) > 0 {
		t.Fatal(say(resp.Diagnostics))
	}
	return acctest.Strings(t, resp.PlannedState, s.Schema.ResourceSchemas[resourceType].ValueType())
}

func (s server) tryPlan(t *testing.T, resource args, can *tfprotov6.PlanResourceChangeClientCapabilities) *tfprotov6.PlanResourceChangeResponse {
	t.Helper()
	of := s.Schema.ResourceSchemas[resourceType].ValueType()
	resp, err := s.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName:           resourceType,
		PriorState:         acctest.Object(t, of, nil),
		Config:             acctest.Object(t, of, resource),
		ProposedNewState:   acctest.Object(t, of, args{"region": unknown, "id": unknown}.with(resource)),
		ClientCapabilities: can,
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp
}
