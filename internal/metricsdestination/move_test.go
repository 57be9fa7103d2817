package metricsdestination_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/provider"
)

func TestMoveFromAWSChangesNothing(t *testing.T) {
	for name, c := range map[string]struct{ aws, test string }{
		"CloudWatch":              {cloudWatch("test", web), cloudWatch("test", web)},
		"Evidently":               {evidently("test", web, arnA, roleA), evidently("test", web, arnA, roleA)},
		"a state with no region":  {cloudWatch("test", web, `region = ""`), cloudWatch("test", web)},
		"Evidently and no region": {evidently("test", web, arnA, roleA, `region = ""`), evidently("test", web, arnA, roleA)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newFake(t)
			inAWS := strings.Replace(c.aws, resourceType, "aws_"+resourceType, 1)
			env.Run(t,
				resource.TestStep{Config: config(env, inAWS)},
				resource.TestStep{
					PreConfig:         env.Fake.ForgetRequests,
					Config:            config(env, c.test, fmt.Sprintf("moved {\n  from = aws_%s\n  to   = %[1]s\n}", address)),
					ConfigPlanChecks:  planned(plancheck.ResourceActionNoop),
					ConfigStateChecks: values(address, map[string]string{"region": env.Region, "app_monitor_name": web}),
				},
			)
			wantWrites(t, env, 0, 1) // the one Delete is the destroy at the end
		})
	}
}

// The rows are all shapes of state that can come through the plugin protocol. The test
// needs no CLI, and no CLI makes all of them.
func TestMoveTakesOnlyStatesThatItKnows(t *testing.T) {
	t.Parallel()
	type state map[string]any
	for name, c := range map[string]struct {
		address, sourceType string
		source              state
		want                map[string]string // the attributes that are not null; nil if the state is refused
	}{
		"aws 6, CloudWatch": {
			"registry.terraform.io/hashicorp/aws", "aws_rum_metrics_destination",
			state{"id": "web", "region": "us-east-1", "app_monitor_name": "web", "destination": "CloudWatch", "destination_arn": "", "iam_role_arn": ""},
			map[string]string{"id": "web,CloudWatch@us-east-1", "region": "us-east-1", "app_monitor_name": "web", "destination": "CloudWatch"},
		},
		"aws 6, Evidently, from OpenTofu's registry": {
			"registry.opentofu.org/hashicorp/aws", "aws_rum_metrics_destination",
			state{"id": "web", "region": "eu-west-1", "app_monitor_name": "web", "destination": "Evidently", "destination_arn": arnA, "iam_role_arn": roleA},
			map[string]string{"id": "web,Evidently," + arnA + "@eu-west-1", "region": "eu-west-1", "app_monitor_name": "web", "destination": "Evidently", "destination_arn": arnA, "iam_role_arn": roleA},
		},
		"aws 5 has no region; the bare name some versions of OpenTofu give": {
			"aws", "aws_rum_metrics_destination",
			state{"id": "web", "app_monitor_name": "web", "destination": "CloudWatch", "destination_arn": nil, "iam_role_arn": nil},
			map[string]string{"id": "web,CloudWatch", "app_monitor_name": "web", "destination": "CloudWatch"},
		},
		"a registry of one's own, and an attribute that is not known here": {
			"registry.example.com/mirror/aws", "aws_rum_metrics_destination",
			state{"id": "web", "region": "us-east-1", "app_monitor_name": "web", "destination": "CloudWatch", "timeouts": nil},
			map[string]string{"id": "web,CloudWatch@us-east-1", "region": "us-east-1", "app_monitor_name": "web", "destination": "CloudWatch"},
		},
		"this provider under another namespace": {
			"registry.terraform.io/fork/rum", "rum_metrics_destination",
			state{"id": "web,CloudWatch@us-east-1", "region": "us-east-1", "app_monitor_name": "web", "destination": "CloudWatch", "destination_arn": nil, "iam_role_arn": nil},
			map[string]string{"id": "web,CloudWatch@us-east-1", "region": "us-east-1", "app_monitor_name": "web", "destination": "CloudWatch"},
		},
		"another resource of aws":         {"registry.terraform.io/hashicorp/aws", "aws_rum_app_monitor", state{"id": "web", "name": "web"}, nil},
		"another provider's like-named":   {"registry.terraform.io/example/other", "aws_rum_metrics_destination", state{"id": "web"}, nil},
		"aws with this provider's own":    {"registry.terraform.io/hashicorp/aws", "rum_metrics_destination", state{"id": "web"}, nil},
		"a state that is not of the type": {"registry.terraform.io/hashicorp/aws", "aws_rum_metrics_destination", state{"destination": 7.5, "app_monitor_name": []string{}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw, err := json.Marshal(c.source)
			if err != nil {
				t.Fatal(err)
			}
			server := provider.New("test")() // not configured, because a CLI moves states before it configures a provider
			schema, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
			if err != nil {
				t.Fatal(err)
			}
			resp, err := server.MoveResourceState(t.Context(), &tfprotov6.MoveResourceStateRequest{
				SourceProviderAddress: c.address,
				SourceTypeName:        c.sourceType,
				SourceState:           &tfprotov6.RawState{JSON: raw},
				SourcePrivate:         []byte("null"), // as in the states of hashicorp/aws 5.100.0
				TargetTypeName:        resourceType,
			})
			if err != nil {
				t.Fatal(err)
			}
			if c.want == nil {
				if len(resp.Diagnostics) == 0 {
					t.Error("got no diagnostics, want an error")
				}
				if resp.TargetState != nil {
					t.Errorf("got the state %v, want none", resp.TargetState)
				}
				return
			}
			if len(resp.Diagnostics) > 0 {
				t.Fatalf("got %s: %s, want no diagnostics", resp.Diagnostics[0].Summary, resp.Diagnostics[0].Detail)
			}
			got := acctest.Strings(t, resp.TargetState, schema.ResourceSchemas[resourceType].ValueType())
			if !maps.Equal(got, c.want) {
				t.Errorf("got the state %v, want %v", got, c.want)
			}
			// An identity cannot change later. A state without a region therefore gets none yet.
			identity, err := resp.TargetIdentity.IdentityData.Unmarshal(identityType)
			if err != nil {
				t.Fatal(err)
			}
			if want := c.want["region"] == ""; identity.IsNull() != want {
				t.Errorf("got the identity %s, want null: %t", identity, want)
			}
		})
	}
}
