package provider

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/validate"
)

type assumeRole struct {
	Duration          types.String      `tfsdk:"duration"`
	ExternalID        types.String      `tfsdk:"external_id"`
	Policy            types.String      `tfsdk:"policy"`
	PolicyARNs        texts             `tfsdk:"policy_arns"`
	RoleARN           types.String      `tfsdk:"role_arn"`
	SessionName       types.String      `tfsdk:"session_name"`
	SourceIdentity    types.String      `tfsdk:"source_identity"`
	Tags              map[string]string `tfsdk:"tags"`
	TransitiveTagKeys texts             `tfsdk:"transitive_tag_keys"`
}

func assumeRoleSchema() map[string]schema.Attribute {
	attributes := sessionSchema("15 minutes")
	attributes["role_arn"] = text("ARN of the role. A single block without it counts for nothing, with a warning.", validate.ARN())
	attributes["external_id"] = secret("External ID that the role's trust policy asks for.", validate.ExternalID())
	attributes["source_identity"] = text("Source identity of the session.")
	attributes["tags"] = textMap("Session tags.")
	attributes["transitive_tag_keys"] = textSet("Keys of the session tags that stay with the next role of a chain.")
	return attributes
}

type assumeRoleWithToken struct {
	Duration    types.String `tfsdk:"duration"`
	Policy      types.String `tfsdk:"policy"`
	PolicyARNs  texts        `tfsdk:"policy_arns"`
	RoleARN     types.String `tfsdk:"role_arn"`
	SessionName types.String `tfsdk:"session_name"`
	Token       types.String `tfsdk:"web_identity_token"`
	TokenFile   types.String `tfsdk:"web_identity_token_file"`
}

func webIdentitySchema() map[string]schema.Attribute {
	attributes := sessionSchema("An hour")
	attributes["role_arn"] = text("ARN of the role. Required here or as `AWS_ROLE_ARN` in the environment.", validate.ARN())
	attributes["web_identity_token"] = secret("The token. `TF_AWS_WEB_IDENTITY_TOKEN` in the environment. Either this or `web_identity_token_file` is required, here or in the environment.",
		validate.WebIdentityToken(), stringvalidator.ConflictsWith(path.MatchRelative().AtParent().AtName("web_identity_token_file")))
	attributes["web_identity_token_file"] = text("Path of a file that holds the token. `AWS_WEB_IDENTITY_TOKEN_FILE` in the environment.")
	return attributes
}

// sessionSchema returns the arguments that every way to assume a role has.
func sessionSchema(defaultDuration string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"duration": text("How long the credentials last before they are renewed, between `15m` and `12h`, as in `1h30m`. "+defaultDuration+" unless set.",
			validate.Duration(15*time.Minute, 12*time.Hour)),
		"policy":       text("IAM policy, as JSON, that narrows what the session may do.", validate.JSON()),
		"policy_arns":  textSet("ARNs of managed policies that narrow what the session may do.", validate.ARN()),
		"session_name": text("Name of the session. Generated unless set."),
	}
}

type endpoints struct {
	RUM           types.String `tfsdk:"rum"`
	CloudWatchRUM types.String `tfsdk:"cloudwatchrum"` // as hashicorp/aws also calls it
	STS           types.String `tfsdk:"sts"`
}

func endpointsSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"rum": text("URL of CloudWatch RUM. `AWS_ENDPOINT_URL_RUM` or `AWS_ENDPOINT_URL` in the environment, or `endpoint_url` in the shared config file.",
			validate.URL(), stringvalidator.ConflictsWith(path.MatchRelative().AtParent().AtName("cloudwatchrum"))),
		"cloudwatchrum": text("Another name of `rum`.", validate.URL()),
		"sts": text("URL of STS, for the roles of this block and the account check. `AWS_ENDPOINT_URL_STS` or `AWS_ENDPOINT_URL` in the environment, or `endpoint_url` in the shared config file.",
			validate.URL()),
	}
}
