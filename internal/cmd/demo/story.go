//go:build unix

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// silentStep is the title of the step that the README shows.
const silentStep = "A metric that would stay silent"

// tell tells the story. Its first configuration is main.tf in dir.
func (s *stage) tell(ctx context.Context, dir string) {
	for _, monitor := range []string{"shop-web", "checkout-web", "blog-web", "account-web"} {
		s.account.CreateMonitor(monitor)
	}
	main, err := os.ReadFile(filepath.Join(dir, "main.tf"))
	s.fail(err)

	s.step("A metric from nothing", "The app monitor exists. The provider knows what AWS demands of a metric beside its name.")
	s.write("main.tf", string(main))
	s.run(ctx, "apply -auto-approve", "Apply complete! Resources: 2 added, 0 changed, 0 destroyed.")
	s.holds("shop-web: JsErrorCount by BrowserName")

	s.step(silentStep, "This definition is valid, and yet its metric would never have data: the app monitor takes no\n"+
		"custom events. The plan says so before anybody waits for data.")
	s.write("checkouts.tf", silent)
	s.run(ctx, "plan", "Plan: 1 to add, 0 to change, 0 to destroy.", "Warning: App monitor accepts no custom events")
	s.remove("checkouts.tf")

	s.step("Drift, and repair", "The plan shows what others have changed, and the apply undoes it. The definition keeps its ID.")
	s.meanwhile("Somebody gives the metric another unit.", func() {
		d := s.account.Definitions("shop-web", "CloudWatch", "")[0]
		d.UnitLabel = "Seconds"
		s.account.UpdateDefinition("shop-web", "CloudWatch", "", d)
	})
	s.run(ctx, "apply -auto-approve", "rum_metric_definition.js_errors will be updated in-place", `~ unit_label = "Seconds" -> "Count"`,
		"Apply complete! Resources: 0 added, 1 changed, 0 destroyed.")

	s.step("All metrics of a destination", "One resource has them all. What others add to the destination is in the next plan, and goes.")
	s.write("checkout.tf", set)
	s.run(ctx, "apply -auto-approve", "Apply complete! Resources: 2 added, 0 changed, 0 destroyed.")
	s.holds("checkout-web: Http4xxCount", "checkout-web: Http5xxCount", "shop-web: JsErrorCount by BrowserName")

	s.step("Import what exists", "The import ID of a definition ends in the ID that AWS gave it.")
	var id string
	s.meanwhile("Somebody has made a metric of blog-web by hand.", func() {
		s.account.PutDestination("blog-web", fakerum.Destination{Destination: "CloudWatch"})
		id = s.account.CreateDefinition("blog-web", "CloudWatch", "", fakerum.Definition{
			Name: "PageViewCount", EventPattern: `{"event_type":["com.amazon.rum.page_view_event"]}`,
		})
	})
	s.write("blog.tf", fmt.Sprintf(imported, id))
	s.run(ctx, "apply -auto-approve", "Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.")

	s.step("Move from hashicorp/aws", "A moved block takes over what hashicorp/aws made. Nothing changes in AWS.")
	s.meanwhile("The state has the aws_rum_metrics_destination of account-web.", func() {
		s.account.PutDestination("account-web", fakerum.Destination{Destination: "CloudWatch"})
		s.fail(s.addToState(awsDestination))
	})
	s.write("account.tf", moved)
	s.run(ctx, "apply -auto-approve", "aws_rum_metrics_destination.account has moved to rum_metrics_destination.account",
		"Apply complete! Resources: 0 added, 0 changed, 0 destroyed.")

	s.step("Destroy", "What the configuration made goes, and only that.")
	s.run(ctx, "destroy -auto-approve", "Destroy complete! Resources: 6 destroyed.")

	if s.err == nil {
		s.printf("\nEvery step did what it should. The demo leaves nothing behind.\n")
	}
}

// addToState adds a resource to the state, as JSON.
func (s *stage) addToState(resource string) error {
	path := filepath.Join(s.work, "terraform.tfstate")
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var state map[string]any
	if err := json.Unmarshal(content, &state); err != nil {
		return err
	}
	resources, _ := state["resources"].([]any)
	state["resources"] = append(resources, json.RawMessage(resource))
	if content, err = json.Marshal(state); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o600)
}

const silent = `resource "rum_metric_definition" "checkouts" {
  app_monitor_name = rum_metrics_destination.shop.app_monitor_name
  destination      = rum_metrics_destination.shop.destination
  name             = "Checkouts"
  namespace        = "Shop"
  event_pattern    = jsonencode({ event_type = ["checkout"] })
}
`

const set = `resource "rum_metrics_destination" "checkout" {
  app_monitor_name = "checkout-web"
  destination      = "CloudWatch"
}

resource "rum_metric_definitions" "checkout" {
  app_monitor_name = rum_metrics_destination.checkout.app_monitor_name
  destination      = rum_metrics_destination.checkout.destination

  definitions = {
    Http4xxCount = {}
    Http5xxCount = {}
  }
}
`

const imported = `import {
  to = rum_metric_definition.views
  id = "blog-web,CloudWatch,%s"
}

resource "rum_metric_definition" "views" {
  app_monitor_name = "blog-web"
  destination      = "CloudWatch"
  name             = "PageViewCount"
}
`

const moved = `moved {
  from = aws_rum_metrics_destination.account
  to   = rum_metrics_destination.account
}

resource "rum_metrics_destination" "account" {
  app_monitor_name = "account-web"
  destination      = "CloudWatch"
}
`

const awsDestination = `{
  "mode": "managed", "type": "aws_rum_metrics_destination", "name": "account",
  "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
  "instances": [{"schema_version": 0, "attributes": {
    "app_monitor_name": "account-web", "destination": "CloudWatch", "destination_arn": "", "iam_role_arn": "",
    "id": "account-web", "region": "eu-west-1"
  }}]
}`
