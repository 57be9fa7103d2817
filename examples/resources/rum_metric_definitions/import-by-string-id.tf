import {
  to = rum_metric_definitions.web
  id = "shop-web,CloudWatch"
}
