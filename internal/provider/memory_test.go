package provider_test

import (
	"context"
	"runtime"
	"testing"
	"weak"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// The calls that a CLI makes for every resource let go of what their contexts
// hold, so that memory does not grow with the number of resources.
func TestCallsKeepNothing(t *testing.T) {
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
		"ImportResourceState": func(ctx context.Context) error {
			_, err := s.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: resourceType, ID: web})
			return err
		},
		"MoveResourceState": func(ctx context.Context) error {
			_, err := s.MoveResourceState(ctx, &tfprotov6.MoveResourceStateRequest{TargetTypeName: resourceType, SourceTypeName: "aws_rum_metrics_destination", SourceState: &tfprotov6.RawState{JSON: []byte("{}")}})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			type key struct{}
			loggers := new([64 << 10]byte) // what the plugin protocol's server puts there
			watched := weak.Make(loggers)
			if err := call(context.WithValue(t.Context(), key{}, loggers)); err != nil {
				t.Fatal(err)
			}
			for range 3 {
				runtime.GC()
			}
			if watched.Value() != nil {
				t.Error("what the context held is still there after the call")
			}
		})
	}
	runtime.KeepAlive(s)
}
