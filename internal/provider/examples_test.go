package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
)

const (
	root      = "../.."
	awsSource = "registry.terraform.io/hashicorp/aws"
)

// People copy the examples, and the blocks of configuration in the pages. Each of
// them has to be valid by itself. An import needs the example of its resource.
func TestExamplesAreValid(t *testing.T) {
	t.Parallel()
	configurations := blocksOf(t, "README.md", "docs/index.md", "docs/guides/*.md")
	for _, file := range files(t, "examples/provider/*.tf", "examples/*/*/*.tf") {
		configurations[file] = read(t, file)
		if strings.HasPrefix(filepath.Base(file), "import-") {
			configurations[file] += read(t, filepath.Join(filepath.Dir(file), "resource.tf"))
		}
	}
	for name, configuration := range configurations {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cli := acctest.NewCLI(t, map[string]func() tfprotov6.ProviderServer{awsSource: acctest.NewAWS(nil)})
			if strings.Contains(configuration, "identity = {") && !cli.KnowsIdentity() {
				t.Skip("this CLI has no identities")
			}
			if !strings.Contains(configuration, "required_providers") {
				configuration += `
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
    rum = { source = "terraform-provider-rum/rum" }
  }
}`
			}
			// Without the host, each CLI would look in its own registry.
			configuration = strings.NewReplacer(`"hashicorp/aws"`, strconv.Quote(awsSource),
				`"terraform-provider-rum/rum"`, strconv.Quote(acctest.Source)).Replace(configuration)
			if err := os.WriteFile(filepath.Join(cli.Dir, "main.tf"), []byte(configuration), 0o600); err != nil {
				t.Fatal(err)
			}
			cli.Run("validate", "-no-color")
		})
	}
}

func TestExampleImportIDsAreAccepted(t *testing.T) {
	t.Parallel()
	ids := regexp.MustCompile(`import (rum_\w+)\.\S+ '(.+)'|to\s+= (rum_\w+)\.\S+\s+id\s+= "([^"$]+)"`)
	server := acctest.NewFake(t).Server(t)
	found := 0
	for _, file := range files(t, "README.md", "docs/*/*.md") {
		for _, id := range ids.FindAllStringSubmatch(read(t, file), -1) {
			found++
			resp, err := server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: id[1] + id[3], ID: id[2] + id[4]})
			if err != nil {
				t.Fatal(err)
			}
			// The fake has no app monitors, and an ID that is malformed fails before that shows.
			for _, d := range resp.Diagnostics {
				if want := "No such RUM app monitor"; d.Summary != want {
					t.Errorf("the import ID %q in %s: got %s: %s; want only the error %q", id[2]+id[4], file, d.Summary, d.Detail, want)
				}
			}
		}
	}
	if found < 10 {
		t.Errorf("%d import IDs were found, want at least 10", found)
	}
}

// An ID is empty where a shell had no value for it.
func TestEmptyImportIDIsRefused(t *testing.T) {
	t.Parallel()
	server := acctest.NewFake(t).Server(t)
	for name := range server.Schema.ResourceSchemas {
		resp, err := server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: name})
		if err != nil {
			t.Fatal(err)
		}
		if d := resp.Diagnostics; len(d) != 1 || d[0].Summary != "Invalid import of "+name || !strings.Contains(d[0].Detail, `the ID ""`) {
			t.Errorf("%s: got %v, want one error that shows the ID", name, d)
		}
	}
}

func TestExampleQueriesRun(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	for _, region := range []string{acctest.Region, acctest.OtherRegion} {
		env.In(region).CreateMonitor("shop-web")
	}
	steps := []resource.TestStep{{Config: env.Config("")}}
	for _, file := range files(t, "examples/list-resources/*/*.tfquery.hcl") {
		steps = append(steps, resource.TestStep{Query: true, Config: read(t, file)})
	}
	env.RunWithQuery(t, steps...)
}

// The pages of list resources are written by hand, because the pinned OpenTofu does
// not show the schema of a list resource. They have to describe its attributes as
// the schema does.
func TestListResourcePagesHaveTheSchema(t *testing.T) {
	t.Parallel()
	attribute := regexp.MustCompile("(?m)^- `.*$")
	schemas := newServer(t).Schema.ListResourceSchemas
	if len(schemas) == 0 {
		t.Fatal("the provider has no list resources, want some")
	}
	for name, schema := range schemas {
		t.Run(name, func(t *testing.T) {
			var want []string
			for _, a := range schema.Block.Attributes {
				if !a.Optional || !a.Type.Is(tftypes.String) {
					t.Errorf("%s is no optional string, want one: this test does not know how others are documented", a.Name)
				}
				want = append(want, fmt.Sprintf("- %#q (String) %s", a.Name, a.Description))
			}
			page := "docs/list-resources/" + strings.TrimPrefix(name, "rum_") + ".md"
			if got := attribute.FindAllString(read(t, page), -1); !slices.Equal(got, want) {
				t.Errorf("%s has\n%s\nwant\n%s", page, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

// A link from one page to another leads to a page, and to a heading in that page.
func TestLinksLeadToPagesAndHeadings(t *testing.T) {
	t.Parallel()
	links := regexp.MustCompile(`\]\(([^):]+)\)`) // a colon is in a URL
	headings := regexp.MustCompile(`(?m)^#+ (.*)$|<a id="(.*)">`)
	noAnchor := regexp.MustCompile(`[^a-z0-9_ -]`)
	total := 0
	for _, page := range files(t, "*.md", "docs/*.md", "docs/*/*.md") {
		for _, link := range links.FindAllStringSubmatch(read(t, page), -1) {
			total++
			target, anchor, found := strings.Cut(link[1], "#")
			file := filepath.Join(filepath.Dir(page), target)
			if target == "" {
				file = page
			}
			if _, err := os.Stat(filepath.Join(root, file)); err != nil {
				t.Errorf("%s has a link to %s, want one to a page: %s", page, link[1], err)
				continue
			}
			var anchors []string
			for _, heading := range headings.FindAllStringSubmatch(read(t, file), -1) {
				anchors = append(anchors, strings.ReplaceAll(noAnchor.ReplaceAllString(strings.ToLower(heading[1]+heading[2]), ""), " ", "-"))
			}
			if found && !slices.Contains(anchors, anchor) {
				t.Errorf("%s has a link to %s, want a heading #%s in %s", page, link[1], anchor, file)
			}
		}
	}
	if total < 10 {
		t.Errorf("%d links were found, want at least 10", total)
	}
}

// files returns the paths in the project of the files that match. It stops the test
// if a pattern matches no file.
func files(t *testing.T, patterns ...string) (all []string) {
	t.Helper()
	for _, pattern := range patterns {
		matching, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(matching) == 0 {
			t.Fatalf("%s matches %d files (%v), want some", pattern, len(matching), err)
		}
		for _, file := range matching {
			file, err := filepath.Rel(root, file)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, filepath.ToSlash(file))
		}
	}
	return all
}

func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// blocksOf returns each block of configuration in the pages that match, by the page
// and a number.
func blocksOf(t *testing.T, patterns ...string) map[string]string {
	t.Helper()
	fenced := regexp.MustCompile("(?s)\n```terraform\n(.*?\n)```\n")
	blocks := env{}
	for _, page := range files(t, patterns...) {
		for i, block := range fenced.FindAllStringSubmatch(read(t, page), -1) {
			blocks[fmt.Sprintf("%s/%d", page, i+1)] = block[1]
		}
	}
	return blocks
}
