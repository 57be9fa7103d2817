data "rum_metrics_destinations" "web" {
  app_monitor_name = "shop-web"
}

output "import_ids" {
  value = data.rum_metrics_destinations.web.destinations[*].id
}
