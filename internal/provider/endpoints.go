package provider

import (
	"cmp"
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/validate"
)

// endpoints returns the endpoints block, empty if there is none.
func (b block) endpoints() endpoints {
	if len(b.Endpoints) == 0 {
		return endpoints{}
	}
	return b.Endpoints[0]
}

// rum returns the endpoint of CloudWatch RUM, or "".
func (e endpoints) rum() string {
	return cmp.Or(e.RUM.ValueString(), e.CloudWatchRUM.ValueString())
}

// checkEndpoints returns an error if the endpoint to use comes from the
// environment or the profile and is no URL. The schema checks the endpoints of the
// block.
func (b block) checkEndpoints(ctx context.Context, cfg aws.Config, p profile) (diags diag.Diagnostics) {
	own := b.endpoints()
	for _, service := range []struct{ id, own string }{
		{"RUM", own.rum()},
		{"STS", own.STS.ValueString()},
	} {
		if service.own != "" {
			continue
		}
		endpoint, setting := configuredEndpoint(ctx, cfg, p, service.id)
		if endpoint == "" || validate.IsURL(endpoint) {
			continue
		}
		// The endpoint is not quoted, since it may hold a password.
		diags.AddError("Invalid endpoint", fmt.Sprintf(
			"%s must be a URL that begins with http:// or https://, such as https://example.com:8443. Correct or remove it.", setting))
	}
	return diags
}

// configuredEndpoint returns the endpoint that the SDK uses for a service if
// the block has none, and the setting that has it. The endpoint is "" if the SDK
// uses AWS's own.
func configuredEndpoint(ctx context.Context, cfg aws.Config, p profile, serviceID string) (endpoint, setting string) {
	if ignored, _, err := config.GetIgnoreConfiguredEndpoints(ctx, cfg.ConfigSources); ignored || err != nil {
		return "", ""
	}
	for _, variable := range []string{"AWS_ENDPOINT_URL_" + serviceID, "AWS_ENDPOINT_URL"} {
		if endpoint := os.Getenv(variable); endpoint != "" {
			return endpoint, variable + " in the environment"
		}
	}
	if endpoint, ok, _ := p.config.GetServiceBaseEndpoint(ctx, serviceID); ok {
		return endpoint, fmt.Sprintf("endpoint_url of %s in the section [services %s] of %s",
			serviceID, p.config.ServicesSectionName, p.describe(p.name))
	}
	return p.config.BaseEndpoint, "endpoint_url in " + p.describe(p.name)
}
