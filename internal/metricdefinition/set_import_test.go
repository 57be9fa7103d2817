package metricdefinition_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// One block imports the sets of two monitors. What the configuration has plans empty,
// and what others made is a deletion in the diff.
func TestImportOfSetsWithForEach(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	env.Fake.Behave(func(b *fakerum.Behavior) { b.FillDefaults, b.RewritePatterns = true, true })
	withDestinations(env, "web", "blog")
	for _, monitor := range []string{"web", "blog"} {
		for _, d := range []fakerum.Definition{
			{
				Name: "JsErrorCount", DimensionKeys: map[string]string{"metadata.browserName": "BrowserName"},
				EventPattern: `{"event_type":["com.amazon.rum.js_error_event"],"metadata":{"browserName":[{"exists":true}]}}`,
			},
			{Name: "JsErrorCount", EventPattern: `{"event_type":["com.amazon.rum.js_error_event"]}`},
			{Name: "Checkouts", Namespace: "Shop", EventPattern: `{"event_type":["checkout"]}`},
		} {
			env.Account.CreateDefinition(monitor, "CloudWatch", "", d)
		}
	}
	stranger(env, "blog", "Stranger")
	cli := env.CLI(t)
	cli.Configure(env.Config(`
import {
  for_each = toset(["web", "blog"])
  to       = rum_metric_definitions.each[each.key]
  id       = "${each.key},CloudWatch"
}

resource "rum_metric_definitions" "each" {
  for_each         = toset(["web", "blog"])
  app_monitor_name = each.key
  destination      = "CloudWatch"

  definitions = {
    JsErrorCount = {}
    "JsErrorCount by BrowserName" = {
      name           = "JsErrorCount"
      dimension_keys = { "metadata.browserName" = "BrowserName" }
    }
    Checkouts = { namespace = "Shop", event_pattern = jsonencode({ event_type = ["checkout"] }) }
  }
}`))
	out := cli.Run("plan", "-no-color", "-out=planned")
	for _, want := range []string{"2 to import, 0 to add, 1 to change, 0 to destroy", `- "Stranger"`} {
		if !strings.Contains(out, want) {
			t.Errorf("the plan says\n%s\nwant %q", out, want)
		}
	}
	cli.Run("apply", "planned")
	checkCalls(t, env, opDelete)
	cli.Run("plan", "-detailed-exitcode")
}

func TestImportOfASetOfAnAbsentDestination(t *testing.T) {
	t.Parallel()
	for _, empty := range []bool{false, true} {
		t.Run(fmt.Sprintf("an empty list in place of not found: %t", empty), func(t *testing.T) {
			t.Parallel()
			env := acctest.NewFake(t)
			env.Fake.Behave(func(b *fakerum.Behavior) { b.EmptyWithoutDestination = empty })
			monitor := env.Monitor(t)
			cli := env.CLI(t)
			cli.Configure(env.Config("%s", set("test", monitor, "{}")+imports(setAddress, monitor+",CloudWatch")))
			acctest.WantOne(t, cli.Diagnostics("plan"), "error", "No such RUM metrics destination", monitor)
		})
	}
}

// querySets lists sets. It returns their display names with the keys of the definitions,
// and the errors.
func querySets(t *testing.T, s acctest.Server, limit int64, config map[string]string) []string {
	t.Helper()
	shown, results := s.List(t, setType, limit, true, config)
	for i, r := range results {
		if r.Resource == nil {
			continue // an error
		}
		value, err := r.Resource.Unmarshal(s.Schema.ResourceSchemas[setType].ValueType())
		if err != nil {
			t.Fatal(err)
		}
		var attributes, definitions map[string]tftypes.Value
		if err := value.As(&attributes); err != nil {
			t.Fatal(err)
		}
		if err := attributes["definitions"].As(&definitions); err != nil {
			t.Fatal(err)
		}
		shown[i] += ": " + strings.Join(slices.Sorted(maps.Keys(definitions)), "; ")
	}
	return shown
}

// The list has a row for each destination that has definitions.
func TestListOfSets(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	inventory(env)
	withDestinations(env, "empty", "shop")
	equal(env, "shop", "A")
	web := []string{
		"web,CloudWatch@eu-west-1: Checkouts; JsErrorCount; SessionCount; TimeOnPage; Total",
		"web,Evidently," + experiment + "@eu-west-1: PerformanceResourceDuration",
	}
	all := append(slices.Clone(web), "shop,CloudWatch@eu-west-1: A")
	for name, test := range map[string]struct {
		limit  int64
		config map[string]string
		want   []string
	}{
		"of one monitor":      {0, map[string]string{"app_monitor_name": "web"}, web},
		"of all monitors":     {0, nil, all},
		"at most one":         {1, nil, web[:1]},
		"of another region":   {0, map[string]string{"region": acctest.OtherRegion}, nil},
		"of an empty monitor": {0, map[string]string{"app_monitor_name": "empty"}, nil},
	} {
		if got := querySets(t, env.Server(t), test.limit, test.config); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}

	// An error comes last.
	env.Fake.Inject(fakerum.Fault{Operation: opLook, Monitor: "shop", Status: 403, Code: "AccessDeniedException"})
	got := querySets(t, env.Server(t), 0, nil)
	if len(got) != 3 || !slices.Equal(got[:2], web) || !strings.Contains(got[2], "error: ") || !strings.Contains(got[2], "rum:"+opLook) {
		t.Errorf("got %q, want %q and an error that names the permission", got, web)
	}
}
