# Lets several CloudWatch RUM app monitors send metrics to CloudWatch, and one of them to
# CloudWatch Evidently as well. The app monitors exist; terraform.tfvars names them.

terraform {
  required_providers {
    rum = {
      source = "terraform-provider-rum/rum"
    }
  }
}

# The region and the credentials come from the environment: AWS_REGION, AWS_PROFILE and so on.
provider "rum" {}

resource "rum_metrics_destination" "cloudwatch" {
  for_each = var.app_monitors

  app_monitor_name = each.value
  destination      = "CloudWatch"
}

resource "rum_metrics_destination" "experiment" {
  for_each = var.experiments

  app_monitor_name = var.app_monitors[each.value.app_monitor]
  destination      = "Evidently"
  destination_arn  = each.value.arn
  iam_role_arn     = each.value.role_arn
}
