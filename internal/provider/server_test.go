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
	web    = "web" // the app monitor that most reads are about
	other  = "other"

	roleA = "arn:aws:iam::111111111111:role/a"
	roleB = "arn:aws:iam::222222222222:role/deep/b"
)

// args are arguments of the provider block, as value takes them.
type args map[string]any

// with returns the arguments of a and of more. Those of more win.
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

// server is the provider as a CLI sees it, through the plugin protocol.
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

// configured returns a server that is configured with the block. It stops the test
// for any diagnostic.
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

// read reads the destination CloudWatch of the monitor web, which takes one List.
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

// mustRead reads, and stops the test for any diagnostic.
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

// value makes a value of the given type from a Go value. Null are nil and every
// attribute that args do not have.
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
		t.Fatalf("the type is %s, want one with elements", of)
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
			t.Fatalf("the type is %s, want an object", of)
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
				t.Fatalf("got the argument %s, want one that the schema has", name)
			}
		}
		return tftypes.NewValue(of, values)
	}
	return tftypes.NewValue(of, from)
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
	if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityError {
		t.Fatalf("got %d diagnostics, want one error:\n%s", len(diags), say(diags))
	}
	for _, text := range texts {
		if !strings.Contains(say(diags), text) {
			t.Errorf("got the error\n%s\nwant it to say %q", say(diags), text)
		}
	}
	for _, noise := range []string{"operation error", "https response error", "failed to refresh cached credentials", "get identity"} {
		if strings.Contains(say(diags), noise) {
			t.Errorf("got the error\n%s\nwant it not to say %q", say(diags), noise)
		}
	}
}

// cleanEnv gives the test a home directory without files. The environment has no
// settings of AWS or Terraform: internal/acctest removes them.
func cleanEnv(t *testing.T) {
	t.Helper()
	home := t.TempDir()
	t.Setenv("HOME", home)
	// A change of HOME does not move the SDK's default files: the SDK reads HOME when the process starts.
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(home, ".aws", "config"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(home, ".aws", "credentials"))
}

// write writes a file in a directory of the test and returns its path.
func write(t *testing.T, name, text string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// newFake returns a service that has two monitors in every account, and its URL.
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

// at returns the arguments for a fake, with an access key.
func at(url, accessKey string) args {
	return keyless(url).with(args{"access_key": accessKey, "secret_key": fakerum.SecretKey})
}

// keyless returns the arguments for a fake, without credentials.
func keyless(url string) args {
	return args{"region": region, "endpoints": blocks{{"rum": url, "sts": url}}}
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
