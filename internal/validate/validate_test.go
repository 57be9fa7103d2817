package validate_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/dlclark/regexp2"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/validate"
)

// run returns the diagnostics of v for value, which is the attribute "it".
func run(t *testing.T, v validator.String, value types.String) diag.Diagnostics {
	t.Helper()
	req := validator.StringRequest{Path: path.Root("it"), ConfigValue: value}
	var resp validator.StringResponse
	v.ValidateString(t.Context(), req, &resp)
	return resp.Diagnostics
}

const goodARN = "arn:aws:iam::123456789012:role/rum"

func TestValidatorsAcceptAndRefuse(t *testing.T) {
	tests := map[string]struct {
		validator   validator.String
		description string
		good, bad   []string
	}{
		"ARN": {
			validate.ARN(), "must be an ARN, arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE, of at most 2048 characters",
			[]string{
				goodARN, "arn:aws-cn:rum:cn-north-1:1:a:b:c", "arn:::::", "arn:aws:evidently:eu-west-1:1:project/p/feature/f@x,y",
				goodARN + strings.Repeat("x", 2048-len(goodARN)), goodARN + strings.Repeat("ü", 2048-len(goodARN)),
			},
			[]string{
				"", "arn", "arn:aws:iam::123456789012", " " + goodARN, "x" + goodARN, "ARN:aws:iam::1:role/r", "role/rum",
				goodARN + strings.Repeat("x", 2049-len(goodARN)), goodARN + "\n",
			},
		},
		"AppMonitorName": {
			validate.AppMonitorName(), "must be 1 to 255 letters, digits, full stops, hyphens, underscores and number signs (#), not starting with a full stop",
			[]string{"a", "web", "a.b-c_d#e", "#1", "-", "_", "a.", "a..b", "0", strings.Repeat("x", 255)},
			[]string{"", ".", ".a", "a b", "a/b", "a,b", "a@b", "ü", "a\n", "\na", "$", strings.Repeat("x", 256)},
		},
		"Region": {
			validate.Region(), "must be the name of an AWS region, such as eu-west-1",
			[]string{"eu-west-1", "us-gov-west-1", "mars-north-99", "a-b"},
			[]string{"", "eu", "EU-WEST-1", "eu_west_1", "eu-west-1 ", "-eu-west-1", "eu--west-1", "eu-west-", "eu-west-1\n", "a-" + strings.Repeat("b", 62)},
		},
		"AccountID": {
			validate.AccountID(), "must be an AWS account ID, which has 12 digits",
			[]string{"123456789012", "000000000000"},
			[]string{"", "12345678901", "1234567890123", "12345678901a", " 12345678901", "123456789012\n"},
		},
		"MetricNamespace": {
			validate.MetricNamespace(), "must be AWS/RUM, or 1 to 237 letters, digits and -._/#: characters that do not begin with AWS/",
			[]string{"AWS/RUM", "Shop", "Shop/Web.1-2_3#4:5", "aws/rum", "AWS", "AWSome", strings.Repeat("x", 237)},
			[]string{"", "AWS/", "AWS/EC2", "AWS/RUM/x", "Shop Web", "Shöp", "Shop\n", strings.Repeat("x", 238)},
		},
		"UnitLabel": {
			validate.UnitLabel(), "must be 1 to 256 characters",
			[]string{"Count", "\n", strings.Repeat("ü", 256)},
			[]string{"", strings.Repeat("x", 257)},
		},
		"DimensionName": {
			validate.DimensionName(), "must be 1 to 255 characters that do not begin with a colon and are not all white space",
			[]string{"a", "BrowserName", "a:b", " a", "a ", "ü", strings.Repeat("x", 255)},
			[]string{"", " ", "   ", ":", ":a", "\na", "a\nb", strings.Repeat("x", 256)},
		},
		"HeaderText": {
			validate.HeaderText(), "must be printable ASCII characters",
			[]string{"my-tool/1.0 (x; y)", " ", "~"},
			[]string{"", "a\nb", "a\r\nX-Evil: 1", "ü", "\x7f", strings.Repeat("x", 1025)},
		},
		"ExternalID": {
			validate.ExternalID(), "must be 2 to 1224 letters, digits and _+=,.@:/- characters",
			[]string{"ab", "shop/web_1+2=3,a.b@c:d-e", strings.Repeat("x", 1224)},
			[]string{"", "a", "two words", "secret!", "ü1", "ab\n", strings.Repeat("x", 1225)},
		},
		"WebIdentityToken": {
			validate.WebIdentityToken(), "must be 4 to 20000 characters",
			[]string{"abcd", "a b\nc", strings.Repeat("x", 20000)},
			[]string{"", "abc", strings.Repeat("x", 20001)},
		},
		"URL": {
			validate.URL(), "must be a URL such as https://example.com:8443",
			[]string{"https://example.com", "http://127.0.0.1:4590", "https://[::1]:8443/path", "https://user:secret@proxy.example.com"},
			[]string{"", "example.com", "example.com:8443", "//example.com", "ftp://example.com", "https://", "https://:80", "https:// example.com", "unix:///run/proxy"},
		},
		"Duration": {
			validate.Duration(15*time.Minute, 12*time.Hour), "must be a duration such as 1h30m, from 15m0s to 12h0m0s",
			[]string{"15m", "12h", "1h30m", "900s", "1.5h"},
			[]string{"", "14m59s", "12h1s", "1 hour", "3600", "-1h", "1d"},
		},
		"Duration from 0": {
			validate.Duration(0, time.Hour), "must be a duration such as 1h30m, from 0s to 1h0m0s",
			[]string{"0", "0s", "1h"},
			[]string{"", "1 hour", "-1s"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := test.validator.Description(t.Context()); got != test.description {
				t.Errorf("described as %q, want %q", got, test.description)
			}
			if got := test.validator.MarkdownDescription(t.Context()); got != test.description {
				t.Errorf("described in Markdown as %q, want %q", got, test.description)
			}
			for _, value := range test.good {
				if got := run(t, test.validator, types.StringValue(value)); len(got) != 0 {
					t.Errorf("%q: got %v, want no diagnostics", value, got)
				}
			}
			for _, value := range test.bad {
				got := run(t, test.validator, types.StringValue(value))
				if len(got) != 1 {
					t.Errorf("%q: got the diagnostics %v, want one error", value, got)
					continue
				}
				if severity := got[0].Severity(); severity != diag.SeverityError {
					t.Errorf("%q: got the severity %s, want %s", value, severity, diag.SeverityError)
				}
				if summary := got[0].Summary(); summary != "Invalid it" {
					t.Errorf("%q: got the summary %q, want %q", value, summary, "Invalid it")
				}
				if detail, want := got[0].Detail(), "it "+test.description+"."; !strings.HasPrefix(detail, want) {
					t.Errorf("%q: got the detail %q, want it to begin with %q", value, detail, want)
				}
			}
			for _, value := range []types.String{types.StringNull(), types.StringUnknown()} {
				if got := run(t, test.validator, value); len(got) != 0 {
					t.Errorf("%s: got %v, want no diagnostics", value, got)
				}
			}
		})
	}
}

// An error shows at most 200 characters of the value, as nobody reads more. It does not show a URL, which
// can have a password.
func TestErrorsShowTheValue(t *testing.T) {
	tests := map[string]struct {
		validator validator.String
		value     string
		want      string // at the end
	}{
		"short":          {validate.Region(), "Ireland", `such as eu-west-1. Got "Ireland" (7 characters).`},
		"not in letters": {validate.Region(), "ü\n", `such as eu-west-1. Got "ü\n" (2 characters).`},
		"long":           {validate.AppMonitorName(), strings.Repeat("ü", 300), `Got "` + strings.Repeat("ü", 200) + `..." (300 characters).`},
		"not too long":   {validate.AppMonitorName(), strings.Repeat("ü", 200), `Got "` + strings.Repeat("ü", 200) + `" (200 characters).`},
		"an external ID": {validate.ExternalID(), "my secret", "must be 2 to 1224 letters, digits and _+=,.@:/- characters."},
		"a token":        {validate.WebIdentityToken(), "abc", "must be 4 to 20000 characters."},
		"no ARN":         {validate.ARN(), "", `of at most 2048 characters. Got "" (0 characters). For none, leave it out or set it to null.`},
		"no region":      {validate.Region(), "", "For none, leave it out or set it to null."},
		"no namespace":   {validate.MetricNamespace(), "", "For none, leave it out or set it to null."},
		"no unit":        {validate.UnitLabel(), "", "For none, leave it out or set it to null."},
		"no monitor":     {validate.AppMonitorName(), "", `Got "" (0 characters).`},
		"a URL":          {validate.URL(), "user:secret@proxy", "must be a URL such as https://example.com:8443."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := run(t, test.validator, types.StringValue(test.value))
			if len(got) != 1 || !strings.HasSuffix(got[0].Detail(), test.want) {
				t.Errorf("got %v, want it to end in %s", got, test.want)
			}
		})
	}
}

// The API's patterns as its model writes them. The model is in Smithy, whose patterns are those of
// ECMAScript.
var (
	apiMonitorName = regexp2.MustCompile(`^(?!\.)[\.\-_#A-Za-z0-9]+$`, regexp2.ECMAScript)
	apiARN         = regexp2.MustCompile(`arn:[^:]*:[^:]*:[^:]*:[^:]*:.*`, regexp2.ECMAScript)
)

func FuzzAppMonitorName(f *testing.F) {
	for _, seed := range []string{"", "web", ".web", "web.", "a#b", "a\n", "\n", "ü", "a b", strings.Repeat("x", 255), strings.Repeat("x", 256), "\xff", "ſ", "K"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		matches, err := apiMonitorName.MatchString(s)
		if err != nil {
			t.Fatal(err)
		}
		length := utf8.RuneCountInString(s)
		if want := matches && length >= 1 && length <= 255; validate.IsAppMonitorName(s) != want {
			t.Errorf("%q: got %t, want the API's %t", s, !want, want)
		}
	})
}

// An ARN passes when the API's pattern, which is not anchored, matches all of it.
func FuzzARN(f *testing.F) {
	for _, seed := range []string{"", goodARN, "x" + goodARN, "arn:::::", "arn::::", "arn:a:b:c:d:e:f", "arn:\n:b:c:d:e", goodARN + "\n", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		match, err := apiARN.FindStringMatch(s)
		if err != nil {
			t.Fatal(err)
		}
		whole := match != nil && match.Index == 0 && match.Length == utf8.RuneCountInString(s) && !strings.ContainsAny(s, "\r\u2028\u2029")
		if got := validate.IsARN(s) && !strings.ContainsAny(s, "\r\u2028\u2029"); got != (whole && utf8.RuneCountInString(s) <= 2048) {
			t.Errorf("%q: got %t; want the API's %t, if it has at most 2048 characters", s, got, whole)
		}
	})
}

// beside runs v for the attribute "it" of an object that also has a "kind". It does so at the top of the
// configuration and in a nested object, and fails unless both give the same number of diagnostics.
func beside(t *testing.T, v validator.String, kind, it tftypes.Value) diag.Diagnostics {
	t.Helper()
	attributes := map[string]schema.Attribute{"kind": schema.StringAttribute{Optional: true}, "it": schema.StringAttribute{Optional: true}}
	object := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"kind": tftypes.String, "it": tftypes.String}}
	value := tftypes.NewValue(object, map[string]tftypes.Value{"kind": kind, "it": it})
	top := tfsdk.Config{Schema: schema.Schema{Attributes: attributes}, Raw: value}
	nested := tfsdk.Config{
		Schema: schema.Schema{Attributes: map[string]schema.Attribute{"in": schema.SingleNestedAttribute{Optional: true, Attributes: attributes}}},
		Raw: tftypes.NewValue(tftypes.Object{AttributeTypes: map[string]tftypes.Type{"in": object}}, map[string]tftypes.Value{
			"in": value,
		}),
	}

	var all [2]diag.Diagnostics
	for i, config := range []tfsdk.Config{top, nested} {
		req := validator.StringRequest{Path: path.Root("it"), Config: config}
		if i == 1 {
			req.Path = path.Root("in").AtName("it")
		}
		if diags := config.GetAttribute(t.Context(), req.Path, &req.ConfigValue); diags.HasError() {
			t.Fatal(diags)
		}
		var resp validator.StringResponse
		v.ValidateString(t.Context(), req, &resp)
		all[i] = resp.Diagnostics
	}
	if len(all[0]) != len(all[1]) {
		t.Errorf("got %v at the top and %v nested, want the same", all[0], all[1])
	}
	return all[0]
}

func TestSiblingDecidesWhetherARNIsRequiredOrRefused(t *testing.T) {
	var (
		null       = tftypes.NewValue(tftypes.String, nil)
		unknown    = tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
		empty      = tftypes.NewValue(tftypes.String, "")
		evidently  = tftypes.NewValue(tftypes.String, "Evidently")
		cloudWatch = tftypes.NewValue(tftypes.String, "CloudWatch")
		another    = tftypes.NewValue(tftypes.String, "another")
		good       = tftypes.NewValue(tftypes.String, goodARN)
		bad        = tftypes.NewValue(tftypes.String, "petfood")
	)
	const missing, refused, malformed = "Missing it", "it not allowed here", "Invalid it"
	rule := validate.ARNWhen("kind", []string{"Evidently"}, []string{"CloudWatch"}, "it says where")
	for name, test := range map[string]struct {
		kind, it tftypes.Value
		want     string // "" if the rule is silent
	}{
		"required, and null":         {evidently, null, missing},
		"required, and empty":        {evidently, empty, missing},
		"required, and an ARN":       {evidently, good, ""},
		"required, and malformed":    {evidently, bad, malformed},
		"required, and unknown":      {evidently, unknown, ""},
		"refused, and null":          {cloudWatch, null, ""},
		"refused, and empty":         {cloudWatch, empty, refused},
		"refused, and an ARN":        {cloudWatch, good, refused},
		"refused, and malformed":     {cloudWatch, bad, refused},
		"refused, and unknown":       {cloudWatch, unknown, ""},
		"of neither, and null":       {another, null, ""},
		"of neither, and an ARN":     {another, good, ""},
		"of neither, and malformed":  {another, bad, malformed},
		"null, and null":             {null, null, ""},
		"null, and empty":            {null, empty, malformed},
		"not known yet, and null":    {unknown, null, ""},
		"not known yet, and unknown": {unknown, unknown, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := beside(t, rule, test.kind, test.it)
			switch {
			case test.want == "" && len(got) > 0:
				t.Errorf("got %v, want no diagnostics", got)
			case test.want != "" && (len(got) != 1 || got[0].Summary() != test.want):
				t.Errorf("got %v, want one error %q", got, test.want)
			}
		})
	}
	for want, it := range map[string]tftypes.Value{
		`it is required when kind is "Evidently": it says where.`:                                                                     empty,
		`it must be an ARN, arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE, of at most 2048 characters. Got "petfood" (7 characters).`: bad,
	} {
		if got := beside(t, rule, evidently, it); len(got) != 1 || got[0].Detail() != want {
			t.Errorf("got %v, want one error %q", got, want)
		}
	}
	want := `it must not be set when kind is "CloudWatch": such a kind has none. Leave it out, or set it to null.`
	if got := beside(t, rule, cloudWatch, empty); len(got) != 1 || got[0].Detail() != want {
		t.Errorf("got %v, want one error %q", got, want)
	}
	want = "required when kind is Evidently, not allowed when it is CloudWatch"
	if got := rule.MarkdownDescription(t.Context()); got != want {
		t.Errorf("described as %q, want %q", got, want)
	}
}

// A rule that names a sibling which the schema does not have is a mistake in the schema. It must not pass
// in silence.
func TestARNRuleFailsForAMisspeltSibling(t *testing.T) {
	got := beside(t, validate.ARNWhen("knid", []string{"Evidently"}, nil, "it says where"),
		tftypes.NewValue(tftypes.String, "Evidently"), tftypes.NewValue(tftypes.String, nil))
	if !got.HasError() {
		t.Errorf("got %v, want an error", got)
	}
}
