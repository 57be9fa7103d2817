package metricsdestination_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// The fault matrix has each operation on a destination with each fault of its call,
// once and forever. The rules in want say what must happen. The next run, which has
// no fault, must then find everything and leave the service as it is configured.

// faultTries is the most tries of a call (max_retries).
const faultTries = 3

const cannotPut = "Cannot create or update RUM metrics destination"

var denied = fakerum.Fault{Status: http.StatusForbidden, Code: "AccessDeniedException", Message: "not authorized"}

// faults are every error that the API models, whether or not it models the error for
// the operation, and the faults of a network. The second fault of a pair is that of the
// calls after the first. The tests of rumapi check how long a call waits before it is
// tried again, on a fake clock.
var faults = map[string][]fakerum.Fault{
	"AccessDenied":              {denied},
	"Conflict":                  {{Status: http.StatusConflict, Code: "ConflictException", Message: "being changed"}},
	"InternalServer":            {{Status: http.StatusInternalServerError, Code: "InternalServerException", Message: "oops"}},
	"ResourceNotFound":          {{Status: http.StatusNotFound, Code: "ResourceNotFoundException", Message: "no such app monitor"}},
	"ServiceQuotaExceeded":      {{Status: http.StatusPaymentRequired, Code: "ServiceQuotaExceededException", Message: "too many"}},
	"Throttling":                {{Status: http.StatusTooManyRequests, Code: "ThrottlingException", Message: "rate exceeded"}},
	"Validation":                {{Status: http.StatusBadRequest, Code: "ValidationException", Message: "1 validation error"}},
	"expired token":             {{Status: http.StatusForbidden, Code: "ExpiredTokenException", Message: "expired"}},
	"503":                       {{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailableException", Message: "later"}},
	"502, HTML":                 {{Status: http.StatusBadGateway, ContentType: "text/html", Body: "<html>Bad Gateway</html>"}},
	"502, HTML, after the work": {{Status: http.StatusBadGateway, ContentType: "text/html", Body: "<html>Bad Gateway</html>", AfterWork: true}},
	"500, after the work":       {{Status: http.StatusInternalServerError, Code: "InternalServerException", Message: "oops", AfterWork: true}},
	"dropped":                   {{Drop: true}},
	"dropped after the work":    {{Drop: true, AfterWork: true}},

	"dropped after the work, then AccessDenied": {{Drop: true, AfterWork: true, Times: 1}, denied},
}

// faultOperation is an operation with the call that goes wrong, the summary of its
// error, and the roles of the destination before and after it. "" is no destination.
type faultOperation struct{ name, call, summary, before, after string }

// faultCell is one cell of the matrix.
type faultCell struct {
	faultOperation
	faults  []fakerum.Fault
	forever bool
}

// outcome is the result of a cell.
type outcome struct {
	sees  string // the summary of the error, "" for none
	role  string // the role of the destination in the state, "" for none
	holds string // the role of the destination in the service, "" for none
	calls int    // how many calls of the operation were made
	lists int    // how many other calls were made after them
}

// want returns the outcome that a cell must have. These are the rules:
//
//   - A call is tried again, up to max_retries, when it was throttled, when it had a
//     5xx or a broken connection, and when it was a write with a conflict. No other
//     call is tried again.
//   - A 5xx or a broken connection leaves open whether a write was done. When the last
//     try of a Put ends in one, a List looks for the destination. If the List has it,
//     the Put succeeded.
//   - A create that may have been done comes into the state. A destination whose delete
//     or update failed stays in the state.
//   - A 404 means that the destination is gone when it is read or deleted. It is an
//     error of a Put.
func (c *faultCell) want() outcome {
	f := c.faults[0]
	write, put := c.name != "read", c.call == opPut
	retried := f.Drop || f.Status == http.StatusTooManyRequests || f.Status >= 500 || f.Status == http.StatusConflict && write
	unknown := write && (f.Drop || f.Status >= 500)
	gone := f.Status == http.StatusNotFound && !put

	want := outcome{calls: 1, role: c.after, holds: c.after}
	failed := !gone
	switch {
	case !retried:
	case len(c.faults) > 1: // the second try is refused
		want.calls = 2
	case c.forever:
		want.calls = faultTries
	default:
		want.calls, failed = 2, false
	}
	if failed && put && unknown {
		want.lists, failed = 1, !f.AfterWork
	}
	switch {
	case gone:
		want.role, want.holds = "", c.before
	case failed:
		want.sees = c.summary
		want.role, want.holds = c.before, c.before
		if c.name == "create" && unknown {
			want.role = c.after
		}
		if f.AfterWork {
			want.holds = c.after
		}
	}
	return want
}

func TestFaultsOfEveryOperationFollowTheRules(t *testing.T) {
	t.Setenv("AWS_MAX_ATTEMPTS", fmt.Sprint(faultTries))
	for _, operation := range []faultOperation{
		{"create", opPut, cannotPut, "", roleA},
		{"read", opList, "Cannot read RUM metrics destinations", roleA, roleA},
		{"update", opPut, cannotPut, roleA, roleB},
		{"delete", opDelete, "Cannot delete RUM metrics destination", roleA, ""},
	} {
		for name, faults := range faults {
			for times, forever := range map[string]bool{"once": false, "forever": true} {
				if len(faults) > 1 && !forever {
					continue
				}
				t.Run(operation.name+"/"+name+"/"+times, func(t *testing.T) {
					t.Parallel() // most of the time is waits
					c := faultCell{operation, faults, forever}
					c.check(t)
				})
			}
		}
	}
}

// check lets the operation go wrong, and then makes the run after it.
func (c *faultCell) check(t *testing.T) {
	t.Helper()
	env := newFake(t)
	prior, config := destinationObject(c.before), destinationObject(c.after)
	if prior != nil {
		env.Account.PutDestination(web, inEvidently(arnA, c.before))
	}
	for _, f := range c.faults {
		f.Operation = c.call
		if !c.forever {
			f.Times = 1
		}
		env.Fake.Inject(f)
	}
	var state map[string]string
	var diagnostics []*tfprotov6.Diagnostic
	if run := newTerraform(t, env); c.name == "read" {
		state, diagnostics = run.read(t, prior)
	} else {
		state, diagnostics = run.change(t, prior, config)
	}
	got := outcome{role: state["iam_role_arn"], holds: holds(env)}
	for _, request := range env.Fake.Requests() {
		if request.Operation == c.call {
			got.calls++
		} else if got.calls > 0 { // the plan of a create lists before
			got.lists++
		}
	}
	for _, d := range diagnostics {
		got.sees = d.Summary
		c.checkError(t, d)
	}
	if want := c.want(); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}

	// Whatever the rules say, no destination may be lost in the service or in the state.
	lied := c.faults[0].Status == http.StatusNotFound // the service denied a destination that exists
	if c.name != "delete" && prior != nil && got.holds == "" {
		t.Errorf("the service has no destination, want it with the role %q or the new one", c.before)
	}
	if got.holds != "" && got.role == "" && !lied {
		t.Errorf("the service has the destination with the role %q and the state has none, want it in both", got.holds)
	}

	// The next run refreshes, plans and applies as a CLI does.
	env.Fake.ClearFaults()
	next := newTerraform(t, env)
	if state != nil {
		state, _ = next.read(t, state)
	}
	if c.name == "create" && got.sees != "" && state != nil { // a CLI taints a resource whose create failed, and replaces it
		state, _ = next.change(t, state, nil)
	}
	if state != nil || config != nil {
		state, _ = next.change(t, state, config)
	}
	end := c.after
	if c.name == "delete" && lied {
		end = c.before
	}
	if got := holds(env); got != end {
		t.Errorf("after the next run the service has the role %q, want %q", got, end)
	}
	if got := state["iam_role_arn"]; got != c.after {
		t.Errorf("after the next run the state has the role %q, want %q", got, c.after)
	}
}

// checkError checks that an error names the monitor and the region, has the answer of
// the service, and says whether the outcome is known.
func (c *faultCell) checkError(t *testing.T, d *tfprotov6.Diagnostic) {
	t.Helper()
	if d.Severity != tfprotov6.DiagnosticSeverityError {
		t.Errorf("got the %s %s: %s, want no diagnostics that are no errors", d.Severity, d.Summary, d.Detail)
	}
	last := c.faults[len(c.faults)-1]
	for _, text := range []string{`"web"`, acctest.Region, last.Code, last.Message} {
		if !strings.Contains(d.Detail, text) {
			t.Errorf("got the error %q, want it to say %q", d.Detail, text)
		}
	}
	open := strings.Contains(d.Detail, "It is not known whether the change was made")
	if want := c.name != "read" && (c.faults[0].Drop || c.faults[0].Status >= 500); open != want {
		t.Errorf("the error says that the outcome is not known: got %t, want %t: %s", open, want, d.Detail)
	}
}

// holds returns the role of the destination in the service, "" for none.
func holds(env *acctest.Env) (role string) {
	for _, d := range env.Account.Destinations(web) {
		role += d.IAMRoleARN // with several destinations, the result is no role of the test, and the checks fail
	}
	return role
}

// The test takes the worst cells of the matrix through the CLI. The run after each of
// them puts everything right.
func TestNextRunRepairsWhatAFaultLeft(t *testing.T) {
	t.Setenv("AWS_MAX_ATTEMPTS", "2")
	env := newFake(t)
	cli := newCLI(t, env, evidently("test", web, arnA, roleA))
	expect := func(summary string, args ...string) {
		t.Helper()
		var sees []string
		for _, d := range cli.Diagnostics(args...) {
			if d.Severity == "error" {
				sees = append(sees, d.Summary)
			}
		}
		if !slices.Equal(sees, []string{summary}) {
			t.Errorf("%v: got the errors %q, want %q", args, sees, summary)
		}
	}
	inState := func(want bool) {
		t.Helper()
		if got := strings.Contains(cli.Run("state", "list"), address); got != want {
			t.Errorf("in the state: got %t, want %t", got, want)
		}
	}

	// The service does the create, but its answer is lost, and the List that looks for the destination fails.
	env.Fake.Inject(fakerum.Fault{Operation: opPut, Drop: true, AfterWork: true})
	env.Fake.Inject(fakerum.Fault{Operation: opList, Status: http.StatusServiceUnavailable})
	expect(cannotPut, "apply", "-auto-approve")
	inState(true) // as a tainted resource
	wantDestinations(t, env.Account, web, inEvidently(arnA, roleA))
	expect("Cannot read RUM metrics destinations", "plan")
	inState(true)
	env.Fake.ClearFaults()
	cli.Run("apply", "-auto-approve")
	wantDestinations(t, env.Account, web, inEvidently(arnA, roleA))
	cli.Run("plan", "-detailed-exitcode")

	// The update fails. The next run does it.
	cli.Configure(config(env, evidently("test", web, arnA, roleB)))
	env.Fake.Inject(fakerum.Fault{Operation: opPut, Status: http.StatusInternalServerError, Code: "InternalServerException"})
	expect(cannotPut, "apply", "-auto-approve")
	wantDestinations(t, env.Account, web, inEvidently(arnA, roleA))
	env.Fake.ClearFaults()
	cli.Run("apply", "-auto-approve")
	wantDestinations(t, env.Account, web, inEvidently(arnA, roleB))
	cli.Run("plan", "-detailed-exitcode")

	// The service does the delete, but its answer is lost. The next run finds nothing to delete.
	env.Fake.Inject(fakerum.Fault{Operation: opDelete, Drop: true, AfterWork: true})
	expect("Cannot delete RUM metrics destination", "destroy", "-auto-approve")
	inState(true)
	wantDestinations(t, env.Account, web)
	env.Fake.ClearFaults()
	cli.Run("destroy", "-auto-approve")
	inState(false)
}

// destinationObject returns the destination with a role as a state or a configuration,
// nil for no role.
func destinationObject(role string) map[string]string {
	if role == "" {
		return nil
	}
	return map[string]string{
		"app_monitor_name": web, "destination": "Evidently", "destination_arn": arnA, "iam_role_arn": role,
		"region": acctest.Region, "id": "web,Evidently," + arnA + "@" + acctest.Region,
	}
}

// terraform is one run of a CLI. It plays the part of the CLI in the plugin protocol
// for one resource. An object is a state or a configuration, and nil is null.
type terraform struct {
	acctest.Server
	of tftypes.Type
}

func newTerraform(t *testing.T, env *acctest.Env) *terraform {
	t.Helper()
	s := env.Server(t)
	return &terraform{s, s.Schema.ResourceSchemas[resourceType].ValueType()}
}

// encode encodes an object, with another id if there is one.
func (tf *terraform) encode(t *testing.T, object map[string]string, id ...any) *tfprotov6.DynamicValue {
	t.Helper()
	if object == nil {
		return acctest.Object(t, tf.of, nil)
	}
	values := map[string]any{}
	for name, value := range object {
		values[name] = value
	}
	for _, v := range id {
		values["id"] = v
	}
	return acctest.Object(t, tf.of, values)
}

func (tf *terraform) decode(t *testing.T, encoded *tfprotov6.DynamicValue) map[string]string {
	t.Helper()
	if null, err := encoded.IsNull(); err != nil {
		t.Fatal(err)
	} else if null {
		return nil
	}
	return acctest.Strings(t, encoded, tf.of)
}

func (tf *terraform) read(t *testing.T, state map[string]string) (map[string]string, []*tfprotov6.Diagnostic) {
	t.Helper()
	resp, err := tf.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{TypeName: resourceType, CurrentState: tf.encode(t, state)})
	if err != nil {
		t.Fatal(err)
	}
	return tf.decode(t, resp.NewState), resp.Diagnostics
}

// change plans a change in place, a create or a delete, and applies it.
func (tf *terraform) change(t *testing.T, prior, config map[string]string) (map[string]string, []*tfprotov6.Diagnostic) {
	t.Helper()
	before, configured, proposed := tf.encode(t, prior), tf.encode(t, config, nil), tf.encode(t, config)
	if prior == nil {
		proposed = tf.encode(t, config, tftypes.UnknownValue)
	}
	planned, err := tf.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: resourceType, PriorState: before, Config: configured, ProposedNewState: proposed,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range planned.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			t.Errorf("the plan has the error %s: %s, want none", d.Summary, d.Detail)
		}
	}
	if len(planned.RequiresReplace) > 0 {
		t.Errorf("the plan replaces because of %v, want no replacement", planned.RequiresReplace)
	}
	resp, err := tf.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: resourceType, PriorState: before, Config: configured,
		PlannedState: planned.PlannedState, PlannedPrivate: planned.PlannedPrivate, PlannedIdentity: planned.PlannedIdentity,
	})
	if err != nil {
		t.Fatal(err)
	}
	return tf.decode(t, resp.NewState), resp.Diagnostics
}
