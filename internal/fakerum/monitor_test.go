package fakerum_test

import (
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rum"
	"github.com/aws/aws-sdk-go-v2/service/rum/types"
)

func TestAppMonitorsAreCreatedReadListedAndDeleted(t *testing.T) {
	f := serve(t)
	const name = "my#web.site_1-2"
	created, err := f.api.CreateAppMonitor(t.Context(), &rum.CreateAppMonitorInput{
		Name:                    aws.String(name),
		Domain:                  aws.String("example.com"),
		AppMonitorConfiguration: &types.AppMonitorConfiguration{SessionSampleRate: 0.5, Telemetries: []types.Telemetry{types.TelemetryErrors}},
		CustomEvents:            &types.CustomEvents{Status: types.CustomEventsStatusEnabled},
		CwLogEnabled:            aws.Bool(true),
		Tags:                    map[string]string{"team": "web"},
	})
	wantOK(t, err)
	if !regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`).MatchString(*created.Id) {
		t.Errorf("ID = %q, want a UUID", *created.Id)
	}

	got, err := f.api.GetAppMonitor(t.Context(), &rum.GetAppMonitorInput{Name: aws.String(name)})
	wantOK(t, err)
	m := got.AppMonitor
	if *m.Name != name || *m.Id != *created.Id || *m.Domain != "example.com" || m.State != types.StateEnumCreated || m.Platform != types.AppMonitorPlatformWeb {
		t.Errorf("app monitor = %+v, want %s with ID %s, example.com, CREATED, Web", m, name, *created.Id)
	}
	if m.AppMonitorConfiguration.SessionSampleRate != 0.5 || m.CustomEvents.Status != types.CustomEventsStatusEnabled || m.Tags["team"] != "web" {
		t.Errorf("app monitor = %+v, want sample rate 0.5, custom events ENABLED, tag team web", m)
	}
	if group := "/aws/vendedlogs/RUMService_" + name + (*created.Id)[:8]; !*m.DataStorage.CwLog.CwLogEnabled || *m.DataStorage.CwLog.CwLogGroup != group {
		t.Errorf("log group = %q, want %q", *m.DataStorage.CwLog.CwLogGroup, group)
	}
	if !regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$`).MatchString(*m.Created) || *m.LastModified != *m.Created {
		t.Errorf("Created = %q and LastModified = %q, want equal times of 27 characters", *m.Created, *m.LastModified)
	}

	listed, err := f.api.ListAppMonitors(t.Context(), &rum.ListAppMonitorsInput{})
	wantOK(t, err)
	if len(listed.AppMonitorSummaries) != 1 {
		t.Fatalf("%d app monitors, want 1", len(listed.AppMonitorSummaries))
	}
	if s := listed.AppMonitorSummaries[0]; *s.Name != name || *s.Id != *m.Id || *s.Created != *m.Created || s.State != m.State || s.Platform != m.Platform {
		t.Errorf("summary = %+v, want the members of %+v", s, m)
	}

	_, err = f.api.DeleteAppMonitor(t.Context(), &rum.DeleteAppMonitorInput{Name: aws.String(name)})
	wantOK(t, err)
	if left := f.account().Monitors(); len(left) > 0 {
		t.Errorf("app monitors after the delete = %v, want none", left)
	}
}

func TestCreateAppMonitorFillsInDefaults(t *testing.T) {
	f := serve(t)
	_, err := f.api.CreateAppMonitor(t.Context(), &rum.CreateAppMonitorInput{Name: aws.String("web"), DomainList: []string{"a.example", "b.example"}})
	wantOK(t, err)
	got, err := f.api.GetAppMonitor(t.Context(), &rum.GetAppMonitorInput{Name: aws.String("web")})
	wantOK(t, err)
	m := got.AppMonitor
	if m.Domain != nil || !slices.Equal(m.DomainList, []string{"a.example", "b.example"}) || m.Tags == nil || len(m.Tags) > 0 {
		t.Errorf("app monitor = %+v, want no Domain, the DomainList as sent, and empty Tags", m)
	}
	if m.AppMonitorConfiguration.SessionSampleRate != 0.1 || m.CustomEvents.Status != types.CustomEventsStatusDisabled || *m.DataStorage.CwLog.CwLogEnabled || m.DataStorage.CwLog.CwLogGroup != nil {
		t.Errorf("app monitor = %+v, want sample rate 0.1, custom events DISABLED, no log group", m)
	}
}

func TestInvalidAppMonitorRequestsAreRefused(t *testing.T) {
	f := serve(t)
	create := func(name, domain string, platform types.AppMonitorPlatform) error {
		_, err := f.api.CreateAppMonitor(t.Context(), &rum.CreateAppMonitorInput{Name: aws.String(name), Domain: optional(domain), Platform: platform})
		return err
	}
	get := func(name string) error {
		_, err := f.api.GetAppMonitor(t.Context(), &rum.GetAppMonitorInput{Name: aws.String(name)})
		return err
	}
	remove := func(name string) error {
		_, err := f.api.DeleteAppMonitor(t.Context(), &rum.DeleteAppMonitorInput{Name: aws.String(name)})
		return err
	}
	wantOK(t, create("web", "example.com", types.AppMonitorPlatformIos))

	err := create("web", "example.com", "")
	wantError(t, err, http.StatusConflict, "ConflictException")
	exists, ok := errors.AsType[*types.ConflictException](err)
	if !ok || *exists.ResourceName != "web" || *exists.ResourceType != "AppMonitor" {
		t.Errorf("error = %+v, want AppMonitor web", exists)
	}
	for name, err := range map[string]error{"get": get("other"), "delete": remove("other")} {
		t.Run("no app monitor/"+name, func(t *testing.T) {
			wantError(t, err, http.StatusNotFound, "ResourceNotFoundException")
			absent, ok := errors.AsType[*types.ResourceNotFoundException](err)
			if !ok || *absent.ResourceName != "other" || *absent.ResourceType != "AppMonitor" {
				t.Errorf("error = %+v, want AppMonitor other", absent)
			}
		})
	}
	for name, err := range map[string]error{
		"no domain":        create("new", "", ""),
		"unknown platform": create("new", "example.com", "web"),
		"create, name":     create(".new", "example.com", ""),
		"get, name":        get(".new"),
		"delete, name":     remove(".new"),
	} {
		t.Run(name, func(t *testing.T) {
			wantError(t, err, http.StatusBadRequest, "ValidationException")
		})
	}
	if got := f.account().Monitors(); !slices.Equal(got, []string{"web"}) {
		t.Errorf("app monitors = %v, want [web]", got)
	}
}

func TestAppMonitorNamesFollowTheModel(t *testing.T) {
	for name, valid := range map[string]bool{
		"a":                      true,
		"#":                      true,
		"-.a":                    true,
		"A_b-c.d#9":              true,
		strings.Repeat("n", 255): true,
		strings.Repeat("n", 256): false,
		".a":                     false,
		"a b":                    false,
		"a/b":                    false,
		"a%b":                    false,
		"a\n":                    false,
		"é":                      false,
	} {
		t.Run(name, func(t *testing.T) {
			f := serve(t)
			_, err := f.api.CreateAppMonitor(t.Context(), &rum.CreateAppMonitorInput{Name: aws.String(name), Domain: aws.String("example.com")})
			_, inPath := f.listDestinations(name)
			if valid {
				wantOK(t, err)
				wantOK(t, inPath)
				return
			}
			wantError(t, err, http.StatusBadRequest, "ValidationException")
			wantError(t, inPath, http.StatusBadRequest, "ValidationException")
		})
	}
}
