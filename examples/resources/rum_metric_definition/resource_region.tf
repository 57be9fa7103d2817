resource "rum_metrics_destination" "web" {
  for_each = toset(["eu-west-1", "us-east-1"])

  app_monitor_name = "shop-web"
  destination      = "CloudWatch"
  region           = each.value
}

resource "rum_metric_definition" "errors" {
  for_each = rum_metrics_destination.web

  app_monitor_name = each.value.app_monitor_name
  destination      = each.value.destination
  destination_arn  = each.value.destination_arn
  region           = each.value.region
  name             = "JsErrorCount"
}
