package metricdefinition

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// A create that has the definitions alone keeps a delete waiting until it has
// remembered what it took over. The delete then leaves that alone.
func TestDeleteWaitsForACreateThatTakesOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := rumapi.New(aws.Config{Region: "eu-west-1"}, rumapi.Options{})
		run := newDestinationRun()
		release := run.alone(t.Context())
		kept := make(chan diag.Diagnostics)
		go func() {
			var diags diag.Diagnostics
			if failed := run.delete(t.Context(), client, ofWeb, &diags, "1"); len(failed) > 0 {
				t.Errorf("got %v, want no call", failed)
			}
			kept <- diags
		}()
		synctest.Wait()
		select {
		case <-kept:
			t.Error("the delete did not wait")
		default:
		}
		run.adopt([]rumapi.Definition{shop("1", "A")})
		release()
		if got := <-kept; len(got) != 1 || !strings.Contains(got[0].Detail(), "IDs 1.") {
			t.Errorf("got %v, want a warning that 1 is kept", got)
		}
	})
}

func TestOthersAreInTheOrderOfTheirNames(t *testing.T) {
	t.Parallel()
	got := existsAlready(ofWeb, []rumapi.Definition{shop("1", "B"), shop("3", "A"), shop("2", "A")}).Detail()
	if want := "\n  A in Shop (2)\n  A in Shop (3)\n  B in Shop (1)\n"; !strings.Contains(got, want) {
		t.Errorf("got %q, want %q in it", got, want)
	}
}

// A create waits for the deletes under way, which share. It waits no longer than its
// context.
func TestCreateWaitsForDeletes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		run := newDestinationRun()
		for range 2 {
			if err := run.deletes.Acquire(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
		}
		began := make(chan struct{})
		go func() {
			defer run.alone(t.Context())()
			close(began)
		}()
		synctest.Wait()
		select {
		case <-began:
			t.Error("the create did not wait")
		default:
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		run.alone(ended)() // returns
		run.deletes.Release(2)
		<-began
	})
}
