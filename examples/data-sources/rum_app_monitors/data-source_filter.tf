# The app monitors of mobile applications, in another region.
data "rum_app_monitors" "us" {
  region = "us-east-1"
}

output "mobile" {
  value = [for m in data.rum_app_monitors.us.app_monitors : m.name if m.platform != "Web"]
}
