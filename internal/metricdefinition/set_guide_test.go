package metricdefinition_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// Each block of the guide is a whole configuration. It applies as it is, and the next
// plan is empty.
func TestGuideOfTheSetApplies(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../../templates/guides/one-set-of-metrics.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	guide := string(content)
	blocks := regexp.MustCompile("(?s)```terraform\n(.*?)```").FindAllStringSubmatch(guide, -1)
	if len(blocks) < 5 {
		t.Fatalf("got %d blocks, want at least 5", len(blocks))
	}
	for _, block := range blocks {
		before, _, _ := strings.Cut(guide, block[0])
		heading := regexp.MustCompile(`(?m)^##? (.*)$`).FindAllString(before, -1)
		t.Run(heading[len(heading)-1], func(t *testing.T) {
			t.Parallel()
			env := acctest.NewFake(t)
			for _, monitor := range []string{"shop-web", "blog"} {
				env.Account.CreateMonitor(monitor)
			}
			env.Fake.Behave(func(b *fakerum.Behavior) { b.FillDefaults = true })
			cli := env.CLI(t)
			if strings.Contains(block[1], "removed {") {
				cli.Configure(env.Config(`
resource "rum_metrics_destination" "web" {
  app_monitor_name = "shop-web"
  destination      = "CloudWatch"
}

resource "rum_metric_definition" "page_views" {
  app_monitor_name = rum_metrics_destination.web.app_monitor_name
  destination      = "CloudWatch"
  name             = "PageViewCount"
}`))
				cli.Run("apply", "-auto-approve")
			}
			if strings.Contains(block[1], "import {") {
				for _, monitor := range []string{"shop-web", "blog"} {
					env.Account.PutDestination(monitor, fakerum.Destination{Destination: "CloudWatch"})
					stranger(env, monitor, "Stranger")
				}
			}
			env.Fake.ForgetRequests()
			cli.Configure(env.Config("%s", block[1]))
			cli.Run("apply", "-auto-approve")
			if removes := strings.Contains(block[1], "removed {"); removes && env.Fake.Count(opDelete)+env.Fake.Count(opCreate) > 0 {
				t.Error("the move deleted or created definitions, want neither")
			}
			cli.Run("plan", "-detailed-exitcode")
		})
	}
}
