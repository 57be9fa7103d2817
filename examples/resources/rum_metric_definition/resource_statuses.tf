resource "rum_metrics_destination" "web" {
  app_monitor_name = "shop-web"
  destination      = "CloudWatch"
}

resource "rum_metric_definition" "http_statuses" {
  app_monitor_name = rum_metrics_destination.web.app_monitor_name
  destination      = rum_metrics_destination.web.destination
  name             = "HttpStatuses"
  namespace        = "Shop"
  unit_label       = "Count"

  event_pattern = jsonencode({
    event_type    = ["com.amazon.rum.http_event"]
    event_details = { response = { status = [{ exists = true }] } }
    metadata      = { domain = [{ exists = true }] }
  })
  dimension_keys = {
    "event_details.response.status" = "StatusCode"
    "metadata.domain"               = "Domain"
  }
}
