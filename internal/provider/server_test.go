package provider_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/provider"
)

const (
	region = "eu-west-1"
	web    = "web" // the app monitor that reads are of
	other  = "other"

	roleA = "arn:aws:iam::111111111111:role/a"
	roleB = "arn:aws:iam::222222222222:role/deep/b"
)

// args are arguments of the provider block, as value takes them.
type args map[string]any

// with is a with more, which win.
func (a args) with(more args) args {
	all := args{}
	for _, from := range []args{a, more} {
		maps.Copy(all, from)
	}
	return all
}

// blocks are nested blocks.
type blocks []args

// unknown is a value that is not known yet.
type unknown struct{}

// server is the provider at its plugin protocol, as a CLI has it.
type server struct {
	tfprotov6.ProviderServer
	schema *tfprotov6.GetProviderSchemaResponse
}

func newServer(t *testing.T) *server {
	t.Helper()
	s := &server{ProviderServer: provider.New("1.2.3")()}
	var err error
	if s.schema, err = s.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		t.Fatal(err)
	}
	return s
}

// configured is a server configured with a block that has no errors.
func configured(t *testing.T, block args) *server {
	t.Helper()
	s := newServer(t)
	if diags := s.configure(t, block); len(diags) > 0 {
		t.Fatal(say(diags))
	}
	return s
}

// configure validates a block and configures the server with it, as a plan does.
func (s *server) configure(t *testing.T, block args) []*tfprotov6.Diagnostic {
	t.Helper()
	config := s.encode(t, s.schema.Provider.ValueType(), block)
	validated, err := s.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: config})
	if err != nil {
		t.Fatal(err)
	}
	if len(validated.Diagnostics) > 0 {
		return validated.Diagnostics
	}
	resp, err := s.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.14.0", Config: config})
	if err != nil {
		t.Fatal(err)
	}
	return resp.Diagnostics
}

const resourceType = "rum_metrics_destination"

// read reads the destination CloudWatch of the monitor web: one List.
func (s *server) read(t *testing.T) []*tfprotov6.Diagnostic {
	t.Helper()
	return s.readOf(t, web, region)
}

func (s *server) readOf(t *testing.T, monitor, region string) []*tfprotov6.Diagnostic {
	t.Helper()
	resp, err := s.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: resourceType,
		CurrentState: s.encode(t, s.schema.ResourceSchemas[resourceType].ValueType(), args{
			"app_monitor_name": monitor, "destination": "CloudWatch", "region": region, "id": monitor + ",CloudWatch@" + region,
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp.Diagnostics
}

// mustRead reads and fails the test for any diagnostic.
func (s *server) mustRead(t *testing.T) {
	t.Helper()
	if diags := s.read(t); len(diags) > 0 {
		t.Fatal(say(diags))
	}
}

func (s *server) encode(t *testing.T, of tftypes.Type, from args) *tfprotov6.DynamicValue {
	t.Helper()
	encoded, err := tfprotov6.NewDynamicValue(of, value(t, of, from))
	if err != nil {
		t.Fatal(err)
	}
	return &encoded
}

// value makes a value of a type of what Go has for it: nil is null, and so is
// every attribute that args do not have.
func value(t *testing.T, of tftypes.Type, from any) tftypes.Value {
	t.Helper()
	element := func() tftypes.Type {
		switch of := of.(type) {
		case tftypes.List:
			return of.ElementType
		case tftypes.Set:
			return of.ElementType
		case tftypes.Map:
			return of.ElementType
		}
		t.Fatalf("%s has no elements", of)
		return nil
	}
	var all []tftypes.Value
	switch from := from.(type) {
	case unknown:
		return tftypes.NewValue(of, tftypes.UnknownValue)
	case []string:
		for _, v := range from {
			all = append(all, value(t, element(), v))
		}
		return tftypes.NewValue(of, all)
	case []any:
		for _, v := range from {
			all = append(all, value(t, element(), v))
		}
		return tftypes.NewValue(of, all)
	case blocks:
		for _, v := range from {
			all = append(all, value(t, element(), v))
		}
		return tftypes.NewValue(of, all)
	case map[string]any:
		values := map[string]tftypes.Value{}
		for name, v := range from {
			values[name] = value(t, element(), v)
		}
		return tftypes.NewValue(of, values)
	case args:
		if from == nil {
			return tftypes.NewValue(of, nil)
		}
		object, ok := of.(tftypes.Object)
		if !ok {
			t.Fatalf("%s is no object", of)
		}
		values := map[string]tftypes.Value{}
		for name, attribute := range object.AttributeTypes {
			values[name] = value(t, attribute, from[name])
			if nested, ok := attribute.(tftypes.List); ok && from[name] == nil && nested.ElementType.Is(tftypes.Object{}) {
				values[name] = tftypes.NewValue(attribute, []tftypes.Value{}) // no blocks are an empty list
			}
		}
		for name := range from {
			if _, ok := object.AttributeTypes[name]; !ok {
				t.Fatalf("there is no argument %s", name)
			}
		}
		return tftypes.NewValue(of, values)
	}
	return tftypes.NewValue(of, from)
}

// say is what diagnostics say to a person, each with the argument it is about.
func say(diags []*tfprotov6.Diagnostic) string {
	var all strings.Builder
	for _, d := range diags {
		fmt.Fprintf(&all, "%s: %s: %s [%s]\n", d.Severity, d.Summary, d.Detail, d.Attribute)
	}
	return all.String()
}

// expect fails the test unless diags are one error that has all of texts.
func expect(t *testing.T, diags []*tfprotov6.Diagnostic, texts ...string) {
	t.Helper()
	if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityError {
		t.Fatalf("not one error:\n%s", say(diags))
	}
	for _, text := range texts {
		if !strings.Contains(say(diags), text) {
			t.Errorf("does not say %q:\n%s", text, say(diags))
		}
	}
	for _, noise := range []string{"operation error", "https response error", "failed to refresh cached credentials", "get identity"} {
		if strings.Contains(say(diags), noise) {
			t.Errorf("says %q:\n%s", noise, say(diags))
		}
	}
}

// cleanEnv gives the test a home directory without files. The environment has no
// settings of AWS or Terraform: internal/acctest removes them.
func cleanEnv(t *testing.T) {
	t.Helper()
	home := t.TempDir()
	t.Setenv("HOME", home)
	// The SDK looks the home directory up when it is loaded.
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(home, ".aws", "config"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(home, ".aws", "credentials"))
}

// write writes a file for one test.
func write(t *testing.T, name, text string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// newFake is a service that has two monitors in every account, and its URL.
func newFake(t *testing.T) (*fakerum.Service, string) {
	t.Helper()
	fake := fakerum.New()
	fake.Seed(web, other)
	url, stop, err := fake.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return fake, url
}

// at are the arguments for a fake, with an access key.
func at(url, accessKey string) args {
	return keyless(url).with(args{"access_key": accessKey, "secret_key": fakerum.SecretKey})
}

// keyless are the arguments for a fake, without credentials.
func keyless(url string) args {
	return args{"region": region, "endpoints": blocks{{"rum": url, "sts": url}}}
}

// last is the request that arrived last.
func last(t *testing.T, fake *fakerum.Service) fakerum.Request {
	t.Helper()
	all := fake.Requests()
	if len(all) == 0 {
		t.Fatal("no request arrived")
	}
	return all[len(all)-1]
}
