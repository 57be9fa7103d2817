# The monitor's only destination, of whichever kind it is.
data "rum_metrics_destination" "web" {
  app_monitor_name = "shop-web"
}

# One of several, in another region.
data "rum_metrics_destination" "experiment" {
  app_monitor_name = "shop-web"
  destination      = "Evidently"
  destination_arn  = "arn:aws:evidently:us-east-1:111122223333:project/shop/experiment/new-basket"
  region           = "us-east-1"
}

output "role_of_experiment" {
  value = data.rum_metrics_destination.experiment.iam_role_arn
}
