package provider

import (
	"context"
	"net/http"
	"net/url"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"golang.org/x/net/http/httpproxy"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/validate"
)

// tryTimeout bounds how long a try waits for its answer. The service seems to be
// behind API Gateway, which gives up after half this time.
const tryTimeout = time.Minute

// httpClient returns the SDK's client with tryTimeout and with the proxies and
// the argument insecure of the block.
func (b block) httpClient() *awshttp.BuildableClient {
	proxy := b.proxy()
	return awshttp.NewBuildableClient().WithTimeout(tryTimeout).WithTransportOptions(func(tr *http.Transport) {
		tr.TLSClientConfig.InsecureSkipVerify = b.Insecure.ValueBool()
		tr.Proxy = func(r *http.Request) (*url.URL, error) { return proxy(r.URL) }
		// The error of net/http would have only the words of the status, such as Forbidden.
		tr.OnProxyConnectResponse = func(_ context.Context, proxy *url.URL, _ *http.Request, answer *http.Response) error {
			if answer.StatusCode != http.StatusOK {
				return &rumapi.ProxyError{Host: proxy.Host, Status: answer.Status}
			}
			return nil
		}
	})
}

// proxy returns the function that says which proxy a URL is reached through. An
// argument of the block replaces its own environment variable. An http_proxy of the
// block is also the proxy for HTTPS if there is no other.
func (b block) proxy() func(*url.URL) (*url.URL, error) {
	proxies := httpproxy.FromEnvironment()
	if !b.HTTPProxy.IsNull() { // "" means no proxy
		proxies.HTTPProxy = b.HTTPProxy.ValueString()
	}
	switch {
	case !b.HTTPSProxy.IsNull():
		proxies.HTTPSProxy = b.HTTPSProxy.ValueString()
	case !b.HTTPProxy.IsNull() && proxies.HTTPSProxy == "": // as in hashicorp/aws
		proxies.HTTPSProxy = proxies.HTTPProxy
	}
	if b.NoProxy.ValueString() != "" {
		proxies.NoProxy = b.NoProxy.ValueString()
	}
	return proxies.ProxyFunc()
}

// checkProxy returns an error if the proxy for HTTPS comes from the environment and
// cannot be one. The schema checks the proxies of the block. No request needs
// HTTP_PROXY, unless an endpoint is one of HTTP.
func (b block) checkProxy() (diags diag.Diagnostics) {
	if proxy := httpproxy.FromEnvironment().HTTPSProxy; b.HTTPSProxy.IsNull() && proxy != "" && !validate.IsProxyURL(proxy) {
		diags.AddError("Invalid proxy", "HTTPS_PROXY or https_proxy in the environment must be the URL of a proxy, such as http://proxy.example.com:3128. Correct or remove it.")
	}
	return diags
}
