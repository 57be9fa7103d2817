resource "aws_rum_app_monitor" "web" {
  name   = "shop-web"
  domain = "shop.example.com"
}

resource "rum_metrics_destination" "web" {
  app_monitor_name = aws_rum_app_monitor.web.name
  destination      = "CloudWatch"
}
