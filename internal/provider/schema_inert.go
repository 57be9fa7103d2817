package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// inert is the arguments of hashicorp/aws that have no effect here. The provider
// accepts them, so that a block can be copied from hashicorp/aws as it is. It
// checks them as hashicorp/aws does, so that a mistake is found. Their values may
// be unknown, since nothing reads them.
type inert struct {
	DefaultTags               types.List   `tfsdk:"default_tags"`
	IgnoreTags                types.List   `tfsdk:"ignore_tags"`
	S3RegionalEndpoint        types.String `tfsdk:"s3_us_east_1_regional_endpoint"`
	S3UsePathStyle            types.Bool   `tfsdk:"s3_use_path_style"`
	SkipCredentialsValidation types.Bool   `tfsdk:"skip_credentials_validation"`
	SkipRequestingAccountID   types.Bool   `tfsdk:"skip_requesting_account_id"`
	TagPolicyCompliance       types.String `tfsdk:"tag_policy_compliance"`
	TokenBucketCapacity       types.Int64  `tfsdk:"token_bucket_rate_limiter_capacity"`
}

const (
	noTags = "No effect: destinations and metric definitions have no tags."
	noS3   = "No effect: the provider calls CloudWatch RUM and STS, not S3."
)

func inertAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"s3_us_east_1_regional_endpoint": text(noS3),
		"s3_use_path_style":              flag(noS3),
		"skip_credentials_validation":    flag("No effect: the provider calls STS at the start only if `allowed_account_ids` or `forbidden_account_ids` is set."),
		"skip_requesting_account_id":     flag("No effect: the provider asks for the account only if `allowed_account_ids` or `forbidden_account_ids` is set."),
		"tag_policy_compliance":          text(noTags, stringvalidator.OneOf("error", "warning", "disabled")),
		"token_bucket_rate_limiter_capacity": schema.Int64Attribute{
			MarkdownDescription: "No effect: the provider limits its retries by number and time, not with a token bucket.",
			Optional:            true,
		},
	}
}

func inertBlocks() map[string]schema.Block {
	return map[string]schema.Block{
		"default_tags": single(noTags, map[string]schema.Attribute{"tags": textMap("Tags.")}),
		"ignore_tags": single(noTags, map[string]schema.Attribute{
			"keys":         textSet("Keys of tags."),
			"key_prefixes": textSet("Prefixes of keys of tags."),
		}),
	}
}

// isInert reports whether an argument of the block has no effect.
func isInert(name string) bool {
	return inertAttributes()[name] != nil || inertBlocks()[name] != nil
}
