package core

import (
	"context"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	framework "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/provider"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

// process stands for a provider process of one run. Its methods make the calls that
// a CLI makes for one resource.
type process struct {
	tfprotov6.ProviderServer
	schemas map[string]*tfprotov6.Schema
}

// start starts a provider.
func (tf *Terraform) start(ctx context.Context) process {
	client := rumapi.New(aws.Config{
		Region:      acctest.Region,
		Credentials: credentials.NewStaticCredentialsProvider(accessKey, fakerum.SecretKey, ""),
		Retryer:     func() aws.Retryer { return rumapi.NewRetryer(maxTries, false) },
		HTTPClient: awshttp.NewBuildableClient().WithTimeout(time.Minute).WithTransportOptions(func(tr *http.Transport) {
			tr.DialContext = tf.dial
		}),
	}, rumapi.Options{Endpoint: "http://rum"})
	server := tf.wrap(providerserver.NewProtocol6(&bareProvider{client: client})())
	if _, err := server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{}); err != nil {
		panic(err) // only for a configuration that cannot be decoded
	}
	return process{server, tf.schemas}
}

// visit refreshes a resource and plans its change. It returns the refreshed object, and
// the change. The change neither destroys nor upserts if there is nothing to do. If the
// resource is not configured, wanted is nil.
func (p process) visit(ctx context.Context, o object, wanted *Resource) (object, change, error) {
	var warned []string
	if !o.value.IsNull() {
		var err error
		if o, warned, err = p.read(ctx, o); err != nil {
			return o, change{}, err
		}
	}
	if wanted == nil {
		c, err := p.planDestroy(ctx, o)
		c.warnings = append(c.warnings, warned...)
		return o, c, err
	}
	prior := o
	if o.tainted {
		prior = object{}
	}
	planned, resp, err := p.plan(ctx, prior, *wanted)
	if err != nil {
		return o, change{}, err
	}
	c := change{
		before: o.Resource, wanted: *wanted, upsert: true,
		planned: planned, private: resp.PlannedPrivate, warnings: append(warned, warnings(resp.Diagnostics)...),
	}
	switch {
	case prior.value.IsNull():
		c.destroy = !o.value.IsNull() // then o is tainted
	case requiresReplace(prior.value, planned, resp):
		c.destroy = true
		// A CLI plans a replacement a second time, as a create, and shows only the
		// warnings of the first plan.
		c.planned, resp, err = p.plan(ctx, object{private: resp.PlannedPrivate}, *wanted)
		if err != nil {
			return o, change{}, err
		}
		c.private = resp.PlannedPrivate
	default:
		c.upsert = !planned.Equal(prior.value)
	}
	return o, c, nil
}

// read refreshes o. If the object is gone, the result has a null value. The result then
// still has an identity and a private state, because a CLI plans with them. read
// also returns the details of the warnings.
func (p process) read(ctx context.Context, o object) (object, []string, error) {
	resp, err := p.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
		TypeName: o.Type, CurrentState: p.encode(o.Type, o.value), Private: o.private, CurrentIdentity: o.identity,
	})
	if err != nil {
		return o, nil, err
	}
	if err := failure(resp.Diagnostics); err != nil {
		return o, nil, err
	}
	value, err := p.decode(o.Type, resp.NewState)
	if err != nil {
		return o, nil, err
	}
	o.value, o.private, o.identity = value, resp.Private, resp.NewIdentity
	return o, warnings(resp.Diagnostics), nil
}

// plan plans the create of r, or its update where prior exists.
func (p process) plan(ctx context.Context, prior object, r Resource) (tftypes.Value, *tfprotov6.PlanResourceChangeResponse, error) {
	config, proposed := p.proposal(prior.value, r)
	return p.planChange(ctx, r.Type, prior, config, proposed)
}

// planDestroy plans the destroy of o. It returns no change if o does not exist.
func (p process) planDestroy(ctx context.Context, o object) (change, error) {
	if o.value.IsNull() {
		return change{}, nil
	}
	null := p.encode(o.Type, tftypes.Value{})
	_, resp, err := p.planChange(ctx, o.Type, o, null, null)
	if err != nil {
		return change{}, err
	}
	return change{
		before: o.Resource, destroy: true,
		private: resp.PlannedPrivate, identity: resp.PlannedIdentity, warnings: warnings(resp.Diagnostics),
	}, nil
}

func (p process) planChange(ctx context.Context, resourceType string, prior object, config, proposed *tfprotov6.DynamicValue) (tftypes.Value, *tfprotov6.PlanResourceChangeResponse, error) {
	resp, err := p.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: resourceType, PriorState: p.encode(resourceType, prior.value), PriorPrivate: prior.private, PriorIdentity: prior.identity,
		Config: config, ProposedNewState: proposed,
	})
	if err != nil {
		return tftypes.Value{}, nil, err
	}
	if err := failure(resp.Diagnostics); err != nil {
		return tftypes.Value{}, nil, err
	}
	planned, err := p.decode(resourceType, resp.PlannedState)
	return planned, resp, err
}

// apply creates r, or updates o to r. It first plans once more, because all values
// are known by now. It returns the object for the state, even with an error.
func (p process) apply(ctx context.Context, o object, r Resource, c change) (object, error) {
	planned, plan, err := p.plan(ctx, o, r)
	if err == nil {
		err = checkSecondPlan(c.planned, o.value, planned, plan)
	}
	if err != nil || planned.Equal(o.value) {
		return o, err
	}
	config, _ := p.proposal(o.value, r)
	return p.applyChange(ctx, o, planned, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: r.Type, PriorState: p.encode(r.Type, o.value), Config: config,
		PlannedState: plan.PlannedState, PlannedPrivate: plan.PlannedPrivate, PlannedIdentity: plan.PlannedIdentity,
	}, r.After)
}

// destroy destroys o. It returns the object for the state, even with an error.
func (p process) destroy(ctx context.Context, o object, c change) (object, error) {
	null := p.encode(o.Type, tftypes.Value{})
	return p.applyChange(ctx, o, tftypes.Value{}, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: o.Type, PriorState: p.encode(o.Type, o.value), Config: null,
		PlannedState: null, PlannedPrivate: c.private, PlannedIdentity: c.identity,
	}, o.After)
}

func (p process) applyChange(ctx context.Context, o object, planned tftypes.Value, req *tfprotov6.ApplyResourceChangeRequest, after []string) (object, error) {
	resp, err := p.ApplyResourceChange(ctx, req)
	if err != nil {
		return o, err
	}
	value, err := p.decode(req.TypeName, resp.NewState)
	if err != nil {
		return o, err
	}
	err = failure(resp.Diagnostics)
	if err == nil {
		err = compare(planned, value)
	}
	if err != nil && value.IsNull() {
		return o, err
	}
	return object{
		Resource: Resource{Type: req.TypeName, After: after}, value: value, private: resp.Private, identity: resp.NewIdentity,
		tainted: err != nil && (o.tainted || o.value.IsNull()),
	}, err
}

// bareProvider is the provider under test with a client that it is given.
type bareProvider struct{ client *rumapi.Client }

// Metadata names the provider.
func (p *bareProvider) Metadata(_ context.Context, _ framework.MetadataRequest, resp *framework.MetadataResponse) {
	resp.TypeName = "rum"
}

// Schema returns no arguments.
func (p *bareProvider) Schema(context.Context, framework.SchemaRequest, *framework.SchemaResponse) {}

// Configure hands the client to the resources.
func (p *bareProvider) Configure(_ context.Context, _ framework.ConfigureRequest, resp *framework.ConfigureResponse) {
	resp.ResourceData = &tfresource.ProviderData{Client: p.client}
}

// Resources returns the resources under test.
func (p *bareProvider) Resources(context.Context) []func() resource.Resource {
	return provider.Resources()
}

// DataSources returns none: the core does not read them.
func (p *bareProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }
