resource "rum_metric_definitions" "web" {
  app_monitor_name = "shop-web"
  destination      = "CloudWatch"
  definitions      = {}
}
