resource "rum_metrics_destination" "web" {
  app_monitor_name = "shop-web"
  destination      = "CloudWatch"
}

resource "rum_metric_definition" "time_to_first_byte" {
  app_monitor_name = rum_metrics_destination.web.app_monitor_name
  destination      = rum_metrics_destination.web.destination
  name             = "TimeToFirstByte"
  namespace        = "Shop"
  value_key        = "event_details.value"
  unit_label       = "Milliseconds"

  event_pattern = jsonencode({
    event_type = ["com.amazon.rum.time_to_first_byte_event"]
    metadata   = { countryCode = [{ exists = true }] }
  })
  dimension_keys = { "metadata.countryCode" = "CountryCode" }
}

resource "rum_metric_definition" "checkouts" {
  app_monitor_name = rum_metrics_destination.web.app_monitor_name
  destination      = rum_metrics_destination.web.destination
  name             = "Checkouts"
  namespace        = "Shop"
  unit_label       = "Count"

  event_pattern = jsonencode({
    event_type = ["checkout"]
    metadata   = { browserName = [{ exists = true }] }
  })
  dimension_keys = { "metadata.browserName" = "BrowserName" }
}
