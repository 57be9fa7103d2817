package metricsdestination_test

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

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

// date stands for a date that is 1 to 2 seconds ahead when the fault begins.
const date = "date"

// faults are every error that the API models, whether or not it models the error for
// the operation, and the faults of a network.
var faults = []struct {
	name string
	fakerum.Fault
	after *fakerum.Fault // the fault of the calls after the first
}{
	{name: "AccessDenied", Fault: fakerum.Fault{Status: http.StatusForbidden, Code: "AccessDeniedException", Message: "not authorized"}},
	{name: "Conflict", Fault: fakerum.Fault{Status: http.StatusConflict, Code: "ConflictException", Message: "being changed"}},
	{name: "InternalServer", Fault: fakerum.Fault{Status: http.StatusInternalServerError, Code: "InternalServerException", Message: "oops"}},
	{name: "ResourceNotFound", Fault: fakerum.Fault{Status: http.StatusNotFound, Code: "ResourceNotFoundException", Message: "no such app monitor"}},
	{name: "ServiceQuotaExceeded", Fault: fakerum.Fault{Status: http.StatusPaymentRequired, Code: "ServiceQuotaExceededException", Message: "too many"}},
	{name: "Throttling", Fault: fakerum.Fault{Status: http.StatusTooManyRequests, Code: "ThrottlingException", Message: "rate exceeded"}},
	{name: "Validation", Fault: fakerum.Fault{Status: http.StatusBadRequest, Code: "ValidationException", Message: "1 validation error"}},
	{name: "expired token", Fault: fakerum.Fault{Status: http.StatusForbidden, Code: "ExpiredTokenException", Message: "expired"}},
	{name: "503", Fault: fakerum.Fault{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailableException", Message: "later"}},
	{name: "502, HTML", Fault: fakerum.Fault{Status: http.StatusBadGateway, ContentType: "text/html", Body: "<html>Bad Gateway</html>"}},
	{name: "500, after the work", Fault: fakerum.Fault{Status: http.StatusInternalServerError, Code: "InternalServerException", Message: "oops", AfterWork: true}},
	{name: "dropped", Fault: fakerum.Fault{Drop: true}},
	{name: "dropped after the work", Fault: fakerum.Fault{Drop: true, AfterWork: true}},
	{
		name: "dropped after the work, then AccessDenied", Fault: fakerum.Fault{Drop: true, AfterWork: true, Times: 1},
		after: &fakerum.Fault{Status: http.StatusForbidden, Code: "AccessDeniedException", Message: "not authorized"},
	},
	{name: "slow", Fault: fakerum.Fault{Delay: 300 * time.Millisecond}},
	{name: "slow after the work", Fault: fakerum.Fault{Delay: 300 * time.Millisecond, AfterWork: true}},
	{name: "Retry-After 1 s", Fault: fakerum.Fault{Status: http.StatusTooManyRequests, Code: "ThrottlingException", Message: "rate exceeded", RetryAfter: "1"}},
	{name: "Retry-After a date", Fault: fakerum.Fault{Status: http.StatusTooManyRequests, Code: "ThrottlingException", Message: "rate exceeded", RetryAfter: date}},
	{name: "Retry-After of no use", Fault: fakerum.Fault{Status: http.StatusInternalServerError, Code: "InternalServerException", Message: "oops", RetryAfter: "soon"}},
}

// operations are the calls that can go wrong, with the summaries of their errors.
var operations = []struct{ name, call, summary string }{
	{"create", fakerum.OpPutRumMetricsDestination, "Cannot create or update RUM metrics destination"},
	{"read", fakerum.OpListRumMetricsDestinations, "Cannot read RUM metrics destinations"},
	{"update", fakerum.OpPutRumMetricsDestination, "Cannot create or update RUM metrics destination"},
	{"delete", fakerum.OpDeleteRumMetricsDestination, "Cannot delete RUM metrics destination"},
}

// faultCell is one cell of the matrix.
type faultCell struct {
	operation, call, summary string
	name                     string
	fault                    fakerum.Fault
	after                    *fakerum.Fault
	forever                  bool

	monitor string
	first   *terraform // the run whose operation goes wrong
	next    *terraform // the run after it
}

// outcome is the result of a cell.
type outcome struct {
	sees  string // the summary of the error, "" for none
	role  string // the role of the destination in the state, "" for none
	holds string // the role of the destination in the service, "" for none
	calls int    // how many calls of the operation were made
	lists int    // how many other calls were made
}

// before returns the role of the destination before the operation, "" for none. An
// update changes the role from A to B. The other operations have only A.
func (c *faultCell) before() string {
	if c.operation == "create" {
		return ""
	}
	return roleA
}

// wanted returns the role of the destination after the operation, "" for none.
func (c *faultCell) wanted() string {
	switch c.operation {
	case "update":
		return roleB
	case "delete":
		return ""
	}
	return roleA
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
	f := c.fault
	fails := f.Status != 0 || f.Drop
	write, put := c.operation != "read", c.call == fakerum.OpPutRumMetricsDestination
	retried := f.Drop || f.Status == http.StatusTooManyRequests || f.Status >= 500 || f.Status == http.StatusConflict && write
	unknown := write && (f.Drop || f.Status >= 500)
	gone := f.Status == http.StatusNotFound && !put

	want := outcome{calls: 1, role: c.wanted(), holds: c.wanted()}
	failed := fails && !gone
	switch {
	case !fails, !retried:
	case c.after != nil: // the second try is refused
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
		want.role, want.holds = "", c.before()
	case failed:
		want.sees = c.summary
		want.role, want.holds = c.before(), c.before()
		if c.operation == "create" && unknown {
			want.role = c.wanted()
		}
		if f.AfterWork {
			want.holds = c.wanted()
		}
	}
	return want
}

// longest returns the longest time that a cell may take: all waits at their longest,
// and 30 seconds for a busy machine. It is only meant to show a wait too many. The
// tests of rumapi check the lengths of the waits, on a fake clock.
func (c *faultCell) longest() time.Duration {
	d := 30*time.Second + c.fault.Delay
	for i := range faultTries - 1 {
		d += max(200*time.Millisecond<<i, 2*c.retryAfter())
	}
	return d
}

// shortest returns the shortest time that a cell may take.
func (c *faultCell) shortest() time.Duration {
	waits := c.want().calls - 1
	if c.fault.RetryAfter == date {
		waits = min(waits, 1) // after one wait the date has passed
	}
	return max(time.Duration(waits)*c.retryAfter(), c.fault.Delay)
}

// retryAfter returns the shortest wait that the service asks for.
func (c *faultCell) retryAfter() time.Duration {
	switch c.fault.RetryAfter {
	case "1", date:
		return time.Second
	}
	return 0
}

// result is the outcome of a cell and of the run after it.
type result struct {
	outcome
	diagnostics []*tfprotov6.Diagnostic
	took        time.Duration

	next outcome
}

func TestFaultsOfEveryOperationFollowTheRules(t *testing.T) {
	t.Setenv("AWS_MAX_ATTEMPTS", fmt.Sprint(faultTries))
	env := acctest.NewFake(t)
	var cells []*faultCell
	for _, o := range operations {
		for _, f := range faults {
			for _, forever := range []bool{false, true} {
				if f.after != nil && !forever {
					continue
				}
				c := &faultCell{
					operation: o.name, call: o.call, summary: o.summary, name: f.name, fault: f.Fault, after: f.after, forever: forever,
					monitor: fmt.Sprintf("monitor-%d", len(cells)), first: newTerraform(t, env), next: newTerraform(t, env),
				}
				env.Account.CreateMonitor(c.monitor)
				cells = append(cells, c)
			}
		}
	}

	// The cells run at the same time, because most of their time is waits.
	results := make([]result, len(cells))
	var all sync.WaitGroup
	for i, c := range cells {
		all.Go(func() { results[i] = c.run(t, env) })
	}
	all.Wait()

	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "OPERATION\tFAULT\tTIMES\tTHE USER SEES\tSTATE\tSERVICE\tCALLS\tTIME")
	for i, c := range cells {
		got := results[i]
		times := "once"
		if c.forever {
			times = "forever"
		}
		calls := fmt.Sprint(got.calls)
		if got.lists > 0 {
			calls += fmt.Sprintf(" + %d List", got.lists)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", c.operation, c.name, times,
			cmp.Or(got.sees, "success"), roleName(got.role), roleName(got.holds), calls, got.took.Round(10*time.Millisecond))
		t.Run(c.operation+"/"+c.name+"/"+times, func(t *testing.T) { c.check(t, got) })
	}
	w.Flush()
	t.Logf("max_retries = %d\n%s", faultTries, table.String())
}

// The test takes the worst cells of the matrix through the CLI. The run after each of
// them puts everything right.
func TestNextRunRepairsWhatAFaultLeft(t *testing.T) {
	t.Setenv("AWS_MAX_ATTEMPTS", "2")
	env := newFake(t)
	cli := env.CLI(t)
	cli.Configure(config(env, evidently("test", web, arnA, roleA)))
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
	env.Fake.Inject(fakerum.Fault{Operation: fakerum.OpPutRumMetricsDestination, Drop: true, AfterWork: true})
	env.Fake.Inject(fakerum.Fault{Operation: fakerum.OpListRumMetricsDestinations, Status: http.StatusServiceUnavailable})
	expect("Cannot create or update RUM metrics destination", "apply", "-auto-approve")
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
	env.Fake.Inject(fakerum.Fault{Operation: fakerum.OpPutRumMetricsDestination, Status: http.StatusInternalServerError, Code: "InternalServerException"})
	expect("Cannot create or update RUM metrics destination", "apply", "-auto-approve")
	wantDestinations(t, env.Account, web, inEvidently(arnA, roleA))
	env.Fake.ClearFaults()
	cli.Run("apply", "-auto-approve")
	wantDestinations(t, env.Account, web, inEvidently(arnA, roleB))
	cli.Run("plan", "-detailed-exitcode")

	// The service does the delete, but its answer is lost. The next run finds nothing to delete.
	env.Fake.Inject(fakerum.Fault{Operation: fakerum.OpDeleteRumMetricsDestination, Drop: true, AfterWork: true})
	expect("Cannot delete RUM metrics destination", "destroy", "-auto-approve")
	inState(true)
	wantDestinations(t, env.Account, web)
	env.Fake.ClearFaults()
	cli.Run("destroy", "-auto-approve")
	inState(false)
}

// roleName returns the word for a role in the table.
func roleName(role string) string {
	switch role {
	case roleA:
		return "role A"
	case roleB:
		return "role B"
	}
	return "none"
}

// run lets the operation go wrong, and then makes the run after it.
func (c *faultCell) run(t *testing.T, env *acctest.Env) (r result) {
	t.Helper()
	prior := destinationObject(c.monitor, c.before())
	if prior != nil {
		env.Account.PutDestination(c.monitor, inEvidently(arnA, c.before()))
	}
	config := destinationObject(c.monitor, c.wanted())
	planned := c.first.plan(t, prior, config)

	f := c.fault
	f.Operation, f.Monitor = c.call, c.monitor
	if !c.forever {
		f.Times = 1
	}
	if f.RetryAfter == date {
		f.RetryAfter = time.Now().Add(2 * time.Second).UTC().Format(http.TimeFormat)
	}
	remove := []func(){env.Fake.Inject(f)}
	if c.after != nil {
		f := *c.after
		f.Operation, f.Monitor = c.call, c.monitor
		remove = append(remove, env.Fake.Inject(f))
	}
	requestsBefore := len(requestsOf(env, c.monitor))
	start := time.Now()
	var state map[string]string
	if c.operation == "read" {
		state, r.diagnostics = c.first.read(t, prior)
	} else {
		state, r.diagnostics = c.first.apply(t, prior, config, planned)
	}
	r.took = time.Since(start)
	for _, end := range remove {
		end()
	}
	for _, request := range requestsOf(env, c.monitor)[requestsBefore:] {
		if request.Operation == c.call {
			r.calls++
		} else {
			r.lists++
		}
	}
	r.role, r.holds = state["iam_role_arn"], c.holds(env)
	for _, d := range r.diagnostics {
		r.sees = d.Summary
	}

	tainted := c.operation == "create" && r.sees != "" // a CLI taints a resource whose create failed
	r.next.role = c.nextRun(t, state, config, tainted)["iam_role_arn"]
	r.next.holds = c.holds(env)
	return r
}

// nextRun refreshes, plans and applies as a CLI does, and returns the state. A tainted
// resource is destroyed before it is created.
func (c *faultCell) nextRun(t *testing.T, state, config map[string]string, tainted bool) map[string]string {
	t.Helper()
	if state != nil {
		state, _ = c.next.read(t, state)
	}
	if tainted && state != nil {
		state, _ = c.next.apply(t, state, nil, c.next.plan(t, state, nil))
	}
	if state == nil && config == nil {
		return nil
	}
	state, _ = c.next.apply(t, state, config, c.next.plan(t, state, config))
	return state
}

// holds returns the role of the destination in the service, "" for none.
func (c *faultCell) holds(env *acctest.Env) (role string) {
	for _, d := range env.Account.Destinations(c.monitor) {
		role += d.IAMRoleARN // with several destinations, the result is no role of the test, and the checks fail
	}
	return role
}

// requestsOf returns the requests about a monitor, without its creation.
func requestsOf(env *acctest.Env, monitor string) (found []fakerum.Request) {
	for _, r := range env.Fake.Requests() {
		if r.Monitor == monitor && r.Operation != fakerum.OpCreateAppMonitor {
			found = append(found, r)
		}
	}
	return found
}

// check checks the result of a cell.
func (c *faultCell) check(t *testing.T, got result) {
	t.Helper()
	want := c.want()
	if got.outcome != want {
		t.Errorf("got  %+v\nwant %+v", got.outcome, want)
	}
	if got.took > c.longest() || got.took < c.shortest() {
		t.Errorf("took %s, want %s to %s", got.took, c.shortest(), c.longest())
	}

	// Whatever the rules say, no destination may be lost in the service or in the state.
	lied := c.fault.Status == http.StatusNotFound // the service denied a destination that exists
	if c.operation != "delete" && c.before() != "" && got.holds == "" {
		t.Errorf("the service has no destination, want it with the role %q or the new one", c.before())
	}
	if got.holds != "" && got.role == "" && !lied {
		t.Errorf("the service has the destination with the role %q and the state has none, want it in both", got.holds)
	}
	end := c.wanted()
	if c.operation == "delete" && lied {
		end = c.before()
	}
	if got.next.holds != end {
		t.Errorf("after the next run the service has the role %q, want %q", got.next.holds, end)
	}
	if got.next.role != c.wanted() {
		t.Errorf("after the next run the state has the role %q, want %q", got.next.role, c.wanted())
	}

	// An error names the monitor and the region, and has the answer of the service.
	for _, d := range got.diagnostics {
		if d.Severity != tfprotov6.DiagnosticSeverityError {
			t.Errorf("got the %s %s: %s, want no diagnostics that are no errors", d.Severity, d.Summary, d.Detail)
		}
		said := c.fault
		if c.after != nil {
			said = *c.after
		}
		for _, text := range []string{c.monitor, acctest.Region, said.Code, said.Message} {
			if !strings.Contains(d.Detail, text) {
				t.Errorf("got the error %q, want it to say %q", d.Detail, text)
			}
		}
		open := strings.Contains(d.Detail, "It is not known whether the change was made")
		if want := c.operation != "read" && (c.fault.Drop || c.fault.Status >= 500); open != want {
			t.Errorf("the error says that the outcome is not known: got %t, want %t: %s", open, want, d.Detail)
		}
	}
}

// destinationObject returns the destination of a cell as a state or a configuration,
// nil for none.
func destinationObject(monitor, role string) map[string]string {
	if role == "" {
		return nil
	}
	return map[string]string{
		"app_monitor_name": monitor, "destination": "Evidently", "destination_arn": arnA, "iam_role_arn": role,
		"region": acctest.Region, "id": fmt.Sprintf("%s,Evidently,%s@%s", monitor, arnA, acctest.Region),
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
	return &terraform{s, s.Schema.ResourceSchemas["rum_metrics_destination"].ValueType()}
}

func (tf *terraform) encode(t *testing.T, object map[string]string, unknown ...string) *tfprotov6.DynamicValue {
	t.Helper()
	if object == nil {
		null, err := tfprotov6.NewDynamicValue(tf.of, tftypes.NewValue(tf.of, nil))
		if err != nil {
			t.Fatal(err)
		}
		return &null
	}
	values := map[string]tftypes.Value{}
	for name, s := range object {
		values[name] = tftypes.NewValue(tftypes.String, s)
		if slices.Contains(unknown, name) {
			values[name] = tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
		}
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
	resp, err := tf.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{TypeName: "rum_metrics_destination", CurrentState: tf.encode(t, state)})
	if err != nil {
		t.Fatal(err)
	}
	return tf.decode(t, resp.NewState), resp.Diagnostics
}

func (tf *terraform) plan(t *testing.T, prior, config map[string]string) *tfprotov6.PlanResourceChangeResponse {
	t.Helper()
	proposed := tf.encode(t, config)
	if prior == nil {
		proposed = tf.encode(t, config, "id")
	}
	resp, err := tf.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: "rum_metrics_destination", PriorState: tf.encode(t, prior), Config: tf.config(t, config), ProposedNewState: proposed,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range resp.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			t.Errorf("the plan has the error %s: %s, want none", d.Summary, d.Detail)
		}
	}
	if len(resp.RequiresReplace) > 0 {
		t.Errorf("the plan replaces because of %v, want no replacement", resp.RequiresReplace)
	}
	return resp
}

func (tf *terraform) apply(t *testing.T, prior, config map[string]string, planned *tfprotov6.PlanResourceChangeResponse) (map[string]string, []*tfprotov6.Diagnostic) {
	t.Helper()
	resp, err := tf.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: "rum_metrics_destination", PriorState: tf.encode(t, prior), Config: tf.config(t, config),
		PlannedState: planned.PlannedState, PlannedPrivate: planned.PlannedPrivate, PlannedIdentity: planned.PlannedIdentity,
	})
	if err != nil {
		t.Fatal(err)
	}
	return tf.decode(t, resp.NewState), resp.Diagnostics
}

// config encodes an object as the configuration of a resource, in which the computed
// attribute is null.
func (tf *terraform) config(t *testing.T, object map[string]string) *tfprotov6.DynamicValue {
	t.Helper()
	if object == nil {
		return tf.encode(t, nil)
	}
	configured := maps.Clone(object)
	delete(configured, "id")
	return tf.encode(t, configured)
}
