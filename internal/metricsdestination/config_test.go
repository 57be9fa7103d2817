package metricsdestination_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// Most tests have the resource "test", with a destination of the monitor "web".
const (
	resourceType = "rum_metrics_destination"
	address      = resourceType + ".test"
	web          = "web"

	arnA  = "arn:aws:evidently:eu-west-1:123456789012:project/petfood/feature/a"
	arnB  = "arn:aws:evidently:eu-west-1:123456789012:project/petfood/feature/b"
	roleA = "arn:aws:iam::123456789012:role/a"
	roleB = "arn:aws:iam::123456789012:role/b"

	opPut    = fakerum.OpPutRumMetricsDestination
	opList   = fakerum.OpListRumMetricsDestinations
	opDelete = fakerum.OpDeleteRumMetricsDestination
)

// identityType is the type of the identity of a destination.
var identityType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{
	"app_monitor_name": tftypes.String, "destination": tftypes.String, "destination_arn": tftypes.String, "region": tftypes.String,
}}

// config returns a configuration with the provider block and blocks.
func config(env *acctest.Env, blocks ...string) string {
	return env.Config("%s", strings.Join(blocks, "\n"))
}

// newCLI returns a CLI that has a configuration with blocks.
func newCLI(t *testing.T, env *acctest.Env, blocks ...string) *acctest.CLI {
	t.Helper()
	cli := env.CLI(t)
	cli.Configure(config(env, blocks...))
	return cli
}

// newAppliedCLI returns a CLI that has applied a configuration with blocks.
func newAppliedCLI(t *testing.T, env *acctest.Env, blocks ...string) *acctest.CLI {
	t.Helper()
	cli := newCLI(t, env, blocks...)
	cli.Run("apply", "-auto-approve")
	return cli
}

// block returns a resource block with lines of HCL in it.
func block(name string, lines ...string) string {
	return fmt.Sprintf("resource \"rum_metrics_destination\" %q {\n  %s\n}\n", name, strings.Join(lines, "\n  "))
}

func cloudWatch(name, monitor string, more ...string) string {
	return block(name, append([]string{
		fmt.Sprintf("app_monitor_name = %q", monitor),
		`destination = "CloudWatch"`,
	}, more...)...)
}

func evidently(name, monitor, arn, role string, more ...string) string {
	return block(name, append([]string{
		fmt.Sprintf("app_monitor_name = %q", monitor),
		`destination = "Evidently"`,
		fmt.Sprintf("destination_arn = %q", arn),
		fmt.Sprintf("iam_role_arn = %q", role),
	}, more...)...)
}

const createBeforeDestroy = `lifecycle { create_before_destroy = true }`

// planned returns a plan check of the action of the resource "test".
func planned(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return plannedAll(map[string]plancheck.ResourceActionType{"test": action})
}

// plannedAll returns a plan check of the actions of resources, by their names.
func plannedAll(actions map[string]plancheck.ResourceActionType) (all resource.ConfigPlanChecks) {
	for name, action := range actions {
		all.PreApply = append(all.PreApply, plancheck.ExpectResourceAction(resourceType+"."+name, action))
	}
	return all
}

// checks returns a check of each value. "" stands for null.
func checks(want map[string]string) map[string]knownvalue.Check {
	all := map[string]knownvalue.Check{}
	for name, value := range want {
		if all[name] = knownvalue.StringExact(value); value == "" {
			all[name] = knownvalue.Null()
		}
	}
	return all
}

// values returns state checks of attributes. "" stands for null.
func values(address string, want map[string]string) (all []statecheck.StateCheck) {
	for attribute, check := range checks(want) {
		all = append(all, statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), check))
	}
	return all
}

// inCloudWatch is what the fake has after an apply of such a block.
var inCloudWatch = fakerum.Destination{Destination: "CloudWatch"}

// inEvidently returns what the fake has after an apply of such a block.
func inEvidently(arn, role string) fakerum.Destination {
	return fakerum.Destination{Destination: "Evidently", DestinationARN: arn, IAMRoleARN: role}
}

// newFake returns a fake with the monitor "web" in both regions, which has destinations
// in the provider's.
func newFake(t *testing.T, destinations ...fakerum.Destination) *acctest.Env {
	t.Helper()
	env := acctest.NewFake(t)
	env.Account.CreateMonitor(web)
	env.In(acctest.OtherRegion).CreateMonitor(web)
	for _, d := range destinations {
		env.Account.PutDestination(web, d)
	}
	return env
}

// wantDestinations checks that the monitor has exactly these destinations, in any
// order.
func wantDestinations(t *testing.T, account *fakerum.Account, monitor string, want ...fakerum.Destination) {
	t.Helper()
	got := account.Destinations(monitor)
	order := func(a, b fakerum.Destination) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) }
	slices.SortFunc(got, order)
	slices.SortFunc(want, order)
	if !slices.Equal(got, want) {
		t.Errorf("app monitor %s has the destinations %v, want %v", monitor, got, want)
	}
}

// wantWrites checks the numbers of Puts and Deletes since the last ForgetRequests.
func wantWrites(t *testing.T, env *acctest.Env, puts, deletes int) {
	t.Helper()
	if got := env.Fake.Count(opPut); got != puts {
		t.Errorf("%d Puts, want %d", got, puts)
	}
	if got := env.Fake.Count(opDelete); got != deletes {
		t.Errorf("%d Deletes, want %d", got, deletes)
	}
}
