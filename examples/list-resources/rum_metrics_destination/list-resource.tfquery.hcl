# Every destination of every app monitor in the provider's region.
list "rum_metrics_destination" "all" {
  provider = rum
}

# Those of one app monitor in another region, with all their attributes.
list "rum_metrics_destination" "web" {
  provider         = rum
  include_resource = true

  config {
    app_monitor_name = "shop-web"
    region           = "us-east-1"
  }
}
