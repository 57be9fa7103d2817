package metricdefinition

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"golang.org/x/sync/semaphore"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

// destinationRun is what one run has planned for the definitions of one destination,
// and has done to them. A set and other resources can manage the same definition in one
// run: a set that was renamed without a moved block, a replacement with
// create_before_destroy, single definitions that a set takes the place of. The CLI
// deletes and creates in an order of its own. A create and a delete must then not miss
// each other: a definition that is being deleted is not taken over, and one that was
// taken over is not deleted.
type destinationRun struct {
	// deletes lets deletes share it, and a set's create have it alone from its look
	// until it has remembered what it took over.
	deletes *semaphore.Weighted

	mu        sync.Mutex
	adopted   map[string]bool // IDs of definitions that a set's create took over
	refreshed map[string]bool // IDs of the set's definitions that the refresh found; nil without a refresh
	plans     map[intent]int
}

// intent is what a plan does with a resource for definitions of a destination.
type intent int

const (
	keepsSet intent = iota // and changes it
	createsSet
	keepsSingle // and creates or changes it
	deletesSingle
)

func newDestinationRun() *destinationRun {
	return &destinationRun{deletes: semaphore.NewWeighted(math.MaxInt64), adopted: map[string]bool{}, plans: map[intent]int{}}
}

// runOf returns what the run has planned and done for a destination.
func runOf(d *tfresource.ProviderData, k rumapi.Key) *destinationRun {
	return tfresource.Shared(&d.Run, k, newDestinationRun)
}

// plan remembers a plan for a resource. It warns of two resources for the definitions of
// one destination as soon as both have been planned.
func (r *destinationRun) plan(k rumapi.Key, p intent) (diags diag.Diagnostics) {
	r.mu.Lock()
	defer r.mu.Unlock()
	first := r.plans[p] == 0
	r.plans[p]++
	sets := r.plans[keepsSet] + r.plans[createsSet]
	switch {
	// A replacement with -replace plans a create of the set that was refreshed.
	case p == createsSet && r.refreshed == nil && r.plans[createsSet] == 2:
		diags.Append(twoSets(k))
	case first && p != deletesSingle && sets > 0 && r.plans[keepsSingle] > 0:
		diags.AddWarning("Both rum_metric_definitions and rum_metric_definition for one destination", fmt.Sprintf(
			"The configuration has a rum_metric_definitions and a rum_metric_definition for the %s. "+
				"The first deletes what only the second has, and the second makes it again. There are two ways out. "+
				"Move the definition into the map of the rum_metric_definitions, and give up the rum_metric_definition with a removed block. "+
				"Or keep single definitions only, and give up the rum_metric_definitions with a removed block. Both blocks need lifecycle { destroy = false }.", k))
	case first && p != keepsSingle && r.plans[createsSet] > 0 && r.plans[deletesSingle] > 0:
		diags.AddWarning("Metric definitions are destroyed while a set takes their place", fmt.Sprintf(
			"This plan destroys a rum_metric_definition of the %s and creates a rum_metric_definitions for the same destination. "+
				"To hand the definitions over without deleting any, write a removed block with lifecycle { destroy = false } for each rum_metric_definition that goes.", k))
	}
	return diags
}

func twoSets(k rumapi.Key) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Two rum_metric_definitions for one destination", fmt.Sprintf(
		"This rum_metric_definitions and another one manage the %s. Each deletes the definitions that only the other one has. "+
			"Keep one, and put all definitions into it. To give up the other one and delete nothing, use a removed block with lifecycle { destroy = false }.", k))
}

// setRefreshed remembers the definitions that a set's refresh found. It reports whether
// another set of the same destination was refreshed before.
func (r *destinationRun) setRefreshed(existing []rumapi.Definition) (second bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	second = r.refreshed != nil
	r.refreshed = map[string]bool{}
	for _, d := range existing {
		r.refreshed[d.ID] = true
	}
	return second
}

// notRefreshed returns the definitions that the refresh of the set did not find. With
// -replace, the others are the set's own.
func (r *destinationRun) notRefreshed(definitions []rumapi.Definition) (foreign []rumapi.Definition) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, d := range definitions {
		if !r.refreshed[d.ID] {
			foreign = append(foreign, d)
		}
	}
	return foreign
}

// alone waits until no delete is under way, and keeps deletes waiting until release is
// called. When ctx ends first it waits no longer: the calls of the caller then fail with
// an error that says so.
func (r *destinationRun) alone(ctx context.Context) (release func()) {
	if r.deletes.Acquire(ctx, math.MaxInt64) != nil {
		return func() {}
	}
	return func() { r.deletes.Release(math.MaxInt64) }
}

// adopt remembers a definition that a create of this run took over.
func (r *destinationRun) adopt(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.adopted[id] = true
}

// delete deletes the definitions with the given IDs, but for those that a create of this
// run took over, and returns these as kept. It returns an Error for each definition that
// could not be deleted.
func (r *destinationRun) delete(ctx context.Context, c *rumapi.Client, k rumapi.Key, ids ...string) (kept []string, errs []error) {
	if r.deletes.Acquire(ctx, 1) == nil { // otherwise ctx has ended, and the call fails
		defer r.deletes.Release(1)
	}
	r.mu.Lock()
	kept = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !r.adopted[id] })
	r.mu.Unlock()
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(kept, id) })
	return kept, c.DeleteDefinitions(ctx, k, ids...)
}

// keptDefinitions returns the warning for definitions that a delete left alone.
func keptDefinitions(k rumapi.Key, ids []string) diag.Diagnostics {
	if len(ids) == 0 {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic("Kept RUM metric definitions", fmt.Sprintf(
		"The %s keeps the definitions with the IDs %s. This resource was to be destroyed, but a rum_metric_definitions that this run created has taken them over.",
		k, strings.Join(ids, ", ")))}
}
