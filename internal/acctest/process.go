package acctest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/metricdefinition"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/metricsdestination"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

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
			tr.DialContext = tf.network.Dial
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
	c := change{before: o.Resource, wanted: *wanted, make: true, planned: planned, warnings: warnings(resp.Diagnostics)}
	switch {
	case prior.value.IsNull():
		c.destroy = o.tainted
	case len(resp.RequiresReplace) > 0:
		c.destroy = true
		c.planned, _, err = p.plan(ctx, object{}, *wanted, false)
	default:
		c.make = !planned.Equal(prior.value)
	}
	return o, c, err
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

// warnings are the details of the warnings among diagnostics.
func warnings(diagnostics []*tfprotov6.Diagnostic) (details []string) {
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityWarning {
			details = append(details, d.Detail)
		}
	}
	return details
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
