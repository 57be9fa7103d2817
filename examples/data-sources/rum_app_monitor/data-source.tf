data "rum_app_monitor" "web" {
  name = "shop-web"
}

# A metric of custom events stays empty unless the app monitor accepts them.
check "custom_events" {
  assert {
    condition     = data.rum_app_monitor.web.custom_events == "ENABLED"
    error_message = "The app monitor ${data.rum_app_monitor.web.name} does not accept custom events."
  }
}
