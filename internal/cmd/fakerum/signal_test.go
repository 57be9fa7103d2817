//go:build unix

package main

import (
	"bufio"
	"net/http"
	"os"
	"regexp"
	"syscall"
	"testing"
	"time"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

func TestCommandServesUntilASignal(t *testing.T) {
	for name, signal := range map[string]os.Signal{"interrupt": os.Interrupt, "terminate": syscall.SIGTERM} {
		t.Run(name, func(t *testing.T) {
			cmd := command(t, "-addr 127.0.0.1:0 -monitor web -monitor my#api")
			stdout, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(stdout)
			waitFor := func(pattern string) []string {
				t.Helper()
				for lines.Scan() {
					if found := regexp.MustCompile(pattern).FindStringSubmatch(lines.Text()); found != nil {
						return found
					}
				}
				t.Fatalf("the output ended without a line that matches %s", pattern)
				return nil
			}
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
