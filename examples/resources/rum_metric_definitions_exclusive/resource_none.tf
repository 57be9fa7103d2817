resource "rum_metric_definitions_exclusive" "web" {
  app_monitor_name      = "shop-web"
  destination           = "CloudWatch"
  metric_definition_ids = []
}
