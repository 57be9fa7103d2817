package metricsdestination_test

import (
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
)

func TestIdentityIsTheKey(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		resource string
		want     map[string]string // "" for null
	}{
		"CloudWatch": {cloudWatch("test", web), map[string]string{
			"app_monitor_name": web, "destination": "CloudWatch", "destination_arn": "", "region": "eu-west-1",
		}},
		"Evidently in another region": {evidently("test", web, arnA, roleA, `region = "us-east-1"`), map[string]string{
			"app_monitor_name": web, "destination": "Evidently", "destination_arn": arnA, "region": "us-east-1",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newFake(t)
			env.RunWithIdentity(t,
				resource.TestStep{
					Config:            config(env, test.resource),
					ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectIdentity(address, checks(test.want))},
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
	tf := newTerraform(t, env)
	for region, exists := range map[string]bool{acctest.OtherRegion: true, acctest.Region: false} {
		want := map[string]string{"app_monitor_name": web, "destination": "CloudWatch", "region": region}
		resp, err := tf.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{TypeName: resourceType, CurrentState: tf.encode(t, want)})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range resp.Diagnostics {
			t.Errorf("got %s: %s, want no diagnostics", d.Summary, d.Detail)
		}
		if state := tf.decode(t, resp.NewState); (state != nil) != exists {
			t.Errorf("got the state %v of %s, want one: %t", state, region, exists)
		}
		if got := acctest.Strings(t, resp.NewIdentity.IdentityData, identityType); !maps.Equal(got, want) {
			t.Errorf("got the identity %v, want %v", got, want)
		}
	}
}
