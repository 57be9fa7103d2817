//go:build unix

package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// silentStep is the title of the step that the README shows.
const silentStep = "A metric that would stay silent"

func (s *stage) tell(ctx context.Context) {
	for _, monitor := range []string{"shop-web", "checkout-web", "blog-web", "account-web"} {
		s.account.CreateMonitor(monitor)
	}

	s.step("A metric from nothing", "The app monitor exists. The provider knows what AWS demands of a metric beside its name.")
	s.write("main.tf")
	s.run(ctx, "apply -auto-approve", "Apply complete! Resources: 2 added, 0 changed, 0 destroyed.")
	s.holds("shop-web: JsErrorCount by BrowserName")

	s.step(silentStep, "This definition is valid, and yet its metric would never have data: the app monitor takes no\n"+
		"custom events. The plan says so before anybody waits for data.")
	s.write("checkouts.tf")
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

	s.step("All metrics of a destination", "One resource has them all. A plan shows what others add, and its apply removes that.")
	s.write("checkout.tf")
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
	s.write("blog.tf", "DEFINITION_ID", id)
	s.run(ctx, "apply -auto-approve", "Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.")

	s.step("Move from hashicorp/aws", "A moved block takes over what hashicorp/aws made. Nothing changes in AWS.")
	s.meanwhile("The state has the aws_rum_metrics_destination of account-web.", func() {
		s.account.PutDestination("account-web", fakerum.Destination{Destination: "CloudWatch"})
		s.addToState(awsDestination)
	})
	s.write("account.tf")
	s.run(ctx, "apply -auto-approve", "aws_rum_metrics_destination.account has moved to rum_metrics_destination.account",
		"Apply complete! Resources: 0 added, 0 changed, 0 destroyed.")

	s.step("Destroy", "What the configuration manages goes, and only that.")
	s.run(ctx, "destroy -auto-approve", "Destroy complete! Resources: 6 destroyed.")

	if s.err == nil {
		s.printf("\nEvery step did what it should. The demo leaves nothing behind.\n")
	}
}

// addToState adds a resource to the state. The apply then says so, or the demo fails.
func (s *stage) addToState(resource string) {
	path := filepath.Join(s.folder, "terraform.tfstate")
	state, err := os.ReadFile(path)
	s.fail(err)
	const first = `"resources": [`
	s.fail(os.WriteFile(path, []byte(strings.Replace(string(state), first, first+resource+",", 1)), 0o600))
}

const awsDestination = `{
  "mode": "managed", "type": "aws_rum_metrics_destination", "name": "account",
  "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
  "instances": [{"schema_version": 0, "attributes": {
    "app_monitor_name": "account-web", "destination": "CloudWatch", "destination_arn": "", "iam_role_arn": "",
    "id": "account-web", "region": "eu-west-1"
  }}]
}`
