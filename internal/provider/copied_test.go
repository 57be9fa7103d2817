package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
)

// withoutEffect are the arguments of hashicorp/aws that have no effect here.
var withoutEffect = []string{
	"default_tags", "ignore_tags", "s3_us_east_1_regional_endpoint", "s3_use_path_style", "skip_credentials_validation",
	"skip_requesting_account_id", "tag_policy_compliance", "token_bucket_rate_limiter_capacity",
}

// argumentsOfAWS are the arguments of the provider block of hashicorp/aws 5.100.0 and 6,
// without those in endpoints.
var argumentsOfAWS = []string{
	"access_key", "allowed_account_ids",
	"assume_role", "assume_role.duration", "assume_role.external_id", "assume_role.policy", "assume_role.policy_arns", "assume_role.role_arn",
	"assume_role.session_name", "assume_role.source_identity", "assume_role.tags", "assume_role.transitive_tag_keys",
	"assume_role_with_web_identity", "assume_role_with_web_identity.duration", "assume_role_with_web_identity.policy",
	"assume_role_with_web_identity.policy_arns", "assume_role_with_web_identity.role_arn", "assume_role_with_web_identity.session_name",
	"assume_role_with_web_identity.web_identity_token", "assume_role_with_web_identity.web_identity_token_file",
	"custom_ca_bundle", "default_tags", "default_tags.tags", "ec2_metadata_service_endpoint", "ec2_metadata_service_endpoint_mode", "endpoints",
	"forbidden_account_ids", "http_proxy", "https_proxy", "ignore_tags", "ignore_tags.key_prefixes", "ignore_tags.keys", "insecure", "max_retries",
	"no_proxy", "profile", "region", "retry_mode", "s3_us_east_1_regional_endpoint", "s3_use_path_style", "secret_key", "shared_config_files",
	"shared_credentials_files", "skip_credentials_validation", "skip_metadata_api_check", "skip_region_validation", "skip_requesting_account_id",
	"sts_region", "token", "token_bucket_rate_limiter_capacity", "use_dualstack_endpoint", "use_fips_endpoint",
	"tag_policy_compliance", "user_agent", // since 6
}

func TestTheBlockHasTheArgumentsOfAWS(t *testing.T) {
	t.Parallel()
	var got []string
	var add func(prefix string, block *tfprotov6.SchemaBlock)
	add = func(prefix string, block *tfprotov6.SchemaBlock) {
		for _, a := range block.Attributes {
			got = append(got, prefix+a.Name)
		}
		for _, b := range block.BlockTypes {
			got = append(got, prefix+b.TypeName)
			if b.TypeName != "endpoints" {
				add(b.TypeName+".", b.Block)
			}
		}
	}
	add("", newServer(t).Schema.Provider.Block)
	sorted := cmpopts.SortSlices(strings.Compare)
	if diff := cmp.Diff(argumentsOfAWS, got, sorted); diff != "" {
		t.Errorf("arguments (-want +got):\n%s", diff)
	}
}

// A block of hashicorp/aws works here once it has the other name. The block of the
// test has every argument that can be combined with the others.
func TestACopiedBlockPlans(t *testing.T) {
	t.Parallel()
	env := acctest.NewFake(t)
	cli := env.CLI(t)
	cli.Configure(env.ProviderIn(acctest.Region, `
  allowed_account_ids                = []
  custom_ca_bundle                   = ""
  ec2_metadata_service_endpoint      = "http://127.0.0.1:1"
  ec2_metadata_service_endpoint_mode = "IPv4"
  http_proxy                         = ""
  https_proxy                        = ""
  insecure                           = false
  max_retries                        = 5
  no_proxy                           = "127.0.0.1"
  profile                            = ""
  retry_mode                         = "standard"
  s3_us_east_1_regional_endpoint     = "regional"
  s3_use_path_style                  = true
  shared_config_files                = []
  shared_credentials_files           = []
  skip_credentials_validation        = true
  skip_metadata_api_check            = "true"
  skip_region_validation             = true
  skip_requesting_account_id         = true
  sts_region                         = "eu-west-1"
  tag_policy_compliance              = "warning"
  token                              = ""
  token_bucket_rate_limiter_capacity = 100
  use_dualstack_endpoint             = false
  use_fips_endpoint                  = false
  user_agent                         = ["team/1.0"]

  assume_role {
    duration            = "1h"
    external_id         = "shop"
    policy              = jsonencode({ Version = "2012-10-17", Statement = [] })
    policy_arns         = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
    role_arn            = "arn:aws:iam::123456789012:role/deploy"
    session_name        = "terraform"
    source_identity     = "someone"
    tags                = { Team = "web" }
    transitive_tag_keys = ["Team"]
  }

  default_tags {
    tags = { Team = "web", Run = terraform_data.run.id }
  }

  ignore_tags {
    keys         = ["Cost"]
    key_prefixes = ["kubernetes.io/"]
  }
`) + `
resource "terraform_data" "run" {}

data "rum_app_monitors" "all" {}
`)
	acctest.WantNone(t, cli.Diagnostics("plan"))
}

// Arguments without effect are still checked, so that a typing mistake shows.
func TestArgumentsWithoutEffectAreChecked(t *testing.T) {
	t.Parallel()
	for name, arguments := range map[string]string{
		"tags that are no map":         `default_tags { tags = ["web"] }`,
		"a misspelled tags":            `default_tags { tag = { Team = "web" } }`,
		"two blocks":                   "default_tags {}\ndefault_tags {}",
		"keys that are no set":         `ignore_tags { keys = { a = "b" } }`,
		"a flag that is no flag":       `skip_credentials_validation = "yes"`,
		"a capacity that is no number": `token_bucket_rate_limiter_capacity = "many"`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.NewFake(t)
			cli := env.CLI(t)
			cli.Configure(env.ProviderIn(acctest.Region, arguments) + `data "rum_app_monitors" "all" {}`)
			diagnostics := cli.Diagnostics("plan")
			if !slices.ContainsFunc(diagnostics, func(d acctest.Diagnostic) bool { return d.Severity == "error" }) {
				t.Errorf("got %+v, want an error", diagnostics)
			}
		})
	}
}
