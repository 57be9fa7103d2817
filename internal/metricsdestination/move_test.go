package metricsdestination_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/provider"
)

const (
	movedARN  = "arn:aws:evidently:eu-west-1:123456789012:project/shop/experiment/banner"
	movedRole = "arn:aws:iam::123456789012:role/rum"
)

func TestMoveFromAWSChangesNothing(t *testing.T) {
	evidently := fmt.Sprintf("destination = \"Evidently\"\n destination_arn = %q\n iam_role_arn = %q", movedARN, movedRole)
	for name, c := range map[string]struct{ arguments, awsOnly string }{
		"CloudWatch":              {`destination = "CloudWatch"`, ""},
		"Evidently":               {evidently, ""},
		"a state with no region":  {`destination = "CloudWatch"`, `region = ""`},
		"Evidently and no region": {evidently, `region = ""`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.NewFake(t)
			monitor := env.Monitor(t)
			block := func(more string) string {
				return fmt.Sprintf("{\n app_monitor_name = %q\n %s\n %s\n}", monitor, c.arguments, more)
			}
			const address = "rum_metrics_destination.web"

			env.Run(t,
				resource.TestStep{Config: env.Config(`resource "aws_rum_metrics_destination" "web" %s`, block(c.awsOnly))},
				resource.TestStep{
					PreConfig: env.Fake.ForgetRequests,
					Config: env.Config(`
resource "rum_metrics_destination" "web" %s

moved {
  from = aws_rum_metrics_destination.web
  to   = rum_metrics_destination.web
}`, block("")),
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop),
					}},
					ConfigStateChecks: []statecheck.StateCheck{
						statecheck.ExpectKnownValue(address, tfjsonpath.New("region"), knownvalue.StringExact(env.Region)),
						statecheck.ExpectKnownValue(address, tfjsonpath.New("app_monitor_name"), knownvalue.StringExact(monitor)),
					},
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
		want                map[string]string // nil if the state is refused; "" stands for null
	}{
		"aws 6, CloudWatch": {
			"registry.terraform.io/hashicorp/aws", "aws_rum_metrics_destination",
			state{"id": "web", "region": "us-east-1", "app_monitor_name": "web", "destination": "CloudWatch", "destination_arn": "", "iam_role_arn": ""},
			map[string]string{"id": "web,CloudWatch@us-east-1", "region": "us-east-1", "app_monitor_name": "web", "destination": "CloudWatch", "destination_arn": "", "iam_role_arn": ""},
		},
		"aws 6, Evidently, from OpenTofu's registry": {
			"registry.opentofu.org/hashicorp/aws", "aws_rum_metrics_destination",
			state{"id": "web", "region": "eu-west-1", "app_monitor_name": "web", "destination": "Evidently", "destination_arn": movedARN, "iam_role_arn": movedRole},
			map[string]string{"id": "web,Evidently," + movedARN + "@eu-west-1", "region": "eu-west-1", "app_monitor_name": "web", "destination": "Evidently", "destination_arn": movedARN, "iam_role_arn": movedRole},
		},
		"aws 5 has no region; the bare name some versions of OpenTofu give": {
			"aws", "aws_rum_metrics_destination",
			state{"id": "web", "app_monitor_name": "web", "destination": "CloudWatch", "destination_arn": nil, "iam_role_arn": nil},
			map[string]string{"id": "web,CloudWatch", "region": "", "app_monitor_name": "web", "destination": "CloudWatch", "destination_arn": "", "iam_role_arn": ""},
		},
		"a registry of one's own, and an attribute that is not known here": {
			"registry.example.com/mirror/aws", "aws_rum_metrics_destination",
			state{"id": "web", "region": "us-east-1", "app_monitor_name": "web", "destination": "CloudWatch", "timeouts": nil},
			map[string]string{"id": "web,CloudWatch@us-east-1", "region": "us-east-1", "app_monitor_name": "web", "destination": "CloudWatch", "destination_arn": "", "iam_role_arn": ""},
		},
		"this provider under another namespace": {
			"registry.terraform.io/fork/rum", "rum_metrics_destination",
			state{"id": "web,CloudWatch@us-east-1", "region": "us-east-1", "app_monitor_name": "web", "destination": "CloudWatch", "destination_arn": nil, "iam_role_arn": nil},
			map[string]string{"id": "web,CloudWatch@us-east-1", "region": "us-east-1", "app_monitor_name": "web", "destination": "CloudWatch", "destination_arn": "", "iam_role_arn": ""},
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
				TargetTypeName:        "rum_metrics_destination",
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
			got := acctest.Strings(t, resp.TargetState, schema.ResourceSchemas["rum_metrics_destination"].ValueType())
			for attribute, want := range c.want {
				if got[attribute] != want {
					t.Errorf("got the %s %q, want %q", attribute, got[attribute], want)
				}
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

var identityType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{
	"app_monitor_name": tftypes.String, "destination": tftypes.String, "destination_arn": tftypes.String, "region": tftypes.String,
}}
