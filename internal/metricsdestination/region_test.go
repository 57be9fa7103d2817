package metricsdestination_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
)

func TestResourceUsesItsOwnRegion(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	other := env.In(acctest.OtherRegion)
	other.CreateMonitor(web) // the provider's region has no such monitor
	env.Run(t, resource.TestStep{
		Config:            config(env, cloudWatch("test", web, `region = "us-east-1"`)),
		ConfigStateChecks: values(address, map[string]string{"region": "us-east-1", "id": "web,CloudWatch@us-east-1"}),
		PostApplyFunc:     func() { wantDestinations(t, other, web, inCloudWatch) },
	})
	for _, r := range env.Fake.Requests() {
		if r.Region != acctest.OtherRegion {
			t.Errorf("%s went to %s, want it in %s", r.Operation, r.Region, acctest.OtherRegion)
		}
	}
}

func TestRegionThatIsTheProvidersMayBeLeftOut(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	with, without := config(env, cloudWatch("test", web, `region = "eu-west-1"`)), config(env, cloudWatch("test", web))
	env.Run(t,
		resource.TestStep{Config: with},
		resource.TestStep{PreConfig: env.Fake.ForgetRequests, Config: without, ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
		resource.TestStep{Config: with, ConfigPlanChecks: planned(plancheck.ResourceActionNoop)},
	)
	wantWrites(t, env, 0, 1)
}

func TestChangeOfTheProvidersRegionReplaces(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	inProvider, own := cloudWatch("test", web), evidently("own", web, arnA, roleA, `region = "eu-west-1"`)
	env.Run(t,
		resource.TestStep{Config: env.ProviderIn(acctest.Region, "") + inProvider + own},
		resource.TestStep{
			PreConfig: env.Fake.ForgetRequests,
			Config:    env.ProviderIn(acctest.OtherRegion, "") + inProvider + own,
			ConfigPlanChecks: plannedAll(map[string]plancheck.ResourceActionType{
				"test": plancheck.ResourceActionDestroyBeforeCreate, "own": plancheck.ResourceActionNoop,
			}),
			ConfigStateChecks: values(address, map[string]string{"region": acctest.OtherRegion, "id": "web,CloudWatch@us-east-1"}),
			PostApplyFunc: func() {
				wantWrites(t, env, 1, 1)
				wantDestinations(t, env.Account, web, inEvidently(arnA, roleA))
				wantDestinations(t, env.In(acctest.OtherRegion), web, inCloudWatch)
			},
		},
	)
}

func TestUnknownRegionWorksWithoutValidation(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	env.In("xx-new-1").CreateMonitor(web)
	env.Run(t, resource.TestStep{
		Config:        env.ProviderIn(acctest.Region, "skip_region_validation = true") + cloudWatch("test", web, `region = "xx-new-1"`),
		PostApplyFunc: func() { wantDestinations(t, env.In("xx-new-1"), web, inCloudWatch) },
	})
	wantDestinations(t, env.In("xx-new-1"), web)
}
