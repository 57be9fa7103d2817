// Package provider is the `provider "rum"` block: its schema, and Configure,
// which makes a CloudWatch RUM client of it.
//
//	provider.go            Configure, and what the provider has
//	unknown.go             arguments that are not known yet
//	account.go             allowed_account_ids and forbidden_account_ids
//	config.go              the block as an AWS configuration
//	useragent.go           the User-Agent
//	log.go                 the log of calls
//	terminate.go           a SIGTERM, which must not cut off a write
//	load_errors.go         what to do if the configuration cannot be loaded
//	credentials.go         where credentials come from
//	roles.go               roles that are assumed, and web identities
//	endpoints.go           custom endpoints
//	credentials_errors.go  what to do if there are no credentials
//	source.go              credentials whose errors say what to do
//	errors.go              an error of the SDK in plain words
//	profile.go             the profile of the shared config files
//	http.go                proxies, certificates and timeouts
//	files.go               paths of files
//	schema.go              the arguments of the block
//	schema_nested.go       those of assume_role, assume_role_with_web_identity and endpoints
//	schema_inert.go        those of hashicorp/aws that have no effect here
//	attributes.go          how an argument is declared, and read
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/appmonitor"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/metricdefinition"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/metricsdestination"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

// New returns a function that makes the provider, as tf6server.Serve takes it. The
// provider reports the version to the CLI and to AWS.
func New(version string) func() tfprotov6.ProviderServer {
	return providerserver.NewProtocol6(&rumProvider{version})
}

var _ provider.ProviderWithListResources = (*rumProvider)(nil)

type rumProvider struct{ version string }

// Metadata names the provider and its version.
func (p *rumProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "rum"
	resp.Version = p.version
}

// Schema describes the provider block.
func (p *rumProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = blockSchema()
}

// Configure makes the client that every resource uses. It calls AWS only if the
// block has allowed_account_ids or forbidden_account_ids.
func (p *rumProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	if unknown := refuseUnknowns(req.Config.Raw); unknown.HasError() {
		if req.ClientCapabilities.DeferralAllowed {
			resp.Deferred = &provider.Deferred{Reason: provider.DeferredReasonProviderConfigUnknown}
			return
		}
		resp.Diagnostics = unknown
		return
	}
	var b block
	if resp.Diagnostics.Append(req.Config.Get(ctx, &b)...); resp.Diagnostics.HasError() {
		return
	}

	cfg, diags := b.awsConfig(ctx, userAgent(p.version, req.TerraformVersion, b.UserAgent.values()))
	if resp.Diagnostics.Append(diags...); diags.HasError() {
		return
	}
	if resp.Diagnostics.Append(b.checkAccount(ctx, cfg)...); resp.Diagnostics.HasError() {
		return
	}
	client := rumapi.New(cfg, rumapi.Options{
		Endpoint:  b.endpoints().rum(),
		AnyRegion: b.SkipRegionValidation.ValueBool(),
	})
	data := &tfresource.ProviderData{Client: client}
	resp.ResourceData = data
	resp.DataSourceData = data
	resp.ListResourceData = data
}

// Resources returns the resources that the provider has.
func (p *rumProvider) Resources(context.Context) []func() resource.Resource { return Resources() }

// Resources returns the resources of the provider, for a test that serves them with a
// client of its own.
func Resources() []func() resource.Resource {
	return []func() resource.Resource{
		metricsdestination.NewResource,
		metricdefinition.NewResource,
		metricdefinition.NewSetResource,
	}
}

// DataSources returns the data sources that the provider has.
func (p *rumProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		metricsdestination.NewDataSource,
		metricsdestination.NewDestinationsDataSource,
		metricdefinition.NewDefinitionsDataSource,
		appmonitor.NewDataSource,
		appmonitor.NewMonitorsDataSource,
	}
}

// ListResources returns the resources that a query can list.
func (p *rumProvider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{metricsdestination.NewListResource, metricdefinition.NewListResource, metricdefinition.NewSetListResource}
}
