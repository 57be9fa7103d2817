resource "rum_metrics_destination" "web" {
  app_monitor_name = "shop-web"
  destination      = "CloudWatch"
}

resource "rum_metric_definition" "web" {
  for_each = toset(["SessionCount", "PageViewCount", "JsErrorCount", "HttpErrorCount"])

  app_monitor_name = rum_metrics_destination.web.app_monitor_name
  destination      = rum_metrics_destination.web.destination
  name             = each.value
  dimension_keys = {
    "metadata.deviceType"  = "DeviceType"
    "metadata.countryCode" = "CountryCode"
  }
}
