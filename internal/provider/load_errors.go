package provider

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// explainLoad turns an error of config.LoadDefaultConfig into a diagnostic that
// names the setting and where it is, and says what to do.
func (p profile) explainLoad(ctx context.Context, err error) diag.Diagnostic {
	p.config, _ = p.load(ctx, p.name) // what the SDK could read
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
	if _, circle := p.load(ctx, err.Profile); err.Err == nil && circle != nil {
		return fmt.Sprintf("The source_profile of %s leads in a circle: it comes back to the profile %q, which the profile with role_arn = %s names",
				p.describe(p.name), err.Profile, err.RoleARN),
			"End the circle: give one of its profiles credentials of its own, and remove the source_profile of that one."
	}
	why = fmt.Sprintf("%s assumes the role %s with the credentials of source_profile = %q", capital(p.describe(p.name)), err.RoleARN, err.Profile)
	next = fmt.Sprintf("Give the profile %q credentials, or correct source_profile.", err.Profile)
	if err.Err != nil {
		return why + fmt.Sprintf(". There is no profile %q in %s", err.Profile, p.searched()), next
	}
	return why + ", which has none", next
}

// explainSetting explains an error about a value in a profile or in the environment.
// The SDK's own words name the setting. To reword them would take an expression for each,
// which the next release of the SDK breaks.
func (p profile) explainSetting(err error) (why, next string) {
	setting, file := p.bundle()
	switch unread, ok := errors.AsType[*fs.PathError](err); {
	case ok && unread.Path == file:
		return fmt.Sprintf("%s cannot be read: %s", setting, err), "Correct or remove it."
	case strings.HasPrefix(err.Error(), "failed to load custom CA bundle"):
		return fmt.Sprintf("%s names %s", setting, file), whyNoCertificate(file)
	}
	return strings.TrimRight(err.Error(), ". \n"), fmt.Sprintf("Check the arguments of the provider block, the AWS_* environment variables, and %s.", p.describe(p.name))
}

// bundle returns the CA bundle to use if the block names none, and the setting
// that names it.
func (p profile) bundle() (setting, file string) {
	if file := os.Getenv("AWS_CA_BUNDLE"); file != "" {
		return "AWS_CA_BUNDLE in the environment", file
	}
	return "ca_bundle in " + p.describe(p.name), p.config.CustomCABundle
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
