import {
  to = rum_metrics_destination.web
  identity = {
    app_monitor_name = "shop-web"
    destination      = "CloudWatch"
    region           = "eu-west-1"
  }
}
