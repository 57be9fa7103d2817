package provider

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// New returns a function that makes the provider, as tf6server.Serve wants it.
// The version is the one the provider reports to the CLI and to AWS.
func New(version string) func() tfprotov6.ProviderServer {
	serve := providerserver.NewProtocol6(&rumProvider{version})
	return func() tfprotov6.ProviderServer {
		return server{serve().(tfprotov6.ProviderServerWithListResource)} //nolint:errcheck,forcetypeassert,staticcheck // it is one until ProviderServer has its methods
	}
}

// server is the framework's server, without its memory of every call:
// terraform-plugin-framework 1.19 keeps the context of each until the provider
// stops, and with it the loggers that terraform-plugin-go puts there, some 36 KB.
// The calls that a CLI makes for each resource get a context that lets go of
// all that when they end.
type server struct {
	tfprotov6.ProviderServerWithListResource
}

// during calls with a context that holds no more than call does once it has
// returned.
func during[Req, Resp any](ctx context.Context, req Req, call func(context.Context, Req) (Resp, error)) (Resp, error) {
	var b borrowed
	b.from.Store(&ctx)
	defer b.from.Store(&ended) //nolint:contextcheck // it is over
	return call(&b, req)       //nolint:contextcheck // it is from ctx
}

// borrowed is the context that it is from, until the call ends that it is for.
type borrowed struct {
	from atomic.Pointer[context.Context]
}

// ended is what a borrowed context is from then on.
var ended = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// Deadline is that of the call.
func (b *borrowed) Deadline() (time.Time, bool) { return (*b.from.Load()).Deadline() }

// Done is closed when the call is to end, or has ended.
func (b *borrowed) Done() <-chan struct{} { return (*b.from.Load()).Done() }

// Err says why Done is closed.
func (b *borrowed) Err() error { return (*b.from.Load()).Err() }

// Value is what the call has for a key, and nil when it has ended.
func (b *borrowed) Value(key any) any { return (*b.from.Load()).Value(key) }

// ValidateResourceConfig is the framework\'s.
func (s server) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return during(ctx, req, s.ProviderServerWithListResource.ValidateResourceConfig)
}

// ValidateDataResourceConfig is the framework\'s.
func (s server) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return during(ctx, req, s.ProviderServerWithListResource.ValidateDataResourceConfig)
}

// UpgradeResourceState is the framework\'s.
func (s server) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return during(ctx, req, s.ProviderServerWithListResource.UpgradeResourceState)
}

// UpgradeResourceIdentity is the framework\'s.
func (s server) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return during(ctx, req, s.ProviderServerWithListResource.UpgradeResourceIdentity)
}

// ReadResource is the framework\'s.
func (s server) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return during(ctx, req, s.ProviderServerWithListResource.ReadResource)
}

// ReadDataSource is the framework\'s.
func (s server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return during(ctx, req, s.ProviderServerWithListResource.ReadDataSource)
}

// PlanResourceChange is the framework\'s.
func (s server) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return during(ctx, req, s.ProviderServerWithListResource.PlanResourceChange)
}

// ApplyResourceChange is the framework\'s.
func (s server) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return during(ctx, req, s.ProviderServerWithListResource.ApplyResourceChange)
}

// ImportResourceState is the framework\'s.
func (s server) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return during(ctx, req, s.ProviderServerWithListResource.ImportResourceState)
}

// MoveResourceState is the framework\'s.
func (s server) MoveResourceState(ctx context.Context, req *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	return during(ctx, req, s.ProviderServerWithListResource.MoveResourceState)
}
