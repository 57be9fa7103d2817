package metricdefinition_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest/core"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// The property: a sequence configures, imports, changes things behind Terraform's
// back, makes calls go wrong and kills runs, in any order. One apply in which nothing
// goes wrong then gives the service every definition that is configured. A definition
// without a resource was made by somebody else, or by a run that failed or was killed,
// and the plan of an equal one names it. A destination with a set has exactly the
// definitions of the set. If the create of the set is refused, that takes the import
// that the error names, and one more apply.

// place is a destination.
type place struct{ region, monitor, destination, arn string }

// places are the destinations that have definitions, by the names of their
// resources. The one called "" has no resource. It has foreign definitions.
var places = map[string]place{
	"":           {acctest.Region, "web", "Evidently", experiment},
	"cloudwatch": {acctest.Region, "web", "CloudWatch", ""},
	"evidently":  {acctest.OtherRegion, "shop#1", "Evidently", experiment},
}

const role = "arn:aws:iam::123456789012:role/rum"

// metric is a definition without its destination, as the configuration has it and as
// the service must have it.
type metric struct {
	arguments map[string]tftypes.Value
	sent      fakerum.Definition
}

var metrics = []metric{
	{
		map[string]tftypes.Value{"name": text("JsErrorCount")},
		fakerum.Definition{Name: "JsErrorCount", EventPattern: `{"event_type":["com.amazon.rum.js_error_event"]}`},
	},
	{
		map[string]tftypes.Value{"name": text("JsErrorCount"), "namespace": text("AWS/RUM"), "unit_label": text("Count"), "dimension_keys": keys("metadata.browserName", "BrowserName")},
		fakerum.Definition{
			Name: "JsErrorCount", UnitLabel: "Count", DimensionKeys: map[string]string{"metadata.browserName": "BrowserName"},
			EventPattern: `{"event_type":["com.amazon.rum.js_error_event"],"metadata":{"browserName":[{"exists":true}]}}`,
		},
	},
	{
		map[string]tftypes.Value{"name": text("PerformanceNavigationDuration")},
		fakerum.Definition{Name: "PerformanceNavigationDuration", ValueKey: "event_details.duration", EventPattern: `{"event_type":["com.amazon.rum.performance_navigation_event"]}`},
	},
	{
		map[string]tftypes.Value{"name": text("PerformanceNavigationDuration"), "value_key": text("")},
		fakerum.Definition{Name: "PerformanceNavigationDuration", EventPattern: `{"event_type":["com.amazon.rum.performance_navigation_event"]}`},
	},
	{
		map[string]tftypes.Value{"name": text("Checkouts"), "namespace": text("Shop")},
		fakerum.Definition{Name: "Checkouts", Namespace: "Shop"},
	},
	{
		map[string]tftypes.Value{
			"name": text("Checkouts"), "namespace": text("Shop"), "value_key": text("event_details.total"), "unit_label": text("None"),
			"event_pattern": text(`{ "metadata": {"browserName": ["Chrome"]}, "event_type": ["checkout"] }`), "dimension_keys": keys("metadata.browserName", "Browser"),
		},
		fakerum.Definition{
			Name: "Checkouts", Namespace: "Shop", ValueKey: "event_details.total", UnitLabel: "None", DimensionKeys: map[string]string{"metadata.browserName": "Browser"},
			EventPattern: `{"event_type":["checkout"],"metadata":{"browserName":["Chrome"]}}`,
		},
	},
}

func text(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }

func keys(field, name string) tftypes.Value {
	return tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{field: text(name)})
}

// normal returns d without its ID and in one spelling.
func normal(d fakerum.Definition) fakerum.Definition {
	d.ID = ""
	if d.Namespace == "" && d.UnitLabel == "Count" {
		d.UnitLabel = "" // the service may have filled it in
	}
	var pattern any
	if json.Unmarshal([]byte(d.EventPattern), &pattern) == nil {
		text, _ := json.Marshal(pattern) // cannot fail, as it was unmarshaled
		d.EventPattern = string(text)
	}
	return d
}

func same(a, b fakerum.Definition) bool { return reflect.DeepEqual(normal(a), normal(b)) }

// wanted is a definition that is configured.
type wanted struct {
	place  string // its name in places
	metric int    // its index in metrics
}

func (d wanted) sent() fakerum.Definition { return metrics[d.metric].sent }

// world is the state of a sequence.
type world struct {
	fake *fakerum.Service
	tf   *core.Terraform

	destinations map[string]bool               // that are configured
	sets         map[string]map[string]int     // indexes in metrics by the keys of the set, by destinations
	config       map[string]wanted             // definitions by the names of their resources
	foreign      map[string]fakerum.Definition // by their IDs, of the destination without a resource
	left         map[string]bool               // IDs of definitions, and destinations, that may exist without a resource

	faulty  bool // whether calls may go wrong
	refused bool // whether the last apply refused to create a set
	// settled is whether nothing has changed since the last apply that went well.
	settled bool
}

func (w *world) account(place string) *fakerum.Account { return w.tf.Account(places[place].region) }

// definitions returns the definitions that the service has of a destination.
func (w *world) definitions(place string) []fakerum.Definition {
	p := places[place]
	return w.account(place).Definitions(p.monitor, p.destination, p.arn)
}

// find returns the definition with an ID.
func (w *world) find(place, id string) (fakerum.Definition, bool) {
	all := w.definitions(place)
	i := slices.IndexFunc(all, func(d fakerum.Definition) bool { return d.ID == id })
	if i < 0 {
		return fakerum.Definition{}, false
	}
	return all[i], true
}

// exists reports whether the service has a destination.
func (w *world) exists(place string) bool {
	p := places[place]
	for _, d := range w.account(place).Destinations(p.monitor) {
		if d.Destination == p.destination && d.DestinationARN == p.arn {
			return true
		}
	}
	return false
}

// put makes a destination behind Terraform's back, and delete deletes one.
func (w *world) put(place string) {
	p := places[place]
	d := fakerum.Destination{Destination: p.destination, DestinationARN: p.arn}
	if p.arn != "" {
		d.IAMRoleARN = role
	}
	w.account(place).PutDestination(p.monitor, d)
}

func (w *world) delete(place string) {
	p := places[place]
	w.account(place).DeleteDestination(p.monitor, p.destination, p.arn)
}

// configure gives a resource a definition.
func (w *world) configure(name string, d wanted) {
	if w.takesSingles(d.place) {
		w.config[name], w.settled = d, false
	}
}

// takesSingles reports whether single definitions can be configured for a destination.
func (w *world) takesSingles(place string) bool {
	return place == "" || w.destinations[place] && w.sets[place] == nil
}

func (w *world) remove(name string) {
	delete(w.config, name)
	w.settled = false
}

// toggle adds a destination, or removes it with its definitions.
func (w *world) toggle(place string) {
	if place == "" {
		return
	}
	for _, name := range w.on(place) {
		delete(w.config, name)
	}
	delete(w.sets, place)
	w.destinations[place], w.settled = !w.destinations[place], false
}

// setAddress returns the name of the resource that is the set of a destination.
func setAddressOf(place string) string { return "set of " + place }

// toggleSet adds the set of a destination, or removes it with its definitions. A new set
// takes the place of the single definitions. With removed blocks they leave the state,
// and without them the next apply destroys them.
func (w *world) toggleSet(place string, removedBlocks bool) {
	switch {
	case !w.destinations[place]:
		return
	case w.sets[place] != nil:
		delete(w.sets, place)
	default:
		w.sets[place] = map[string]int{}
		for _, name := range w.on(place) {
			w.define(place, name, w.config[name].metric)
			delete(w.config, name)
		}
		if removedBlocks {
			w.forgetSingles(place)
		}
	}
	w.settled = false
}

// define gives a key of a set a metric. A set refuses two equal ones.
func (w *world) define(place, key string, metric int) {
	if set := w.sets[place]; set != nil {
		maps.DeleteFunc(set, func(_ string, other int) bool { return other == metric })
		set[key], w.settled = metric, false
	}
}

// undefine removes a key from a set.
func (w *world) undefine(place, key string) {
	delete(w.sets[place], key)
	w.settled = false
}

// rename gives the definition at a key of a set another key.
func (w *world) rename(place, from, to string) {
	if metric, there := w.sets[place][from]; there && from != to {
		w.undefine(place, from)
		w.define(place, to, metric)
	}
}

// forgetSingles removes the single definitions of a destination from the state.
func (w *world) forgetSingles(place string) {
	p := places[place]
	for _, name := range w.tf.Addresses() {
		if w.tf.Value(name, "metric_definition_id") != "" && w.tf.Value(name, "app_monitor_name") == p.monitor && w.tf.Value(name, "destination") == p.destination {
			w.left[w.tf.Value(name, "metric_definition_id")] = true
			w.tf.Forget(name)
		}
	}
}

// idsOf returns the IDs that the state has of a set, by keys.
func (w *world) idsOf(place string) map[string]string {
	elements, ids := map[string]tftypes.Value{}, map[string]string{}
	_ = w.tf.Attribute(setAddressOf(place), "definitions").As(&elements) // null leaves it empty
	for key, element := range elements {
		var id string
		attributes := map[string]tftypes.Value{}
		_, _ = element.As(&attributes), attributes["metric_definition_id"].As(&id) // both are in every state
		ids[key] = id
	}
	return ids
}

// on returns the names of the definitions that are configured for a destination.
func (w *world) on(place string) (names []string) {
	for name, d := range w.config {
		if d.place == place {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// apply applies the configuration while the injected faults go wrong. It returns an
// error that no fault explains. The refusal to create a set needs no fault. Nor does an
// update of a definition that the destroy of a set deletes, if the plan has warned of that.
func (w *world) apply() error {
	err := w.tf.Apply(context.Background(), w.resources())
	w.refused = err != nil && strings.Contains(err.Error(), othersExist)
	deleted := err != nil && strings.Contains(err.Error(), "Something else has deleted the definition") && w.warned(deletesSingles)
	if errors.Is(err, core.ErrInconsistent) || err != nil && !w.faulty && !w.refused && !deleted && !errors.Is(err, core.ErrKilled) {
		return err
	}
	w.settled = err == nil
	for place := range places {
		if errors.Is(err, core.ErrKilled) && w.exists(place) && !slices.Contains(w.tf.Addresses(), place) {
			w.left[place] = true
		}
	}
	return w.check(err == nil)
}

// adopt makes a definition behind Terraform's back and imports it as a new resource. If
// the import fails, adopt deletes the definition.
func (w *world) adopt(name string, d wanted) error {
	_, configured := w.config[name]
	if configured || slices.Contains(w.tf.Addresses(), name) || !w.takesSingles(d.place) || !w.exists(d.place) {
		return nil
	}
	p := places[d.place]
	id := w.account(d.place).CreateDefinition(p.monitor, p.destination, p.arn, d.sent())
	err := w.bring(name, d, w.id(d.place, id))
	if err == nil {
		w.config[name], w.settled = d, false
		return nil
	}
	w.account(d.place).DeleteDefinition(p.monitor, p.destination, p.arn, id)
	if w.faulty {
		return nil
	}
	return err
}

// reimport forgets a resource and imports it, by its ID or by its identity.
func (w *world) reimport(name string, byID bool) error {
	d := w.config[name]
	id := w.tf.Value(name, "metric_definition_id")
	if _, there := w.find(d.place, id); !there || !w.settled || w.faulty {
		return nil
	}
	if byID {
		return w.bring(name, d, w.id(d.place, id))
	}
	return w.bring(name, d, "")
}

func (w *world) bring(name string, d wanted, id string) error {
	return w.tf.Import(context.Background(), name, d.resource(), id)
}

// id returns the import ID of a definition.
func (w *world) id(place, id string) string {
	p := places[place]
	if p.arn != "" {
		id = p.arn + "," + id
	}
	return fmt.Sprintf("%s,%s,%s@%s", p.monitor, p.destination, id, p.region)
}

// arguments returns the arguments that name a destination.
func (p place) arguments() map[string]tftypes.Value {
	arguments := map[string]tftypes.Value{"app_monitor_name": text(p.monitor), "destination": text(p.destination)}
	if p.arn != "" {
		arguments["destination_arn"] = text(p.arn)
	}
	if p.region != acctest.Region {
		arguments["region"] = text(p.region)
	}
	return arguments
}

func (d wanted) resource() core.Resource {
	arguments := places[d.place].arguments()
	maps.Copy(arguments, metrics[d.metric].arguments)
	return core.Resource{Type: resourceType, After: []string{d.place}, Arguments: arguments}
}

// resources returns the configuration.
func (w *world) resources() map[string]core.Resource {
	all := map[string]core.Resource{}
	for name, d := range w.config {
		all[name] = d.resource()
	}
	for place, configured := range w.destinations {
		if configured {
			arguments := places[place].arguments()
			if places[place].arn != "" {
				arguments["iam_role_arn"] = text(role)
			}
			all[place] = core.Resource{Type: "rum_metrics_destination", Arguments: arguments}
		}
		if w.sets[place] != nil {
			all[setAddressOf(place)] = w.set(place)
		}
	}
	return all
}

// set returns the set of a destination. A key that is the name stands for it.
func (w *world) set(place string) core.Resource {
	r := core.Resource{Type: setType, After: []string{place}, Arguments: places[place].arguments()}
	definitions := map[string]tftypes.Value{}
	for key, metric := range w.sets[place] {
		attributes := maps.Clone(metrics[metric].arguments)
		if key == metrics[metric].sent.Name {
			delete(attributes, "name")
		}
		definitions[key] = core.Object(attributes)
	}
	r.Arguments["definitions"] = core.Object(definitions)
	return r
}

// drift changes the definition of a resource behind Terraform's back. Without a change
// it deletes the definition.
func (w *world) drift(name string, change func(*fakerum.Definition)) {
	for place, p := range places {
		d, there := w.find(place, w.tf.Value(name, "metric_definition_id"))
		switch {
		case !there, !w.exists(place):
			continue
		case change == nil:
			w.account(place).DeleteDefinition(p.monitor, p.destination, p.arn, d.ID)
		default:
			change(&d)
			w.account(place).UpdateDefinition(p.monitor, p.destination, p.arn, d)
		}
		w.settled = false
	}
}

// add makes a foreign definition, which Terraform must not touch.
func (w *world) add() {
	p := places[""]
	d := fakerum.Definition{Name: fmt.Sprintf("Foreign%d", len(w.foreign)), Namespace: "Shop"}
	d.ID = w.account("").CreateDefinition(p.monitor, p.destination, p.arn, d)
	w.foreign[d.ID] = d
}

// addStranger makes a definition behind Terraform's back that is equal to one that may
// be configured. A set takes it over, or deletes it.
func (w *world) addStranger(d wanted) {
	if d.place == "" || !w.exists(d.place) {
		return
	}
	p := places[d.place]
	w.left[w.account(d.place).CreateDefinition(p.monitor, p.destination, p.arn, d.sent())] = true
	w.settled = false
}

// vanish deletes a destination behind Terraform's back. Its definitions may come
// back with it.
func (w *world) vanish(place string) {
	if place == "" {
		return
	}
	for _, d := range w.definitions(place) {
		w.left[d.ID] = true
	}
	w.delete(place)
	w.settled = false
}

// recreate deletes a monitor and makes another one of the same name.
func (w *world) recreate(place string) {
	for other, p := range places {
		if p.region == places[place].region && p.monitor == places[place].monitor {
			for _, d := range w.definitions(other) {
				w.left[d.ID] = true
			}
		}
	}
	w.account(place).DeleteMonitor(places[place].monitor)
	w.account(place).CreateMonitor(places[place].monitor)
	if places[place].monitor == places[""].monitor {
		w.put("")
		w.foreign = map[string]fakerum.Definition{}
	}
	w.settled = false
}

func (w *world) inject(f fakerum.Fault) {
	w.fake.Inject(f)
	w.faulty = true
}

// reject makes the service refuse definitions of a name.
func (w *world) reject(name string) {
	w.fake.Behave(func(b *fakerum.Behavior) {
		b.RejectDefinition = func(_ string, d fakerum.Definition) (code, message string) {
			if d.Name != name {
				return "", ""
			}
			return "ValidationException", "not this one"
		}
	})
	w.faulty = true
}

func (w *world) calm() {
	w.fake.ClearFaults()
	w.fake.Behave(func(b *fakerum.Behavior) { b.RejectDefinition = nil })
	w.faulty = false
}

// check returns an error if a foreign definition was lost, or if a run that went
// well left a definition without a resource.
func (w *world) check(wentWell bool) error {
	inState := map[string]string{} // names by IDs
	for _, name := range w.tf.Addresses() {
		id := w.tf.Value(name, "metric_definition_id")
		if other, twice := inState[id]; id != "" && twice {
			return fmt.Errorf("%s and %s have the same definition %s, want one each", name, other, id)
		}
		inState[id] = name
	}
	for place := range w.sets {
		for key, id := range w.idsOf(place) {
			inState[id] = setAddressOf(place) + " at " + key
		}
	}
	for id, d := range w.foreign {
		if there, found := w.find("", id); !found || !reflect.DeepEqual(there, d) {
			return fmt.Errorf("the foreign definition %s is %+v (found: %t), want %+v", id, there, found, d)
		}
	}
	for _, place := range slices.Sorted(maps.Keys(places)) {
		for _, d := range w.definitions(place) {
			_, foreign := w.foreign[d.ID]
			switch {
			case foreign, inState[d.ID] != "", w.left[d.ID]:
			case wentWell:
				return fmt.Errorf("destination %q has %+v, want no definition without a resource", place, d)
			default:
				w.left[d.ID] = true
			}
		}
	}
	return nil
}

// finish applies without faults, and returns an error unless the property holds. Where
// the create of a set is refused, it imports the set and applies once more. A plan may
// refuse before the other set is tried.
func (w *world) finish() error {
	w.calm()
	for range 1 + len(w.sets) {
		for place := range w.sets {
			if inState := slices.Contains(w.tf.Addresses(), setAddressOf(place)); inState || w.refused {
				w.forgetSingles(place) // as the plan has warned: write removed blocks
			}
		}
		if err := w.forgetSharedSets(); err != nil {
			return err
		}
		w.tf.Kill(0)
		if err := w.apply(); err != nil {
			return fmt.Errorf("the last apply: %w", err)
		}
		if !w.refused {
			break
		}
		if err := w.importSets(); err != nil {
			return fmt.Errorf("the import that a refused create names: %w", err)
		}
	}
	if w.refused {
		return errors.New("the create of a set was refused after its import")
	}
	for place, set := range w.sets {
		ids := w.idsOf(place)
		if there := w.definitions(place); len(there) != len(set) || len(ids) != len(set) {
			return fmt.Errorf("the destination %q has %+v, and the state %v, want %v", place, there, ids, set)
		}
		for key, metric := range set {
			if there, found := w.find(place, ids[key]); !found || !same(there, metrics[metric].sent) {
				return fmt.Errorf("%s of %q is %+v (found: %t), want %+v", key, place, normal(there), found, normal(metrics[metric].sent))
			}
		}
	}
	for name, d := range w.config {
		there, found := w.find(d.place, w.tf.Value(name, "metric_definition_id"))
		if !found || !same(there, d.sent()) {
			return fmt.Errorf("%s is %+v (found: %t), want %+v", name, normal(there), found, normal(d.sent()))
		}
	}
	for place := range places {
		if want := w.destinations[place] || place == ""; w.exists(place) != want && !w.left[place] {
			return fmt.Errorf("destination %q exists: got %t, want %t", place, !want, want)
		}
	}
	if got, want := len(w.tf.Addresses()), len(w.resources()); got != want {
		return fmt.Errorf("the state has %d resources, want %d: %v", got, want, w.tf.Addresses())
	}
	pending, err := w.tf.Plan(context.Background(), w.resources())
	if err == nil && len(pending) > 0 {
		err = fmt.Errorf("the plan after the last apply changes %v, want no changes", pending)
	}
	return errors.Join(err, w.namesWhatIsLeft())
}

// deletesSingles is in the warning of a set that is destroyed beside single definitions.
const deletesSingles = "The destroy deletes all definitions of the set"

// forgetSharedSets removes from the state each set that is to be destroyed while a single
// resource has a definition of its destination, as the plan tells to do: a set has all of
// them.
func (w *world) forgetSharedSets() error {
	for place := range places {
		shared := slices.ContainsFunc(w.on(place), func(name string) bool {
			_, found := w.find(place, w.tf.Value(name, "metric_definition_id"))
			return found
		})
		if !shared || w.sets[place] != nil || !slices.Contains(w.tf.Addresses(), setAddressOf(place)) {
			continue
		}
		if _, err := w.tf.Plan(context.Background(), w.resources()); err != nil {
			return err
		}
		if !w.warned(deletesSingles) {
			return fmt.Errorf("the plan warns %q, want it to say that the destroy of the set deletes a single definition", w.tf.Warnings())
		}
		for _, id := range w.idsOf(place) {
			w.left[id] = true
		}
		w.tf.Forget(setAddressOf(place))
	}
	return nil
}

// warned reports whether the last plan had a warning with the text.
func (w *world) warned(text string) bool {
	return slices.ContainsFunc(w.tf.Warnings(), func(warning string) bool { return strings.Contains(warning, text) })
}

// importSets imports the sets that are configured and not in the state.
func (w *world) importSets() error {
	for place := range w.sets {
		if slices.Contains(w.tf.Addresses(), setAddressOf(place)) || len(w.definitions(place)) == 0 {
			continue
		}
		if !w.exists(place) { // its definitions stayed, if AWS lets them
			w.put(place)
		}
		p := places[place]
		id := p.monitor + "," + p.destination
		if p.arn != "" {
			id += "," + p.arn
		}
		if err := w.tf.Import(context.Background(), setAddressOf(place), w.set(place), id+"@"+p.region); err != nil {
			return err
		}
	}
	return nil
}

// namesWhatIsLeft plans a definition that is equal to one without a resource. It
// returns an error unless the plan names the one without a resource.
func (w *world) namesWhatIsLeft() error {
	for _, place := range slices.Sorted(maps.Keys(places)) {
		if !w.exists(place) || w.sets[place] != nil {
			continue
		}
		for i := range metrics {
			d := wanted{place, i}
			for _, there := range w.definitions(place) {
				if !w.left[there.ID] || !same(there, d.sent()) {
					continue
				}
				config := w.resources()
				config["equal"] = d.resource()
				if _, err := w.tf.Plan(context.Background(), config); err != nil {
					return err
				}
				if !w.warned(there.ID) {
					return fmt.Errorf("the plan of a definition equal to %s warns %q, want it to name the ID", there.ID, w.tf.Warnings())
				}
			}
		}
	}
	return nil
}

func TestPropertyApplyMakesEveryDefinition(t *testing.T) {
	t.Parallel()
	core.Check(t, sequence)
}

func sequence(t *rapid.T) {
	w := &world{
		fake: fakerum.New(), destinations: map[string]bool{}, sets: map[string]map[string]int{}, config: map[string]wanted{},
		foreign: map[string]fakerum.Definition{}, left: map[string]bool{},
	}
	w.tf = core.NewTerraform(t, w.fake)
	w.fake.Behave(func(b *fakerum.Behavior) {
		core.DrawBehavior(t, b)
		b.FillDefaults = rapid.Bool().Draw(t, "FillDefaults")
		b.RewritePatterns = rapid.Bool().Draw(t, "RewritePatterns")
		b.EmptyWithoutDestination = rapid.Bool().Draw(t, "EmptyWithoutDestination")
		b.LeftDefinitions = rapid.SampledFrom([]fakerum.LeftDefinitions{fakerum.DefinitionsDropped, fakerum.DefinitionsReturn, fakerum.DefinitionsStay}).Draw(t, "LeftDefinitions")
	})
	for place, p := range places {
		w.account(place).CreateMonitor(p.monitor)
	}
	w.put("")

	for place := range places {
		w.toggle(place)
	}

	name := rapid.SampledFrom([]string{"a", "b", "c", "d", "e"})
	key := rapid.SampledFrom([]string{"a", "b", "JsErrorCount", "Checkouts"})
	at := rapid.SampledFrom(slices.Sorted(maps.Keys(places)))
	definition := rapid.Custom(func(t *rapid.T) wanted {
		return wanted{at.Draw(t, "place"), rapid.IntRange(0, len(metrics)-1).Draw(t, "metric")}
	})
	t.Repeat(map[string]func(*rapid.T){
		"configure": func(t *rapid.T) {
			for range rapid.IntRange(1, 5).Draw(t, "changes") {
				w.configure(name.Draw(t, "name"), definition.Draw(t, "definition"))
			}
		},
		"remove": func(t *rapid.T) { w.remove(name.Draw(t, "name")) },
		"toggle": func(t *rapid.T) { w.toggle(at.Draw(t, "place")) },
		"set":    func(t *rapid.T) { w.toggleSet(at.Draw(t, "place"), rapid.Bool().Draw(t, "removed blocks")) },
		"define": func(t *rapid.T) {
			place := at.Draw(t, "place")
			for range rapid.IntRange(1, 5).Draw(t, "changes") {
				w.define(place, key.Draw(t, "key"), rapid.IntRange(0, len(metrics)-1).Draw(t, "metric"))
			}
		},
		"undefine":   func(t *rapid.T) { w.undefine(at.Draw(t, "place"), key.Draw(t, "key")) },
		"rename":     func(t *rapid.T) { w.rename(at.Draw(t, "place"), key.Draw(t, "from"), key.Draw(t, "to")) },
		"kill":       func(t *rapid.T) { w.tf.Kill(rapid.IntRange(1, 6).Draw(t, "after")) },
		"stranger":   func(t *rapid.T) { w.addStranger(definition.Draw(t, "definition")) },
		"apply":      func(t *rapid.T) { core.Require(t, w.apply()) },
		"apply anew": func(t *rapid.T) { core.Require(t, w.apply()) }, // a second entry, so that applies are drawn more often
		"adopt":      func(t *rapid.T) { core.Require(t, w.adopt(name.Draw(t, "name"), definition.Draw(t, "definition"))) },
		"reimport":   func(t *rapid.T) { core.Require(t, w.reimport(name.Draw(t, "name"), rapid.Bool().Draw(t, "by ID"))) },
		"change the unit": func(t *rapid.T) {
			w.drift(name.Draw(t, "name"), func(d *fakerum.Definition) { d.UnitLabel = "Drift" })
		},
		"change the name": func(t *rapid.T) {
			w.drift(name.Draw(t, "name"), func(d *fakerum.Definition) { d.Name, d.ValueKey = "Drift", "" })
		},
		"delete":                 func(t *rapid.T) { w.drift(name.Draw(t, "name"), nil) },
		"add a foreign one":      func(*rapid.T) { w.add() },
		"delete the destination": func(t *rapid.T) { w.vanish(at.Draw(t, "place")) },
		"recreate the monitor":   func(t *rapid.T) { w.recreate(at.Draw(t, "place")) },
		"reads go wrong":         func(t *rapid.T) { w.inject(core.DrawFault(t, fakerum.OpBatchGetRumMetricDefinitions)) },
		"writes go wrong": func(t *rapid.T) {
			w.inject(core.DrawFault(t, fakerum.OpBatchCreateRumMetricDefinitions, fakerum.OpBatchDeleteRumMetricDefinitions,
				fakerum.OpUpdateRumMetricDefinition, fakerum.OpPutRumMetricsDestination))
		},
		"reject": func(t *rapid.T) { w.reject(rapid.SampledFrom([]string{"JsErrorCount", "Checkouts"}).Draw(t, "metric")) },
		"calm":   func(*rapid.T) { w.calm() },
	})
	core.Require(t, w.finish())
}
