moved {
  from = aws_rum_metrics_destination.account
  to   = rum_metrics_destination.account
}

resource "rum_metrics_destination" "account" {
  app_monitor_name = "account-web"
  destination      = "CloudWatch"
}
