package tfresource

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// refusal is an error of the service, whose message quotes what was sent.
func refusal() error {
	return &rumapi.Error{Operation: "ListRumMetricsDestinations", Err: &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: http.StatusForbidden}}, Err: &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "no access for shop-secret"},
	}}
}

func TestFailedLookEndsLooks(t *testing.T) {
	t.Parallel()
	fails := func(err error) func(context.Context) error { return func(context.Context) error { return err } }
	for name, test := range map[string]struct {
		first     func(context.Context) error
		before    func(*Run)
		same      bool // a second look for the same is made
		other     bool // a look for something else is made
		warns     string
		interrupt bool
	}{
		"answered":            {first: fails(nil), same: true, other: true},
		"nothing there":       {first: fails(fmt.Errorf("monitor: %w", rumapi.ErrNotFound)), other: true},
		"refused":             {first: fails(refusal()), other: true, warns: "shop-secret"},
		"no credentials":      {first: fails(&rumapi.Error{Err: &rumapi.NotSentError{Why: "none", Next: "Sign in."}}), warns: "Sign in."},
		"no connection":       {first: fails(&rumapi.Error{Err: errors.New("refused")}), warns: "refused"},
		"no answer":           {first: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, warns: "did not return the first within 10s"},
		"the run applies":     {first: fails(nil), before: func(r *Run) { r.Applies() }},
		"the run interrupted": {first: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, interrupt: true, same: true, other: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := &ProviderData{}
				if test.before != nil {
					test.before(&d.Run)
				}
				ctx, cancel := context.WithCancel(t.Context())
				if test.interrupt {
					time.AfterFunc(time.Second, cancel)
				}
				defer cancel()
				_, err := Look(ctx, d, "first", func(ctx context.Context) (int, error) { return 0, test.first(ctx) })
				asked := func(what string) (made bool) {
					_, _ = Look(t.Context(), d, what, func(context.Context) (int, error) { made = true; return 0, nil })
					return made
				}
				if got := asked("first"); got != test.same {
					t.Errorf("a second look for the same is made: got %t, want %t", got, test.same)
				}
				if got := asked("second"); got != test.other {
					t.Errorf("a look for something else is made: got %t, want %t", got, test.other)
				}
				for _, want := range []string{test.warns, ""} { // once
					var diags diag.Diagnostics
					if err != nil {
						diags = d.Run.NotAsked(err)
					}
					if got := len(diags) > 0; got != (want != "") {
						t.Fatalf("got the warnings %v, want %q", diags, want)
					}
					if want != "" && !strings.Contains(diags[0].Detail(), want) {
						t.Errorf("got the warning %q, want it to say %q", diags[0].Detail(), want)
					}
				}
			})
		})
	}
}

// The message of an answer can quote what was sent, for example an external ID to STS.
func TestLogOfAFailedLookHasTheReasonOnly(t *testing.T) {
	t.Parallel()
	var output bytes.Buffer
	_, _ = Look(tflogtest.RootLogger(t.Context(), &output), &ProviderData{}, "monitor", func(context.Context) (int, error) { return 0, refusal() })
	if got := output.String(); !strings.Contains(got, "AccessDeniedException") || strings.Contains(got, "shop-secret") {
		t.Errorf("the log is %q, want the code and not the message", got)
	}
}
