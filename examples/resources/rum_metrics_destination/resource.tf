resource "rum_metrics_destination" "web" {
  app_monitor_name = "shop-web"
  destination      = "CloudWatch"
}
