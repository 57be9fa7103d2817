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

// The fault matrix: each operation on a destination, with each thing that can go
// wrong with its call, once and for ever. What then has to happen follows from
// the rules in want; and whatever happened, the run after it, which nothing goes
// wrong with, has to find everything and leave the service as it was configured.

// faultTries is how often a call is made at most (max_retries).
const faultTries = 3

// date stands for a date that is 1 to 2 seconds ahead when the fault begins.
const date = "date"

// faults are what can go wrong: every error that the API models, on every
// operation, whether it models it there or not; and what else a network does.
var faults = []struct {
	name string
	fakerum.Fault
	after *fakerum.Fault // what goes wrong with the calls after the first
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

// operations are the calls that can go wrong and what the user then reads.
var operations = []struct{ name, call, summary string }{
	{"create", fakerum.OpPutRumMetricsDestination, "Cannot put RUM metrics destination"},
	{"read", fakerum.OpListRumMetricsDestinations, "Cannot read RUM metrics destinations"},
	{"update", fakerum.OpPutRumMetricsDestination, "Cannot put RUM metrics destination"},
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
	first   *terraform // whose operation goes wrong
	next    *terraform // of the run after it
}

// outcome is what became of a cell.
type outcome struct {
	sees  string // the summary of an error
	role  string // of the destination in state, "" for none in state
	holds string // the role of the destination in the service, "" for none
	calls int    // of the operation at fault
	lists int    // beyond these
}

// Two roles for a destination that is updated from A to B. Every other keeps A.
func (c *faultCell) before() string {
	if c.operation == "create" {
		return ""
	}
	return roleA
}

func (c *faultCell) wanted() string {
	switch c.operation {
	case "update":
		return roleB
	case "delete":
		return ""
	}
	return roleA
}

// want is what has to become of a cell. These are the rules:
//
//   - A throttled call, a 5xx and a broken connection are tried again, a
//     conflict of a write too, up to max_retries; nothing else is.
//   - A 5xx or a broken connection leaves open whether a write was done. When the
//     tries of a Put end so, it is looked for with a List, and found is success.
//   - What was not found out to have failed stays in state, or comes into it.
//   - That the service does not know it is the end of a destination that is read
//     or deleted, and an error for one that is put.
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
	case c.after != nil: // tried again, and refused then
		want.calls = 2
	case c.forever:
		want.calls = faultTries
	default:
		want.calls, failed = 2, false
	}
	if failed && put && unknown && f.AfterWork { // found when looked for
		failed = false
	}
	if put && (!failed || unknown) {
		want.lists = 1 // to look for it, or to read it back, which share it
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

// longest is how long a cell may take: all waits at their longest, and whatever
// a busy machine takes on top. How long the waits are is for rumapi's tests, on
// a fake clock; what is seen here is a wait too many.
func (c *faultCell) longest() time.Duration {
	d := 30*time.Second + c.fault.Delay
	for i := range faultTries - 1 {
		d += max(200*time.Millisecond<<i, 2*c.retryAfter())
	}
	return d
}

func (c *faultCell) shortest() time.Duration {
	waits := c.want().calls - 1
	if c.fault.RetryAfter == date {
		waits = min(waits, 1) // and then it is past
	}
	return max(time.Duration(waits)*c.retryAfter(), c.fault.Delay)
}

// retryAfter is how long the service asks to wait, at least.
func (c *faultCell) retryAfter() time.Duration {
	switch c.fault.RetryAfter {
	case "1", date:
		return time.Second
	}
	return 0
}

// result is what became of a cell, and of the run after it.
type result struct {
	outcome
	diagnostics []*tfprotov6.Diagnostic
	took        time.Duration

	next outcome
}

func TestFaultsOfEveryOperation(t *testing.T) {
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

	// All at once: what they do is wait.
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
			times = "for ever"
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

// The worst cells as a person meets them, and the runs that put them right.
func TestFaultsAsTheCLIShowsThem(t *testing.T) {
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
			t.Errorf("%v: %q, want %q", args, sees, summary)
		}
	}
	inState := func(want bool) {
		t.Helper()
		if got := strings.Contains(cli.Run("state", "list"), address); got != want {
			t.Errorf("in state: %t, want %t", got, want)
		}
	}

	// The creation is done, but nobody says so, not even when asked.
	env.Fake.Inject(fakerum.Fault{Operation: fakerum.OpPutRumMetricsDestination, Drop: true, AfterWork: true})
	env.Fake.Inject(fakerum.Fault{Operation: fakerum.OpListRumMetricsDestinations, Status: http.StatusServiceUnavailable})
	expect("Cannot put RUM metrics destination", "apply", "-auto-approve")
	inState(true) // tainted
	wantDestinations(t, env.Account, web, inEvidently(arnA, roleA))
	expect("Cannot read RUM metrics destinations", "plan")
	inState(true)
	env.Fake.ClearFaults()
	cli.Run("apply", "-auto-approve")
	wantDestinations(t, env.Account, web, inEvidently(arnA, roleA))
	cli.Run("plan", "-detailed-exitcode")

	// The update fails, and is done by the next run.
	cli.Configure(config(env, evidently("test", web, arnA, roleB)))
	env.Fake.Inject(fakerum.Fault{Operation: fakerum.OpPutRumMetricsDestination, Status: http.StatusInternalServerError, Code: "InternalServerException"})
	expect("Cannot put RUM metrics destination", "apply", "-auto-approve")
	wantDestinations(t, env.Account, web, inEvidently(arnA, roleA))
	env.Fake.ClearFaults()
	cli.Run("apply", "-auto-approve")
	wantDestinations(t, env.Account, web, inEvidently(arnA, roleB))
	cli.Run("plan", "-detailed-exitcode")

	// The deletion is done, but nobody says so.
	env.Fake.Inject(fakerum.Fault{Operation: fakerum.OpDeleteRumMetricsDestination, Drop: true, AfterWork: true})
	expect("Cannot delete RUM metrics destination", "destroy", "-auto-approve")
	inState(true)
	wantDestinations(t, env.Account, web)
	env.Fake.ClearFaults()
	cli.Run("destroy", "-auto-approve")
	inState(false)
}

// roleName is how the table says which destination there is.
func roleName(role string) string {
	switch role {
	case roleA:
		return "role A"
	case roleB:
		return "role B"
	}
	return "none"
}

// run lets the operation go wrong, and then has the run after it.
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

	tainted := c.operation == "create" && r.sees != "" // as the CLI marks what failed to be created
	r.next.role = c.nextRun(t, state, config, tainted)["iam_role_arn"]
	r.next.holds = c.holds(env)
	return r
}

// nextRun is what a CLI does in the run after: refresh, plan, apply.
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

func (c *faultCell) holds(env *acctest.Env) (role string) {
	for _, d := range env.Account.Destinations(c.monitor) {
		role += d.IAMRoleARN // of more than one it is none of ours
	}
	return role
}

func requestsOf(env *acctest.Env, monitor string) (found []fakerum.Request) {
	for _, r := range env.Fake.Requests() {
		if r.Monitor == monitor && r.Operation != fakerum.OpCreateAppMonitor {
			found = append(found, r)
		}
	}
	return found
}

func (c *faultCell) check(t *testing.T, got result) {
	t.Helper()
	want := c.want()
	if got.outcome != want {
		t.Errorf("got  %+v\nwant %+v", got.outcome, want)
	}
	if got.took > c.longest() || got.took < c.shortest() {
		t.Errorf("took %s, want %s to %s", got.took, c.shortest(), c.longest())
	}

	// What no rule may get round: nothing is lost, and nothing forgotten.
	lied := c.fault.Status == http.StatusNotFound // of what is there it was said that it is not
	if c.operation != "delete" && c.before() != "" && got.holds == "" {
		t.Error("the service lost the destination")
	}
	if got.holds != "" && got.role == "" && !lied {
		t.Error("the service has a destination that state has forgotten")
	}
	end := c.wanted()
	if c.operation == "delete" && lied {
		end = c.before()
	}
	if got.next.holds != end || got.next.role != c.wanted() {
		t.Errorf("after the next run the service has the role %q and state has %q, want %q", got.next.holds, got.next.role, c.wanted())
	}

	// An error says what it is about, and what the service said.
	for _, d := range got.diagnostics {
		if d.Severity != tfprotov6.DiagnosticSeverityError {
			t.Errorf("unexpected: %s: %s", d.Summary, d.Detail)
		}
		said := c.fault
		if c.after != nil {
			said = *c.after
		}
		for _, text := range []string{c.monitor, acctest.Region, said.Code, said.Message} {
			if !strings.Contains(d.Detail, text) {
				t.Errorf("does not say %q: %s", text, d.Detail)
			}
		}
		open := strings.Contains(d.Detail, "Whether the change was made is not known")
		if want := c.operation != "read" && (c.fault.Drop || c.fault.Status >= 500); open != want {
			t.Errorf("says that the outcome is not known: %t: %s", open, d.Detail)
		}
	}
}

// destinationObject is the destination of a cell as state and configuration; nil
// for none.
func destinationObject(monitor, role string) map[string]string {
	if role == "" {
		return nil
	}
	return map[string]string{
		"app_monitor_name": monitor, "destination": "Evidently", "destination_arn": arnA, "iam_role_arn": role,
		"region": acctest.Region, "id": fmt.Sprintf("%s,Evidently,%s@%s", monitor, arnA, acctest.Region),
	}
}

// terraform is one run of a CLI: it plays its part in the plugin protocol, for
// one resource. An object is a state or a configuration; nil is null.
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
			t.Errorf("planning: %s: %s", d.Summary, d.Detail)
		}
	}
	if len(resp.RequiresReplace) > 0 {
		t.Errorf("planning: a replacement")
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

// config is an object as the configuration of a resource, where what the
// provider computes is null.
func (tf *terraform) config(t *testing.T, object map[string]string) *tfprotov6.DynamicValue {
	t.Helper()
	if object == nil {
		return tf.encode(t, nil)
	}
	configured := maps.Clone(object)
	delete(configured, "id")
	return tf.encode(t, configured)
}
