package metricdefinition_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// The property: whatever was configured, imported, changed behind Terraform's
// back and went wrong, in whatever order, one apply that nothing goes wrong with
// leaves the service with just the definitions that are configured, and with
// those that are none of Terraform's business as they were. There never is one
// too many. No two definitions that are configured for a destination are equal.

// place is a destination.
type place struct{ region, monitor, destination, arn string }

// places are the destinations that have definitions, by the names of their
// resources. The one called "" has no resource, but foreign definitions.
var places = map[string]place{
	"":           {acctest.Region, "web", "Evidently", experiment},
	"cloudwatch": {acctest.Region, "web", "CloudWatch", ""},
	"evidently":  {acctest.OtherRegion, "shop#1", "Evidently", experiment},
}

const role = "arn:aws:iam::123456789012:role/rum"

// metric is a definition without its destination: as it is configured, and as
// the service is to have it.
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

// normal is d without its ID, and with what means the same as one text.
func normal(d fakerum.Definition) fakerum.Definition {
	d.ID = ""
	if d.Namespace == "" && d.UnitLabel == "Count" {
		d.UnitLabel = "" // the service may have filled it in
	}
	var pattern any
	if json.Unmarshal([]byte(d.EventPattern), &pattern) == nil {
		text, _ := json.Marshal(pattern) // just unmarshaled
		d.EventPattern = string(text)
	}
	return d
}

func same(a, b fakerum.Definition) bool { return reflect.DeepEqual(normal(a), normal(b)) }

// wanted is a definition that is configured.
type wanted struct {
	place  string // the name of one
	metric int    // the index of one
}

func (d wanted) sent() fakerum.Definition { return metrics[d.metric].sent }

// world is a sequence so far.
type world struct {
	fake    *fakerum.Service
	tf      *acctest.Terraform
	returns bool // the definitions of a destination that is deleted can come back

	destinations map[string]bool               // that are configured
	config       map[string]wanted             // definitions by the names of their resources
	foreign      map[string]fakerum.Definition // by their IDs

	faulty bool // while something may go wrong
	// settled is true as long as nothing happened since an apply that went well.
	settled bool
	// frozen are resources whose definition the service may have although the
	// state does not. It is found by creating it again, so that is what has to be
	// configured until then.
	frozen map[string]bool
}

func (w *world) account(place string) *fakerum.Account { return w.tf.Account(places[place].region) }

// definitions are those of a destination that the service has.
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

// exists reports whether a destination does.
func (w *world) exists(place string) bool {
	p := places[place]
	for _, d := range w.account(place).Destinations(p.monitor) {
		if d.Destination == p.destination && d.DestinationARN == p.arn {
			return true
		}
	}
	return false
}

// put and delete are behind Terraform's back.
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

// configure gives a resource a definition; one that had it before goes.
func (w *world) configure(name string, d wanted) {
	if d.place != "" && !w.destinations[d.place] || w.frozen[name] {
		return
	}
	config := maps.Clone(w.config)
	for other, theirs := range config {
		if theirs == d && w.frozen[other] {
			return
		}
		if theirs == d {
			delete(config, other)
		}
	}
	config[name] = d
	if w.shifts(config) {
		return
	}
	w.config, w.settled = config, false
}

// shifts reports whether a resource of config wants what another one has yet. A
// create cannot tell that such a definition has a resource, and takes it over;
// it then needs another apply to tell the two apart.
func (w *world) shifts(config map[string]wanted) bool {
	for name, d := range config {
		for other, theirs := range config {
			has, found := w.find(theirs.place, w.tf.Value(other, "metric_definition_id"))
			if other != name && found && theirs.place == d.place && same(has, d.sent()) {
				return true
			}
		}
	}
	return false
}

func (w *world) remove(name string) {
	if !w.frozen[name] {
		delete(w.config, name)
		w.settled = false
	}
}

// toggle adds a destination, or removes it with its definitions.
func (w *world) toggle(place string) {
	if place == "" {
		return
	}
	on := w.on(place)
	if w.destinations[place] && slices.ContainsFunc(on, func(name string) bool { return w.frozen[name] }) {
		return
	}
	for _, name := range on {
		delete(w.config, name)
	}
	w.destinations[place], w.settled = !w.destinations[place], false
}

// on are the resources of definitions that are configured for a destination.
func (w *world) on(place string) (names []string) {
	for name, d := range w.config {
		if d.place == place {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// apply applies the configuration, with what goes wrong.
func (w *world) apply() error {
	err := w.tf.Apply(context.Background(), w.resources())
	if errors.Is(err, acctest.ErrInconsistent) || err != nil && !w.faulty {
		return err
	}
	if w.settled = err == nil; w.settled {
		w.frozen = map[string]bool{}
	}
	for name := range w.config {
		if w.tf.Value(name, "metric_definition_id") == "" {
			w.frozen[name] = true
		}
	}
	return w.check()
}

// adopt imports what exists already, as a resource that is new. If that fails,
// it is deleted.
func (w *world) adopt(name string, d wanted) error {
	_, configured := w.config[name]
	if configured || slices.Contains(w.tf.Addresses(), name) || d.place != "" && !w.destinations[d.place] || !w.exists(d.place) ||
		slices.ContainsFunc(w.definitions(d.place), func(there fakerum.Definition) bool { return same(there, d.sent()) }) ||
		slices.Contains(slices.Collect(maps.Values(w.config)), d) {
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

// id is an import ID.
func (w *world) id(place, id string) string {
	p := places[place]
	if p.arn != "" {
		id = p.arn + "," + id
	}
	return fmt.Sprintf("%s,%s,%s@%s", p.monitor, p.destination, id, p.region)
}

// arguments are those that name a destination.
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

func (d wanted) resource() acctest.Resource {
	arguments := places[d.place].arguments()
	maps.Copy(arguments, metrics[d.metric].arguments)
	return acctest.Resource{Type: resourceType, After: d.place, Arguments: arguments}
}

// resources is the configuration.
func (w *world) resources() map[string]acctest.Resource {
	all := map[string]acctest.Resource{}
	for name, d := range w.config {
		all[name] = d.resource()
	}
	for place, configured := range w.destinations {
		if configured {
			arguments := places[place].arguments()
			if places[place].arn != "" {
				arguments["iam_role_arn"] = text(role)
			}
			all[place] = acctest.Resource{Type: "rum_metrics_destination", Arguments: arguments}
		}
	}
	return all
}

// drift changes the definition of a resource behind Terraform's back, or, for
// nil, deletes it.
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

// add adds a definition that Terraform is not to touch.
func (w *world) add() {
	p := places[""]
	d := fakerum.Definition{Name: fmt.Sprintf("Foreign%d", len(w.foreign)), Namespace: "Shop"}
	d.ID = w.account("").CreateDefinition(p.monitor, p.destination, p.arn, d)
	w.foreign[d.ID] = d
}

// vanish deletes a destination behind Terraform's back. Definitions that come
// back with it are found by creating them again, if they are as configured.
func (w *world) vanish(place string) {
	if place == "" || w.returns && !w.settled {
		return
	}
	if w.returns {
		for _, name := range w.on(place) {
			w.frozen[name] = true
		}
	}
	w.delete(place)
	w.settled = false
}

// recreate replaces a monitor by a namesake.
func (w *world) recreate(place string) {
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

// reject has the service refuse definitions of a name.
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

// check returns an error if a foreign definition was lost, or if there is one
// that nothing can be meant by.
func (w *world) check() error {
	inState := map[string]string{} // names by IDs
	for _, name := range w.tf.Addresses() {
		id := w.tf.Value(name, "metric_definition_id")
		if other, twice := inState[id]; id != "" && twice {
			return fmt.Errorf("%s and %s share a definition", name, other)
		}
		inState[id] = name
	}
	for id, d := range w.foreign {
		if there, found := w.find("", id); !found || !reflect.DeepEqual(there, d) {
			return fmt.Errorf("lost %+v", normal(d))
		}
	}
	meant := map[string]bool{}
	for place := range places {
		for _, d := range w.definitions(place) {
			if _, foreign := w.foreign[d.ID]; foreign || inState[d.ID] != "" {
				continue
			}
			configured := w.on(place)
			i := slices.IndexFunc(configured, func(name string) bool {
				return w.frozen[name] && !meant[name] && same(d, w.config[name].sent())
			})
			if i < 0 {
				return fmt.Errorf("one too many in %q: %+v", place, normal(d))
			}
			meant[configured[i]] = true
		}
	}
	return nil
}

// finish applies what nothing goes wrong with, and returns an error unless that
// leaves everything as it has to be.
func (w *world) finish() error {
	w.calm()
	if err := w.apply(); err != nil {
		return fmt.Errorf("the last apply: %w", err)
	}
	number := len(w.foreign)
	for name, d := range w.config {
		there, found := w.find(d.place, w.tf.Value(name, "metric_definition_id"))
		if !found || !same(there, d.sent()) {
			return fmt.Errorf("%s is %+v, want %+v", name, normal(there), normal(d.sent()))
		}
		number++
	}
	for place := range places {
		number -= len(w.definitions(place))
		if want := w.destinations[place] || place == ""; w.exists(place) != want {
			return fmt.Errorf("destination %q: want %t", place, want)
		}
	}
	if number != 0 {
		return fmt.Errorf("%d definitions too few", number)
	}
	if got, want := len(w.tf.Addresses()), len(w.resources()); got != want {
		return fmt.Errorf("the state has %d resources, want %d: %v", got, want, w.tf.Addresses())
	}
	pending, err := w.tf.Plan(context.Background(), w.resources())
	if err == nil && len(pending) > 0 {
		err = fmt.Errorf("another plan has %v", pending)
	}
	return err
}

// TestProperty draws sequences.
func TestProperty(t *testing.T) {
	t.Parallel()
	acctest.Check(t, sequence)
}

func sequence(t *rapid.T) {
	w := &world{
		fake: fakerum.New(), destinations: map[string]bool{}, config: map[string]wanted{}, foreign: map[string]fakerum.Definition{}, frozen: map[string]bool{},
	}
	w.tf = acctest.NewTerraform(t, w.fake)
	w.fake.Behave(func(b *fakerum.Behavior) {
		acctest.DrawBehavior(t, b)
		b.FillDefaults = rapid.Bool().Draw(t, "FillDefaults")
		b.RewritePatterns = rapid.Bool().Draw(t, "RewritePatterns")
		b.EmptyWithoutDestination = rapid.Bool().Draw(t, "EmptyWithoutDestination")
		b.LeftDefinitions = rapid.SampledFrom([]fakerum.LeftDefinitions{fakerum.DefinitionsDropped, fakerum.DefinitionsReturn, fakerum.DefinitionsStay}).Draw(t, "LeftDefinitions")
		w.returns = b.LeftDefinitions != fakerum.DefinitionsDropped
	})
	for place, p := range places {
		w.account(place).CreateMonitor(p.monitor)
	}
	w.put("")

	for place := range places {
		w.toggle(place)
	}

	name := rapid.SampledFrom([]string{"a", "b", "c", "d", "e"})
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
		"remove":     func(t *rapid.T) { w.remove(name.Draw(t, "name")) },
		"toggle":     func(t *rapid.T) { w.toggle(at.Draw(t, "place")) },
		"apply":      func(t *rapid.T) { acctest.Require(t, w.apply()) },
		"apply anew": func(t *rapid.T) { acctest.Require(t, w.apply()) }, // makes it more often
		"adopt":      func(t *rapid.T) { acctest.Require(t, w.adopt(name.Draw(t, "name"), definition.Draw(t, "definition"))) },
		"reimport":   func(t *rapid.T) { acctest.Require(t, w.reimport(name.Draw(t, "name"), rapid.Bool().Draw(t, "by ID"))) },
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
		"reads go wrong":         func(t *rapid.T) { w.inject(acctest.DrawFault(t, fakerum.OpBatchGetRumMetricDefinitions)) },
		"writes go wrong": func(t *rapid.T) {
			w.inject(acctest.DrawFault(t, fakerum.OpBatchCreateRumMetricDefinitions, fakerum.OpBatchDeleteRumMetricDefinitions,
				fakerum.OpUpdateRumMetricDefinition, fakerum.OpPutRumMetricsDestination))
		},
		"reject": func(t *rapid.T) { w.reject(rapid.SampledFrom([]string{"JsErrorCount", "Checkouts"}).Draw(t, "metric")) },
		"calm":   func(*rapid.T) { w.calm() },
	})
	acctest.Require(t, w.finish())
}
