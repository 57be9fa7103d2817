package acctest

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/provider"
)

// Server is the provider under test, configured for the fake. Use it to call the plugin
// protocol where not every CLI makes the call.
type Server struct {
	tfprotov6.ProviderServer
	Schema *tfprotov6.GetProviderSchemaResponse
}

// Server returns a new provider.
func (e *Env) Server(t *testing.T) Server {
	t.Helper()
	server := provider.New("test")()
	schema, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	s := Server{server, schema}
	configured, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.14.0",
		Config: Object(t, schema.Provider.ValueType(), map[string]tftypes.Value{
			"region":     tftypes.NewValue(tftypes.String, Region),
			"access_key": tftypes.NewValue(tftypes.String, accessKey),
			"secret_key": tftypes.NewValue(tftypes.String, fakerum.SecretKey),
			"endpoints":  endpoints(t, schema.Provider, tftypes.NewValue(tftypes.String, e.Endpoint)),
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range configured.Diagnostics {
		t.Fatalf("%s: %s", d.Summary, d.Detail)
	}
	return s
}

// endpoints returns an endpoints block with a URL for the services of the fake.
func endpoints(t *testing.T, schema *tfprotov6.Schema, url tftypes.Value) tftypes.Value {
	t.Helper()
	block, _ := schema.ValueType().(tftypes.Object)
	list, _ := block.AttributeTypes["endpoints"].(tftypes.List)
	object, ok := list.ElementType.(tftypes.Object)
	if !ok {
		t.Fatalf("got endpoints of the type %s, want a list of objects", block.AttributeTypes["endpoints"])
	}
	urls := map[string]tftypes.Value{}
	for service := range object.AttributeTypes {
		urls[service] = tftypes.NewValue(tftypes.String, nil)
	}
	urls["rum"], urls["sts"] = url, url
	return tftypes.NewValue(list, []tftypes.Value{tftypes.NewValue(object, urls)})
}

// Object encodes an object with the given attributes, and null for all others. The type
// of the object is the ValueType of its schema.
func Object(t *testing.T, valueType tftypes.Type, given map[string]tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	object, ok := valueType.(tftypes.Object)
	if !ok {
		t.Fatalf("got the type %s, want an object", valueType)
	}
	values := map[string]tftypes.Value{}
	for name, attribute := range object.AttributeTypes {
		values[name] = tftypes.NewValue(attribute, nil)
		if v, ok := given[name]; ok {
			values[name] = v
		}
	}
	encoded, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, values))
	if err != nil {
		t.Fatal(err)
	}
	return &encoded
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
