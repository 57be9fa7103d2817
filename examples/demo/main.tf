terraform {
  required_providers {
    rum = { source = "terraform-provider-rum/rum" }
  }
}

# Region and credentials are in the environment.
provider "rum" {}

resource "rum_metrics_destination" "shop" {
  app_monitor_name = "shop-web"
  destination      = "CloudWatch"
}

resource "rum_metric_definition" "js_errors" {
  app_monitor_name = rum_metrics_destination.shop.app_monitor_name
  destination      = rum_metrics_destination.shop.destination
  name             = "JsErrorCount"
  dimension_keys   = { "metadata.browserName" = "BrowserName" }
  unit_label       = "Count"
}
