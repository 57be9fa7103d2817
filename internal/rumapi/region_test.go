package rumapi_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// The package repeats the partitions of the SDK, which does not export them. The
// test reads them from the SDK's source.
func TestPartitionsAreTheSDKs(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/aws-sdk-go-v2").Output()
	if err != nil {
		t.Fatal("finding the SDK's source: ", err)
	}
	source, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), "internal", "endpoints", "awsrulesfn", "partitions.json"))
	if err != nil {
		t.Fatal(err)
	}
	var sdk struct {
		Partitions []struct {
			ID          string
			RegionRegex string
			Regions     map[string]any
		}
	}
	if err := json.Unmarshal(source, &sdk); err != nil {
		t.Fatal(err)
	}

	known := map[string]string{}
	for _, p := range sdk.Partitions {
		// The SDK escapes hyphens, which Go's regular expressions don't need.
		known[p.ID] = strings.ReplaceAll(p.RegionRegex, `\-`, "-")
		for region := range p.Regions {
			if strings.HasSuffix(region, "-global") {
				continue // a name for the services that are in no region
			}
			if got, ok := rumapi.Partition(region); !ok || got != p.ID {
				t.Errorf("the partition of %s: got %q, %t; want %q", region, got, ok, p.ID)
			}
		}
	}
	if len(known) < 8 {
		t.Fatalf("the SDK's source has %d partitions, want at least 8: %v", len(known), known)
	}
	for id, expression := range rumapi.Partitions() {
		if known[id] != expression {
			t.Errorf("the expression of %s: got %q, want the SDK's %q", id, expression, known[id])
		}
		delete(known, id)
	}
	for id, expression := range known {
		t.Errorf("the partition %s of the SDK is missing, want it with %q", id, expression)
	}
}

// The SDK's list has the regions of today.
func TestPartitionIsFoundByTheNameOfARegion(t *testing.T) {
	for region, want := range map[string]string{
		"eu-west-99": "aws", "us-gov-west-9": "aws-us-gov",
		"": "", "eu-west": "", "EU-WEST-1": "", "xx-west-1": "", "eu-west-1\n": "", "aws-global": "",
	} {
		if got, ok := rumapi.Partition(region); got != want || ok != (want != "") {
			t.Errorf("%q: got %q, %t; want %q, %t", region, got, ok, want, want != "")
		}
	}
}
