resource "rum_metric_definition" "checkouts" {
  app_monitor_name = rum_metrics_destination.shop.app_monitor_name
  destination      = rum_metrics_destination.shop.destination
  name             = "Checkouts"
  namespace        = "Shop"
  event_pattern    = jsonencode({ event_type = ["checkout"] })
}
