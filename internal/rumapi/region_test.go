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

// The package's partitions are those of the SDK, which keeps them to itself:
// they are read from its source.
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
				continue // not a region where anything is
			}
			if got, ok := rumapi.Partition(region); !ok || got != p.ID {
				t.Errorf("%s is in %q, %v; want %s", region, got, ok, p.ID)
			}
		}
	}
	if len(known) < 8 {
		t.Fatalf("the SDK's source has just %v", known)
	}
	for id, expression := range rumapi.Partitions() {
		if known[id] != expression {
			t.Errorf("%s: %s, but the SDK has %q", id, expression, known[id])
		}
		delete(known, id)
	}
	for id, expression := range known {
		t.Errorf("missing: %s, %s", id, expression)
	}
}

func TestPartitionOfARegion(t *testing.T) {
	for region, want := range map[string]string{
		"eu-west-1":      "aws",
		"mx-central-1":   "aws",
		"eu-west-99":     "aws",
		"us-gov-west-1":  "aws-us-gov",
		"cn-northwest-1": "aws-cn",
		"eusc-de-east-1": "aws-eusc",
		"us-iso-east-1":  "aws-iso",
		"us-isob-east-1": "aws-iso-b",
		"eu-isoe-west-1": "aws-iso-e",
		"us-isof-east-1": "aws-iso-f",
		"":               "",
		"eu-west":        "",
		"EU-WEST-1":      "",
		"xx-west-1":      "",
		"eu-west-1\n":    "",
		"aws-global":     "",
	} {
		got, ok := rumapi.Partition(region)
		if got != want || ok != (want != "") {
			t.Errorf("%q: got %q, %v; want %q", region, got, ok, want)
		}
	}
}
