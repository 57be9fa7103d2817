package rumapi_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/rum/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// If this fails after an update of the SDK, AWS has a new kind of destination. Find out
// whether it has ARNs, and give it a row in kinds.
func TestEveryKindOfDestinationIsKnown(t *testing.T) {
	var want []string
	for _, kind := range types.MetricDestination("").Values() {
		want = append(want, string(kind))
	}
	slices.Sort(want)
	if got := slices.Sorted(slices.Values(rumapi.DestinationKinds())); !slices.Equal(got, want) {
		t.Errorf("got the kinds %q, want those of the SDK's enum: %q", got, want)
	}
}
