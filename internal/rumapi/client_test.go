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

// An endpoint that is named is used as it is, and for every region: that of the option before that of the
// environment and the config files. Without one, each region has its own, and FIPS and dual-stack decide.
func TestAnEndpointWinsOverFIPSAndDualStack(t *testing.T) {
	both := staticSource{aws.FIPSEndpointStateEnabled, aws.DualStackEndpointStateEnabled}
	for name, test := range map[string]struct {
		option, config string // where the endpoint is set
		source         staticSource
		region         string
		want           string // the address that is dialed
	}{
		"no endpoint":                   {"", "", staticSource{}, region, "rum.eu-west-1.amazonaws.com:443"},
		"no endpoint, another region":   {"", "", staticSource{}, "eu-west-2", "rum.eu-west-2.amazonaws.com:443"},
		"no endpoint, China":            {"", "", staticSource{}, "cn-north-1", "rum.cn-north-1.amazonaws.com.cn:443"},
		"no endpoint, FIPS":             {"", "", staticSource{fips: aws.FIPSEndpointStateEnabled}, region, "rum-fips.eu-west-1.amazonaws.com:443"},
		"no endpoint, dual-stack":       {"", "", staticSource{dualStack: aws.DualStackEndpointStateEnabled}, region, "rum.eu-west-1.api.aws:443"},
		"no endpoint, both":             {"", "", both, region, "rum-fips.eu-west-1.api.aws:443"},
		"endpoint of the option, both":  {"http://option.test:81", "", both, region, "option.test:81"},
		"configured endpoint, both":     {"", "http://configured.test:82", both, region, "configured.test:82"},
		"endpoint of both places, both": {"http://option.test:81", "http://configured.test:82", both, region, "option.test:81"},
		"endpoint of another region":    {"http://option.test:81", "", staticSource{}, "eu-west-2", "option.test:81"},
	} {
		t.Run(name, func(t *testing.T) {
			var dialed []string
			cfg := config(func(_ context.Context, _, address string) (net.Conn, error) {
				dialed = append(dialed, address)
				return nil, &net.DNSError{IsNotFound: true}
			})
			cfg.ConfigSources, cfg.BaseEndpoint = []any{test.source}, nil
			if test.config != "" {
				cfg.BaseEndpoint = aws.String(test.config)
			}
			_, _ = rumapi.New(cfg, rumapi.Options{Endpoint: test.option, AnyRegion: true}).ListDestinations(t.Context(), test.region, "web")
			if diff := cmp.Diff([]string{test.want}, dialed); diff != "" {
				t.Errorf("dialed (-want +got):\n%s", diff)
			}
		})
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
			client := rumapi.New(aws.Config{Region: test.own}, rumapi.Options{AnyRegion: test.any})
			err := client.CheckRegion(test.region)
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
	for given, want := range map[string]string{"": client.Region(), region: region, "us-east-1": "us-east-1"} {
		key := evidently.Key
		key.Region = given
		wanted := evidently.Key
		wanted.Region = want
		if got := client.WithRegion(key); got != wanted {
			t.Errorf("in %q: got %#v, want %#v", given, got, wanted)
		}
	}
}
