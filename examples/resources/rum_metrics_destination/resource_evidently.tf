resource "rum_metrics_destination" "experiment" {
  app_monitor_name = "shop-web"
  destination      = "Evidently"
  destination_arn  = "arn:aws:evidently:eu-west-1:111122223333:project/shop/experiment/new-basket"
  iam_role_arn     = "arn:aws:iam::111122223333:role/rum-to-evidently"
}
