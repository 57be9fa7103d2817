package provider

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/validate"
)

// block is the provider block. Its arguments have the names and the meaning they
// have in hashicorp/aws, so that a block can be copied from there.
type block struct {
	AccessKey              types.String `tfsdk:"access_key"`
	AllowedAccountIDs      texts        `tfsdk:"allowed_account_ids"`
	CustomCABundle         types.String `tfsdk:"custom_ca_bundle"`
	EC2MetadataEndpoint    types.String `tfsdk:"ec2_metadata_service_endpoint"`
	EC2MetadataMode        types.String `tfsdk:"ec2_metadata_service_endpoint_mode"`
	ForbiddenAccountIDs    texts        `tfsdk:"forbidden_account_ids"`
	HTTPProxy              types.String `tfsdk:"http_proxy"`
	HTTPSProxy             types.String `tfsdk:"https_proxy"`
	Insecure               types.Bool   `tfsdk:"insecure"`
	MaxRetries             types.Int64  `tfsdk:"max_retries"`
	NoProxy                types.String `tfsdk:"no_proxy"`
	Profile                types.String `tfsdk:"profile"`
	Region                 types.String `tfsdk:"region"`
	RetryMode              types.String `tfsdk:"retry_mode"`
	SecretKey              types.String `tfsdk:"secret_key"`
	SharedConfigFiles      texts        `tfsdk:"shared_config_files"`
	SharedCredentialsFiles texts        `tfsdk:"shared_credentials_files"`
	// SkipMetadataAPICheck is a string since hashicorp/aws accepts "" for it.
	SkipMetadataAPICheck types.String `tfsdk:"skip_metadata_api_check"`
	SkipRegionValidation types.Bool   `tfsdk:"skip_region_validation"`
	STSRegion            types.String `tfsdk:"sts_region"`
	Token                types.String `tfsdk:"token"`
	UseDualStack         types.Bool   `tfsdk:"use_dualstack_endpoint"`
	UseFIPS              types.Bool   `tfsdk:"use_fips_endpoint"`
	UserAgent            texts        `tfsdk:"user_agent"`

	AssumeRole  []assumeRole          `tfsdk:"assume_role"`
	WebIdentity []assumeRoleWithToken `tfsdk:"assume_role_with_web_identity"`
	Endpoints   []endpoints           `tfsdk:"endpoints"`

	inert
}

// blockSchema describes the provider block.
func blockSchema() schema.Schema {
	block := schema.Schema{
		MarkdownDescription: "Manages the metrics destinations and metric definitions of Amazon CloudWatch RUM app monitors. The arguments of the provider block have the names and the meaning they have in hashicorp/aws.",
		Attributes: map[string]schema.Attribute{
			"access_key":               text("Access key ID. Goes with `secret_key`. `AWS_ACCESS_KEY_ID` in the environment."),
			"secret_key":               secret("Secret access key. Goes with `access_key`. `AWS_SECRET_ACCESS_KEY` in the environment."),
			"token":                    secret("Session token of temporary credentials. Goes with `access_key` and `secret_key`. `AWS_SESSION_TOKEN` in the environment."),
			"profile":                  text("Profile of the shared config and credentials files. `AWS_PROFILE` in the environment."),
			"shared_config_files":      textList("Paths of shared config files, which must exist. Defaults to `~/.aws/config`. `AWS_CONFIG_FILE` in the environment."),
			"shared_credentials_files": textList("Paths of shared credentials files, which must exist. Defaults to `~/.aws/credentials`. `AWS_SHARED_CREDENTIALS_FILE` in the environment."),
			"region": text("Region of every resource that sets no region of its own. `AWS_REGION` or `AWS_DEFAULT_REGION` in the environment, or `region` in the profile.",
				validate.Region()),
			"skip_region_validation": flag("Accept regions that this version of the provider does not know."),
			"allowed_account_ids":    accountIDs("The only accounts the provider may work in. The provider asks STS once, at the start.", "forbidden_account_ids"),
			"forbidden_account_ids":  accountIDs("Accounts the provider must not work in. The provider asks STS once, at the start.", "allowed_account_ids"),
			"max_retries": schema.Int64Attribute{
				MarkdownDescription: "Largest number of tries of a call that AWS throttles, that fails on the service's side, or whose connection breaks. A call that gets no connection or no answer has 5 at most. The first try counts; 0 means 1. Defaults to 25. `AWS_MAX_ATTEMPTS` in the environment.",
				Optional:            true,
				Validators:          []validator.Int64{int64validator.AtLeast(0)},
			},
			"retry_mode": text("`standard`, or `adaptive` to slow down on this side when AWS throttles. `AWS_RETRY_MODE` in the environment.",
				stringvalidator.OneOf("standard", "adaptive")),
			"use_fips_endpoint":      flag("Use FIPS endpoints only, except where an endpoint is named. `AWS_USE_FIPS_ENDPOINT` in the environment."),
			"use_dualstack_endpoint": flag("Use dual-stack endpoints only, except where an endpoint is named. `AWS_USE_DUALSTACK_ENDPOINT` in the environment."),
			"sts_region":             text("Region of the STS endpoint. Defaults to the provider's region.", validate.Region()),
			"http_proxy":             text("URL of the proxy for HTTP, and for HTTPS if there is no other. `HTTP_PROXY` in the environment, for HTTP only. `\"\"` means no proxy, even if the environment sets one.", validate.ProxyURL()),
			"https_proxy":            text("URL of the proxy for HTTPS. `HTTPS_PROXY` in the environment. `\"\"` means no proxy, even if the environment sets one.", validate.ProxyURL()),
			"no_proxy":               text("Hosts, separated by commas, that are reached without a proxy. `NO_PROXY` in the environment."),
			"custom_ca_bundle":       text("Path of a PEM file with the only certificates to trust. `AWS_CA_BUNDLE` in the environment."),
			"insecure":               flag("Accept any TLS certificate. Anyone between this machine and AWS can then read and change what is sent."),
			"ec2_metadata_service_endpoint": text("URL of the EC2 metadata service. `AWS_EC2_METADATA_SERVICE_ENDPOINT` in the environment.",
				validate.URL()),
			"ec2_metadata_service_endpoint_mode": text("`IPv4` or `IPv6`. `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE` in the environment.",
				stringvalidator.OneOf("IPv4", "IPv6")),
			"skip_metadata_api_check": text("`true` to never ask the EC2 metadata service for credentials, `false` to ask it even if the environment says not to. `AWS_EC2_METADATA_DISABLED` in the environment.",
				stringvalidator.OneOf("true", "false")),
			"user_agent": textList("Products to add to the User-Agent of every request, as `name/version (comment)`. `TF_APPEND_USER_AGENT` in the environment adds one more.",
				validate.HeaderText()),
		},
		Blocks: map[string]schema.Block{
			"assume_role": schema.ListNestedBlock{
				MarkdownDescription: "A role to assume. Several blocks are a chain: each role is assumed with the credentials of the one before.",
				NestedObject:        schema.NestedBlockObject{Attributes: assumeRoleSchema()},
			},
			"assume_role_with_web_identity": single("A role to assume with the token of an OpenID Connect or OAuth 2.0 provider. Comes before any `assume_role`.", webIdentitySchema()),
			"endpoints":                     single("Endpoints to use in place of AWS's own, in every region. See [Endpoints](#endpoints).", endpointsSchema()),
		},
	}
	maps.Copy(block.Attributes, inertAttributes())
	maps.Copy(block.Blocks, inertBlocks())
	return block
}

func accountIDs(description, otherwise string) schema.Attribute {
	attribute := textSet(description+" Conflicts with `"+otherwise+"`.", validate.AccountID())
	attribute.Validators = append(attribute.Validators, setvalidator.ConflictsWith(path.MatchRoot(otherwise)))
	return attribute
}
