package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// explainLoad turns an error of config.LoadDefaultConfig into a diagnostic that
// names the setting and where it is, and says what to do.
func (p profile) explainLoad(ctx context.Context, err error) diag.Diagnostic {
	ofSource, isSource := errors.AsType[config.SharedConfigAssumeRoleError](err)
	missing, isMissing := errors.AsType[config.SharedConfigProfileNotExistError](err)
	var why, next string
	switch _, needsCode := errors.AsType[config.AssumeRoleTokenProviderNotSetError](err); {
	case needsCode:
		return p.explainMFA()
	case isSource:
		why, next = p.explainSource(ctx, ofSource)
	case isMissing:
		return diag.NewAttributeErrorDiagnostic(path.Root("profile"), "Unknown AWS profile", fmt.Sprintf(
			"There is no profile %q in %s. Correct profile in the provider block or AWS_PROFILE in the environment, or name the files that have it "+
				"in shared_config_files and shared_credentials_files. The heading of a profile is [profile %s] in a config file and [%s] in a credentials file.",
			missing.Profile, p.searched(), missing.Profile, missing.Profile))
	default:
		why, next = p.explainSetting(err)
	}
	return diag.NewErrorDiagnostic("Cannot load the AWS configuration", why+".\n\n"+next)
}

// explainMFA explains that a profile has mfa_serial. No CLI lets a provider ask
// for a code.
func (p profile) explainMFA() diag.Diagnostic {
	withMFA := p.find(func(c config.SharedConfig) bool { return c.MFASerial != "" })
	first := "Sign in before the run. One way: put a session into the environment. The AWS CLI asks for the code"
	if p.inBlock {
		first += ". Remove profile from the provider block, since it comes before the environment"
	}
	return diag.NewErrorDiagnostic("AWS profile asks for an MFA code", fmt.Sprintf(
		"%s has mfa_serial = %s, so assuming the role %s takes an MFA code. Terraform and OpenTofu have no way to ask for the code.\n\n"+
			"%s:\n\n    eval \"$(aws configure export-credentials --profile %s --format env)\"\n\n"+
			"Another way: get a session with aws sts get-session-token --serial-number %s --token-code CODE, write it into a new profile, "+
			"and name the new profile as source_profile of a profile that has no mfa_serial.",
		capital(p.describe(withMFA.Profile)), withMFA.MFASerial, withMFA.RoleARN, first, p.name, withMFA.MFASerial))
}

// explainSource explains why a source_profile has no credentials.
func (p profile) explainSource(ctx context.Context, err config.SharedConfigAssumeRoleError) (why, next string) {
	why = fmt.Sprintf("%s assumes the role %s with the credentials of source_profile = %q", capital(p.describe(p.name)), err.RoleARN, err.Profile)
	next = fmt.Sprintf("Give the profile %q credentials, or correct source_profile.", err.Profile)
	if err.Err != nil {
		return why + fmt.Sprintf(". There is no profile %q in %s", err.Profile, p.searched()), next
	}
	if _, err := p.load(ctx, err.Profile); err != nil {
		return why + ", which leads back to itself", "End the circle: give one of its profiles credentials of its own, and remove the source_profile of that one."
	}
	return why + ", which has none", next
}

// settingFault says what one error of the SDK means. The SDK has no types for
// most errors of its settings, so the words of the error decide.
type settingFault struct {
	words   *regexp.Regexp
	explain func(p profile, found []string) (why, next string)
}

var settingFaults = []settingFault{
	{
		// retry_mode = legacy is valid for the AWS CLI and boto3.
		regexp.MustCompile(`^(?:invalid (AWS_RETRY_MODE) value|.* failed to load (retry_mode) from .*), unknown RetryMode, (.*)$`),
		func(p profile, found []string) (string, string) {
			setting, value := p.setting(found[1], found[2]), found[3]
			next := "Set it to standard or adaptive."
			if value == "legacy" {
				next = "Only the AWS CLI and boto3 have that mode. Set it to standard: they have it too, and it tries again in more cases."
			}
			return fmt.Sprintf("%s is %q", setting, value), next
		},
	},
	{
		regexp.MustCompile(`^invalid value for environment variable, (\w+)=(.*?), (?:need|must be|unknown .*, must be either) (.*)$`),
		func(_ profile, found []string) (string, string) {
			return fmt.Sprintf("%s in the environment is %q", found[1], found[2]), fmt.Sprintf("It must be one of: %s.", strings.ReplaceAll(found[3], "/", ", "))
		},
	},
	{
		regexp.MustCompile(`^invalid value (?:for env var, )?(\w+)=(.*), (?:strconv\.|need int64)`),
		func(_ profile, found []string) (string, string) {
			return fmt.Sprintf("%s in the environment is %q", found[1], found[2]), "It must be a whole number."
		},
	},
	{
		regexp.MustCompile(`^invalid (\w+) value: (.*)$`),
		func(_ profile, found []string) (string, string) {
			return fmt.Sprintf("%s in the environment is %q, which the AWS SDK does not know", found[1], found[2]), "Correct or remove it."
		},
	},
	{
		regexp.MustCompile(`(?s)partial credentials found for profile (?:profile )?(.*?)\s*$`),
		func(p profile, found []string) (string, string) {
			return capital(p.describe(found[1])) + " has only one of aws_access_key_id and aws_secret_access_key", "Set both in the same file, or remove the one that is set."
		},
	},
	{
		regexp.MustCompile(`^error fetching config from profile, (.*?), failed to load (\w+) from shared config, (?:invalid value(?: for shared config profile field)?[:,]? ?)?(.*)$`),
		func(p profile, found []string) (string, string) {
			return fmt.Sprintf("%s in %s is wrong: %s", found[2], p.describe(found[1]), found[3]), fmt.Sprintf("Correct or remove %s.", found[2])
		},
	},
	{
		regexp.MustCompile(`^only one credential type may be specified`),
		func(p profile, _ []string) (string, string) {
			return capital(p.describe(p.name)) + " (or a source_profile of it) has more than one of source_profile, credential_source, credential_process and web_identity_token_file",
				"Keep the one that is meant."
		},
	},
	{
		regexp.MustCompile(`^credential type (\w+) requires role_arn, profile (.*)$`),
		func(p profile, found []string) (string, string) {
			return fmt.Sprintf("%s has %s, but no role_arn", capital(p.describe(found[2])), found[1]), fmt.Sprintf("Set role_arn, or remove %s.", found[1])
		},
	},
	{
		regexp.MustCompile(`^failed to find SSO session section, (.*)$`),
		func(p profile, found []string) (string, string) {
			return fmt.Sprintf("%s needs sso_session = %q. There is no section [sso-session %s] in %s",
					capital(p.describe(p.name)), found[1], strings.TrimSpace(found[1]), p.searched()),
				"Correct sso_session, or make the section: aws configure sso-session."
		},
	},
	{
		regexp.MustCompile(`^profile "(.*)" is configured to use SSO but is missing required configuration: (.*)$`),
		func(p profile, found []string) (string, string) {
			return fmt.Sprintf("%s uses IAM Identity Center (SSO), but has no %s", capital(p.describe(found[1])), found[2]),
				fmt.Sprintf("Set what is missing, in the profile or in its sso_session: aws configure sso --profile %s.", found[1])
		},
	},
	{
		regexp.MustCompile(`^(\w+) in profile "(.*)" must match`),
		func(p profile, found []string) (string, string) {
			return fmt.Sprintf("%s in %s differs from the one in its sso_session", found[1], p.describe(found[2])), fmt.Sprintf("Remove %s from the profile.", found[1])
		},
	},
	{
		regexp.MustCompile(`^EcsContainer was specified`),
		func(p profile, _ []string) (string, string) {
			return capital(p.describe(p.sourceName())) + " has credential_source = EcsContainer, but the environment has neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI",
				"Run in a container that has credentials, or correct credential_source."
		},
	},
	{
		regexp.MustCompile(`^credential_source values must be`),
		func(p profile, _ []string) (string, string) {
			return "credential_source in " + p.describe(p.sourceName()) + " is wrong", "It must be one of: EcsContainer, Ec2InstanceMetadata, Environment."
		},
	},
	{
		regexp.MustCompile(`^role ARN is not set$`),
		func(profile, []string) (string, string) {
			return "AWS_WEB_IDENTITY_TOKEN_FILE is in the environment, but AWS_ROLE_ARN is not", "Set AWS_ROLE_ARN, or remove AWS_WEB_IDENTITY_TOKEN_FILE."
		},
	},
	{
		regexp.MustCompile(`^(?:invalid endpoint host, |failed to resolve host |unable to parse host from local HTTP|invalid URL, )(.*)$`),
		func(profile, []string) (string, string) {
			return "AWS_CONTAINER_CREDENTIALS_FULL_URI in the environment is not the address of a container's credentials",
				"It must be an https:// URL, or an http:// URL of this machine, such as http://127.0.0.1:8080/credentials."
		},
	},
	{
		regexp.MustCompile(`^failed to load shared config file, (.*?), (?:read all: )?(.*)$`),
		func(_ profile, found []string) (string, string) {
			return fmt.Sprintf("The shared config file %s cannot be read: %s", found[1], found[2]),
				"Correct AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE in the environment, or the file."
		},
	},
	{
		regexp.MustCompile(`^failed to load custom CA bundle`),
		func(p profile, _ []string) (string, string) {
			setting, file := p.bundle()
			return fmt.Sprintf("%s names %s", setting, file), "The file" + noCertificate
		},
	},
}

// explainSetting explains an error about a value in a profile or in the
// environment.
func (p profile) explainSetting(err error) (why, next string) {
	setting, file := p.bundle()
	if unread, ok := errors.AsType[*fs.PathError](err); ok && unread.Path == file {
		return fmt.Sprintf("%s cannot be read: %s", setting, err), "Correct or remove it."
	}
	for _, fault := range settingFaults {
		if found := fault.words.FindStringSubmatch(err.Error()); found != nil {
			return fault.explain(p, found)
		}
	}
	return strings.TrimRight(err.Error(), ". \n"), fmt.Sprintf(
		"Check the arguments of the provider block, the AWS_* environment variables, and %s.", p.describe(p.name))
}

// setting names a variable of the environment or, if variable is "", a setting of
// the profile.
func (p profile) setting(variable, inProfile string) string {
	if variable != "" {
		return variable + " in the environment"
	}
	return inProfile + " in " + p.describe(p.name)
}

// bundle returns the CA bundle to use if the block names none, and the setting
// that names it.
func (p profile) bundle() (setting, file string) {
	if file := os.Getenv("AWS_CA_BUNDLE"); file != "" {
		return "AWS_CA_BUNDLE in the environment", file
	}
	return "ca_bundle in " + p.describe(p.name), p.config.CustomCABundle
}

// sourceName is the name of the profile that has credential_source.
func (p profile) sourceName() string {
	return cmp.Or(p.find(func(c config.SharedConfig) bool { return c.CredentialSource != "" }).Profile, p.name)
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
