resource "rum_metrics_destination" "web" {
  app_monitor_name = "shop-web"
  destination      = "CloudWatch"
}

resource "rum_metric_definition" "web" {
  for_each = toset(["SessionCount", "JsErrorCount"])

  app_monitor_name = rum_metrics_destination.web.app_monitor_name
  destination      = rum_metrics_destination.web.destination
  name             = each.value
}

resource "rum_metric_definitions_exclusive" "web" {
  app_monitor_name      = rum_metrics_destination.web.app_monitor_name
  destination           = rum_metrics_destination.web.destination
  metric_definition_ids = [for d in rum_metric_definition.web : d.metric_definition_id]
}
