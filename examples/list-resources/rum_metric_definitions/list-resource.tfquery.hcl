# Every destination of the region that has metric definitions.
list "rum_metric_definitions" "all" {
  provider = rum
}

# Those of one app monitor, with all their definitions.
list "rum_metric_definitions" "web" {
  provider         = rum
  include_resource = true

  config {
    app_monitor_name = "shop-web"
  }
}
