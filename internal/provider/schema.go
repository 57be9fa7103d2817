package provider

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/validate"
)

// block is the provider block. The names and their meaning are those of
// hashicorp/aws, so that a block can be copied from there.
type block struct {
	AccessKey              types.String          `tfsdk:"access_key"`
	AllowedAccountIDs      []string              `tfsdk:"allowed_account_ids"`
	CustomCABundle         types.String          `tfsdk:"custom_ca_bundle"`
	EC2MetadataEndpoint    types.String          `tfsdk:"ec2_metadata_service_endpoint"`
	EC2MetadataMode        types.String          `tfsdk:"ec2_metadata_service_endpoint_mode"`
	ForbiddenAccountIDs    []string              `tfsdk:"forbidden_account_ids"`
	HTTPProxy              types.String          `tfsdk:"http_proxy"`
	HTTPSProxy             types.String          `tfsdk:"https_proxy"`
	Insecure               types.Bool            `tfsdk:"insecure"`
	MaxRetries             types.Int64           `tfsdk:"max_retries"`
	NoProxy                types.String          `tfsdk:"no_proxy"`
	Profile                types.String          `tfsdk:"profile"`
	Region                 types.String          `tfsdk:"region"`
	RetryMode              types.String          `tfsdk:"retry_mode"`
	SecretKey              types.String          `tfsdk:"secret_key"`
	SharedConfigFiles      []string              `tfsdk:"shared_config_files"`
	SharedCredentialsFiles []string              `tfsdk:"shared_credentials_files"`
	SkipMetadataAPICheck   types.Bool            `tfsdk:"skip_metadata_api_check"`
	SkipRegionValidation   types.Bool            `tfsdk:"skip_region_validation"`
	STSRegion              types.String          `tfsdk:"sts_region"`
	Token                  types.String          `tfsdk:"token"`
	UseDualStack           types.Bool            `tfsdk:"use_dualstack_endpoint"`
	UseFIPS                types.Bool            `tfsdk:"use_fips_endpoint"`
	UserAgent              []string              `tfsdk:"user_agent"`
	AssumeRole             []assumeRole          `tfsdk:"assume_role"`
	WebIdentity            []assumeRoleWithToken `tfsdk:"assume_role_with_web_identity"`
	Endpoints              []endpoints           `tfsdk:"endpoints"`
	inert
}

type assumeRole struct {
	Duration          types.String      `tfsdk:"duration"`
	ExternalID        types.String      `tfsdk:"external_id"`
	Policy            types.String      `tfsdk:"policy"`
	PolicyARNs        []string          `tfsdk:"policy_arns"`
	RoleARN           types.String      `tfsdk:"role_arn"`
	SessionName       types.String      `tfsdk:"session_name"`
	SourceIdentity    types.String      `tfsdk:"source_identity"`
	Tags              map[string]string `tfsdk:"tags"`
	TransitiveTagKeys []string          `tfsdk:"transitive_tag_keys"`
}

type assumeRoleWithToken struct {
	Duration    types.String `tfsdk:"duration"`
	Policy      types.String `tfsdk:"policy"`
	PolicyARNs  []string     `tfsdk:"policy_arns"`
	RoleARN     types.String `tfsdk:"role_arn"`
	SessionName types.String `tfsdk:"session_name"`
	Token       types.String `tfsdk:"web_identity_token"`
	TokenFile   types.String `tfsdk:"web_identity_token_file"`
}

type endpoints struct {
	RUM           types.String `tfsdk:"rum"`
	CloudWatchRUM types.String `tfsdk:"cloudwatchrum"` // hashicorp/aws's other name for it
	STS           types.String `tfsdk:"sts"`
}

// endpoints returns the endpoints block with one name for each service. It is empty
// if there is no block.
func (b block) endpoints() endpoints {
	if len(b.Endpoints) == 0 {
		return endpoints{}
	}
	e := b.Endpoints[0]
	if e.RUM.ValueString() == "" {
		e.RUM = e.CloudWatchRUM
	}
	return e
}

// Schema describes the provider block.
func (p *rumProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages the metrics destinations and metric definitions of Amazon CloudWatch RUM app monitors. The arguments of the provider block have the names and the meaning they have in hashicorp/aws.",
		Attributes: map[string]schema.Attribute{
			"access_key": text("Access key ID. Goes with `secret_key`. `AWS_ACCESS_KEY_ID` in the environment."),
			"secret_key": secret("Secret access key. Goes with `access_key`. `AWS_SECRET_ACCESS_KEY` in the environment."),
			"token":      secret("Session token of temporary credentials. Goes with `access_key` and `secret_key`. `AWS_SESSION_TOKEN` in the environment."),
			"profile":    text("Profile of the shared config and credentials files. `AWS_PROFILE` in the environment."),
			"shared_config_files": schema.ListAttribute{
				MarkdownDescription: "Paths of shared config files, which must exist. Defaults to `~/.aws/config`. `AWS_CONFIG_FILE` in the environment.",
				ElementType:         types.StringType,
				Optional:            true,
			},
			"shared_credentials_files": schema.ListAttribute{
				MarkdownDescription: "Paths of shared credentials files, which must exist. Defaults to `~/.aws/credentials`. `AWS_SHARED_CREDENTIALS_FILE` in the environment.",
				ElementType:         types.StringType,
				Optional:            true,
			},
			"region": text("Region of every resource that names none of its own. `AWS_REGION` or `AWS_DEFAULT_REGION` in the environment, or `region` in the profile.",
				validate.Region()),
			"skip_region_validation": flag("Accept regions that this version of the provider does not know."),
			"allowed_account_ids":    accountIDs("The only accounts the provider may work in. Asks STS once, at the start.", "forbidden_account_ids"),
			"forbidden_account_ids":  accountIDs("Accounts the provider must not work in. Asks STS once, at the start.", "allowed_account_ids"),
			"max_retries": schema.Int64Attribute{
				MarkdownDescription: "How often a call is tried at most, when AWS throttles it, fails, or does not answer. 0 is as good as 1. Defaults to 25. `AWS_MAX_ATTEMPTS` in the environment.",
				Optional:            true,
				Validators:          []validator.Int64{int64validator.AtLeast(0)},
			},
			"retry_mode": text("`standard`, or `adaptive` to slow down on this side when AWS throttles. `AWS_RETRY_MODE` in the environment.",
				stringvalidator.OneOf("standard", "adaptive")),
			"use_fips_endpoint":      flag("Use FIPS endpoints, and never another. `AWS_USE_FIPS_ENDPOINT` in the environment."),
			"use_dualstack_endpoint": flag("Use dual-stack endpoints, and never another. `AWS_USE_DUALSTACK_ENDPOINT` in the environment."),
			"sts_region":             text("Region of the STS endpoint. Defaults to the provider's region.", validate.Region()),
			"http_proxy":             text("URL of the proxy for HTTP. `HTTP_PROXY` in the environment. `\"\"` is no proxy, whatever the environment says.", proxyURL{}),
			"https_proxy":            text("URL of the proxy for HTTPS. `HTTPS_PROXY` in the environment. `\"\"` is no proxy, whatever the environment says.", proxyURL{}),
			"no_proxy":               text("Hosts, separated by commas, that are reached without a proxy. `NO_PROXY` in the environment."),
			"custom_ca_bundle":       text("Path of a PEM file with the certificates to trust, and no others. `AWS_CA_BUNDLE` in the environment."),
			"insecure":               flag("Trust any TLS certificate. Credentials are then open to whoever is in between."),
			"ec2_metadata_service_endpoint": text("URL of the EC2 metadata service. `AWS_EC2_METADATA_SERVICE_ENDPOINT` in the environment.",
				validate.URL()),
			"ec2_metadata_service_endpoint_mode": text("`IPv4` or `IPv6`. `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE` in the environment.",
				stringvalidator.OneOf("IPv4", "IPv6")),
			"skip_metadata_api_check": flag("Never ask the EC2 metadata service for credentials. `AWS_EC2_METADATA_DISABLED` in the environment."),
			"user_agent": schema.ListAttribute{
				MarkdownDescription: "Products to add to the User-Agent of every request, as `name/version (comment)`. `TF_APPEND_USER_AGENT` in the environment adds one more.",
				ElementType:         types.StringType,
				Optional:            true,
				Validators:          []validator.List{listvalidator.ValueStringsAre(validate.HeaderText())},
			},
		},
		Blocks: map[string]schema.Block{
			"assume_role": schema.ListNestedBlock{
				MarkdownDescription: "A role to assume. Several blocks are a chain: each role is assumed with the credentials of the one before.",
				NestedObject:        schema.NestedBlockObject{Attributes: assumeRoleSchema()},
			},
			"assume_role_with_web_identity": schema.ListNestedBlock{
				MarkdownDescription: "A role to assume with the token of an OpenID Connect or OAuth 2.0 provider. Comes before any `assume_role`.",
				Validators:          []validator.List{listvalidator.SizeAtMost(1)},
				NestedObject:        schema.NestedBlockObject{Attributes: webIdentitySchema()},
			},
			"endpoints": schema.ListNestedBlock{
				MarkdownDescription: "Endpoints to use in place of AWS's, for every region.",
				Validators:          []validator.List{listvalidator.SizeAtMost(1)},
				NestedObject: schema.NestedBlockObject{
					Attributes: map[string]schema.Attribute{
						"rum": text("URL of CloudWatch RUM. `AWS_ENDPOINT_URL_RUM` or `AWS_ENDPOINT_URL` in the environment, or `endpoint_url` in the shared config file.",
							validate.URL()),
						"cloudwatchrum": text("Another name of `rum`.", validate.URL(),
							stringvalidator.ConflictsWith(path.MatchRelative().AtParent().AtName("rum"))),
						"sts": text("URL of STS, for the roles of this block and the account check. `AWS_ENDPOINT_URL_STS` or `AWS_ENDPOINT_URL` in the environment, or `endpoint_url` in the shared config file.",
							validate.URL()),
					},
				},
			},
		},
	}
	maps.Copy(resp.Schema.Attributes, inertAttributes())
	maps.Copy(resp.Schema.Blocks, inertBlocks())
}

func assumeRoleSchema() map[string]schema.Attribute {
	attributes := sessionSchema("15 minutes")
	attributes["role_arn"] = schema.StringAttribute{
		MarkdownDescription: "ARN of the role.",
		Required:            true,
		Validators:          []validator.String{validate.ARN()},
	}
	attributes["external_id"] = secret("External ID that the role's trust policy asks for.")
	attributes["source_identity"] = text("Source identity of the session.")
	attributes["tags"] = schema.MapAttribute{
		MarkdownDescription: "Session tags.",
		ElementType:         types.StringType,
		Optional:            true,
	}
	attributes["transitive_tag_keys"] = schema.SetAttribute{
		MarkdownDescription: "Keys of the session tags that stay with the next role of a chain.",
		ElementType:         types.StringType,
		Optional:            true,
	}
	return attributes
}

func webIdentitySchema() map[string]schema.Attribute {
	attributes := sessionSchema("An hour")
	attributes["role_arn"] = text("ARN of the role. Required here or as `AWS_ROLE_ARN` in the environment.", validate.ARN())
	attributes["web_identity_token"] = secret("The token. It or a file that holds it is required here or in the environment, as `TF_AWS_WEB_IDENTITY_TOKEN`.",
		stringvalidator.ConflictsWith(path.MatchRelative().AtParent().AtName("web_identity_token_file")))
	attributes["web_identity_token_file"] = text("Path of a file that holds the token. `AWS_WEB_IDENTITY_TOKEN_FILE` in the environment.")
	return attributes
}

// sessionSchema is what every way to assume a role has in common.
func sessionSchema(defaultDuration string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"duration": text("How long the credentials last before they are renewed, between `15m` and `12h`, as in `1h30m`. "+defaultDuration+" unless set.",
			validate.Duration(15*time.Minute, 12*time.Hour)),
		"policy": text("IAM policy, as JSON, that narrows what the session may do."),
		"policy_arns": schema.SetAttribute{
			MarkdownDescription: "ARNs of managed policies that narrow what the session may do.",
			ElementType:         types.StringType,
			Optional:            true,
			Validators:          []validator.Set{setvalidator.ValueStringsAre(validate.ARN())},
		},
		"session_name": text("Name of the session. Made up unless set."),
	}
}

func accountIDs(description, otherwise string) schema.Attribute {
	return schema.SetAttribute{
		MarkdownDescription: description + " Conflicts with `" + otherwise + "`.",
		ElementType:         types.StringType,
		Optional:            true,
		Validators: []validator.Set{
			setvalidator.ConflictsWith(path.MatchRoot(otherwise)),
			setvalidator.ValueStringsAre(validate.AccountID()),
		},
	}
}

func flag(description string) schema.Attribute {
	return schema.BoolAttribute{MarkdownDescription: description, Optional: true}
}

// secret is text that the CLI does not show.
func secret(description string, validators ...validator.String) schema.Attribute {
	attribute := text(description, validators...)
	attribute.Sensitive = true
	return attribute
}

// text is an optional string. As in hashicorp/aws, "" is as good as not set:
// modules pass on variables that are "" by default.
func text(description string, validators ...validator.String) schema.StringAttribute {
	attribute := schema.StringAttribute{MarkdownDescription: description, Optional: true}
	for _, v := range validators {
		attribute.Validators = append(attribute.Validators, unlessEmpty{v})
	}
	return attribute
}

// unlessEmpty is a validator that passes "".
type unlessEmpty struct{ validator.String }

// ValidateString is silent on "", and otherwise what the validator itself is.
func (v unlessEmpty) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if !req.ConfigValue.Equal(types.StringValue("")) {
		v.String.ValidateString(ctx, req, resp)
	}
}
