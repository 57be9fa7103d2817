//go:build unix

package main

import "github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"

// step is a part of the story: its actions, and the entries of the configuration that
// CloudWatch RUM must hold after them. It must hold the foreign entry after every step.
type step struct {
	title string
	text  string
	do    []action
	holds []entry
}

// The destinations of the story.
var (
	account   = cloudWatch("account-web")
	checkout  = cloudWatch("checkout-web")
	shop      = cloudWatch("shop-web")
	newBasket = evidently("shop-web", "new-basket", "rum-to-evidently")
	blog      = cloudWatch("blog-web")

	shop2      = cloudWatch("shop-web-2")
	newBasket2 = evidently("shop-web-2", "new-basket", "rum-to-evidently")

	// The same with a metric each.
	accountErrors  = measured(account)
	blogErrors     = measured(blog)
	checkoutErrors = measured(checkout)
	shopErrors     = measured(shop2)

	foreign = evidently("checkout-web", "summer-banner", "marketing") // somebody else's
)

// silentStep is the title of the step that the README shows.
const silentStep = "Define a metric that would stay silent"

const noChanges = "No changes. Your infrastructure matches the configuration."

var story = []step{{
	title: "Create",
	text: `AWS says that it rejects new Evidently destinations, and the plan warns of that. This
CloudWatch RUM takes them all the same: they alone have a role, which changes in place.`,
	do: []action{
		meanwhile{"Three app monitors exist. One of them has a destination that somebody else made:", func(a *fakerum.Account) {
			for _, monitor := range []string{"account-web", "checkout-web", "shop-web"} {
				a.CreateMonitor(monitor)
			}
			a.PutDestination(foreign.monitor, foreign.Destination)
		}},
		command{
			args:   "apply -auto-approve",
			says:   []string{"Plan: 4 to add, 0 to change, 0 to destroy.", "Apply complete! Resources: 4 added, 0 changed, 0 destroyed."},
			writes: "4 PutRumMetricsDestination",
		},
	},
	holds: []entry{account, checkout, shop, newBasket},
}, {
	title: "Plan again",
	text:  "There is nothing left to do.",
	do: []action{
		command{args: "plan", says: []string{noChanges}},
	},
	holds: []entry{account, checkout, shop, newBasket},
}, {
	title: "Somebody changes a role",
	do: []action{
		meanwhile{"Outside of the configuration, the destination of an experiment gets another role:", func(a *fakerum.Account) {
			changed := evidently("shop-web", "new-basket", "intern")
			a.PutDestination(changed.monitor, changed.Destination)
		}},
		command{
			args: "plan",
			says: []string{`rum_metrics_destination.experiment["new-basket"] will be updated in-place`, "~ iam_role_arn", "Plan: 0 to add, 1 to change, 0 to destroy."},
		},
		command{
			args:   "apply -auto-approve",
			says:   []string{"Apply complete! Resources: 0 added, 1 changed, 0 destroyed."},
			writes: "1 PutRumMetricsDestination",
		},
	},
	holds: []entry{account, checkout, shop, newBasket},
}, {
	title: "Somebody deletes a destination",
	do: []action{
		meanwhile{"That of account-web is gone:", func(a *fakerum.Account) {
			a.DeleteDestination("account-web", "CloudWatch", "")
		}},
		command{
			args:   "apply -auto-approve",
			says:   []string{`rum_metrics_destination.cloudwatch["account"] will be created`, "Apply complete! Resources: 1 added, 0 changed, 0 destroyed."},
			writes: "1 PutRumMetricsDestination",
		},
	},
	holds: []entry{account, checkout, shop, newBasket},
}, {
	title: "Import what exists already",
	do: []action{
		meanwhile{"There is one more app monitor, blog-web. Its destination was made by hand:", func(a *fakerum.Account) {
			a.CreateMonitor("blog-web")
			a.PutDestination(blog.monitor, blog.Destination)
		}},
		edit{"terraform.tfvars", `  account  = "account-web"`, `  account  = "account-web"` + "\n" + `  blog     = "blog-web"`},
		command{
			args: "plan",
			says: []string{"Plan: 1 to add, 0 to change, 0 to destroy.", "Warning: RUM metrics destination exists already", "import ADDRESS 'blog-web,CloudWatch@eu-west-1'"},
		},
		command{
			args: `import rum_metrics_destination.cloudwatch["blog"] blog-web,CloudWatch@eu-west-1`,
			says: []string{"Import successful!"},
		},
		command{args: "plan", says: []string{noChanges}},
	},
	holds: []entry{account, blog, checkout, shop, newBasket},
}, {
	title: "Replace",
	do: []action{
		meanwhile{"The shop gets a new app monitor, shop-web-2.", func(a *fakerum.Account) {
			a.CreateMonitor("shop-web-2")
		}},
		edit{"terraform.tfvars", `  shop     = "shop-web"`, `  shop     = "shop-web-2"`},
		command{
			args:   "apply -auto-approve",
			says:   []string{`rum_metrics_destination.cloudwatch["shop"] must be replaced`, "Apply complete! Resources: 2 added, 0 changed, 2 destroyed."},
			writes: "2 DeleteRumMetricsDestination, 2 PutRumMetricsDestination",
		},
	},
	holds: []entry{account, blog, checkout, shop2, newBasket2},
}, {
	title: "Make a mistake",
	text:  "It is found before CloudWatch RUM is asked anything.",
	do: []action{
		edit{"main.tf", `  destination      = "CloudWatch"`, `  destination      = "Cloudwatch"`},
		command{args: "plan", fails: true, says: []string{"API calls: none", `must be one of: ["CloudWatch" "Evidently"], got: "Cloudwatch"`}},
		edit{"main.tf", `  destination      = "Cloudwatch"`, `  destination      = "CloudWatch"`},
	},
	holds: []entry{account, blog, checkout, shop2, newBasket2},
}, {
	title: "Publish something",
	text: `A destination alone publishes nothing. It takes metric definitions; what AWS demands of this
one beside its name, the provider knows.`,
	do: []action{
		edit{"main.tf", `provider "rum" {}`, `provider "rum" {}` + definitions},
		command{
			args:   "apply -auto-approve",
			says:   []string{`rum_metric_definition.errors["blog"] will be created`, "Apply complete! Resources: 4 added, 0 changed, 0 destroyed."},
			writes: "4 BatchCreateRumMetricDefinitions",
		},
		command{args: "plan", says: []string{noChanges}},
	},
	holds: []entry{accountErrors, blogErrors, checkoutErrors, shopErrors, newBasket2},
}, {
	title: silentStep,
	text: `This definition is valid, and yet its metric would never have data: the app monitor takes no
custom events. The plan says so before anybody waits for data.`,
	do: []action{
		edit{"main.tf", `provider "rum" {}`, `provider "rum" {}` + silent},
		command{
			args: "plan",
			says: []string{"Plan: 1 to add, 0 to change, 0 to destroy.", "Warning: App monitor accepts no custom events"},
		},
		edit{"main.tf", `provider "rum" {}` + silent, `provider "rum" {}`},
	},
	holds: []entry{accountErrors, blogErrors, checkoutErrors, shopErrors, newBasket2},
}, {
	title: "Allow no other metrics",
	text:  "Each metric is billed. An exclusive set deletes those that the configuration does not have.",
	do: []action{
		meanwhile{"Somebody adds a metric to checkout-web by hand:", func(a *fakerum.Account) {
			a.CreateDefinition(checkout.monitor, "CloudWatch", "", fakerum.Definition{
				Name:          "PageViewCount",
				EventPattern:  `{"event_type":["com.amazon.rum.page_view_event"],"metadata":{"countryCode":[{"exists":true}]}}`,
				DimensionKeys: map[string]string{"metadata.countryCode": "CountryCode"},
			})
		}},
		edit{"main.tf", `provider "rum" {}`, `provider "rum" {}` + exclusive},
		command{
			args:   "apply -auto-approve",
			says:   []string{"Warning: RUM metric definitions will be deleted", "PageViewCount by CountryCode", "Apply complete! Resources: 1 added, 0 changed, 0 destroyed."},
			writes: "1 BatchDeleteRumMetricDefinitions",
		},
	},
	holds: []entry{accountErrors, blogErrors, checkoutErrors, shopErrors, newBasket2},
}, {
	title: "Destroy",
	text:  "Only what is in the configuration goes.",
	do: []action{
		command{
			args:   "destroy -auto-approve",
			says:   []string{"Destroy complete! Resources: 10 destroyed."},
			writes: "4 BatchDeleteRumMetricDefinitions, 5 DeleteRumMetricsDestination",
		},
	},
}}

const definitions = `

resource "rum_metric_definition" "errors" {
  for_each = rum_metrics_destination.cloudwatch

  app_monitor_name = each.value.app_monitor_name
  destination      = each.value.destination
  name             = "JsErrorCount"
  dimension_keys   = { "metadata.browserName" = "BrowserName" }
}`

const silent = `

resource "rum_metric_definition" "checkouts" {
  app_monitor_name = "checkout-web"
  destination      = "CloudWatch"
  name             = "Checkouts"
  namespace        = "Shop"
  event_pattern    = jsonencode({ event_type = ["checkout"] })
}`

const exclusive = `

resource "rum_metric_definitions_exclusive" "checkout" {
  app_monitor_name      = "checkout-web"
  destination           = "CloudWatch"
  metric_definition_ids = [rum_metric_definition.errors["checkout"].metric_definition_id]
}`
