package provider_test

import (
	"context"
	"runtime"
	"testing"
	"weak"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// The calls that a CLI makes for each resource let go of their contexts. Memory
// therefore does not grow with the number of resources.
func TestCallsLetGoOfTheirContexts(t *testing.T) {
	cleanEnv(t)
	_, url := newFake(t)
	s := configured(t, at(url, "AKIA"))
	state := s.encode(t, s.schema.ResourceSchemas[resourceType].ValueType(), args{
		"app_monitor_name": web, "destination": "CloudWatch", "region": region, "id": web + ",CloudWatch@" + region,
	})
	for name, call := range map[string]func(context.Context) error{
		"ValidateResourceConfig": func(ctx context.Context) error {
			_, err := s.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: resourceType, Config: state})
			return err
		},
		"ValidateDataResourceConfig": func(ctx context.Context) error {
			_, err := s.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: resourceType})
			return err
		},
		"UpgradeResourceState": func(ctx context.Context) error {
			_, err := s.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{TypeName: resourceType, RawState: &tfprotov6.RawState{JSON: []byte("{}")}})
			return err
		},
		"UpgradeResourceIdentity": func(ctx context.Context) error {
			_, err := s.UpgradeResourceIdentity(ctx, &tfprotov6.UpgradeResourceIdentityRequest{TypeName: resourceType, RawIdentity: &tfprotov6.RawState{JSON: []byte("{}")}})
			return err
		},
		"ReadResource": func(ctx context.Context) error {
			_, err := s.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: resourceType, CurrentState: state})
			return err
		},
		"ReadDataSource": func(ctx context.Context) error {
			_, err := s.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: resourceType, Config: s.encode(t, s.schema.DataSourceSchemas[resourceType].ValueType(), args{"app_monitor_name": web})})
			return err
		},
		"PlanResourceChange": func(ctx context.Context) error {
			_, err := s.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{TypeName: resourceType, Config: state, PriorState: state, ProposedNewState: state})
			return err
		},
		"ApplyResourceChange": func(ctx context.Context) error {
			_, err := s.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{TypeName: resourceType, Config: state, PriorState: state, PlannedState: state})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			if leaks(t, call) {
				t.Error("the value in the context is still reachable after the call, want it collected")
			}
		})
	}
	runtime.KeepAlive(s)
}

// leaks reports whether a value in the context of a call is still reachable after
// the call.
func leaks(t *testing.T, call func(context.Context) error) bool {
	t.Helper()
	type key struct{}
	loggers := new([64 << 10]byte) // stands for the loggers of terraform-plugin-go
	watched := weak.Make(loggers)
	if err := call(context.WithValue(t.Context(), key{}, loggers)); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		runtime.GC()
	}
	return watched.Value() != nil
}

// contextleak.go works around this fault. When the test fails, the framework has
// fixed the leak, and contextleak.go can go.
func TestFrameworkStillLeaksContexts(t *testing.T) {
	server := providerserver.NewProtocol6(bare{})()
	if !leaks(t, func(ctx context.Context) error {
		_, err := server.ValidateProviderConfig(ctx, &tfprotov6.ValidateProviderConfigRequest{})
		return err
	}) {
		t.Error("the framework's server let go of the context, want it to keep the context as before")
	}
	runtime.KeepAlive(server)
}

// bare is a provider without a schema, resources and data sources.
type bare struct{ provider.Provider }

func (bare) Metadata(context.Context, provider.MetadataRequest, *provider.MetadataResponse) {}

func (bare) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
