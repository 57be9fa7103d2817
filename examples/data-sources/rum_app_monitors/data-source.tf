# A CloudWatch destination for every app monitor of the region. The next apply
# finds the app monitors that were created since.
data "rum_app_monitors" "all" {}

resource "rum_metrics_destination" "all" {
  for_each = data.rum_app_monitors.all.names

  app_monitor_name = each.key
  destination      = "CloudWatch"
}
