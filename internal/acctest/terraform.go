package acctest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// Terraform plays the part of a CLI in the plugin protocol: it refreshes, plans,
// replaces and applies in order, and keeps what a provider returns with an
// error. It needs neither a process nor the machine's network, so that in a
// bubble of testing/synctest a run takes milliseconds, however long it waits.
// Each of Plan, Apply and Import is a run, with providers of its own.
type Terraform struct {
	// parallel has a run work on all resources at once, but for those that wait
	// for another; else it works on one at a time, in the same order each time.
	parallel bool
	// createFirst is whether it then creates before it destroys, where it may.
	createFirst bool

	fake    *fakerum.Service
	network *fakerum.Pipes
	schemas map[string]*tfprotov6.Schema
	state   map[string]object
	warned  []string
	killIn  int // how many more steps the next apply saves before it is killed; 0 lets it live
}

// Resource is a resource block of a configuration.
type Resource struct {
	Type string
	// After are the addresses of the resources that it refers to. Those refer to
	// none, or to resources that refer to none.
	After []string
	// Arguments are null where they are missing.
	Arguments map[string]tftypes.Value
	// Expressions returns arguments that depend on other resources. The function
	// value returns an attribute of one of them, unknown while it is not known.
	Expressions func(value func(address, attribute string) tftypes.Value) map[string]tftypes.Value
}

// evaluated returns r with its expressions among its arguments.
func (r Resource) evaluated(value func(address, attribute string) tftypes.Value) Resource {
	if r.Expressions == nil {
		return r
	}
	arguments := maps.Clone(r.Arguments)
	maps.Copy(arguments, r.Expressions(value))
	r.Arguments = arguments
	return r
}

// object is a resource in the state. The zero value is none.
type object struct {
	Resource // without arguments
	value    tftypes.Value
	private  []byte
	identity *tfprotov6.ResourceIdentityData
	tainted  bool
}

// ErrInconsistent is the error of a provider that did not keep to its plan.
var ErrInconsistent = errors.New("not as planned")

// ErrKilled is the error of an apply that Kill ended.
var ErrKilled = errors.New("killed")

// maxTries is the max_retries of the providers.
const maxTries = 2

// NewTerraform returns a CLI with an empty state, whose providers talk to fake. It
// draws in which order it works.
func NewTerraform(t *rapid.T, fake *fakerum.Service) *Terraform {
	t.Helper()
	tf := &Terraform{
		parallel:    rapid.Bool().Draw(t, "parallel"),
		createFirst: rapid.Bool().Draw(t, "create first"),
		fake:        fake,
		network:     fakerum.NewPipes(),
		state:       map[string]object{},
	}
	server := &http.Server{Handler: fake, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(tf.network) }() // ends with ErrServerClosed
	t.Cleanup(func() { _ = server.Close() })

	schema, err := tf.start(t.Context()).GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	tf.schemas = schema.ResourceSchemas
	return tf
}

// Account is the fake's state in a region.
func (tf *Terraform) Account(region string) *fakerum.Account { return tf.fake.In(accessKey, region) }

// Addresses are those of the resources in the state.
func (tf *Terraform) Addresses() []string { return slices.Sorted(maps.Keys(tf.state)) }

// Value is a string in the state; "" for null.
func (tf *Terraform) Value(address, attribute string) string {
	return tf.state[address].string(attribute)
}

func (o object) string(attribute string) string {
	s := new(string)
	if attributeOf(o.value, attribute).As(&s) != nil || s == nil {
		return ""
	}
	return *s
}

// attributeOf returns an attribute of an object.
func attributeOf(value tftypes.Value, attribute string) tftypes.Value {
	values := map[string]tftypes.Value{}
	_ = value.As(&values) // null leaves it empty
	return values[attribute]
}

// Kill makes the next Apply end as with kill -9 after it has saved the given number
// of steps. The service does what is on its way, and no state has it.
func (tf *Terraform) Kill(afterSteps int) { tf.killIn = afterSteps }

// Plan returns the addresses of the resources that Apply would change.
func (tf *Terraform) Plan(ctx context.Context, config map[string]Resource) ([]string, error) {
	changes, _, err := tf.plan(ctx, config)
	return slices.Sorted(maps.Keys(changes)), err
}

// Warnings are the details of the warnings of the latest plan.
func (tf *Terraform) Warnings() []string { return tf.warned }

// Apply makes config what there is. It returns the errors of all resources; one
// that wraps ErrInconsistent is a mistake of the provider.
func (tf *Terraform) Apply(ctx context.Context, config map[string]Resource) error {
	changes, refreshed, err := tf.plan(ctx, config)
	if err != nil {
		return err // and the state stays as it was
	}
	tf.state = refreshed
	p := tf.start(ctx)
	killed, saved := false, 0
	killIn := tf.killIn
	tf.killIn = 0
	var mu sync.Mutex // guards tf.state, killed and saved
	return tf.each(tf.stepsOf(changes), func(s *step) error {
		for _, other := range s.after {
			if <-other.done; other.failed {
				s.failed = true
				return nil
			}
		}
		mu.Lock()
		if killed {
			mu.Unlock()
			s.failed = true
			return ErrKilled
		}
		before := tf.state[s.address]
		wanted := s.evaluated(func(address, attribute string) tftypes.Value {
			return attributeOf(tf.state[address].value, attribute)
		})
		mu.Unlock()
		after, err := p.apply(ctx, before, wanted, s.destroy)
		mu.Lock()
		defer mu.Unlock()
		s.failed = err != nil || killed
		if killed {
			return ErrKilled
		}
		set(tf.state, s.address, after)
		saved++
		killed = saved == killIn
		return wrap(s.address, err)
	})
}

// Import brings what an ID names into the state, as the resource r; without an
// ID it goes by the identity of what the state has there.
func (tf *Terraform) Import(ctx context.Context, address string, r Resource, id string) error {
	p := tf.start(ctx)
	req := &tfprotov6.ImportResourceStateRequest{TypeName: r.Type, ID: id}
	if id == "" {
		req.Identity = tf.state[address].identity
	}
	resp, err := p.ImportResourceState(ctx, req)
	if err != nil {
		return err
	}
	if err := failure(resp.Diagnostics); err != nil {
		return err
	}
	found := resp.ImportedResources[0]
	o := object{Resource: Resource{Type: r.Type, After: r.After}, private: found.Private, identity: found.Identity}
	if o.value, err = p.decode(r.Type, found.State); err != nil {
		return err
	}
	if o, err = p.read(ctx, o); err != nil {
		return err
	}
	if o.value.IsNull() {
		return fmt.Errorf("%s: there is nothing to import", address)
	}
	tf.state[address] = o
	return nil
}

// each takes steps.
func (tf *Terraform) each(steps []*step, take func(*step) error) error {
	errs := make([]error, len(steps))
	var all sync.WaitGroup
	for range steps {
		i := slices.IndexFunc(steps, func(s *step) bool { return !s.taken && (tf.parallel || s.ready()) })
		steps[i].taken = true
		work := func() {
			defer close(steps[i].done)
			errs[i] = take(steps[i])
		}
		if tf.parallel {
			all.Go(work)
		} else {
			work()
		}
	}
	all.Wait()
	return errors.Join(errs...)
}

// set puts o into a state.
func set(state map[string]object, address string, o object) {
	if state[address] = o; o.value.IsNull() {
		delete(state, address)
	}
}

// change is what an apply has to do to a resource: to destroy the one that was
// before, to create or update the one that is wanted, or both, which replaces it.
type change struct {
	before, wanted Resource
	destroy, make  bool
	planned        tftypes.Value // what the resource is to be; null for one that goes
	warnings       []string      // the details of the plan's warnings
}

// plan refreshes and plans all resources. It returns the changes, and the state
// as the refresh found it.
func (tf *Terraform) plan(ctx context.Context, config map[string]Resource) (changes map[string]change, refreshed map[string]object, err error) {
	p := tf.start(ctx)
	changes, refreshed = map[string]change{}, maps.Clone(tf.state)
	all := map[string]bool{}
	for address := range config {
		all[address] = true
	}
	for address := range tf.state {
		all[address] = true
	}
	steps := map[string]*step{}
	for address := range all {
		steps[address] = newStep(address)
	}
	for address, r := range config {
		for _, other := range r.After {
			if steps[other] != nil {
				steps[address].after = append(steps[address].after, steps[other])
			}
		}
	}
	planned := map[string]tftypes.Value{}
	tf.warned = nil
	var mu sync.Mutex // guards the results
	err = tf.each(inOrder(steps), func(s *step) error {
		for _, other := range s.after {
			<-other.done
		}
		var wanted *Resource
		mu.Lock()
		if r, ok := config[s.address]; ok {
			r = r.evaluated(func(address, attribute string) tftypes.Value { return attributeOf(planned[address], attribute) })
			wanted = &r
		}
		mu.Unlock()
		o, c, err := p.visit(ctx, tf.state[s.address], wanted)
		mu.Lock()
		defer mu.Unlock()
		planned[s.address] = c.planned
		tf.warned = append(tf.warned, c.warnings...)
		set(refreshed, s.address, o)
		if c.destroy || c.make {
			changes[s.address] = c
		}
		return wrap(s.address, err)
	})
	return changes, refreshed, err
}

// inOrder returns steps by their addresses, each after those that it waits for.
func inOrder(steps map[string]*step) (ordered []*step) {
	var add func(*step)
	add = func(s *step) {
		if slices.Contains(ordered, s) {
			return
		}
		for _, other := range s.after {
			add(other)
		}
		ordered = append(ordered, s)
	}
	for _, address := range slices.Sorted(maps.Keys(steps)) {
		add(steps[address])
	}
	return ordered
}

// step is something to do to a resource. A change is one, or two.
type step struct {
	address string
	Resource
	destroy bool
	after   []*step

	taken  bool
	done   chan struct{}
	failed bool // to be read once done is closed
}

func newStep(address string) *step { return &step{address: address, done: make(chan struct{})} }

// ready reports whether s waits for nothing any more.
func (s *step) ready() bool {
	return !slices.ContainsFunc(s.after, func(other *step) bool {
		select {
		case <-other.done:
			return false
		default:
			return true
		}
	})
}

// stepsOf are the steps of changes. What refers to another is destroyed before
// it and created after it.
func (tf *Terraform) stepsOf(changes map[string]change) []*step {
	destroys, makes := map[string]*step{}, map[string]*step{}
	var first, second []*step
	for _, address := range slices.Sorted(maps.Keys(changes)) {
		c := changes[address]
		if c.destroy {
			s := newStep(address)
			s.Resource, s.destroy, destroys[address] = c.before, true, s
			first = append(first, s)
		}
		if c.make {
			s := newStep(address)
			s.Resource, makes[address] = c.wanted, s
			second = append(second, s)
		}
	}
	wait := func(s, other *step) {
		if s != nil && other != nil {
			s.after = append(s.after, other)
		}
	}
	for address, c := range changes {
		wait(makes[address], destroys[address])
		for _, other := range c.wanted.After {
			wait(makes[address], makes[other])
		}
		for _, other := range c.before.After {
			wait(destroys[other], destroys[address])
		}
	}
	if tf.createFirst {
		first, second = second, first
	}
	return append(first, second...)
}
