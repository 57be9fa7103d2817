package fakerum_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

func TestEachAccountAndRegionHasItsOwnState(t *testing.T) {
	f := serve(t)
	f.Seed("seeded")
	f.Alias("AKIAONE", "111122223333")
	f.Alias("AKIATWO", "111122223333")
	listMonitors := func(t *testing.T, accessKeyID, region string) []string {
		t.Helper()
		out, err := client(f.endpoint, accessKeyID, fakerum.SecretKey, "", region).ListAppMonitors(t.Context(), nil)
		wantOK(t, err)
		var names []string
		for _, m := range out.AppMonitorSummaries {
			names = append(names, *m.Name)
		}
		return names
	}
	_, err := client(f.endpoint, "AKIAONE", fakerum.SecretKey, "", region).CreateAppMonitor(t.Context(), &rum.CreateAppMonitorInput{Name: aws.String("made"), Domain: aws.String("example.com")})
	wantOK(t, err)
	f.Seed("late")

	for _, test := range []struct {
		accessKeyID, region string
		want                []string
	}{
		{"AKIAONE", region, []string{"seeded", "made", "late"}},
		{"AKIATWO", region, []string{"seeded", "made", "late"}},
		{"111122223333", region, []string{"seeded", "made", "late"}},
		{"AKIAONE", "us-east-1", []string{"seeded", "late"}},
		{"AKIATHREE", region, []string{"seeded", "late"}},
	} {
		t.Run(test.accessKeyID+" in "+test.region, func(t *testing.T) {
			if got := listMonitors(t, test.accessKeyID, test.region); !slices.Equal(got, test.want) {
				t.Errorf("ListAppMonitors returned %v, want %v", got, test.want)
			}
			if got := f.In(test.accessKeyID, test.region).Monitors(); !slices.Equal(got, test.want) {
				t.Errorf("Monitors() = %v, want %v", got, test.want)
			}
		})
	}
}

func TestChangeOfDestinationsWithoutARequest(t *testing.T) {
	f := serve(t)
	a := f.account()
	a.CreateMonitor("web")
	a.PutDestination("web", fakerum.Destination{Destination: evidently, DestinationARN: featureARN, IAMRoleARN: roleARN})
	a.CreateMonitor("web") // does not change the app monitor
	a.PutDestination("web", fakerum.Destination{Destination: evidently, DestinationARN: featureARN, IAMRoleARN: roleARN + "2"})
	f.wantDestinations("web", fakerum.Destination{Destination: evidently, DestinationARN: featureARN, IAMRoleARN: roleARN + "2"})
	a.DeleteDestination("web", evidently, featureARN)
	a.DeleteDestination("web", evidently, featureARN)
	a.DeleteDestination("other", evidently, featureARN)
	f.wantDestinations("web")
	f.wantDestinations("other")
	a.DeleteMonitor("web")
	a.DeleteMonitor("web")
	if got := a.Monitors(); len(got) > 0 {
		t.Errorf("app monitors = %v, want none", got)
	}
	if got := f.Requests(); len(got) > 0 {
		t.Errorf("requests = %v, want none", got)
	}
}

func TestChangeOfDefinitionsWithoutARequest(t *testing.T) {
	f := serveWithCloudWatch(t)
	a := f.account()
	d := withID(checkouts, "ignored")
	d.DimensionKeys = maps.Clone(checkouts.DimensionKeys)
	id := a.CreateDefinition("web", cloudWatch, "", d)
	d.DimensionKeys["metadata.osName"] = "OS" // does not change the definition in the service
	f.wantDefinitions(withID(checkouts, id))
	a.UpdateDefinition("web", cloudWatch, "", withID(sessions, id))
	f.wantDefinitions(withID(sessions, id))
	a.DeleteDefinition("web", cloudWatch, "", "unknown")
	f.wantDefinitions(withID(sessions, id))
	a.DeleteDefinition("web", cloudWatch, "", id)
	a.DeleteDefinition("other", cloudWatch, "", id)
	f.wantDefinitions()
	wantDefinitions(t, a.Definitions("other", cloudWatch, ""))
}

func TestMistakeOfATestPanics(t *testing.T) {
	f := serveWithCloudWatch(t)
	a := f.account()
	for name, mistake := range map[string]func(){
		"put, no app monitor":     func() { a.PutDestination("other", fakerum.Destination{Destination: cloudWatch}) },
		"create, no destination":  func() { a.CreateDefinition("web", evidently, featureARN, sessions) },
		"create, no app monitor":  func() { a.CreateDefinition("other", cloudWatch, "", sessions) },
		"update, no definition":   func() { a.UpdateDefinition("web", cloudWatch, "", sessions) },
		"fault that does nothing": func() { f.Inject(fakerum.Fault{Operation: fakerum.OpGetAppMonitor, Code: "NoStatus"}) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic, want one")
				}
			}()
			mistake()
		})
	}
}
