package provider

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// This file works around a leak of terraform-plugin-framework, seen in 1.19.0: its
// protocol server keeps the cancel function of every RPC until the provider stops
// (registerContext in internal/proto6server/serve.go). The function refers to the
// context of the RPC, and so to the loggers that terraform-plugin-go puts there: 36
// KB for each RPC, 180 MB for a plan of 5000 resources. CONTRIBUTING.md has the text
// for the upstream issue. TestFrameworkStillLeaksContexts fails once the framework
// has fixed the leak: then delete this file.

// server is the framework's server. Each RPC that a CLI makes for a resource gets
// a context that drops its loggers when the RPC ends.
type server struct {
	tfprotov6.ProviderServerWithListResource
}

// during makes a call with a borrowed context.
func during[Req, Resp any](ctx context.Context, req Req, call func(context.Context, Req) (Resp, error)) (Resp, error) {
	var b borrowed
	b.parent.Store(&ctx)
	defer b.parent.Store(&ended) //nolint:contextcheck // the RPC is over
	return call(&b, req)         //nolint:contextcheck // a borrowed ctx
}

// borrowed delegates to the context of an RPC while the RPC goes on. Afterwards it
// is a canceled, empty context.
type borrowed struct {
	parent atomic.Pointer[context.Context]
}

// ended is the parent of a borrowed context whose RPC is over.
var ended = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// Deadline is the deadline of the RPC.
func (b *borrowed) Deadline() (time.Time, bool) { return (*b.parent.Load()).Deadline() }

// Done is closed when the RPC is canceled or over.
func (b *borrowed) Done() <-chan struct{} { return (*b.parent.Load()).Done() }

// Err says why Done is closed.
func (b *borrowed) Err() error { return (*b.parent.Load()).Err() }

// Value returns a value of the RPC's context, and nil when the RPC is over.
func (b *borrowed) Value(key any) any {
	if key == (borrowedKey{}) {
		return b
	}
	return (*b.parent.Load()).Value(key)
}

type borrowedKey struct{}

// outlivedItsRPC reports whether ctx comes from an RPC that is over. The values of
// such a context are gone.
func outlivedItsRPC(ctx context.Context) bool {
	b, ok := ctx.Value(borrowedKey{}).(*borrowed)
	return ok && b.parent.Load() == &ended
}

// ValidateResourceConfig forwards to the framework's server.
func (s server) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return during(ctx, req, s.ProviderServerWithListResource.ValidateResourceConfig)
}

// ValidateDataResourceConfig forwards to the framework's server.
func (s server) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return during(ctx, req, s.ProviderServerWithListResource.ValidateDataResourceConfig)
}

// UpgradeResourceState forwards to the framework's server.
func (s server) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return during(ctx, req, s.ProviderServerWithListResource.UpgradeResourceState)
}

// UpgradeResourceIdentity forwards to the framework's server.
func (s server) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return during(ctx, req, s.ProviderServerWithListResource.UpgradeResourceIdentity)
}

// ReadResource forwards to the framework's server.
func (s server) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return during(ctx, req, s.ProviderServerWithListResource.ReadResource)
}

// ReadDataSource forwards to the framework's server.
func (s server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return during(ctx, req, s.ProviderServerWithListResource.ReadDataSource)
}

// PlanResourceChange forwards to the framework's server.
func (s server) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return during(ctx, req, s.ProviderServerWithListResource.PlanResourceChange)
}

// ApplyResourceChange forwards to the framework's server.
func (s server) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return during(ctx, req, s.ProviderServerWithListResource.ApplyResourceChange)
}
