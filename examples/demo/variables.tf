variable "app_monitors" {
  description = "The names of the app monitors in CloudWatch RUM, each under a key that stays when the name changes."
  type        = map(string)
}

variable "experiments" {
  description = "Evidently experiments: the key in app_monitors of the app monitor whose metrics they get, and the role by which CloudWatch RUM writes them. AWS has ended support for Evidently, so there are none in a new configuration."
  type = map(object({
    app_monitor = string
    arn         = string
    role_arn    = string
  }))
  default = {}
}
