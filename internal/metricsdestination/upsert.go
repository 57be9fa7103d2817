package metricsdestination

import (
	"context"
	"errors"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

// Put is an upsert, so an old and a new resource can stand for one destination during
// a run. That happens in a replacement with create_before_destroy that keeps the key,
// and when a resource is renamed without a moved block. The CLI may delete the old
// resource before or after it creates the new one.

var (
	// errCreatedInThisRun is the error of a delete that comes after the create. The
	// delete would take the destination of the new resource.
	errCreatedInThisRun = errors.New("created in this run")
	// errNotDeletedInThisRun is the error of a create that comes after a failed
	// delete. The old resource stays in the state, so the next run would delete the
	// destination, and the new resource would lose it.
	errNotDeletedInThisRun = errors.New("not deleted in this run")
)

// create puts a destination for a new resource. It puts nothing and returns
// errNotDeletedInThisRun when a delete of the same destination failed in this run.
func create(ctx context.Context, data *tfresource.ProviderData, d rumapi.Destination) error {
	turn, err := data.Run.Wait(ctx, tfresource.FormatID(d.Key))
	if err != nil {
		return &rumapi.Error{Operation: rumapi.OpPutDestination, Key: d.Key, RoleARN: d.IAMRoleARN, Err: err}
	}
	defer turn.End()
	if turn.Undeleted {
		return errNotDeletedInThisRun
	}
	err = data.Client.PutDestination(ctx, d)
	turn.Created = turn.Created || err == nil || rumapi.OutcomeUnknown(err)
	return err
}

// remove deletes a destination. It deletes nothing and returns errCreatedInThisRun
// when create made the same destination in this run.
func remove(ctx context.Context, data *tfresource.ProviderData, k rumapi.Key) error {
	turn, err := data.Run.Wait(ctx, tfresource.FormatID(k))
	if err != nil {
		return &rumapi.Error{Operation: rumapi.OpDeleteDestination, Key: k, Err: err}
	}
	defer turn.End()
	if turn.Created {
		return errCreatedInThisRun
	}
	err = data.Client.DeleteDestination(ctx, k)
	turn.Undeleted = err != nil
	return err
}
