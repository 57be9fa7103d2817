package metricsdestination_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest/core"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// The property: a sequence configures, imports, changes things behind Terraform's
// back and makes calls go wrong, in any order. One apply in which nothing goes wrong
// then leaves the service with exactly the configured destinations and the foreign
// ones, which are unchanged. It takes a second apply where the plan has warned that it
// destroys one of two resources for the same destination.

// target is the key of a destination.
type target struct{ region, monitor, destination, arn string }

// targets are the keys that are configured. Foreign destinations have other keys.
var (
	webCloudWatch = target{acctest.Region, web, "CloudWatch", ""}
	webEvidently  = target{acctest.Region, web, "Evidently", arnA}
	shopEvidently = target{acctest.Region, "shop#1", "Evidently", arnA}
	usCloudWatch  = target{acctest.OtherRegion, web, "CloudWatch", ""}
	usEvidently   = target{acctest.OtherRegion, web, "Evidently", arnB}

	targets = []target{webCloudWatch, webEvidently, shopEvidently, usCloudWatch, usEvidently}
)

func (k target) id() string {
	id := k.monitor + "," + k.destination
	if k.arn != "" {
		id += "," + k.arn
	}
	return id + "@" + k.region
}

// cli applies the configurations of a sequence.
type cli interface {
	// apply applies a configuration of destinations, by the names of their resources.
	apply(destinations map[string]destination) error
	// bring imports a destination.
	bring(name string, d destination, id string) error
	// has returns the state.
	has() map[string]destination
	// warned reports whether the plan of the last apply had a warning with the text.
	warned(text string) bool
	// pending returns the addresses of the resources that another apply would change.
	pending(destinations map[string]destination) ([]string, error)
}

// destination is a destination in the configuration, the state or the service.
type destination struct {
	target
	role string
}

// newDestination returns the destination that has these attributes in a state.
func newDestination(value func(attribute string) string) destination {
	return destination{target{value("region"), value("app_monitor_name"), value("destination"), value("destination_arn")}, value("iam_role_arn")}
}

// world is the state of a sequence.
type world struct {
	fake    *fakerum.Service
	in      func(region string) *fakerum.Account
	cli     cli
	config  map[string]destination // by the names of the resources
	foreign map[target]string      // the roles of foreign destinations
	faulty  bool                   // whether calls may go wrong
	failed  bool                   // whether the last apply failed
	lag     func()                 // ends the lag of List, if there is one
}

func newWorld(fake *fakerum.Service, in func(string) *fakerum.Account, cli cli) *world {
	for _, k := range targets {
		in(k.region).CreateMonitor(k.monitor)
	}
	return &world{fake: fake, in: in, cli: cli, config: map[string]destination{}, foreign: map[target]string{}, lag: func() {}}
}

// configure gives a resource a destination. If another resource had it, that one gets
// the destination that the resource had before, or is removed.
func (w *world) configure(name string, d destination) {
	before, existed := w.config[name]
	for other, theirs := range w.config {
		switch {
		case other == name || theirs.target != d.target:
		case existed:
			w.config[other] = before
		default:
			delete(w.config, other)
		}
	}
	w.config[name] = d
}

// apply applies the configuration while the injected faults go wrong. It returns an
// error that no fault explains.
func (w *world) apply() error {
	err := w.cli.apply(w.config)
	w.failed = err != nil
	w.lag() // A lag ends before the next run begins. Otherwise its List could lack a destination, and the run would forget it.
	w.lag = func() {}
	if errors.Is(err, core.ErrInconsistent) || err != nil && !w.faulty {
		return err
	}
	return w.check()
}

// adopt makes a destination behind Terraform's back and imports it as a new resource.
// If the import fails, adopt deletes the destination.
func (w *world) adopt(name string, d destination, id string) error {
	_, configured := w.config[name]
	if _, inState := w.cli.has()[name]; configured || inState || w.find(d.target) {
		return nil
	}
	w.put(d)
	err := w.cli.bring(name, d, id)
	if err == nil {
		w.config[name] = d
		return nil
	}
	w.delete(d.target)
	return w.excuse(err)
}

// reimport forgets a resource and imports it.
func (w *world) reimport(name, id string) error {
	d, inState := w.cli.has()[name]
	if wanted, configured := w.config[name]; !inState || !configured || wanted.target != d.target || w.faulty || !w.holds(d.target) {
		return nil
	}
	return w.cli.bring(name, d, id)
}

// excuse returns err, or nil while calls may go wrong.
func (w *world) excuse(err error) error {
	if w.faulty {
		return nil
	}
	return err
}

// find reports whether a target is in the configuration, the state or the service.
func (w *world) find(k target) bool {
	for _, all := range []map[string]destination{w.config, w.cli.has()} {
		for _, d := range all {
			if d.target == k {
				return true
			}
		}
	}
	return w.holds(k)
}

func (w *world) holds(k target) bool {
	_, found := w.service()[k]
	return found
}

// service returns the roles of the destinations that the service has.
func (w *world) service() map[target]string {
	all := map[target]string{}
	for _, k := range targets {
		for _, d := range w.in(k.region).Destinations(k.monitor) {
			all[target{k.region, k.monitor, d.Destination, d.DestinationARN}] = d.IAMRoleARN
		}
	}
	return all
}

// put makes a destination behind Terraform's back, and delete deletes one.
func (w *world) put(d destination) {
	w.in(d.region).PutDestination(d.monitor, fakerum.Destination{Destination: d.destination, DestinationARN: d.arn, IAMRoleARN: d.role})
}

func (w *world) delete(k target) {
	w.in(k.region).DeleteDestination(k.monitor, k.destination, k.arn)
}

// add makes a foreign destination, which Terraform must not touch.
func (w *world) add(k target) {
	k.destination, k.arn = "Evidently", fmt.Sprintf("arn:aws:evidently:::foreign-%d", len(w.foreign))
	w.foreign[k] = roleA
	w.put(destination{k, roleA})
}

// recreate deletes a monitor and makes another one of the same name.
func (w *world) recreate(k target) {
	w.in(k.region).DeleteMonitor(k.monitor)
	w.in(k.region).CreateMonitor(k.monitor)
	maps.DeleteFunc(w.foreign, func(f target, _ string) bool { return f.region == k.region && f.monitor == k.monitor })
}

// inject makes calls go wrong.
func (w *world) inject(f fakerum.Fault) {
	remove := w.fake.Inject(f)
	if f.Stale {
		before := w.lag
		w.lag = func() { before(); remove() }
	}
	w.faulty = true
}

func (w *world) calm() {
	w.fake.ClearFaults()
	w.faulty, w.lag = false, func() {}
}

// check returns an error if the service lost a foreign destination, or if the state
// lost any other one.
func (w *world) check() error {
	service, known := w.service(), map[target]bool{}
	for _, d := range w.cli.has() {
		known[d.target] = true
	}
	for k, role := range w.foreign {
		if service[k] != role {
			return fmt.Errorf("the foreign destination %s has the role %q, want %q", k.id(), service[k], role)
		}
		known[k] = true
	}
	for k := range service {
		if !known[k] {
			return fmt.Errorf("the service has %s, want it in the state too", k.id())
		}
	}
	return nil
}

// finish applies without faults, and returns an error unless the property holds.
func (w *world) finish() error {
	w.calm()
	if err := w.apply(); err != nil {
		return fmt.Errorf("the last apply: %w", err)
	}
	if w.cli.warned("deletes the destination of both") {
		if err := w.apply(); err != nil {
			return fmt.Errorf("the apply after the warning: %w", err)
		}
	}
	want := maps.Clone(w.foreign)
	for _, d := range w.config {
		want[d.target] = d.role
	}
	if got := w.service(); !maps.Equal(got, want) {
		return fmt.Errorf("the service has\n%v\nwant\n%v", got, want)
	}
	if got := w.cli.has(); !maps.Equal(got, w.config) {
		return fmt.Errorf("the state has\n%v\nwant\n%v", got, w.config)
	}
	pending, err := w.cli.pending(w.config)
	if err == nil && len(pending) > 0 {
		err = fmt.Errorf("the plan after the last apply changes %v, want no changes", pending)
	}
	return err
}

func TestPropertyApplyLeavesWhatIsConfigured(t *testing.T) {
	t.Parallel()
	core.Check(t, sequence)
}

func sequence(t *rapid.T) {
	fake := fakerum.New()
	tf := core.NewTerraform(t, fake)
	w := newWorld(fake, tf.Account, protocol{tf})
	fake.Behave(func(b *fakerum.Behavior) { core.DrawBehavior(t, b) })

	name := rapid.SampledFrom([]string{"a", "b", "c", "d"})
	at := rapid.SampledFrom(targets)
	full := rapid.Custom(func(t *rapid.T) destination {
		d := destination{target: at.Draw(t, "target")}
		if d.destination == "Evidently" {
			d.role = rapid.SampledFrom([]string{roleA, roleB}).Draw(t, "role")
		}
		return d
	})
	t.Repeat(map[string]func(*rapid.T){
		"configure": func(t *rapid.T) {
			for range rapid.IntRange(1, 4).Draw(t, "changes") {
				w.configure(name.Draw(t, "name"), full.Draw(t, "destination"))
			}
		},
		"remove":     func(t *rapid.T) { delete(w.config, name.Draw(t, "name")) },
		"apply":      func(t *rapid.T) { core.Require(t, w.apply()) },
		"apply anew": func(t *rapid.T) { core.Require(t, w.apply()) }, // a second entry, so that applies are drawn more often
		"adopt": func(t *rapid.T) {
			d := full.Draw(t, "destination")
			core.Require(t, w.adopt(name.Draw(t, "name"), d, d.id()))
		},
		"reimport": func(t *rapid.T) {
			n := name.Draw(t, "name")
			id := ""
			if rapid.Bool().Draw(t, "by ID") {
				id = w.config[n].id()
			}
			core.Require(t, w.reimport(n, id))
		},
		"change the role": func(t *rapid.T) {
			if d := full.Draw(t, "destination"); w.holds(d.target) {
				w.put(d)
			}
		},
		"delete":               func(t *rapid.T) { w.delete(at.Draw(t, "target")) },
		"add a foreign one":    func(t *rapid.T) { w.add(at.Draw(t, "target")) },
		"recreate the monitor": func(t *rapid.T) { w.recreate(at.Draw(t, "target")) },
		"go wrong": func(t *rapid.T) {
			f := core.DrawFault(t, fakerum.OpPutRumMetricsDestination, fakerum.OpListRumMetricsDestinations, fakerum.OpDeleteRumMetricsDestination)
			f.Monitor = rapid.SampledFrom([]string{"", web}).Draw(t, "monitor")
			w.inject(f)
		},
		"lag":  func(t *rapid.T) { w.inject(fakerum.Fault{Stale: true, Times: rapid.IntRange(0, 9).Draw(t, "times")}) },
		"calm": func(*rapid.T) { w.calm() },
	})
	core.Require(t, w.finish())
}

// protocol is a cli that plays the part of a CLI in the plugin protocol.
type protocol struct{ tf *core.Terraform }

func (p protocol) resource(d destination) core.Resource {
	arguments := map[string]tftypes.Value{}
	for name, value := range map[string]string{
		"app_monitor_name": d.monitor, "destination": d.destination, "destination_arn": d.arn, "iam_role_arn": d.role, "region": explicit(d.region),
	} {
		if value != "" {
			arguments[name] = tftypes.NewValue(tftypes.String, value)
		}
	}
	return core.Resource{Type: "rum_metrics_destination", Arguments: arguments}
}

// explicit returns a region, or "" for the provider's.
func explicit(region string) string {
	if region == acctest.Region {
		return ""
	}
	return region
}

func (p protocol) resources(destinations map[string]destination) map[string]core.Resource {
	all := map[string]core.Resource{}
	for name, d := range destinations {
		all[name] = p.resource(d)
	}
	return all
}

func (p protocol) apply(destinations map[string]destination) error {
	return p.tf.Apply(context.Background(), p.resources(destinations))
}

func (p protocol) bring(name string, d destination, id string) error {
	return p.tf.Import(context.Background(), name, p.resource(d), id)
}

func (p protocol) pending(destinations map[string]destination) ([]string, error) {
	return p.tf.Plan(context.Background(), p.resources(destinations))
}

func (p protocol) warned(text string) bool {
	return slices.ContainsFunc(p.tf.Warnings(), func(warning string) bool { return strings.Contains(warning, text) })
}

func (p protocol) has() map[string]destination {
	all := map[string]destination{}
	for _, name := range p.tf.Addresses() {
		all[name] = newDestination(func(attribute string) string { return p.tf.Value(name, attribute) })
	}
	return all
}

// One fixed sequence, which a real CLI applies, has the property too.
func TestSequenceThroughCLIEndsAsConfigured(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	w := newWorld(env.Fake, env.In, &throughCLI{t, env, env.CLI(t)})
	succeed := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	fail := func() {
		t.Helper()
		if succeed(w.apply()); !w.failed {
			t.Error("the apply succeeded, want it to fail")
		}
	}
	w.configure("a", destination{webCloudWatch, ""})
	w.configure("b", destination{webEvidently, roleA})
	w.configure("c", destination{usCloudWatch, ""})
	w.add(webCloudWatch)
	succeed(w.apply())

	// Resource a takes over the destination of c, b gets another role, and d is new. The Puts do their work, but their
	// answers are lost, and the Lists after them fail.
	w.configure("a", w.config["c"])
	w.configure("b", destination{webEvidently, roleB})
	w.configure("d", destination{shopEvidently, roleA})
	w.delete(usCloudWatch)
	var lost atomic.Bool
	w.inject(fakerum.Fault{Operation: opPut, Drop: true, AfterWork: true, Match: func(fakerum.Request) bool {
		lost.Store(true)
		return true
	}})
	w.inject(fakerum.Fault{Operation: opList, Status: http.StatusServiceUnavailable, Match: func(fakerum.Request) bool { return lost.Load() }})
	fail()
	w.calm()

	// One destination is imported, one gets another role behind Terraform's back, and d is removed. The answer of its
	// Delete is lost.
	succeed(w.adopt("e", destination{usEvidently, roleB}, "web,Evidently,"+arnB+"@us-east-1"))
	w.put(destination{webEvidently, roleA})
	delete(w.config, "d")
	w.inject(fakerum.Fault{Operation: opDelete, Status: http.StatusInternalServerError, Code: "InternalServerException", AfterWork: true})
	fail()
	succeed(w.finish())
}

// throughCLI is a cli that runs a CLI.
type throughCLI struct {
	t   *testing.T
	env *acctest.Env
	cli *acctest.CLI
}

func (c *throughCLI) configure(destinations map[string]destination) {
	text := c.env.ProviderIn(acctest.Region, "max_retries = 2")
	for name, d := range destinations {
		lines := []string{fmt.Sprintf("app_monitor_name = %q", d.monitor), fmt.Sprintf("destination = %q", d.destination)}
		if d.arn != "" {
			lines = append(lines, fmt.Sprintf("destination_arn = %q", d.arn), fmt.Sprintf("iam_role_arn = %q", d.role))
		}
		if explicit(d.region) != "" {
			lines = append(lines, fmt.Sprintf("region = %q", d.region))
		}
		text += block(name, lines...)
	}
	c.cli.Configure(text)
}

func (c *throughCLI) apply(destinations map[string]destination) (err error) {
	c.configure(destinations)
	for _, d := range c.cli.Diagnostics("apply", "-auto-approve") {
		if d.Severity == "error" {
			err = errors.Join(err, fmt.Errorf("%s: %s: %s", d.Address, d.Summary, d.Detail))
		}
	}
	return err
}

func (c *throughCLI) bring(name string, d destination, id string) error {
	c.configure(map[string]destination{name: d})
	c.cli.Run("import", "rum_metrics_destination."+name, id)
	return nil
}

func (c *throughCLI) pending(destinations map[string]destination) ([]string, error) {
	c.configure(destinations)
	c.cli.Run("plan", "-detailed-exitcode")
	return nil, nil
}

// warned returns false: no two resources of the sequence have one destination.
func (c *throughCLI) warned(string) bool { return false }

func (c *throughCLI) has() map[string]destination {
	all := map[string]destination{}
	text, err := os.ReadFile(filepath.Join(c.cli.Dir, "terraform.tfstate"))
	if errors.Is(err, fs.ErrNotExist) {
		return all
	}
	var state struct {
		Resources []struct {
			Name      string
			Instances []struct{ Attributes map[string]*string }
		}
	}
	if err == nil {
		err = json.Unmarshal(text, &state)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	for _, r := range state.Resources {
		value := func(attribute string) string { return aws.ToString(r.Instances[0].Attributes[attribute]) }
		all[r.Name] = newDestination(value)
	}
	return all
}
