package rumapi_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

// The service may leave out any member. An absent member must not look like a
// value that the service gave.
func TestGetAppMonitorKeepsAbsentApartFromEmpty(t *testing.T) {
	named := rumapi.AppMonitorSummary{Name: "web"}
	tests := map[string]struct {
		body string
		want rumapi.AppMonitor
	}{
		"an empty answer": {`{}`, rumapi.AppMonitor{AppMonitorSummary: named}},
		"only a name":     {`{"AppMonitor": {"Name": "web"}}`, rumapi.AppMonitor{AppMonitorSummary: named}},
		"empty structures": {
			`{"AppMonitor": {"Name": "web", "CustomEvents": {}, "AppMonitorConfiguration": {}, "DataStorage": {"CwLog": {}}}}`,
			rumapi.AppMonitor{AppMonitorSummary: named, SessionSampleRate: new(0.0)},
		},
		"a storage without logs": {`{"AppMonitor": {"Name": "web", "DataStorage": {}}}`, rumapi.AppMonitor{AppMonitorSummary: named}},
		"empty values": {
			`{"AppMonitor": {"Name": "web", "DomainList": [], "Tags": {}, "AppMonitorConfiguration": {"SessionSampleRate": 0, "Telemetries": []},
				"DataStorage": {"CwLog": {"CwLogEnabled": false}}}}`,
			rumapi.AppMonitor{
				AppMonitorSummary: named, DomainList: []string{}, Tags: map[string]string{},
				SessionSampleRate: new(0.0), Telemetries: []string{}, CwLogEnabled: new(false),
			},
		},
		"everything": {
			`{"AppMonitor": {
				"Name": "web", "Id": "1", "Platform": "Web", "State": "ACTIVE", "Created": "2024-04-04T16:13:09.278943Z", "LastModified": "2024-04-05T16:13:09.278943Z",
				"Domain": "*.example.com", "DomainList": ["b.example.com", "a.example.com"], "CustomEvents": {"Status": "ENABLED"},
				"AppMonitorConfiguration": {"SessionSampleRate": 0.25, "Telemetries": ["http", "errors"]},
				"DataStorage": {"CwLog": {"CwLogEnabled": true, "CwLogGroup": "/aws/vendedlogs/RUMService_web1"}}, "Tags": {"team": "web"}
			}}`,
			rumapi.AppMonitor{
				AppMonitorSummary: rumapi.AppMonitorSummary{
					Name: "web", ID: "1", Platform: "Web", State: "ACTIVE", Created: "2024-04-04T16:13:09.278943Z", LastModified: "2024-04-05T16:13:09.278943Z",
				},
				Domain: "*.example.com", DomainList: []string{"b.example.com", "a.example.com"}, CustomEvents: "ENABLED",
				SessionSampleRate: new(0.25), Telemetries: []string{"http", "errors"},
				CwLogEnabled: new(true), CwLogGroup: "/aws/vendedlogs/RUMService_web1", Tags: map[string]string{"team": "web"},
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cfg := serve(t, answer{status: 200, body: test.body, contentType: "application/json"})
				got, err := newClient(t, cfg).GetAppMonitor(t.Context(), region, "web")
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestListAppMonitorsReadsEveryPage(t *testing.T) {
	for _, size := range []int{0, 1, 7} { // of pages; 0 leaves it to the service
		t.Run(fmt.Sprintf("pages of %d", size), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork(t)
				n.Behave(func(b *fakerum.Behavior) { b.PageSize = size })
				for i := range 20 {
					n.account.CreateMonitor(fmt.Sprintf("monitor-%02d", i))
				}
				got, err := n.client.ListAppMonitors(t.Context(), region)
				if err != nil {
					t.Fatal(err)
				}
				var names []string
				for _, m := range got {
					names = append(names, m.Name)
				}
				if diff := cmp.Diff(n.account.Monitors(), names); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				whole, err := n.client.GetAppMonitor(t.Context(), region, "web")
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(whole.AppMonitorSummary, got[0]); diff != "" {
					t.Errorf("GetAppMonitor and ListAppMonitors disagree (-get +list):\n%s", diff)
				}
			})
		})
	}
}

// A for_each over a list that lacks monitors would remove their destinations.
func TestFailedListAppMonitorsGivesNoMonitors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork(t)
		n.account.CreateMonitor("other")
		n.Behave(func(b *fakerum.Behavior) { b.PageSize = 1 })
		n.Inject(fakerum.Fault{Operation: fakerum.OpListAppMonitors, Status: 403, Code: "AccessDeniedException", Match: func(r fakerum.Request) bool {
			return strings.Contains(r.URL, "nextToken")
		}})
		got, err := n.client.ListAppMonitors(t.Context(), region)
		if got != nil {
			t.Errorf("got %v beside the error, want no monitors", got)
		}
		summary, detail := rumapi.Explain(err)
		if want := "Cannot list RUM app monitors"; summary != want {
			t.Errorf("got the summary %q, want %q", summary, want)
		}
		if want := "The caller needs the IAM action rum:ListAppMonitors on *"; !strings.Contains(detail, want) {
			t.Errorf("got the detail %q, want %q in it", detail, want)
		}
	})
}
