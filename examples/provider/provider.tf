terraform {
  required_providers {
    rum = {
      source = "terraform-provider-rum/rum"
    }
  }
}

# Credentials come from where the AWS CLI and SDKs have them.
provider "rum" {
  region = "eu-west-1"
}

resource "rum_metrics_destination" "web" {
  app_monitor_name = "shop-web"
  destination      = "CloudWatch"
}
