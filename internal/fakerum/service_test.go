package fakerum_test

import (
	"sync"
	"testing"
)

func TestConcurrentWritesAreAllDone(t *testing.T) {
	f := serve(t)
	f.Seed("web")
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			for _, err := range []error{
				f.putDestination("web", evidently, numberedARN(i), roleARN),
				f.putDestination("web", evidently, numberedARN(i), roleARN+"2"),
				f.deleteDestination("web", evidently, numberedARN(i)),
				f.putDestination("web", evidently, numberedARN(i), roleARN),
			} {
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got := f.account().Destinations("web"); len(got) != 20 {
		t.Errorf("%d destinations (%v), want 20", len(got), got)
	}
}

func TestListenFailsOnAnAddressInUse(t *testing.T) {
	f := serve(t)
	if _, _, err := f.Listen(t.Context(), f.endpoint[len("http://"):]); err == nil {
		t.Error("err = nil, want address in use")
	}
}
