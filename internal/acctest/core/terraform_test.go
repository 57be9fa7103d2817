package core

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/provider"
)

// The property tests are only worth something as long as the core behaves as a CLI.
// This test runs the same stages through both, and compares their calls.
func TestCoreAsksTheProviderForWhatTheCLIAsks(t *testing.T) {
	t.Parallel()
	acctest.CLIPath(t)
	for name, stages := range scenarios {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cli := recordCLI(t, stages)
			want, got := cli.String(), recordCore(t, stages, cli.traits).String()
			if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("got the calls (+) from the core, want those of the CLI (-):\n%s", diff)
			}
			if runs := strings.Count(want, "RUN\n"); runs < len(stages) {
				t.Errorf("got %d runs with calls, want at least %d:\n%s", runs, len(stages), want)
			}
		})
	}
}

// prepare makes the service ready for a stage.
func (s stage) prepare(service *fakerum.Service, account *fakerum.Account) {
	service.ClearFaults()
	if s.behind != nil {
		s.behind(account)
	}
	for _, f := range s.faults {
		service.Inject(f)
	}
}

// recordCore applies the stages with the core and returns its calls, except for what a
// CLI with the given traits lacks.
func recordCore(t *testing.T, stages []stage, cli traits) *recorder {
	t.Helper()
	service := fakerum.New()
	tf := newTerraform(t, service, false, false)
	r := newRecorder(t, tf.start(t.Context()), cli)
	tf.wrap = r.wrap
	account := tf.Account(acctest.Region)
	account.CreateMonitor("web")
	account.CreateMonitor("shop")
	for i, s := range stages {
		s.prepare(service, account)
		r.begin(s)
		resources := map[string]Resource{}
		for _, b := range s.config {
			resources[address(b.Type)] = b.Resource
		}
		var err error
		if s.importID == "" {
			err = tf.Apply(t.Context(), resources)
		} else {
			err = tf.Import(t.Context(), address(typeSet), s.config[typeSet].Resource, s.importID)
		}
		r.end()
		if (err != nil) != s.fails {
			t.Errorf("stage %d of the core: got the error %v, want an error: %t", i, err, s.fails)
		}
	}
	return r
}

// recordCLI applies the stages with the CLI and returns its calls.
func recordCLI(t *testing.T, stages []stage) *recorder {
	t.Helper()
	env := acctest.NewFake(t)
	env.Account.CreateMonitor("web")
	env.Account.CreateMonitor("shop")
	r := newRecorder(t, provider.New("test")(), traits{})
	cli := acctest.NewCLI(t, map[string]func() tfprotov6.ProviderServer{
		acctest.Source: func() tfprotov6.ProviderServer { return r.wrap(provider.New("test")()) },
	})
	r.knowsIdentity = cli.KnowsIdentity()
	for i, s := range stages {
		s.prepare(env.Fake, env.Account)
		r.begin(s)
		hcl := env.ProviderIn(acctest.Region, fmt.Sprintf("max_retries = %d", maxTries))
		for _, resourceType := range slices.Sorted(maps.Keys(s.config)) {
			hcl += s.config[resourceType].hcl()
		}
		cli.Configure(hcl)
		if s.importID != "" {
			cli.Run("import", address(typeSet), s.importID)
			continue
		}
		diagnostics := cli.Diagnostics("apply", "-auto-approve")
		r.end()
		failed := slices.ContainsFunc(diagnostics, func(d acctest.Diagnostic) bool { return d.Severity == "error" })
		if failed != s.fails {
			t.Errorf("stage %d of the CLI: got the diagnostics %v, want an error: %t", i, diagnostics, s.fails)
		}
	}
	r.refreshesFirst = !r.plannedDestroyFirst()
	r.plansReplacementAnew = !r.plannedWithOldIdentity()
	return r
}
