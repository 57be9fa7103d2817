resource "rum_metrics_destination" "web" {
  app_monitor_name = "shop-web"
  destination      = "CloudWatch"
}

resource "rum_metric_definitions" "web" {
  app_monitor_name = rum_metrics_destination.web.app_monitor_name
  destination      = rum_metrics_destination.web.destination

  definitions = {
    Http4xxCount = {}

    errors_by_browser = {
      name           = "JsErrorCount"
      dimension_keys = { "metadata.browserName" = "BrowserName" }
    }

    TimeToFirstByte = {
      namespace     = "Shop"
      event_pattern = jsonencode({ event_type = ["com.amazon.rum.time_to_first_byte_event"] })
      value_key     = "event_details.value"
      unit_label    = "Milliseconds"
    }

    Checkouts = {
      namespace     = "Shop"
      event_pattern = jsonencode({ event_type = ["checkout"] })
      unit_label    = "Count"
    }
  }
}
