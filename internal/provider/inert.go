package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// inert are the arguments of hashicorp/aws that have no effect here. They are
// accepted, and checked as hashicorp/aws checks them, so that a block can be copied
// and a typing mistake in it still shows.
type inert struct {
	DefaultTags               []defaultTags `tfsdk:"default_tags"`
	IgnoreTags                []ignoreTags  `tfsdk:"ignore_tags"`
	S3RegionalEndpoint        types.String  `tfsdk:"s3_us_east_1_regional_endpoint"`
	S3UsePathStyle            types.Bool    `tfsdk:"s3_use_path_style"`
	SkipCredentialsValidation types.Bool    `tfsdk:"skip_credentials_validation"`
	SkipRequestingAccountID   types.Bool    `tfsdk:"skip_requesting_account_id"`
	TagPolicyCompliance       types.String  `tfsdk:"tag_policy_compliance"`
	TokenBucketCapacity       types.Int64   `tfsdk:"token_bucket_rate_limiter_capacity"`
}

type defaultTags struct {
	Tags types.Map `tfsdk:"tags"`
}

type ignoreTags struct {
	KeyPrefixes types.Set `tfsdk:"key_prefixes"`
	Keys        types.Set `tfsdk:"keys"`
}

const (
	noTags   = "Has no effect: destinations and metric definitions have no tags."
	noS3     = "Has no effect: nothing here uses S3."
	noAsking = "Has no effect: the provider asks STS only if `allowed_account_ids` or `forbidden_account_ids` needs it."
)

func inertAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"s3_us_east_1_regional_endpoint": text(noS3, stringvalidator.OneOfCaseInsensitive("legacy", "regional")),
		"s3_use_path_style":              flag(noS3),
		"skip_credentials_validation":    flag(noAsking),
		"skip_requesting_account_id":     flag(noAsking),
		"tag_policy_compliance":          text(noTags),
		"token_bucket_rate_limiter_capacity": schema.Int64Attribute{
			MarkdownDescription: "Has no effect: there is no token bucket on this side.",
			Optional:            true,
			Validators:          []validator.Int64{int64validator.AtLeast(0)},
		},
	}
}

func inertBlocks() map[string]schema.Block {
	set := schema.SetAttribute{MarkdownDescription: noTags, ElementType: types.StringType, Optional: true}
	return map[string]schema.Block{
		"default_tags": schema.ListNestedBlock{
			MarkdownDescription: noTags,
			Validators:          []validator.List{listvalidator.SizeAtMost(1)},
			NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
				"tags": schema.MapAttribute{MarkdownDescription: noTags, ElementType: types.StringType, Optional: true},
			}},
		},
		"ignore_tags": schema.ListNestedBlock{
			MarkdownDescription: noTags,
			Validators:          []validator.List{listvalidator.SizeAtMost(1)},
			NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
				"key_prefixes": set,
				"keys":         set,
			}},
		},
	}
}

// isInert reports whether an argument of the provider block has no effect.
func isInert(name string) bool {
	_, attribute := inertAttributes()[name]
	_, block := inertBlocks()[name]
	return attribute || block
}
