import {
  to = rum_metrics_destination.web
  id = "shop-web,CloudWatch"
}
