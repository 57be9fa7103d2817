package provider

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"golang.org/x/net/http/httpproxy"
)

// tryTimeout bounds how long a try waits for its answer. The service seems to be
// behind API Gateway, which gives up after half this time.
const tryTimeout = time.Minute

// httpClient returns the SDK's client with tryTimeout and with the proxies and
// the argument insecure of the block. An argument of the block replaces its own
// environment variable. An http_proxy of the block is also the proxy for HTTPS if there
// is no other.
func (b block) httpClient() *awshttp.BuildableClient {
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
	proxy := proxies.ProxyFunc()
	return awshttp.NewBuildableClient().WithTimeout(tryTimeout).WithTransportOptions(func(tr *http.Transport) {
		tr.TLSClientConfig.InsecureSkipVerify = b.Insecure.ValueBool()
		tr.Proxy = func(r *http.Request) (*url.URL, error) { return proxy(r.URL) }
	})
}

// proxyURL checks that a string can be a proxy: a URL of HTTP, HTTPS or SOCKS5,
// or host:port. golang.org/x/net/http/httpproxy ignores anything else. The error
// does not quote the string, since it may hold a password.
type proxyURL struct{}

// proxyForm completes "The value ...".
const proxyForm = "must be the URL of a proxy, such as http://proxy.example.com:3128"

// Description says what a value must be.
func (proxyURL) Description(context.Context) string { return proxyForm }

// MarkdownDescription is Description.
func (proxyURL) MarkdownDescription(context.Context) string { return proxyForm }

// ValidateString adds an error for a string that cannot be a proxy. It is silent on
// null and unknown.
func (proxyURL) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if !isProxy(req.ConfigValue.ValueString()) {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+req.Path.String(), fmt.Sprintf("%s %s.", req.Path, proxyForm))
	}
}

func isProxy(text string) bool {
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	proxy, err := url.Parse(text)
	return err == nil && proxy.Hostname() != "" && slices.Contains([]string{"http", "https", "socks5", "socks5h"}, proxy.Scheme)
}

// checkProxy returns an error if the proxy for HTTPS comes from the environment and
// cannot be one. The schema checks the proxies of the block. No request needs
// HTTP_PROXY, unless an endpoint is one of HTTP.
func (b block) checkProxy() (diags diag.Diagnostics) {
	if proxy := httpproxy.FromEnvironment().HTTPSProxy; b.HTTPSProxy.IsNull() && proxy != "" && !isProxy(proxy) {
		diags.AddError("Invalid proxy", fmt.Sprintf("HTTPS_PROXY or https_proxy in the environment %s. Correct or remove it.", proxyForm))
	}
	return diags
}
