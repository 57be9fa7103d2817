package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
)

// unknowns returns a block for every argument. Only that argument is not known in
// the block. The key is the path of the argument as people write it.
func unknowns(t *testing.T) map[string]args {
	t.Helper()
	all := map[string]args{
		"endpoints[0].rum":                        {"endpoints": blocks{{"rum": unknown}}},
		"endpoints[0].sts":                        {"endpoints": blocks{{"rum": "http://127.0.0.1:1", "sts": unknown}}},
		"assume_role[1].role_arn":                 {"assume_role": blocks{{"role_arn": roleA}, {"role_arn": unknown}}},
		"assume_role[0].tags[\"Team\"]":           {"assume_role": blocks{{"role_arn": roleA, "tags": args{"Team": unknown}}}},
		"assume_role[0].policy_arns":              {"assume_role": blocks{{"role_arn": roleA, "policy_arns": []any{unknown}}}},
		"shared_config_files[0]":                  {"shared_config_files": []any{unknown}},
		"user_agent[1]":                           {"user_agent": []any{"a/1", unknown}},
		"assume_role_with_web_identity[0].policy": {"assume_role_with_web_identity": blocks{{"role_arn": roleA, "web_identity_token": "token", "policy": unknown}}},
	}
	block, _ := newServer(t).Schema.Provider.ValueType().(tftypes.Object)
	for name := range block.AttributeTypes {
		if !slices.Contains(withoutEffect, name) {
			all[name] = args{name: unknown} // an unknown block is a dynamic one whose for_each is not known
		}
	}
	return all
}

// A CLI may offer to defer a plan. The provider then accepts instead of failing.
func TestUnknownArgumentIsNamedOrDefersThePlan(t *testing.T) {
	cleanEnv(t, nil)
	for path, block := range unknowns(t) {
		t.Run(path, func(t *testing.T) {
			s := newServer(t)
			diags := s.Configure(t, args{"region": region}.with(block))
			expect(t, diags, "Unknown provider argument", path+" is known only after the apply", "-target")
			name, _, _ := strings.Cut(path, "[")
			if got, want := diags[0].Attribute.String(), "AttributeName(\""+name; !strings.HasPrefix(got, want) {
				t.Errorf("the error is about %s, want it to begin with %s", got, want)
			}

			resp, err := s.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
				Config:             acctest.Object(t, s.Schema.Provider.ValueType(), block),
				ClientCapabilities: &tfprotov6.ConfigureProviderClientCapabilities{DeferralAllowed: true},
			})
			if err != nil || len(resp.Diagnostics) > 0 {
				t.Fatal(err, say(resp.Diagnostics))
			}
			planned := s.tryPlan(t, args{"app_monitor_name": web, "destination": "CloudWatch"}, &tfprotov6.PlanResourceChangeClientCapabilities{DeferralAllowed: true})
			if len(planned.Diagnostics) > 0 || planned.Deferred == nil || planned.Deferred.Reason != tfprotov6.DeferredReasonProviderConfigUnknown {
				t.Errorf("deferred: got %+v, want the reason %v\n%s", planned.Deferred, tfprotov6.DeferredReasonProviderConfigUnknown, say(planned.Diagnostics))
			}
		})
	}
}

func TestEveryUnknownArgumentIsNamedOnce(t *testing.T) {
	cleanEnv(t, nil)
	diags := newServer(t).Configure(t, args{"region": unknown, "assume_role": blocks{{"role_arn": unknown, "policy_arns": []any{unknown, policyARN}}}})
	var about []string
	for _, d := range diags {
		about = append(about, strings.Fields(d.Detail)[0])
	}
	slices.Sort(about)
	if want := []string{"assume_role[0].policy_arns", "assume_role[0].role_arn", "region"}; !slices.Equal(about, want) {
		t.Errorf("the errors name %q, want %q", about, want)
	}
}
