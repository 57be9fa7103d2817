package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
)

// The rows are all sets of places that can name a region.
func TestFirstPlaceWithARegionCounts(t *testing.T) {
	fake, url := newFake(t)
	places := []string{"region", "AWS_REGION", "AWS_DEFAULT_REGION", "profile"}
	regions := []string{"eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1"}
	for set := range 1 << len(places) {
		var names []string
		want := ""
		for i, place := range places {
			if set&(1<<i) == 0 {
				continue
			}
			names = append(names, place)
			if want == "" {
				want = regions[i]
			}
		}
		t.Run(strings.Join(names, "+"), func(t *testing.T) {
			cleanEnv(t)
			block := at(url, "AKID")
			block["region"] = "" // means the same as null
			for i, place := range places {
				switch {
				case set&(1<<i) == 0:
				case i == 0:
					block[place] = regions[i]
				case i == 3:
					t.Setenv("AWS_CONFIG_FILE", write(t, "config", "[default]\nregion = "+regions[i]+"\n"))
				default:
					t.Setenv(place, regions[i])
				}
			}
			s := newServer(t)
			diags := s.configure(t, block)
			if want == "" {
				expect(t, diags, "Missing AWS region", "AWS_REGION", "AttributeName(\"region\")")
				return
			}
			if len(diags) > 0 {
				t.Fatal(say(diags))
			}
			if got := s.plan(t, args{"app_monitor_name": web, "destination": "CloudWatch"})["region"]; got != want {
				t.Errorf("planned for %s, want %s", got, want)
			}
			if got := last(t, fake).Region; got != want {
				t.Errorf("asked %s, want %s", got, want)
			}
		})
	}
}

func TestUnknownAndUnreachableRegionsAreRefused(t *testing.T) {
	cleanEnv(t)
	fake, url := newFake(t)
	block := at(url, "AKID")

	for _, wrong := range []string{"eu-west", "mars-north-1", "eu-west-1a"} {
		t.Run("unknown: "+wrong, func(t *testing.T) {
			expect(t, newServer(t).configure(t, block.with(args{"region": wrong})),
				"Unknown AWS region", wrong, "skip_region_validation", "AttributeName(\"region\")")
		})
	}
	t.Run("unknown, of the environment", func(t *testing.T) {
		t.Setenv("AWS_REGION", "mars-north-1")
		expect(t, newServer(t).configure(t, block.with(args{"region": nil})), "Unknown AWS region", "mars-north-1")
	})
	t.Run("not the form of a region", func(t *testing.T) {
		expect(t, newServer(t).configure(t, block.with(args{"region": "EU West"})), "region must be the name of an AWS region")
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
			_, diags := s.tryPlan(t, resource)
			expect(t, diags, "Region outside the provider's AWS partition", test.says, "AttributeName(\"region\")")
		})
	}
}

// plan plans the creation of a destination and returns what is planned.
func (s *server) plan(t *testing.T, resource args) map[string]string {
	t.Helper()
	planned, diags := s.tryPlan(t, resource)
	if len(diags) > 0 {
		t.Fatal(say(diags))
	}
	return planned
}

func (s *server) tryPlan(t *testing.T, resource args) (map[string]string, []*tfprotov6.Diagnostic) {
	t.Helper()
	of := s.schema.ResourceSchemas[resourceType].ValueType()
	proposed := resource.with(nil)
	if proposed["region"] == nil {
		proposed["region"] = unknown{}
	}
	proposed["id"] = unknown{}
	resp, err := s.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName:         resourceType,
		PriorState:       s.encode(t, of, nil),
		Config:           s.encode(t, of, resource),
		ProposedNewState: s.encode(t, of, proposed),
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(resp.Diagnostics) > 0 {
		return nil, resp.Diagnostics
	}
	return acctest.Strings(t, resp.PlannedState, of), nil
}
