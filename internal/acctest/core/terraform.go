// Package core is a reimplementation of the part of Terraform's core that plans and
// applies. It calls the provider in the process of the test, without a CLI. The property
// tests need it: a CLI is too slow for thousands of sequences, and a test cannot stop a
// CLI after a given step. TestCoreAsksTheProviderForWhatTheCLIAsks compares it with the
// installed CLI, call by call.
//
// It has every resource of the provider. A property test describes a configuration as
// Resources, and what goes wrong as faults of the fake.
//
//	property.go   what property tests draw
//	terraform.go  Terraform: the API
//	steps.go      the order of the steps of a plan and an apply
//	process.go    the provider calls for one resource
//	values.go     the values in the calls, and the checks of the answers
package core

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// Terraform plans and applies configurations as a CLI does, but in the process of the
// test. It refreshes, plans, replaces, creates, updates and destroys in the order of a
// CLI. It keeps what a provider returns with an error. Each Plan, Apply and Import starts
// providers of its own.
//
// Use it where a CLI is too slow: in a bubble of testing/synctest an apply takes
// milliseconds, however long the provider waits.
type Terraform struct {
	// parallel makes a run work on all resources at once. A resource still waits for
	// those that it depends on. Otherwise a run works on one resource at a time, always
	// in the same order.
	parallel bool
	// createFirst makes an apply create before it destroys, where the order is free.
	createFirst bool

	wrap func(tfprotov6.ProviderServer) tfprotov6.ProviderServer // of each provider that is started

	fake    *fakerum.Service
	dial    func(ctx context.Context, network, address string) (net.Conn, error) // to fake
	schemas map[string]*tfprotov6.Schema
	state   map[string]object
	warned  []string
	killIn  int // how many more steps the next apply saves before it is killed; 0 lets it live
}

// Resource is a resource block of a configuration.
type Resource struct {
	Type string
	// After holds the addresses of all resources that it depends on. If one of them
	// depends on another, After has that one too.
	After []string
	// Arguments holds the arguments without those of Expressions.
	Arguments map[string]tftypes.Value
	// Expressions returns the arguments that refer to other resources. Its parameter
	// value returns an attribute of one of them, which may be unknown during a plan.
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

// object is a resource in the state. Its value is null when it does not exist.
type object struct {
	Resource // without arguments
	value    tftypes.Value
	private  []byte
	identity *tfprotov6.ResourceIdentityData
	tainted  bool
}

// ErrInconsistent is the error of a provider that does not keep to its plan.
var ErrInconsistent = errors.New("not as planned")

// ErrKilled is the error of an apply that Kill ended.
var ErrKilled = errors.New("killed")

// maxTries is the max_retries of the providers.
const maxTries = 2

const accessKey = "AKIACORE"

// NewTerraform returns a Terraform with an empty state, whose providers talk to fake.
// It draws the order of work.
func NewTerraform(t *rapid.T, fake *fakerum.Service) *Terraform {
	t.Helper()
	return newTerraform(t, fake, rapid.Bool().Draw(t, "parallel"), rapid.Bool().Draw(t, "create first"))
}

// runningTest is a *testing.T or a *rapid.T.
type runningTest interface {
	Helper()
	Cleanup(f func())
	Context() context.Context
	Fatal(args ...any)
}

func newTerraform(t runningTest, fake *fakerum.Service, parallel, createFirst bool) *Terraform {
	t.Helper()
	tf := &Terraform{
		parallel:    parallel,
		createFirst: createFirst,
		wrap:        func(server tfprotov6.ProviderServer) tfprotov6.ProviderServer { return server },
		fake:        fake,
		state:       map[string]object{},
	}
	dial, stop := fakerum.ServePipes(fake)
	t.Cleanup(stop)
	tf.dial = dial

	schema, err := tf.start(t.Context()).GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	tf.schemas = schema.ResourceSchemas
	return tf
}

// Account returns the fake's state in a region.
func (tf *Terraform) Account(region string) *fakerum.Account { return tf.fake.In(accessKey, region) }

// Addresses returns the addresses of the resources in the state.
func (tf *Terraform) Addresses() []string { return slices.Sorted(maps.Keys(tf.state)) }

// Value returns an attribute of a resource in the state that is a string. It returns
// "" for null, and for a resource that the state does not have.
func (tf *Terraform) Value(address, attribute string) string {
	s := new(string)
	if tf.Attribute(address, attribute).As(&s) != nil || s == nil {
		return ""
	}
	return *s
}

// Attribute returns an attribute of a resource in the state. It returns the zero value
// for a resource that the state does not have.
func (tf *Terraform) Attribute(address, attribute string) tftypes.Value {
	return attributeOf(tf.state[address].value, attribute)
}

// Forget removes a resource from the state, as a removed block without destroy does.
func (tf *Terraform) Forget(address string) { delete(tf.state, address) }

// Kill makes the next Apply end as with kill -9 after it has saved the given number
// of steps. The service still completes the requests on their way, but the state does
// not show their results.
func (tf *Terraform) Kill(afterSteps int) { tf.killIn = afterSteps }

// Plan returns the addresses of the resources that Apply would change.
func (tf *Terraform) Plan(ctx context.Context, config map[string]Resource) ([]string, error) {
	changes, _, err := tf.plan(ctx, config)
	return slices.Sorted(maps.Keys(changes)), err
}

// Warnings returns the details of the warnings of the latest plan, with those of its
// refresh.
func (tf *Terraform) Warnings() []string { return tf.warned }

// Apply refreshes, plans and applies config. It returns the errors of all resources.
// An error that wraps ErrInconsistent is a mistake of the provider. After an error of
// the plan the state is as before.
func (tf *Terraform) Apply(ctx context.Context, config map[string]Resource) error {
	changes, refreshed, err := tf.plan(ctx, config)
	if err != nil {
		return err
	}
	tf.state = refreshed
	p := tf.start(ctx)
	killed, saved := false, 0
	killIn := tf.killIn
	tf.killIn = 0
	var mu sync.Mutex // guards tf.state, killed and saved
	return tf.each(tf.stepsOf(changes), func(s *step) error {
		mu.Lock()
		if killed {
			mu.Unlock()
			return ErrKilled
		}
		before, c := tf.state[s.address], changes[s.address]
		wanted := c.wanted.evaluated(func(address, attribute string) tftypes.Value {
			return attributeOf(tf.state[address].value, attribute)
		})
		mu.Unlock()
		var after object
		var err error
		if s.destroy {
			after, err = p.destroy(ctx, before, c)
		} else {
			after, err = p.apply(ctx, before, wanted, c)
		}
		mu.Lock()
		defer mu.Unlock()
		if killed {
			return ErrKilled
		}
		set(tf.state, s.address, after)
		saved++
		killed = saved == killIn
		return withAddress(s.address, err)
	})
}

// Import imports the resource r by an import ID. Without an ID it imports by the
// identity that the state has at the address.
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
	if o, _, err = p.read(ctx, o); err != nil {
		return err
	}
	if o.value.IsNull() {
		return fmt.Errorf("%s: there is nothing to import", address)
	}
	tf.state[address] = o
	return nil
}

// set puts o into a state, or removes it if it does not exist.
func set(state map[string]object, address string, o object) {
	if state[address] = o; o.value.IsNull() {
		delete(state, address)
	}
}

// withAddress adds the address of a resource to its error.
func withAddress(address string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", address, err)
}
