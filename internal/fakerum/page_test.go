package fakerum_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// serveWithDestinations returns a fake with the app monitor web, which has n
// destinations, numbered from 1.
func serveWithDestinations(t *testing.T, n int) fake {
	t.Helper()
	f := serve(t)
	f.account().CreateMonitor("web")
	for i := range n {
		f.account().PutDestination("web", fakerum.Destination{Destination: evidently, DestinationARN: numberedARN(i + 1), IAMRoleARN: roleARN})
	}
	return f
}

func numberedARN(i int) string { return fmt.Sprintf("%s%d", featureARN, i) }

// listARNs lists the destinations of web page by page, and calls afterPage after
// each page. With maxResults 0 the request has no page size.
func (f fake) listARNs(maxResults int32, afterPage func(page int)) (arns []string, sizes []int) {
	f.t.Helper()
	in := &rum.ListRumMetricsDestinationsInput{AppMonitorName: aws.String("web")}
	if maxResults > 0 {
		in.MaxResults = &maxResults
	}
	pages := rum.NewListRumMetricsDestinationsPaginator(f.api, in)
	for pages.HasMorePages() {
		page, err := pages.NextPage(f.t.Context())
		wantOK(f.t, err)
		for _, d := range page.Destinations {
			arns = append(arns, *d.DestinationArn)
		}
		sizes = append(sizes, len(page.Destinations))
		if afterPage != nil {
			afterPage(len(sizes))
		}
	}
	return arns, sizes
}

func numberedARNs(from, to int) (all []string) {
	for i := from; i <= to; i++ {
		all = append(all, numberedARN(i))
	}
	return all
}

func TestPagesHaveEveryItemInOrder(t *testing.T) {
	for name, test := range map[string]struct {
		maxResults int32
		behavior   fakerum.Behavior
		sizes      []int
		newest     bool
	}{
		"default":       {sizes: []int{50, 50, 20}},
		"largest":       {maxResults: 100, sizes: []int{100, 20}},
		"exact":         {maxResults: 60, sizes: []int{60, 60}},
		"PageSize":      {behavior: fakerum.Behavior{PageSize: 40}, sizes: []int{40, 40, 40}},
		"PageSize over": {maxResults: 80, behavior: fakerum.Behavior{PageSize: 100}, sizes: []int{80, 40}},
		"NewestFirst":   {behavior: fakerum.Behavior{NewestFirst: true}, sizes: []int{50, 50, 20}, newest: true},
		"TokenEmpty":    {behavior: fakerum.Behavior{LastToken: fakerum.TokenEmpty}, sizes: []int{50, 50, 20}},
	} {
		t.Run(name, func(t *testing.T) {
			f := serveWithDestinations(t, 120)
			f.Behave(func(b *fakerum.Behavior) { *b = test.behavior })
			want := numberedARNs(1, 120)
			if test.newest {
				slices.Reverse(want)
			}
			got, sizes := f.listARNs(test.maxResults, nil)
			if !slices.Equal(got, want) || !slices.Equal(sizes, test.sizes) {
				t.Errorf("page sizes = %v, want %v; ARNs = %v, want %v", sizes, test.sizes, got, want)
			}
		})
	}
}

func TestPagesOfAChangingListSkipNoItem(t *testing.T) {
	for name, newest := range map[string]bool{"oldest first": false, "newest first": true} {
		t.Run(name, func(t *testing.T) {
			f := serveWithDestinations(t, 6)
			f.Behave(func(b *fakerum.Behavior) { b.NewestFirst = newest })
			want := []string{numberedARN(1), numberedARN(2), numberedARN(4), numberedARN(5), numberedARN(6)}
			if newest {
				want = []string{numberedARN(6), numberedARN(5), numberedARN(4), numberedARN(2), numberedARN(1)}
			}
			got, _ := f.listARNs(2, func(page int) {
				if page == 1 { // delete a destination of page 1, and one of a later page
					f.account().DeleteDestination("web", evidently, want[1])
					f.account().DeleteDestination("web", evidently, numberedARN(3))
				}
			})
			if !slices.Equal(got, want) {
				t.Errorf("ARNs = %v, want %v", got, want)
			}
		})
	}
}

func TestLastPageHasTheTokenOfTheSwitch(t *testing.T) {
	f := serveWithDestinations(t, 60)
	first, err := f.listDestinations("web")
	wantOK(t, err)
	for token, want := range map[fakerum.LastToken]*string{
		fakerum.TokenAbsent: nil, fakerum.TokenEmpty: new(string), fakerum.TokenRepeated: first.NextToken,
	} {
		f.Behave(func(b *fakerum.Behavior) { b.LastToken = token })
		last, err := f.api.ListRumMetricsDestinations(t.Context(), &rum.ListRumMetricsDestinationsInput{AppMonitorName: aws.String("web"), NextToken: first.NextToken})
		wantOK(t, err)
		if len(last.Destinations) != 10 || !reflect.DeepEqual(last.NextToken, want) {
			t.Errorf("last page: %d destinations, NextToken = %q (nil: %t), want 10 and %q (nil: %t)",
				len(last.Destinations), aws.ToString(last.NextToken), last.NextToken == nil, aws.ToString(want), want == nil)
		}
	}
}

func TestAppMonitorsComeInPages(t *testing.T) {
	f := serve(t)
	var want, got []string
	for i := range 7 {
		want = append(want, fmt.Sprintf("web-%d", i))
		f.account().CreateMonitor(want[i])
	}
	pages := rum.NewListAppMonitorsPaginator(f.api, &rum.ListAppMonitorsInput{MaxResults: aws.Int32(3)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		wantOK(t, err)
		for _, m := range page.AppMonitorSummaries {
			got = append(got, *m.Name)
		}
	}
	if !slices.Equal(got, want) || f.Count(fakerum.OpListAppMonitors) != 3 {
		t.Errorf("app monitors = %v in %d pages, want %v in 3", got, f.Count(fakerum.OpListAppMonitors), want)
	}
}
