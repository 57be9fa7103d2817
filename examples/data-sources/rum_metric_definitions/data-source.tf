data "rum_metric_definitions" "web" {
  app_monitor_name = "shop-web"
  destination      = "CloudWatch"
}

output "metrics" {
  value = [for d in data.rum_metric_definitions.web.definitions : d.name]
}
