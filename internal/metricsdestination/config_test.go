package metricsdestination_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// Most tests have the resource "test", with a destination of the monitor "web".
const (
	address = "rum_metrics_destination.test"
	web     = "web"

	arnA  = "arn:aws:evidently:eu-west-1:123456789012:project/petfood/feature/a"
	arnB  = "arn:aws:evidently:eu-west-1:123456789012:project/petfood/feature/b"
	roleA = "arn:aws:iam::123456789012:role/a"
	roleB = "arn:aws:iam::123456789012:role/b"
)

// config returns a configuration with the provider block and blocks.
func config(env *acctest.Env, blocks ...string) string {
	return env.Config("%s", strings.Join(blocks, "\n"))
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

// inCloudWatch is what the fake has after an apply of such a block.
var inCloudWatch = fakerum.Destination{Destination: "CloudWatch"}

// inEvidently returns what the fake has after an apply of such a block.
func inEvidently(arn, role string) fakerum.Destination {
	return fakerum.Destination{Destination: "Evidently", DestinationARN: arn, IAMRoleARN: role}
}

// newFake returns a fake with the monitor "web" in both regions.
func newFake(t *testing.T) *acctest.Env {
	t.Helper()
	env := acctest.NewFake(t)
	env.Account.CreateMonitor(web)
	env.In(acctest.OtherRegion).CreateMonitor(web)
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
	if got := env.Fake.Count(fakerum.OpPutRumMetricsDestination); got != puts {
		t.Errorf("%d Puts, want %d", got, puts)
	}
	if got := env.Fake.Count(fakerum.OpDeleteRumMetricsDestination); got != deletes {
		t.Errorf("%d Deletes, want %d", got, deletes)
	}
}
