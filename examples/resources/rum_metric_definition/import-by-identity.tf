import {
  to = rum_metric_definition.errors_by_browser
  identity = {
    app_monitor_name     = "shop-web"
    destination          = "CloudWatch"
    metric_definition_id = "010c9e15-7a4c-4b5e-9f0c-1f2d3e4a5b6c"
    region               = "eu-west-1"
  }
}
