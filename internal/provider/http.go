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
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"golang.org/x/net/http/httpproxy"
)

// tryTimeout bounds how long a try waits for its answer. The service seems to be
// behind API Gateway, which gives up after half this time.
const tryTimeout = time.Minute

// httpClient returns the SDK's client with tryTimeout and with the proxies and
// the argument insecure of the block. An argument of the block replaces only its own
// environment variable.
func (b block) httpClient() *awshttp.BuildableClient {
	proxies := httpproxy.FromEnvironment()
	if !b.HTTPProxy.IsNull() { // "" means no proxy
		proxies.HTTPProxy = b.HTTPProxy.ValueString()
	}
	if !b.HTTPSProxy.IsNull() {
		proxies.HTTPSProxy = b.HTTPSProxy.ValueString()
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

// Description says what a value must be.
func (proxyURL) Description(context.Context) string {
	return "must be the URL of a proxy, such as http://proxy.example.com:3128"
}

// MarkdownDescription is Description.
func (v proxyURL) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString adds an error for a string that cannot be a proxy. It is silent on
// null and unknown.
func (v proxyURL) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	text := req.ConfigValue.ValueString()
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	proxy, err := url.Parse(text)
	if err != nil || proxy.Hostname() == "" || !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, proxy.Scheme) {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+req.Path.String(), fmt.Sprintf("%s %s.", req.Path, v.Description(ctx)))
	}
}
