package rumapi_test

import (
	"context"
	"net"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// staticSource stands in for the environment and the shared config files, where
// the SDK looks for these settings.
type staticSource struct {
	fips      aws.FIPSEndpointState
	dualStack aws.DualStackEndpointState
}

func (s staticSource) GetUseFIPSEndpoint(context.Context) (aws.FIPSEndpointState, bool, error) {
	return s.fips, true, nil
}

func (s staticSource) GetUseDualStackEndpoint(context.Context) (aws.DualStackEndpointState, bool, error) {
	return s.dualStack, true, nil
}

func TestNewRefusesAnEndpointWithFIPSOrDualStack(t *testing.T) {
	const (
		endpoint = "https://rum.example.com"
		fips     = "FIPS endpoints"
		dual     = "dual-stack endpoints"
	)
	yes := staticSource{aws.FIPSEndpointStateEnabled, aws.DualStackEndpointStateEnabled}
	onlyFIPS := staticSource{fips: aws.FIPSEndpointStateEnabled}
	onlyDual := staticSource{dualStack: aws.DualStackEndpointStateEnabled}
	tests := map[string]struct {
		option, config string // where the endpoint is set
		source         staticSource
		want           string // in the error
	}{
		"nothing":                          {"", "", staticSource{}, ""},
		"FIPS":                             {"", "", onlyFIPS, ""},
		"dual-stack":                       {"", "", onlyDual, ""},
		"both":                             {"", "", yes, ""},
		"endpoint":                         {endpoint, "", staticSource{}, ""},
		"endpoint and FIPS":                {endpoint, "", onlyFIPS, fips},
		"endpoint and dual-stack":          {endpoint, "", onlyDual, dual},
		"configured endpoint":              {"", endpoint, staticSource{}, ""},
		"configured endpoint and FIPS":     {"", endpoint, onlyFIPS, fips},
		"configured endpoint, dual-stack":  {"", endpoint, onlyDual, dual},
		"endpoint in both, FIPS":           {endpoint, "https://other.example.com", onlyFIPS, fips},
		"endpoint, FIPS and dual-stack":    {endpoint, "", yes, fips},
		"FIPS and dual-stack set to false": {endpoint, "", staticSource{aws.FIPSEndpointStateDisabled, aws.DualStackEndpointStateDisabled}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			cfg := aws.Config{Region: region, ConfigSources: []any{test.source}}
			if test.config != "" {
				cfg.BaseEndpoint = aws.String(test.config)
			}
			_, err := rumapi.New(cfg, rumapi.Options{Endpoint: test.option})
			if (err != nil) != (test.want != "") {
				t.Fatalf("got %v, want an error: %t", err, test.want != "")
			}
			if err == nil {
				return
			}
			if !strings.Contains(err.Error(), endpoint) {
				t.Errorf("got %v, want it to name %s", err, endpoint)
			}
			if !strings.HasSuffix(err.Error(), test.want) {
				t.Errorf("got %v, want it to end in %q", err, test.want)
			}
		})
	}
}

// The endpoint of the option beats that of the environment and the config files,
// and serves every region.
func TestEndpointOfTheBlockComesFirst(t *testing.T) {
	var dialed []string
	cfg := config(func(_ context.Context, _, address string) (net.Conn, error) {
		dialed = append(dialed, address)
		return nil, &net.DNSError{IsNotFound: true}
	})
	cfg.BaseEndpoint = aws.String("http://configured.test")
	client, err := rumapi.New(cfg, rumapi.Options{Endpoint: "http://option.test:81"})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []string{region, "eu-west-2"} {
		_, _ = client.ListDestinations(t.Context(), r, "web")
	}
	if diff := cmp.Diff([]string{"option.test:81", "option.test:81"}, dialed); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Without an endpoint each region has its own.
func TestEachRegionHasItsEndpoint(t *testing.T) {
	var dialed []string
	cfg := config(func(_ context.Context, _, address string) (net.Conn, error) {
		dialed = append(dialed, address)
		return nil, &net.DNSError{IsNotFound: true}
	})
	cfg.BaseEndpoint = nil
	for _, r := range []string{region, "eu-west-2"} {
		_, _ = newClient(t, cfg).ListDestinations(t.Context(), r, "web")
	}
	cfg.Region = "cn-north-1"
	_, _ = newClient(t, cfg).ListDestinations(t.Context(), cfg.Region, "web")
	want := []string{"rum.eu-west-1.amazonaws.com:443", "rum.eu-west-2.amazonaws.com:443", "rum.cn-north-1.amazonaws.com.cn:443"}
	if diff := cmp.Diff(want, dialed); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNewLeavesTheConfigurationAlone(t *testing.T) {
	options := make([]func(*middleware.Stack) error, 1, 10)
	options[0] = func(*middleware.Stack) error { return nil }
	cfg := aws.Config{Region: region, APIOptions: options}
	newClient(t, cfg)
	if options[:2][1] != nil {
		t.Error("New wrote an option into the caller's slice, want the slice as it was")
	}
}

func TestClientHasTheRegionOfItsConfiguration(t *testing.T) {
	if got, want := newClient(t, aws.Config{Region: "eu-west-3"}).Region(), "eu-west-3"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRegionOfAnotherPartitionIsRefused(t *testing.T) {
	tests := map[string]struct {
		own, region string
		any         bool
		want        string // in the error
	}{
		"its own":                               {"eu-west-1", "eu-west-1", false, ""},
		"another of the partition":              {"eu-west-1", "us-east-2", false, ""},
		"one that opens tomorrow":               {"eu-west-1", "sa-south-9", false, ""},
		"China from outside":                    {"eu-west-1", "cn-north-1", false, "is in the partition aws-cn, but the provider's region \"eu-west-1\" is in aws"},
		"GovCloud from outside":                 {"us-east-1", "us-gov-west-1", false, "aws-us-gov"},
		"outside from China":                    {"cn-north-1", "eu-west-1", false, "is in the partition aws, but the provider's region \"cn-north-1\" is in aws-cn"},
		"unknown":                               {"eu-west-1", "mars-north-1", false, "skip_region_validation"},
		"no region at all":                      {"eu-west-1", "europe", false, "skip_region_validation"},
		"anything goes: unknown":                {"eu-west-1", "mars-north-1", true, ""},
		"anything goes: another partition":      {"eu-west-1", "cn-north-1", true, ""},
		"its own, which is unknown":             {"mars-north-1", "mars-north-1", false, ""},
		"known, from one that is unknown":       {"mars-north-1", "eu-west-1", false, "is in the partition aws"},
		"unknown, from another that is unknown": {"mars-north-1", "mars-north-2", false, "skip_region_validation"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			client, err := rumapi.New(aws.Config{Region: test.own}, rumapi.Options{AnyRegion: test.any})
			if err != nil {
				t.Fatal(err)
			}
			err = client.CheckRegion(test.region)
			if (err != nil) != (test.want != "") {
				t.Fatalf("got %v, want an error: %t", err, test.want != "")
			}
			if err == nil {
				return
			}
			for _, want := range []string{test.want, `"` + test.region + `"`} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %q in it", err, want)
				}
			}
		})
	}
}

func TestWithRegionFillsInTheClientsRegion(t *testing.T) {
	client := newClient(t, aws.Config{Region: region})
	for name, test := range map[string]struct{ given, want string }{
		"no region":           {"", region},
		"the client's region": {region, region},
		"another region":      {"us-east-1", "us-east-1"},
	} {
		t.Run(name, func(t *testing.T) {
			key, want := evidently.Key, evidently.Key
			key.Region, want.Region = test.given, test.want
			if got := client.WithRegion(key); got != want {
				t.Errorf("got %#v, want %#v", got, want)
			}
		})
	}
}
