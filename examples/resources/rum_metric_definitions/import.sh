# The monitor has this destination only:
terraform import rum_metric_definitions.web 'shop-web'

# It has several:
terraform import rum_metric_definitions.web 'shop-web,CloudWatch'
terraform import rum_metric_definitions.experiment 'shop-web,Evidently,arn:aws:evidently:eu-west-1:111122223333:project/shop/experiment/new-basket'

# The monitor is in another region than the provider's:
terraform import rum_metric_definitions.web 'shop-web,CloudWatch@us-east-1'
