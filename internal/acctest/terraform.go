package acctest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/metricdefinition"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/metricsdestination"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// Terraform plays the part of a CLI in the plugin protocol: it refreshes, plans,
// replaces and applies in order, and keeps what a provider returns with an
// error. It needs neither a process nor the machine's network, so that in a
// bubble of testing/synctest a run takes milliseconds, however long it waits.
// Each of Plan, Apply and Import is a run, with providers of its own.
type Terraform struct {
	// Parallel has a run work on all resources at once, but for those that wait
	// for another; else it works on one at a time, in the same order each time.
	Parallel bool
	// CreateFirst is whether it then creates before it destroys, where it may.
	CreateFirst bool

	fake    *fakerum.Service
	network pipes
	schemas map[string]*tfprotov6.Schema
	state   map[string]object
}

// Resource is a resource block of a configuration.
type Resource struct {
	Type string
	// After is the address of the resource that it refers to, or "". That one
	// refers to none.
	After string
	// Arguments are null where they are missing.
	Arguments map[string]tftypes.Value
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

// maxTries is the max_retries of the providers.
const maxTries = 2

// NewTerraform returns a CLI with an empty state, whose providers talk to fake.
func NewTerraform(t *rapid.T, fake *fakerum.Service) *Terraform {
	t.Helper()
	tf := &Terraform{
		fake:    fake,
		network: pipes{conns: make(chan net.Conn), closed: make(chan struct{})},
		state:   map[string]object{},
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
	values, s := map[string]tftypes.Value{}, new(string)
	if o.value.As(&values) != nil || values[attribute].As(&s) != nil || s == nil {
		return ""
	}
	return *s
}

// Plan returns the addresses of the resources that Apply would change.
func (tf *Terraform) Plan(ctx context.Context, config map[string]Resource) ([]string, error) {
	changes, _, err := tf.plan(ctx, config)
	return slices.Sorted(maps.Keys(changes)), err
}

// Apply makes config what there is. It returns the errors of all resources; one
// that wraps ErrInconsistent is a mistake of the provider.
func (tf *Terraform) Apply(ctx context.Context, config map[string]Resource) error {
	changes, refreshed, err := tf.plan(ctx, config)
	if err != nil {
		return err // and the state stays as it was
	}
	tf.state = refreshed
	p := tf.start(ctx)
	var mu sync.Mutex // guards tf.state
	return tf.each(tf.stepsOf(changes), func(s *step) error {
		for _, other := range s.after {
			if <-other.done; other.failed {
				s.failed = true
				return nil
			}
		}
		mu.Lock()
		before := tf.state[s.address]
		mu.Unlock()
		after, err := p.apply(ctx, before, s.Resource, s.destroy)
		s.failed = err != nil
		mu.Lock()
		defer mu.Unlock()
		set(tf.state, s.address, after)
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
		i := slices.IndexFunc(steps, func(s *step) bool { return !s.taken && (tf.Parallel || s.ready()) })
		steps[i].taken = true
		work := func() {
			defer close(steps[i].done)
			errs[i] = take(steps[i])
		}
		if tf.Parallel {
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
	var steps []*step
	for _, address := range slices.Sorted(maps.Keys(all)) {
		steps = append(steps, newStep(address))
	}
	var mu sync.Mutex // guards the results
	err = tf.each(steps, func(s *step) error {
		var wanted *Resource
		if r, ok := config[s.address]; ok {
			wanted = &r
		}
		o, c, err := p.visit(ctx, tf.state[s.address], wanted)
		mu.Lock()
		defer mu.Unlock()
		set(refreshed, s.address, o)
		if c.destroy || c.make {
			changes[s.address] = c
		}
		return wrap(s.address, err)
	})
	return changes, refreshed, err
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
		wait(makes[address], makes[c.wanted.After])
		wait(destroys[c.before.After], destroys[address])
	}
	if tf.CreateFirst {
		first, second = second, first
	}
	return append(first, second...)
}

// process is a provider that is configured.
type process struct {
	tfprotov6.ProviderServer
	schemas map[string]*tfprotov6.Schema
}

// start starts a provider.
func (tf *Terraform) start(ctx context.Context) process {
	client, err := rumapi.New(aws.Config{
		Region:      Region,
		Credentials: credentials.NewStaticCredentialsProvider(accessKey, fakerum.SecretKey, ""),
		Retryer:     func() aws.Retryer { return rumapi.NewRetryer(maxTries, false) },
		HTTPClient: awshttp.NewBuildableClient().WithTimeout(time.Minute).WithTransportOptions(func(tr *http.Transport) {
			tr.DialContext = tf.network.dial
		}),
	}, rumapi.Options{Endpoint: "http://rum"})
	if err != nil {
		panic(err) // only with FIPS or dual-stack endpoints
	}
	server := providerserver.NewProtocol6(&bareProvider{client: client})()
	if _, err := server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{}); err != nil {
		panic(err) // only for a configuration that cannot be decoded
	}
	return process{server, tf.schemas}
}

// visit refreshes a resource and finds out what is to be done to it; wanted is
// nil for one that is not configured.
func (p process) visit(ctx context.Context, o object, wanted *Resource) (object, change, error) {
	var err error
	if !o.value.IsNull() {
		if o, err = p.read(ctx, o); err != nil {
			return o, change{}, err
		}
	}
	if wanted == nil {
		return o, change{before: o.Resource, destroy: !o.value.IsNull()}, nil
	}
	prior := o
	if o.tainted {
		prior = object{}
	}
	planned, resp, err := p.plan(ctx, prior, *wanted, false)
	if err != nil {
		return o, change{}, err
	}
	c := change{before: o.Resource, wanted: *wanted, make: true}
	switch {
	case prior.value.IsNull():
		c.destroy = o.tainted
	case len(resp.RequiresReplace) > 0:
		c.destroy = true
	default:
		c.make = !planned.Equal(prior.value)
	}
	return o, c, nil
}

// read refreshes o; what is gone is the zero object.
func (p process) read(ctx context.Context, o object) (object, error) {
	resp, err := p.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
		TypeName: o.Type, CurrentState: p.encode(o.Type, o.value), Private: o.private, CurrentIdentity: o.identity,
	})
	if err != nil {
		return o, err
	}
	if err := failure(resp.Diagnostics); err != nil {
		return o, err
	}
	o.private, o.identity = resp.Private, resp.NewIdentity
	if o.value, err = p.decode(o.Type, resp.NewState); o.value.IsNull() {
		return object{}, err
	}
	return o, err
}

// plan plans for a resource to become r, or to be destroyed.
func (p process) plan(ctx context.Context, prior object, r Resource, destroy bool) (tftypes.Value, *tfprotov6.PlanResourceChangeResponse, error) {
	config, proposed := p.configured(prior, r, destroy)
	resp, err := p.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: r.Type, PriorState: p.encode(r.Type, prior.value), PriorPrivate: prior.private, PriorIdentity: prior.identity,
		Config: config, ProposedNewState: proposed,
	})
	if err != nil {
		return tftypes.Value{}, nil, err
	}
	if err := failure(resp.Diagnostics); err != nil {
		return tftypes.Value{}, nil, err
	}
	planned, err := p.decode(r.Type, resp.PlannedState)
	return planned, resp, err
}

// apply plans once more, now that all is known, and makes o what r says, or
// destroys it. It returns what the state is to have, even with an error.
func (p process) apply(ctx context.Context, o object, r Resource, destroy bool) (object, error) {
	planned, plan, err := p.plan(ctx, o, r, destroy)
	if err != nil {
		return o, err
	}
	config, _ := p.configured(o, r, destroy)
	resp, err := p.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: r.Type, PriorState: p.encode(r.Type, o.value), Config: config,
		PlannedState: plan.PlannedState, PlannedPrivate: plan.PlannedPrivate, PlannedIdentity: plan.PlannedIdentity,
	})
	if err != nil {
		return o, err
	}
	value, err := p.decode(r.Type, resp.NewState)
	if err != nil {
		return o, err
	}
	err = failure(resp.Diagnostics)
	if err != nil && value.IsNull() {
		return o, err
	}
	after := object{
		Resource: Resource{Type: r.Type, After: r.After}, value: value, private: resp.Private, identity: resp.NewIdentity,
		tainted: err != nil && (o.tainted || o.value.IsNull()),
	}
	if err == nil {
		err = compare(planned, value)
	}
	return after, err
}

// compare returns an error for a value that is not what was planned, as far as
// it was known.
func compare(planned, value tftypes.Value) error {
	want, got := map[string]tftypes.Value{}, map[string]tftypes.Value{}
	if err := errors.Join(planned.As(&want), value.As(&got)); err != nil {
		return err
	}
	for name, v := range want {
		if v.IsFullyKnown() && !v.Equal(got[name]) {
			return fmt.Errorf("%w: %s is %s, planned was %s", ErrInconsistent, name, got[name], v)
		}
	}
	return nil
}

// configured encodes the configuration of a resource, and the new state that a
// CLI proposes for it: the configuration, and for what that leaves to the
// provider the prior state.
func (p process) configured(prior object, r Resource, destroy bool) (config, proposed *tfprotov6.DynamicValue) {
	if destroy {
		return p.encode(r.Type, tftypes.Value{}), p.encode(r.Type, tftypes.Value{})
	}
	before, given, filled := map[string]tftypes.Value{}, map[string]tftypes.Value{}, map[string]tftypes.Value{}
	_ = prior.value.As(&before) // null leaves it empty
	for _, a := range p.schemas[r.Type].Block.Attributes {
		given[a.Name] = tftypes.NewValue(a.Type, nil)
		if v, ok := r.Arguments[a.Name]; ok {
			given[a.Name] = v
		}
		filled[a.Name] = given[a.Name]
		if v, ok := before[a.Name]; ok && a.Computed && given[a.Name].IsNull() {
			filled[a.Name] = v
		}
	}
	of := p.schemas[r.Type].ValueType()
	return p.encode(r.Type, tftypes.NewValue(of, given)), p.encode(r.Type, tftypes.NewValue(of, filled))
}

// encode encodes an object of a kind; the zero value is null.
func (p process) encode(kind string, v tftypes.Value) *tfprotov6.DynamicValue {
	of := p.schemas[kind].ValueType()
	if v.IsNull() {
		v = tftypes.NewValue(of, nil)
	}
	encoded, err := tfprotov6.NewDynamicValue(of, v)
	if err != nil {
		panic(err) // only for a value of another type
	}
	return &encoded
}

func (p process) decode(kind string, encoded *tfprotov6.DynamicValue) (tftypes.Value, error) {
	return encoded.Unmarshal(p.schemas[kind].ValueType())
}

// failure is the errors among diagnostics.
func failure(diagnostics []*tfprotov6.Diagnostic) (err error) {
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			err = errors.Join(err, fmt.Errorf("%s: %s", d.Summary, d.Detail))
		}
	}
	return err
}

func wrap(address string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", address, err)
}

// bareProvider is the provider under test with a client that it is given.
type bareProvider struct {
	monitorProvider
	client *rumapi.Client
}

// Metadata names the provider.
func (p *bareProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "rum"
}

// Configure hands out the client.
func (p *bareProvider) Configure(_ context.Context, _ provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	resp.ResourceData = p.client
}

// Resources returns the resources under test.
func (p *bareProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{metricsdestination.NewResource, metricdefinition.NewResource}
}

// pipes is a network in memory, as a net.Listener and what dials to it.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (p pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.conns <- server:
		return client, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept waits for the next connection.
func (p pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept. It is called once.
func (p pipes) Close() error {
	close(p.closed)
	return nil
}

// Addr is the address of every connection.
func (p pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }
