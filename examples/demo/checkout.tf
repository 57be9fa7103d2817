resource "rum_metrics_destination" "checkout" {
  app_monitor_name = "checkout-web"
  destination      = "CloudWatch"
}

resource "rum_metric_definitions" "checkout" {
  app_monitor_name = rum_metrics_destination.checkout.app_monitor_name
  destination      = rum_metrics_destination.checkout.destination

  definitions = {
    Http4xxCount = {}
    Http5xxCount = {}
  }
}
