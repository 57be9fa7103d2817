package core

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// change is what an apply has to do to a resource: destroy it, upsert it, or both,
// which replaces it. To upsert is to create or to update.
type change struct {
	before, wanted  Resource
	destroy, upsert bool

	planned  tftypes.Value // null without upsert
	private  []byte        // what the provider keeps with the plan
	identity *tfprotov6.ResourceIdentityData
	warnings []string // the details of the plan's warnings
}

// plan refreshes and plans all resources. It returns the changes by addresses, and
// the state as the refresh found it.
func (tf *Terraform) plan(ctx context.Context, config map[string]Resource) (changes map[string]change, refreshed map[string]object, err error) {
	p := tf.start(ctx)
	changes, refreshed = map[string]change{}, maps.Clone(tf.state)
	steps := map[string]*step{}
	for address := range config {
		steps[address] = newStep(address)
	}
	for address := range tf.state {
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
		if c.destroy || c.upsert {
			changes[s.address] = c
		}
		return withAddress(s.address, err)
	})
	return changes, refreshed, err
}

// step is one thing to do to a resource. The apply of a change has one or two.
type step struct {
	address string
	destroy bool
	after   []*step

	taken  bool
	done   chan struct{}
	failed bool // to be read once done is closed
}

func newStep(address string) *step { return &step{address: address, done: make(chan struct{})} }

// ready reports whether all steps that s waits for are done.
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

// each calls take for each step, after the steps that it waits for. It leaves out a step
// if one of those failed. It returns all errors.
func (tf *Terraform) each(steps []*step, take func(*step) error) error {
	errs := make([]error, len(steps))
	var all sync.WaitGroup
	for range steps {
		i := slices.IndexFunc(steps, func(s *step) bool { return !s.taken && (tf.parallel || s.ready()) })
		s := steps[i]
		s.taken = true
		work := func() {
			defer close(s.done)
			for _, other := range s.after {
				<-other.done
				s.failed = s.failed || other.failed
			}
			if !s.failed {
				errs[i] = take(s)
				s.failed = errs[i] != nil
			}
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

// inOrder returns steps in the order of their addresses, except that each step comes
// after those that it waits for.
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

// stepsOf returns the steps of changes. A resource is created after those it depends
// on, and destroyed before them.
func (tf *Terraform) stepsOf(changes map[string]change) []*step {
	destroys, upserts := map[string]*step{}, map[string]*step{}
	var first, second []*step
	for _, address := range slices.Sorted(maps.Keys(changes)) {
		c := changes[address]
		if c.destroy {
			s := newStep(address)
			s.destroy, destroys[address] = true, s
			first = append(first, s)
		}
		if c.upsert {
			s := newStep(address)
			upserts[address] = s
			second = append(second, s)
		}
	}
	wait := func(s, other *step) {
		if s != nil && other != nil {
			s.after = append(s.after, other)
		}
	}
	for address, c := range changes {
		wait(upserts[address], destroys[address])
		for _, other := range c.wanted.After {
			wait(upserts[address], upserts[other])
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
