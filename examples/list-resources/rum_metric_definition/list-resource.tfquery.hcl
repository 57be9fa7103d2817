# Every metric definition of the region.
list "rum_metric_definition" "all" {
  provider = rum
}

# Those of one app monitor, with all their attributes.
list "rum_metric_definition" "web" {
  provider         = rum
  include_resource = true

  config {
    app_monitor_name = "shop-web"
  }
}
