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

	mu      sync.Mutex
	adopted map[string]bool // IDs of definitions that a set's create took over
	created bool            // whether a set's create has begun to write
	own     map[string]bool // IDs of the definitions that the state of a planned set has

	sets                       []types.Map // different maps of definitions that sets were planned with
	creates, refreshes         int         // how often the create of a set was planned, and a set refreshed
	keepsSingle, deletesSingle bool        // whether a single definition was planned so
	deletesSet                 bool
	said                       map[string]bool
}

func newDestinationRun() *destinationRun {
	return &destinationRun{deletes: semaphore.NewWeighted(math.MaxInt64), adopted: map[string]bool{}, own: map[string]bool{}, said: map[string]bool{}}
}

// runOf returns what the run has planned and done for a destination.
func runOf(d *tfresource.ProviderData, k rumapi.Key) *destinationRun {
	return tfresource.Shared(&d.Run, k, newDestinationRun)
}

// planSet remembers the plan of a set with a map of definitions, whose state has those of
// before.
func (r *destinationRun) planSet(k rumapi.Key, creating bool, definitions types.Map, before map[string]memberModel) diag.Diagnostics {
	return r.warn(k, func() {
		if !slices.ContainsFunc(r.sets, func(other types.Map) bool { return other.Equal(definitions) }) {
			r.sets = append(r.sets, definitions)
		}
		if creating {
			r.creates++
		}
		for _, member := range before {
			r.own[member.MetricDefinitionID.ValueString()] = true
		}
	})
}

// planSetDestroy remembers that a set is to be destroyed.
func (r *destinationRun) planSetDestroy(k rumapi.Key) diag.Diagnostics {
	return r.warn(k, func() { r.deletesSet = true })
}

// planSingle remembers the plan of a single definition.
func (r *destinationRun) planSingle(k rumapi.Key, deleting bool) diag.Diagnostics {
	return r.warn(k, func() {
		r.deletesSingle = r.deletesSingle || deleting
		r.keepsSingle = r.keepsSingle || !deleting
	})
}

// setRefreshed remembers the refresh of a set.
func (r *destinationRun) setRefreshed(k rumapi.Key) diag.Diagnostics {
	return r.warn(k, func() { r.refreshes++ })
}

// warn calls remember, and returns the warnings of several resources for the definitions
// of the destination that now apply. A run has each once.
func (r *destinationRun) warn(k rumapi.Key, remember func()) (diags diag.Diagnostics) {
	r.mu.Lock()
	defer r.mu.Unlock()
	remember()
	keepsSet := len(r.sets) > 0
	for _, warning := range []struct {
		applies        bool
		summary, about string
	}{
		{len(r.sets) > 1 || r.creates > 1 || r.refreshes > 1, "Two rum_metric_definitions for one destination",
			"This rum_metric_definitions and another one manage the %s. Each deletes the definitions that only the other one has, and the destroy of one deletes those of both. " +
				"Keep one, and put all definitions into it. To give up the other one and delete nothing, use a removed block with lifecycle { destroy = false }."},
		{keepsSet && r.keepsSingle, "Both rum_metric_definitions and rum_metric_definition for one destination",
			"The configuration has a rum_metric_definitions and a rum_metric_definition for the %s. " +
				"The first deletes what only the second has, and the second makes it again. There are two ways out. " +
				"Move the definition into the map of the rum_metric_definitions, and give up the rum_metric_definition with a removed block. " +
				"Or keep single definitions only, and give up the rum_metric_definitions with a removed block. Both blocks need lifecycle { destroy = false }."},
		{keepsSet && r.deletesSingle, "Metric definitions are destroyed while a set takes their place",
			"This plan destroys a rum_metric_definition of the %s. All definitions of that destination belong to a rum_metric_definitions. " +
				"To hand a definition over without deleting it, write a removed block with lifecycle { destroy = false } for each rum_metric_definition that goes."},
		{r.deletesSet && r.keepsSingle, "A set of metric definitions is destroyed while single ones take its place",
			"This plan destroys the rum_metric_definitions of the %s, for which the configuration has a rum_metric_definition. " +
				"The destroy deletes all definitions of the set, even one that has been imported as a rum_metric_definition. " +
				"To hand them over without deleting them, write a removed block with lifecycle { destroy = false } for the rum_metric_definitions, " +
				"and import each as a rum_metric_definition."},
		// With create_before_destroy, the destroy is planned once more after the create.
		{r.deletesSet && r.creates > 0 && !r.created, "A set of metric definitions is destroyed while another one takes its place",
			"This plan destroys a rum_metric_definitions of the %s, and creates another one. If the destroy comes first, the definitions are deleted and made again, and events in between are not counted. " +
				"If the resource was only renamed, write a moved block."},
	} {
		if warning.applies && !r.said[warning.summary] {
			r.said[warning.summary] = true
			diags.AddWarning(warning.summary, fmt.Sprintf(warning.about, k))
		}
	}
	return diags
}

// foreign returns the definitions that are not the set's own: with -replace, the CLI
// plans first the set of the state, and then its create. Of a tainted set it plans only
// the create.
func (r *destinationRun) foreign(definitions []rumapi.Definition) []rumapi.Definition {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.DeleteFunc(definitions, func(d rumapi.Definition) bool { return r.own[d.ID] })
}

// alone waits until no delete is under way, and keeps deletes waiting until release is
// called.
func (r *destinationRun) alone(ctx context.Context) (release func()) {
	return tfresource.Hold(ctx, r.deletes, math.MaxInt64)
}

// adopt remembers definitions that a create of this run took over.
func (r *destinationRun) adopt(definitions []rumapi.Definition) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.created = true
	for _, d := range definitions {
		r.adopted[d.ID] = true
	}
}

// delete deletes the definitions with the given IDs, but for those that a create of this
// run took over, and warns of these. It returns an Error for each definition that could
// not be deleted, by its ID.
func (r *destinationRun) delete(ctx context.Context, c *rumapi.Client, k rumapi.Key, diags *diag.Diagnostics, ids ...string) (failed map[string]error) {
	defer tfresource.Hold(ctx, r.deletes, 1)()
	var kept, going []string
	r.mu.Lock()
	for _, id := range ids {
		if r.adopted[id] {
			kept = append(kept, id)
		} else {
			going = append(going, id)
		}
	}
	r.mu.Unlock()
	if len(kept) > 0 {
		diags.AddWarning("Kept RUM metric definitions", fmt.Sprintf(
			"The %s keeps the definitions with the IDs %s. This resource was to be destroyed, but a rum_metric_definitions that this run created has taken them over.",
			k, strings.Join(kept, ", ")))
	}
	return c.DeleteDefinitions(ctx, k, going...)
}
