package provider_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
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
			if strings.Contains(configuration, "identity = {") && !atLeast(t, cli, 1, 12) {
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
			for _, d := range resp.Diagnostics {
				t.Errorf("the import ID %q in %s: got %s: %s; want no diagnostics", id[2]+id[4], file, d.Summary, d.Detail)
			}
		}
	}
	if found < 10 {
		t.Errorf("%d import IDs were found, want at least 10", found)
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
	schemas := newServer(t).schema.ListResourceSchemas
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

// The guide to troubleshooting has a heading for every error and warning whose
// summary is a literal in the code, for the failure of every operation, and for the
// import of every resource.
func TestTroubleshootingHasEverySummary(t *testing.T) {
	t.Parallel()
	guide := read(t, "docs/guides/troubleshooting.md")
	summaries := map[string]bool{}
	for _, file := range files(t, "internal/*/*.go") {
		if strings.HasSuffix(file, "_test.go") || strings.Contains(file, "/acctest/") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, file), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if summary, ok := summaryOf(n); ok {
				summaries[summary] = true
			}
			for _, words := range operationWordsOf(n) {
				summaries["Cannot "+words] = true
			}
			return true
		})
	}
	for typeName := range newServer(t).schema.ResourceSchemas {
		summaries["Invalid import of "+typeName] = true
	}
	delete(summaries, "Unexpected provider data") // a mistake in this program, which the text asks to report
	if len(summaries) < 50 {
		t.Errorf("%d summaries were found, want at least 50", len(summaries))
	}
	for _, summary := range slices.Sorted(maps.Keys(summaries)) {
		if !strings.Contains(guide, "\n### "+summary+"\n") {
			t.Errorf("the guide has no heading %q, want one", summary)
		}
	}
}

// operationWordsOf returns the words of every operation, if n is the declaration of
// rumapi's map of them.
func operationWordsOf(n ast.Node) (words []string) {
	declared, ok := n.(*ast.ValueSpec)
	if !ok || declared.Names[0].Name != "operationWords" {
		return nil
	}
	ast.Inspect(declared, func(n ast.Node) bool {
		if pair, ok := n.(*ast.KeyValueExpr); ok {
			if literal, ok := pair.Value.(*ast.BasicLit); ok {
				words = append(words, strings.Trim(literal.Value, `"`))
			}
		}
		return true
	})
	return words
}

// summaryOf returns the summary of the diagnostic that n makes, if n makes one and
// the summary is a literal.
func summaryOf(n ast.Node) (string, bool) {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return "", false
	}
	function, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	at, ok := map[string]int{
		"AddError": 0, "AddWarning": 0, "NewErrorDiagnostic": 0,
		"AddAttributeError": 1, "AddAttributeWarning": 1, "NewAttributeErrorDiagnostic": 1,
	}[function.Sel.Name]
	if !ok || at >= len(call.Args) {
		return "", false
	}
	literal, ok := call.Args[at].(*ast.BasicLit)
	if !ok {
		return "", false
	}
	summary, err := strconv.Unquote(literal.Value)
	return summary, err == nil
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
	blocks := map[string]string{}
	for _, page := range files(t, patterns...) {
		for i, block := range fenced.FindAllStringSubmatch(read(t, page), -1) {
			blocks[fmt.Sprintf("%s/%d", page, i+1)] = block[1]
		}
	}
	return blocks
}

func atLeast(t *testing.T, cli *acctest.CLI, major, minor int) bool {
	t.Helper()
	var version struct {
		Version string `json:"terraform_version"` // OpenTofu's as well
	}
	if err := json.Unmarshal([]byte(cli.Run("version", "-json")), &version); err != nil {
		t.Fatal(err)
	}
	var gotMajor, gotMinor int
	if _, err := fmt.Sscanf(version.Version, "%d.%d", &gotMajor, &gotMinor); err != nil {
		t.Fatal(err)
	}
	return gotMajor > major || gotMajor == major && gotMinor >= minor
}
