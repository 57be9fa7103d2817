app_monitors = {
  shop     = "shop-web"
  checkout = "checkout-web"
  account  = "account-web"
}

experiments = {
  new-basket = {
    app_monitor = "shop"
    arn         = "arn:aws:evidently:eu-west-1:111122223333:project/shop/experiment/new-basket"
    role_arn    = "arn:aws:iam::111122223333:role/rum-to-evidently"
  }
}
