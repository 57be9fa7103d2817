package core

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// recorder records the calls that a CLI, or the core, makes to its providers.
//
// It leaves out three calls that only a CLI makes. GetProviderSchema says nothing about a
// resource. The core need not call ValidateResourceConfig, because the property tests
// have only valid configurations. It need not call UpgradeResourceState, because its
// states never leave the process.
type recorder struct {
	t          *testing.T
	schemas    *tfprotov6.GetProviderSchemaResponse
	identities *tfprotov6.GetResourceIdentitySchemasResponse
	traits

	mu       sync.Mutex // guards the fields below
	runs     [][]call   // a run begins with ConfigureProvider
	first    int        // the index of the stage's first run
	tamper   *tampering // of the stage; nil changes no answer
	tampered bool
}

// traits say where CLIs differ. If a CLI lacks a trait, its recording and that of the
// core leave out the difference.
type traits struct {
	// knowsIdentity is false for CLIs older than 1.12.
	knowsIdentity bool
	// refreshesFirst is false for Terraform 1.11, which plans the destroy of a resource
	// that is no longer configured and then refreshes it. OpenTofu, later versions of
	// Terraform and the core refresh first. Without this trait a recording has no plan
	// of a destroy, and no private state of a destroy.
	refreshesFirst bool
	// plansReplacementAnew is false for later versions of Terraform, whose second plan of
	// a replacement has the identity of the old object. The second plan of Terraform 1.11,
	// of OpenTofu and of the core has none. Without this trait a recording has no prior
	// identity where there is no prior state.
	plansReplacementAnew bool
}

// call is one request to a provider. Its resource is the type, because a scenario has
// at most one resource of each type.
type call struct {
	method, resource string
	fields           map[string]string
}

func (c call) planOfDestroy() bool {
	return c.method == methodPlan && c.fields["proposed new state"] == null
}

const null = "null"

// tampering replaces an attribute in the answers to a method. It stands for a provider
// that does not keep to its plan.
type tampering struct {
	method    string
	run       int // of the stage: 0 plans, 1 applies
	resource  string
	attribute string
	value     tftypes.Value
}

// newRecorder returns an empty recorder of calls to providers like server.
func newRecorder(t *testing.T, server tfprotov6.ProviderServer, cli traits) *recorder {
	t.Helper()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	identities, err := server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return &recorder{t: t, schemas: schemas, identities: identities, traits: cli}
}

// wrap returns a provider that records each call and then forwards it to server.
func (r *recorder) wrap(server tfprotov6.ProviderServer) tfprotov6.ProviderServer {
	return &recordedServer{server, r}
}

// begin begins a stage.
func (r *recorder) begin(s stage) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.first, r.tamper, r.tampered = len(r.runs), s.tamper, false
}

// end ends the stage. It fails the test if the stage wanted an answer to be changed
// and none was.
func (r *recorder) end() {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.tamper != nil && !r.tampered {
		r.t.Errorf("got no answer to %s to change, want one", r.tamper.method)
	}
}

func (r *recorder) add(method, resource string, fields map[string]string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	last := len(r.runs) - 1
	r.runs[last] = append(r.runs[last], call{method, resource, fields})
}

// answer returns the object in an answer, changed where the stage wants it.
func (r *recorder) answer(method, resource string, object *tfprotov6.DynamicValue) *tfprotov6.DynamicValue {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.tamper == nil || r.tamper.method != method || r.tamper.resource != resource || r.tamper.run != len(r.runs)-1-r.first {
		return object
	}
	r.tampered = true
	schema := r.schemas.ResourceSchemas[resource].ValueType()
	attributes := r.attributes(schema, object)
	attributes[r.tamper.attribute] = r.tamper.value
	tampered, err := tfprotov6.NewDynamicValue(schema, tftypes.NewValue(schema, attributes))
	if err != nil {
		r.t.Error(err)
	}
	return &tampered
}

// private returns a private state that names the call whose answer has it. The
// resources keep none of their own, so a request would not show where the CLI takes
// the private state from.
func (r *recorder) private(method string) []byte {
	encoded, err := json.Marshal(map[string][]byte{"from": fmt.Appendf(nil, "%q", method)})
	if err != nil {
		r.t.Error(err)
	}
	return encoded
}

// object returns the attributes of an object in a request.
func (r *recorder) object(resource string, encoded *tfprotov6.DynamicValue) string {
	return r.render(r.schemas.ResourceSchemas[resource].ValueType(), encoded)
}

// identity returns the attributes of an identity in a request. Some CLIs send null
// where others send nothing.
func (r *recorder) identity(resource string, data *tfprotov6.ResourceIdentityData) string {
	if data == nil || data.IdentityData == nil || !r.knowsIdentity {
		return null
	}
	return r.render(r.identities.IdentitySchemas[resource].ValueType(), data.IdentityData)
}

func (r *recorder) render(valueType tftypes.Type, encoded *tfprotov6.DynamicValue) string {
	attributes := r.attributes(valueType, encoded)
	if len(attributes) == 0 {
		return null
	}
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		fmt.Fprintf(&text, "\n    %s = %s", name, attributes[name])
	}
	return text.String()
}

// attributes returns the attributes of an object, or an empty map for null.
func (r *recorder) attributes(valueType tftypes.Type, encoded *tfprotov6.DynamicValue) map[string]tftypes.Value {
	attributes := map[string]tftypes.Value{}
	value, err := encoded.Unmarshal(valueType)
	if err == nil {
		err = value.As(&attributes)
	}
	if err != nil {
		r.t.Error(err)
	}
	return attributes
}

// plannedDestroyFirst reports whether a destroy was planned before the refresh of its
// resource.
func (r *recorder) plannedDestroyFirst() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, calls := range r.runs {
		for i, c := range calls {
			if c.planOfDestroy() && slices.ContainsFunc(calls[i:], func(later call) bool { return later.method == methodRead && later.resource == c.resource }) {
				return true
			}
		}
	}
	return false
}

// plannedWithOldIdentity reports whether the second plan of a replacement had the
// identity of the old object.
func (r *recorder) plannedWithOldIdentity() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, calls := range r.runs {
		hadState := map[string]bool{} // by resource: an earlier plan of the run had a prior state
		for _, c := range calls {
			if c.method != methodPlan {
				continue
			}
			if c.fields["prior state"] != null {
				hadState[c.resource] = true
			} else if hadState[c.resource] && c.fields["prior identity"] != null {
				return true
			}
		}
	}
	return false
}

var uuid = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// String returns all runs that have calls. In a run the calls are in the order of their
// resources, because a CLI may work on two resources at once. The last lines of a run
// have the order in which it wrote the resources.
func (r *recorder) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var text strings.Builder
	for _, calls := range r.runs {
		if len(calls) == 0 {
			continue
		}
		text.WriteString("RUN\n")
		var writes strings.Builder
		for _, c := range calls {
			if c.method == methodApply {
				fmt.Fprintf(&writes, "write: %s\n", c.resource)
			}
		}
		calls = slices.Clone(calls)
		slices.SortStableFunc(calls, func(a, b call) int { return strings.Compare(a.resource, b.resource) })
		for _, c := range calls {
			if !r.refreshesFirst && c.planOfDestroy() {
				continue
			}
			fmt.Fprintf(&text, "%s %s\n", c.method, c.resource)
			if !r.plansReplacementAnew && c.method == methodPlan && c.fields["prior state"] == null {
				delete(c.fields, "prior identity")
			}
			for _, name := range slices.Sorted(maps.Keys(c.fields)) {
				if r.refreshesFirst || c.fields["planned state"] != null || name != "planned private" {
					fmt.Fprintf(&text, "  %s: %s\n", name, c.fields[name])
				}
			}
		}
		text.WriteString(writes.String())
	}
	// The fake draws the IDs of definitions. A number makes them the same in two recordings.
	numbers := map[string]string{}
	return uuid.ReplaceAllStringFunc(text.String(), func(id string) string {
		if numbers[id] == "" {
			numbers[id] = fmt.Sprintf("ID%d", len(numbers)+1)
		}
		return numbers[id]
	})
}

// recordedServer is a provider whose calls are recorded.
type recordedServer struct {
	tfprotov6.ProviderServer
	*recorder
}

// The recorded methods.
const (
	methodRead   = "ReadResource"
	methodPlan   = "PlanResourceChange"
	methodApply  = "ApplyResourceChange"
	methodImport = "ImportResourceState"
)

// ConfigureProvider begins a run.
func (s *recordedServer) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	s.mu.Lock()
	s.runs = append(s.runs, nil)
	s.mu.Unlock()
	return s.ProviderServer.ConfigureProvider(ctx, req)
}

// ReadResource records what is refreshed.
func (s *recordedServer) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	s.add(methodRead, req.TypeName, map[string]string{
		"state": s.object(req.TypeName, req.CurrentState), "private": string(req.Private), "identity": s.identity(req.TypeName, req.CurrentIdentity),
	})
	resp, err := s.ProviderServer.ReadResource(ctx, req)
	if err == nil {
		resp.Private = s.private(methodRead)
	}
	return resp, err
}

// PlanResourceChange records what is planned.
func (s *recordedServer) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	s.add(methodPlan, req.TypeName, map[string]string{
		"prior state": s.object(req.TypeName, req.PriorState), "prior private": string(req.PriorPrivate),
		"prior identity": s.identity(req.TypeName, req.PriorIdentity),
		"config":         s.object(req.TypeName, req.Config), "proposed new state": s.object(req.TypeName, req.ProposedNewState),
	})
	resp, err := s.ProviderServer.PlanResourceChange(ctx, req)
	if err == nil {
		resp.PlannedState = s.answer(methodPlan, req.TypeName, resp.PlannedState)
		resp.PlannedPrivate = s.private(methodPlan + " after " + string(req.PriorPrivate))
	}
	return resp, err
}

// ApplyResourceChange records what is done.
func (s *recordedServer) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	s.add(methodApply, req.TypeName, map[string]string{
		"prior state": s.object(req.TypeName, req.PriorState), "config": s.object(req.TypeName, req.Config),
		"planned state": s.object(req.TypeName, req.PlannedState), "planned private": string(req.PlannedPrivate),
		"planned identity": s.identity(req.TypeName, req.PlannedIdentity),
	})
	resp, err := s.ProviderServer.ApplyResourceChange(ctx, req)
	if err == nil {
		resp.NewState = s.answer(methodApply, req.TypeName, resp.NewState)
		resp.Private = s.private(methodApply)
	}
	return resp, err
}

// ImportResourceState records what is imported.
func (s *recordedServer) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	s.add(methodImport, req.TypeName, map[string]string{"id": req.ID, "identity": s.identity(req.TypeName, req.Identity)})
	return s.ProviderServer.ImportResourceState(ctx, req)
}
