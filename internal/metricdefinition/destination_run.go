package metricdefinition

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
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

	sets                       []types.Map // different maps of definitions that sets were planned with
	creates                    int         // how often the create of a set was planned
	keepsSingle, deletesSingle bool        // whether a single definition was planned so
	deletesSet                 bool
	said                       map[string]bool
}

func newDestinationRun() *destinationRun {
	return &destinationRun{deletes: semaphore.NewWeighted(math.MaxInt64), adopted: map[string]bool{}, said: map[string]bool{}}
}

// runOf returns what the run has planned and done for a destination.
func runOf(d *tfresource.ProviderData, k rumapi.Key) *destinationRun {
	return tfresource.Shared(&d.Run, k, newDestinationRun)
}

// planSet remembers the plan of a set with a map of definitions. It warns of a second
// resource for the definitions of the destination as soon as both have been planned.
func (r *destinationRun) planSet(k rumapi.Key, creating bool, definitions types.Map) (diags diag.Diagnostics) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.ContainsFunc(r.sets, func(other types.Map) bool { return other.Equal(definitions) }) {
		r.sets = append(r.sets, definitions)
	}
	if creating {
		r.creates++
	}
	// The CLI plans a replacement twice, and -replace plans a create of the set that was
	// refreshed. Both have one and the same map.
	if len(r.sets) > 1 || r.creates > 1 && r.refreshed == nil {
		r.say(&diags, twoSets(k))
	}
	r.sayMixed(k, &diags)
	return diags
}

// planSetDestroy remembers that a set is to be destroyed.
func (r *destinationRun) planSetDestroy(k rumapi.Key) (diags diag.Diagnostics) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.deletesSet = true
	r.sayMixed(k, &diags)
	return diags
}

// planSingle remembers the plan of a single definition.
func (r *destinationRun) planSingle(k rumapi.Key, deleting bool) (diags diag.Diagnostics) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.deletesSingle = r.deletesSingle || deleting
	r.keepsSingle = r.keepsSingle || !deleting
	r.sayMixed(k, &diags)
	return diags
}

// sayMixed warns of a set beside single definitions.
func (r *destinationRun) sayMixed(k rumapi.Key, diags *diag.Diagnostics) {
	keepsSet := len(r.sets) > 0
	if keepsSet && r.keepsSingle {
		r.say(diags, diag.NewWarningDiagnostic("Both rum_metric_definitions and rum_metric_definition for one destination", fmt.Sprintf(
			"The configuration has a rum_metric_definitions and a rum_metric_definition for the %s. "+
				"The first deletes what only the second has, and the second makes it again. There are two ways out. "+
				"Move the definition into the map of the rum_metric_definitions, and give up the rum_metric_definition with a removed block. "+
				"Or keep single definitions only, and give up the rum_metric_definitions with a removed block. Both blocks need lifecycle { destroy = false }.", k)))
	}
	if keepsSet && r.deletesSingle {
		r.say(diags, diag.NewWarningDiagnostic("Metric definitions are destroyed while a set takes their place", fmt.Sprintf(
			"This plan destroys a rum_metric_definition of the %s. All definitions of that destination belong to a rum_metric_definitions. "+
				"To hand a definition over without deleting it, write a removed block with lifecycle { destroy = false } for each rum_metric_definition that goes.", k)))
	}
	if r.deletesSet && r.keepsSingle {
		r.say(diags, diag.NewWarningDiagnostic("A set of metric definitions is destroyed while single ones take its place", fmt.Sprintf(
			"This plan destroys the rum_metric_definitions of the %s, for which the configuration has a rum_metric_definition. "+
				"The destroy deletes all definitions of the set, even one that has been imported as a rum_metric_definition. "+
				"To hand them over without deleting them, write a removed block with lifecycle { destroy = false } for the rum_metric_definitions, "+
				"and import each as a rum_metric_definition.", k)))
	}
}

// say adds a warning, once in a run.
func (r *destinationRun) say(diags *diag.Diagnostics, warning diag.Diagnostic) {
	if !r.said[warning.Summary()] {
		r.said[warning.Summary()] = true
		diags.Append(warning)
	}
}

func twoSets(k rumapi.Key) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Two rum_metric_definitions for one destination", fmt.Sprintf(
		"This rum_metric_definitions and another one manage the %s. Each deletes the definitions that only the other one has, and the destroy of one deletes those of both. "+
			"Keep one, and put all definitions into it. To give up the other one and delete nothing, use a removed block with lifecycle { destroy = false }.", k))
}

// setRefreshed remembers the definitions that a set's refresh found. It warns if
// another set of the same destination was refreshed before.
func (r *destinationRun) setRefreshed(k rumapi.Key, existing []rumapi.Definition) (diags diag.Diagnostics) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.refreshed != nil {
		r.say(&diags, twoSets(k))
	}
	r.refreshed = map[string]bool{}
	for _, d := range existing {
		r.refreshed[d.ID] = true
	}
	return diags
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
// called.
func (r *destinationRun) alone(ctx context.Context) (release func()) {
	return tfresource.Hold(ctx, r.deletes, math.MaxInt64)
}

// adopt remembers the definitions that a create of this run took over.
func (r *destinationRun) adopt(ids ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range ids {
		r.adopted[id] = true
	}
}

// delete deletes the definitions with the given IDs, but for those that a create of this
// run took over, and returns these as kept. It returns an Error for each definition that
// could not be deleted.
func (r *destinationRun) delete(ctx context.Context, c *rumapi.Client, k rumapi.Key, ids ...string) (kept []string, errs []error) {
	defer tfresource.Hold(ctx, r.deletes, 1)()
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
