package acctest

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/provider"
)

// Server is the provider under test, as a CLI sees it. Use it to call the plugin protocol
// where not every CLI makes the call, or where a CLI is too slow.
type Server struct {
	tfprotov6.ProviderServer
	Schema *tfprotov6.GetProviderSchemaResponse
}

// NewServer returns a new provider that is not configured.
func NewServer(t *testing.T) Server {
	t.Helper()
	server := provider.New("test")()
	schema, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	return Server{server, schema}
}

// Server returns a new provider that is configured for the fake.
func (e *Env) Server(t *testing.T) Server {
	t.Helper()
	s := NewServer(t)
	for _, d := range s.Configure(t, map[string]any{
		"region": Region, "access_key": accessKey, "secret_key": fakerum.SecretKey,
		"endpoints": []map[string]string{{"rum": e.Endpoint, "sts": e.Endpoint}},
	}) {
		t.Fatalf("%s: %s", d.Summary, d.Detail)
	}
	return s
}

// Configure validates a provider block and configures the provider with it, as a plan does.
func (s Server) Configure(t *testing.T, block map[string]any) []*tfprotov6.Diagnostic {
	t.Helper()
	config := Object(t, s.Schema.Provider.ValueType(), block)
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

// Object encodes an object, given as a map by the names of its attributes. An attribute is nil
// for null, tftypes.UnknownValue, a string, bool or number, a slice, a map, or a tftypes.Value.
// One that is left out is null, and so is the object if given is nil. The type of the object
// is the ValueType of its schema.
func Object(t *testing.T, valueType tftypes.Type, given any) *tfprotov6.DynamicValue {
	t.Helper()
	encoded, err := tfprotov6.NewDynamicValue(valueType, value(t, valueType, given))
	if err != nil {
		t.Fatal(err)
	}
	return &encoded
}

func value(t *testing.T, of tftypes.Type, given any) tftypes.Value {
	t.Helper()
	if v, ok := given.(tftypes.Value); ok {
		return v
	}
	if given == nil || given == tftypes.UnknownValue {
		return tftypes.NewValue(of, given)
	}
	elements := func(of tftypes.Type) (all []tftypes.Value) {
		for _, v := range reflect.ValueOf(given).Seq2() {
			all = append(all, value(t, of, v.Interface()))
		}
		return all
	}
	named := map[string]tftypes.Value{}
	switch of := of.(type) {
	case tftypes.List:
		return tftypes.NewValue(of, elements(of.ElementType))
	case tftypes.Set:
		return tftypes.NewValue(of, elements(of.ElementType))
	case tftypes.Map:
		for name, v := range reflect.ValueOf(given).Seq2() {
			named[name.String()] = value(t, of.ElementType, v.Interface())
		}
		return tftypes.NewValue(of, named)
	case tftypes.Object:
		for name, attribute := range of.AttributeTypes {
			named[name] = tftypes.NewValue(attribute, nil)
		}
		for name, v := range reflect.ValueOf(given).Seq2() {
			attribute, ok := of.AttributeTypes[name.String()]
			if !ok {
				t.Fatalf("got the argument %s, want one that the schema has", name)
			}
			named[name.String()] = value(t, attribute, v.Interface())
		}
		return tftypes.NewValue(of, named)
	}
	return tftypes.NewValue(of, given)
}

// Strings decodes an object whose attributes are strings. It leaves out an attribute
// that is null.
func Strings(t *testing.T, encoded *tfprotov6.DynamicValue, valueType tftypes.Type) map[string]string {
	t.Helper()
	decoded, err := encoded.Unmarshal(valueType)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]tftypes.Value{}
	if err := decoded.As(&values); err != nil {
		t.Fatal(err)
	}
	read := map[string]string{}
	for name, v := range values {
		var s *string
		if err := v.As(&s); err != nil {
			t.Fatal(err)
		}
		if s != nil {
			read[name] = *s
		}
	}
	return read
}
