resource "rum_metrics_destination" "web" {
  for_each = toset(["eu-west-1", "us-east-1"])

  app_monitor_name = "shop-web"
  destination      = "CloudWatch"
  region           = each.value
}
