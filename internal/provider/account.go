package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// checkLimit bounds the check of the account. OpenTofu cannot interrupt a
// provider while it configures it.
const checkLimit = 30 * time.Second

// checkAccount returns an error if cfg's credentials are for an account that the
// block does not allow. It calls STS if the block has allowed_account_ids or
// forbidden_account_ids, and otherwise does nothing.
func (b block) checkAccount(ctx context.Context, cfg aws.Config) (diags diag.Diagnostics) {
	allowed, forbidden := b.AllowedAccountIDs.values(), b.ForbiddenAccountIDs.values()
	if len(allowed) == 0 && len(forbidden) == 0 {
		for name, ids := range map[string]texts{"allowed_account_ids": b.AllowedAccountIDs, "forbidden_account_ids": b.ForbiddenAccountIDs} {
			if len(ids) > 0 { // as in hashicorp/aws, which says nothing
				diags.AddAttributeWarning(path.Root(name), "No AWS account is checked",
					name+" has empty elements only, so the provider works in any account. Name an account, or remove the argument.")
			}
		}
		return diags
	}
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	caller, err := b.sts(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		reason, next := plain(err), stsNext(err, "Check which credentials are in use.")
		notSent, ok := errors.AsType[*rumapi.NotSentError](err)
		switch {
		case ok:
			reason, next = notSent.Why, notSent.Next
		case errors.Is(ctx.Err(), context.DeadlineExceeded):
			reason = fmt.Sprintf("STS did not say within %s which account it is", checkLimit)
		case ctx.Err() != nil:
			reason, next = "the run was interrupted before STS said which account it is", "Run it again."
		}
		diags.AddError("Cannot tell which AWS account the credentials are for",
			"The provider block allows some accounts only (allowed_account_ids or forbidden_account_ids), but "+reason+".\n\n"+next)
		return diags
	}

	account, as := aws.ToString(caller.Account), aws.ToString(caller.Arn)
	switch {
	case len(allowed) > 0 && !slices.Contains(allowed, account):
		diags.AddAttributeError(path.Root("allowed_account_ids"), "Wrong AWS account", fmt.Sprintf(
			"The credentials are for account %s (%s); allowed_account_ids has only %s. Check which credentials are in use.",
			account, as, strings.Join(allowed, ", ")))
	case slices.Contains(forbidden, account):
		diags.AddAttributeError(path.Root("forbidden_account_ids"), "Wrong AWS account", fmt.Sprintf(
			"The credentials are for account %s (%s); forbidden_account_ids has %s. Check which credentials are in use.",
			account, as, strings.Join(forbidden, ", ")))
	}
	return diags
}
