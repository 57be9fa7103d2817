//go:build unix

package main

import (
	"net/http"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

func TestCommandServesUntilASignal(t *testing.T) {
	for name, signal := range map[string]os.Signal{"interrupt": os.Interrupt, "terminate": syscall.SIGTERM} {
		t.Run(name, func(t *testing.T) {
			cmd := command(t, "-addr 127.0.0.1:0 -monitor web -monitor my#api")
			waitFor := start(t, cmd)
			waitFor(`app monitors: web, my#api`)
			endpoint := waitFor(`export AWS_ENDPOINT_URL_RUM=(http://127\.0\.0\.1:[1-9]\d*)$`)[1]
			waitFor(`export AWS_ENDPOINT_URL_STS=` + endpoint + `$`)
			waitFor(`AWS_SECRET_ACCESS_KEY=` + fakerum.SecretKey)

			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, endpoint+"/rummetrics/my%23api/metricsdestination", http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			waitFor(`^\d\d:\d\d:\d\d  403  ListRumMetricsDestinations "my#api" +unsigned  `)

			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			if err := cmd.Wait(); err != nil {
				t.Errorf("exit = %v, want success", err)
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("the command ended after %s, want at most 5s", took)
			}
		})
	}
}
