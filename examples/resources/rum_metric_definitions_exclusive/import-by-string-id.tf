import {
  to = rum_metric_definitions_exclusive.web
  id = "shop-web,CloudWatch"
}
