package tfresource

import (
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

func TestPlannedRegionIsTheConfiguredOrTheProviders(t *testing.T) {
	client := rumapi.New(aws.Config{Region: "eu-west-1", HTTPClient: http.DefaultClient}, rumapi.Options{})
	data := &ProviderData{Client: client}
	null, unknown := types.StringNull(), types.StringUnknown()
	ireland, virginia, beijing := types.StringValue("eu-west-1"), types.StringValue("us-east-1"), types.StringValue("cn-north-1")
	for name, test := range map[string]struct {
		config, planned, state, want types.String
		replaces, fails              bool
	}{
		"a create without a region":                        {null, unknown, null, ireland, false, false},
		"a create in another region":                       {virginia, virginia, null, virginia, false, false},
		"a create in a region that is not known":           {unknown, unknown, null, unknown, false, false},
		"a create in another partition":                    {beijing, beijing, null, beijing, false, true},
		"no change":                                        {null, ireland, ireland, ireland, false, false},
		"the provider's region changed":                    {null, virginia, virginia, ireland, true, false},
		"a state that was moved and has no region":         {null, unknown, null, ireland, false, false},
		"a region that is configured is the schema's task": {virginia, virginia, ireland, virginia, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			var resp resource.ModifyPlanResponse
			if got := data.PlanRegion(test.config, test.planned, test.state, &resp); !got.Equal(test.want) {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if got := len(resp.RequiresReplace) > 0; got != test.replaces {
				t.Errorf("replaces: got %t, want %t", got, test.replaces)
			}
			if got := resp.Diagnostics.HasError(); got != test.fails {
				t.Errorf("fails: got %t, want %t", got, test.fails)
			}
		})
	}
}
