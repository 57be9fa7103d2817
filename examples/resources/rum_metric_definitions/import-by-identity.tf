import {
  to = rum_metric_definitions.web
  identity = {
    app_monitor_name = "shop-web"
    destination      = "CloudWatch"
    region           = "eu-west-1"
  }
}
