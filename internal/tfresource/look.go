package tfresource

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"
	"golang.org/x/sync/semaphore"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// longestLook is how long a plan waits for a look. A plan can do without it.
const longestLook = 10 * time.Second

// errApplying is the error of a look that was not made because the run applies.
var errApplying = errors.New("this run has begun to apply")

// Look reads for a plan what the plan can do without, because it only warns of what
// it finds. It names what is read in what, such as "app monitor web": looks for the
// same share a failure, and a warning may quote it.
//
// Look returns what ask returns. It returns an error without asking
//   - once the run has begun to apply: looks belong to plans, and the CLI plans each
//     resource again while it applies;
//   - if an earlier look for the same has failed, also with ErrNotFound;
//   - if no answer came to any earlier look: no credentials, no connection, or
//     nothing within 10 seconds. Otherwise a plan could wait for each of its
//     resources.
//
// A caller that has nothing to say without the answer drops the error. A plan of a
// create gives it to NotAsked.
func Look[T any](ctx context.Context, d *ProviderData, what string, ask func(context.Context) (T, error)) (found T, err error) {
	run := &d.Run
	// Looks for the same take turns, so that the second one knows of the failure of the
	// first. After a success the client still has the answer.
	turn := Shared(run, what, func() *semaphore.Weighted { return semaphore.NewWeighted(1) })
	if err := turn.Acquire(ctx, 1); err != nil {
		return found, err
	}
	defer turn.Release(1)
	if err := run.lookEnded(what); err != nil {
		return found, err
	}
	limited, cancel := context.WithTimeout(ctx, longestLook)
	defer cancel()
	found, err = ask(limited)
	if err == nil || ctx.Err() != nil { // an interrupted run has no later looks
		return found, err
	}
	if limited.Err() != nil {
		err = slowLookError(what)
	}
	tflog.Debug(ctx, "a look of the plan failed", map[string]any{"what": what, "reason": rumapi.Reason(err)})
	if !errors.Is(err, rumapi.ErrNotFound) && !rumapi.Answered(err) {
		what = everyLook
	}
	run.failedLooks.LoadOrStore(what, err)
	return found, err
}

// slowLookError is the error of a look that took too long. It holds what the look was
// for.
type slowLookError string

func (what slowLookError) Error() string {
	return fmt.Sprintf("CloudWatch RUM did not return the %s within %s. It may be throttling the account's requests, or the network is slow.", string(what), longestLook)
}

// everyLook is the name under which a failure ends all looks of a run.
const everyLook = ""

// lookEnded returns why a look is not to be made, and nil if it is.
func (r *Run) lookEnded(what string) error {
	if r.applying.Load() {
		return errApplying
	}
	for _, name := range []string{everyLook, what} {
		if failed, ok := r.failedLooks.Load(name); ok {
			err, _ := failed.(error)
			return err
		}
	}
	return nil
}

// NotAsked returns the warning that a plan of a create cannot name what exists,
// because a look failed with err. A run has this warning once. There is none when
// the service has answered that there is nothing, when the run applies, or when it
// was interrupted.
func (r *Run) NotAsked(err error) (diags diag.Diagnostics) {
	if errors.Is(err, rumapi.ErrNotFound) || errors.Is(err, errApplying) || errors.Is(err, context.Canceled) {
		return nil
	}
	if r.warned.Swap(true) {
		return nil
	}
	_, detail := rumapi.Explain(err)
	diags.AddWarning("Plan cannot tell what exists", "This plan creates resources, and CloudWatch RUM could not be asked whether they exist already. "+
		"The plan therefore names no destination that the apply would take over, and no metric definition that would then exist twice. "+
		"It says so once for all of its resources.\n\n"+detail)
	return diags
}

// LookForDestinations looks for all destinations of the app monitor of k. It returns
// ErrNotFound if there is no such monitor.
func (d *ProviderData) LookForDestinations(ctx context.Context, k rumapi.Key) ([]rumapi.Destination, error) {
	what := fmt.Sprintf("metrics destinations of app monitor %q in %s", k.AppMonitorName, k.Region)
	return Look(ctx, d, what, func(ctx context.Context) ([]rumapi.Destination, error) {
		return d.Client.ListDestinations(ctx, k.Region, k.AppMonitorName)
	})
}

// LookForDefinitions looks for all metric definitions of a destination. It returns
// ErrNotFound if there is no such destination.
func (d *ProviderData) LookForDefinitions(ctx context.Context, k rumapi.Key) ([]rumapi.Definition, error) {
	return Look(ctx, d, "metric definitions of the "+k.String(), func(ctx context.Context) ([]rumapi.Definition, error) {
		return d.Client.ListDefinitions(ctx, k)
	})
}

// WarnOfMissingMonitor returns the warning that a replacement goes to an app monitor
// that does not exist. The object is what is replaced, such as "metric definition".
func WarnOfMissingMonitor(k rumapi.Key, object string) diag.Diagnostic {
	return diag.NewWarningDiagnostic("No such RUM app monitor", fmt.Sprintf(
		"The plan replaces a %s by one of app monitor %q in %s, which does not exist. The apply would delete the old one, and then could not create the new one. "+
			"Check app_monitor_name and region, or ignore this if the same apply creates the monitor.", object, k.AppMonitorName, k.Region))
}
