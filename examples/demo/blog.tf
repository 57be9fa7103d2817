import {
  to = rum_metric_definition.views
  id = "blog-web,CloudWatch,DEFINITION_ID"
}

resource "rum_metric_definition" "views" {
  app_monitor_name = "blog-web"
  destination      = "CloudWatch"
  name             = "PageViewCount"
}
