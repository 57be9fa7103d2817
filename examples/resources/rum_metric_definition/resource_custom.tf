resource "rum_metrics_destination" "web" {
  app_monitor_name = "shop-web"
  destination      = "CloudWatch"
}

resource "rum_metric_definition" "checkouts" {
  app_monitor_name = rum_metrics_destination.web.app_monitor_name
  destination      = rum_metrics_destination.web.destination
  name             = "Checkouts"
  namespace        = "Shop"
  unit_label       = "Count"

  event_pattern = jsonencode({
    event_type = ["checkout"]
    metadata   = { browserName = [{ exists = true }] }
  })
  dimension_keys = { "metadata.browserName" = "BrowserName" }
}
