package provider_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

const (
	region = "eu-west-1"
	web    = "web" // the app monitor that most reads are about
	other  = "other"

	roleA = "arn:aws:iam::111111111111:role/a"
	roleB = "arn:aws:iam::222222222222:role/deep/b"

	unknown = tftypes.UnknownValue
)

// args are arguments of a block, as acctest.Object takes them.
type args map[string]any

// with returns the arguments of a and of more. Those of more win.
func (a args) with(more args) args {
	all := args{}
	maps.Copy(all, a)
	maps.Copy(all, more)
	return all
}

// blocks are nested blocks.
type blocks []args

// env are environment variables.
type env map[string]string

// server is the provider as a CLI sees it, through the plugin protocol.
type server struct{ acctest.Server }

func newServer(t *testing.T) server {
	t.Helper()
	return server{acctest.NewServer(t)}
}

// configured returns a server that is configured with the block. It stops the test
// for any diagnostic.
func configured(t *testing.T, block args) server {
	t.Helper()
	s := newServer(t)
	if diags := s.Configure(t, block); len(diags) > 0 {
		t.Fatal(say(diags))
	}
	return s
}

const resourceType = "rum_metrics_destination"

// read reads the destination CloudWatch of the monitor web, which takes one List.
func (s server) read(t *testing.T) []*tfprotov6.Diagnostic {
	t.Helper()
	return s.readOf(t.Context(), t, web, region)
}

func (s server) readOf(ctx context.Context, t *testing.T, monitor, region string) []*tfprotov6.Diagnostic {
	t.Helper()
	resp, err := s.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
		TypeName: resourceType,
		CurrentState: acctest.Object(t, s.Schema.ResourceSchemas[resourceType].ValueType(), args{
			"app_monitor_name": monitor, "destination": "CloudWatch", "region": region, "id": monitor + ",CloudWatch@" + region,
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp.Diagnostics
}

// mustRead reads, and stops the test for any diagnostic.
func (s server) mustRead(t *testing.T) {
	t.Helper()
	if diags := s.read(t); len(diags) > 0 {
		t.Fatal(say(diags))
	}
}

// say returns the text of diagnostics, each with the argument that it is about.
func say(diags []*tfprotov6.Diagnostic) string {
	var all strings.Builder
	for _, d := range diags {
		fmt.Fprintf(&all, "%s: %s: %s [%s]\n", d.Severity, d.Summary, d.Detail, d.Attribute)
	}
	return all.String()
}

// expect checks that diags are one error, that it has all of texts, and that it has
// none of the words of the SDK's layers.
func expect(t *testing.T, diags []*tfprotov6.Diagnostic, texts ...string) {
	t.Helper()
	expectOne(t, tfprotov6.DiagnosticSeverityError, diags, texts...)
	expectUnsaid(t, diags, "operation error", "https response error", "failed to refresh cached credentials", "get identity")
}

// expectOne checks that diags are one of the severity, and that it has all of texts.
func expectOne(t *testing.T, severity tfprotov6.DiagnosticSeverity, diags []*tfprotov6.Diagnostic, texts ...string) {
	t.Helper()
	if len(diags) != 1 || diags[0].Severity != severity {
		t.Fatalf("got %d diagnostics, want one %s:\n%s", len(diags), severity, say(diags))
	}
	for _, text := range texts {
		if !strings.Contains(say(diags), text) {
			t.Errorf("got\n%s\nwant it to say %q", say(diags), text)
		}
	}
}

// expectUnsaid checks that diags have none of texts.
func expectUnsaid(t *testing.T, diags []*tfprotov6.Diagnostic, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(say(diags), text) {
			t.Errorf("got\n%s\nwant it not to say %q", say(diags), text)
		}
	}
}

// cleanEnv gives the test a home directory without files, and environment variables. The
// environment has no other settings of AWS or Terraform: internal/acctest removes them.
func cleanEnv(t *testing.T, variables env) {
	t.Helper()
	home := t.TempDir()
	t.Setenv("HOME", home)
	// A change of HOME does not move the SDK's default files: the SDK reads HOME when the process starts.
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(home, ".aws", "config"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(home, ".aws", "credentials"))
	for name, value := range variables {
		t.Setenv(name, value)
	}
}

// home writes a file to ~/.aws and returns its path.
func home(t *testing.T, name, text string) string {
	t.Helper()
	return write(t, filepath.Join(os.Getenv("HOME"), ".aws", name), text)
}

// write writes a file and returns its path.
func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// newFake returns a service that has two monitors in every account, and its URL.
func newFake(t *testing.T) (*fakerum.Service, string) {
	t.Helper()
	e := acctest.NewFake(t)
	e.Fake.Seed(web, other)
	return e.Fake, e.Endpoint
}

// at returns the arguments for a fake, with an access key.
func at(url, accessKey string) args {
	return keyless(url).with(args{"access_key": accessKey, "secret_key": fakerum.SecretKey})
}

// keyless returns the arguments for a fake, without credentials.
func keyless(url string) args {
	return args{"region": region, "endpoints": blocks{{"rum": url, "sts": url}}}
}

// keys returns the text of a profile with an access key of the fake.
func keys(profile, accessKey string) string {
	return fmt.Sprintf("[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\n", profile, accessKey, fakerum.SecretKey)
}

// last returns the request that arrived last.
func last(t *testing.T, fake *fakerum.Service) fakerum.Request {
	t.Helper()
	all := fake.Requests()
	if len(all) == 0 {
		t.Fatal("no request arrived, want one")
	}
	return all[len(all)-1]
}

// setsOf returns every set of places that can have a setting, the empty one as well: its
// name, and the indices of its places, the first place last.
func setsOf(places ...string) map[string][]int {
	sets := map[string][]int{}
	for bits := range 1 << len(places) {
		var set []int
		var names []string
		for i, place := range places {
			if bits&(1<<i) != 0 {
				set, names = append([]int{i}, set...), append(names, place)
			}
		}
		sets[strings.Join(names, "+")] = set
	}
	return sets
}
