resource "rum_metrics_destination" "web" {
  app_monitor_name = "shop-web"
  destination      = "CloudWatch"
}

resource "rum_metric_definition" "errors" {
  app_monitor_name = rum_metrics_destination.web.app_monitor_name
  destination      = rum_metrics_destination.web.destination
  name             = "JsErrorCount"

  lifecycle {
    replace_triggered_by = [rum_metrics_destination.web]
  }
}
