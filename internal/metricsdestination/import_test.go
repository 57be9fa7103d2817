package metricsdestination_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/acctest"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

func TestImportByIDFindsTheDestination(t *testing.T) {
	t.Parallel()
	const oddARN = arnA + ",with,commas@eu-west-1"
	for name, test := range map[string]struct {
		resource string
		others   []fakerum.Destination // of the same monitor
		ids      []string
	}{
		"the only one": {
			resource: cloudWatch("test", web),
			ids:      []string{"web", "web@eu-west-1", "web,CloudWatch", "web,CloudWatch@eu-west-1"},
		},
		"CloudWatch among others": {
			resource: cloudWatch("test", web),
			others:   []fakerum.Destination{inEvidently(arnA, roleA), inEvidently(arnB, roleB)},
			ids:      []string{"web,CloudWatch", "web,CloudWatch@eu-west-1"},
		},
		"Evidently among others": {
			resource: evidently("test", web, arnA, roleA),
			others:   []fakerum.Destination{inCloudWatch, inEvidently(arnB, roleB)},
			ids:      []string{"web,Evidently," + arnA, "web,Evidently," + arnA + "@eu-west-1"},
		},
		"another region": {
			resource: cloudWatch("test", web, `region = "us-east-1"`),
			ids:      []string{"web@us-east-1", "web,CloudWatch@us-east-1"},
		},
		"an ARN that looks like more": {
			resource: evidently("test", web, oddARN, roleA),
			ids:      []string{"web,Evidently," + oddARN + "@eu-west-1"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newFake(t, test.others...)
			steps := []resource.TestStep{{Config: config(env, test.resource), PostApplyFunc: env.Fake.ForgetRequests}}
			for _, id := range test.ids {
				steps = append(steps, resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: id, ImportStateVerify: true})
			}
			block := resource.TestStep{
				ResourceName: address, ImportState: true, ImportStateId: test.ids[0], ImportStateKind: resource.ImportBlockWithID,
			}
			steps = append(steps, block)
			block.GenerateConfig = true
			steps = append(steps, block)
			env.Run(t, steps...)
			wantWrites(t, env, 0, 1) // the one Delete is the destroy at the end
		})
	}
}

// importFails checks that an import by ID fails with an error that has a text, both
// by the command and by a block, and writes nothing.
func importFails(t *testing.T, env *acctest.Env, id, want string) {
	t.Helper()
	test := config(env, cloudWatch("test", web))
	env.Run(t,
		resource.TestStep{Config: test, ResourceName: address, ImportState: true, ImportStateId: id, ExpectError: acctest.Saying(want)},
		resource.TestStep{
			Config:      test + fmt.Sprintf("import {\n  to = %s\n  id = %q\n}", address, id),
			ExpectError: acctest.Saying(want),
		},
	)
	wantWrites(t, env, 0, 0)
}

// The tests of tfresource have every form of a malformed ID.
func TestImportOfMalformedIDShowsTheForms(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	importFails(t, env, "web,Evidently", `Cannot tell which destination the ID "web,Evidently" means: the ARN of the Evidently destination is missing. `+
		"An import ID is MONITOR, MONITOR,CloudWatch or MONITOR,Evidently,ARN, each with an optional @REGION at the end.")
	if requests := env.Fake.Requests(); len(requests) > 0 {
		t.Errorf("the service received %d requests, want none: %v", len(requests), requests)
	}
}

func TestImportThatFindsNotTheOneSaysWhy(t *testing.T) {
	t.Parallel()
	const none = `of app monitor "web" in eu-west-1: the app monitor has no metrics destinations.`
	const ofOther = "Cannot import the metrics destination %s of app monitor \"other\" in eu-west-1: the app monitor does not have this destination.\n" +
		"If it is in another region, end the import ID in @REGION, or set region in the identity.\n" +
		"It has:\nother,Evidently," + arnA + "@eu-west-1"
	const several = "could be any of 3. Say which one is meant: in an import with its full ID, in a data source with destination and destination_arn.\n" +
		"full,CloudWatch@eu-west-1\nfull,Evidently," + arnA + "@eu-west-1\nfull,Evidently," + arnB + "@eu-west-1"
	for id, want := range map[string]string{
		"web":                      none,
		"web,CloudWatch@eu-west-1": none,
		"api":                      `eu-west-1 has no app monitor "api". The data source rum_app_monitors lists those that it has.`,
		"api,CloudWatch@us-east-1": `us-east-1 has no app monitor "api".`,
		"other,CloudWatch":         fmt.Sprintf(ofOther, "CloudWatch"),
		"other,Evidently," + arnB:  fmt.Sprintf(ofOther, "Evidently "+arnB),
		"full":                     several,
		"full@eu-west-1":           several,
		"denied,CloudWatch":        "The caller needs the IAM action rum:ListRumMetricsDestinations",
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			env := newFake(t)
			env.In(acctest.OtherRegion).PutDestination(web, inCloudWatch)
			for monitor, destinations := range map[string][]fakerum.Destination{
				"other":  {inEvidently(arnA, roleA)},
				"full":   {inCloudWatch, inEvidently(arnA, roleA), inEvidently(arnB, roleB)},
				"denied": {inCloudWatch},
			} {
				env.Account.CreateMonitor(monitor)
				for _, d := range destinations {
					env.Account.PutDestination(monitor, d)
				}
			}
			env.Fake.Inject(fakerum.Fault{Operation: opList, Monitor: "denied", Status: http.StatusForbidden, Code: "AccessDeniedException"})
			importFails(t, env, id, want)
		})
	}
}

// importIdentity returns a block that imports into the resource "test" by identity.
func importIdentity(lines ...string) string {
	return fmt.Sprintf("import {\n  to = %s\n  identity = {\n    %s\n  }\n}", address, strings.Join(lines, "\n    "))
}

func TestImportByPartOfIdentityFindsTheDestination(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		resource string
		have     fakerum.Destination
		identity []string
	}{
		"monitor": {
			resource: evidently("test", web, arnA, roleA), have: inEvidently(arnA, roleA),
			identity: []string{`app_monitor_name = "web"`},
		},
		"monitor and destination": {
			resource: cloudWatch("test", web), have: inCloudWatch,
			identity: []string{`app_monitor_name = "web"`, `destination = "CloudWatch"`},
		},
		"Evidently without an ARN": {
			resource: evidently("test", web, arnA, roleA), have: inEvidently(arnA, roleA),
			identity: []string{`app_monitor_name = "web"`, `destination = "Evidently"`, `region = "eu-west-1"`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newFake(t, test.have)
			env.RunWithIdentity(t, resource.TestStep{
				Config: config(env, test.resource, importIdentity(test.identity...)),
				PostApplyFunc: func() {
					wantWrites(t, env, 0, 0)
					wantDestinations(t, env.Account, web, test.have)
				},
			})
		})
	}
}

func TestImportByWrongIdentitySaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		identity []string
		want     string
	}{
		"absent monitor":     {[]string{`app_monitor_name = "api"`}, `eu-west-1 has no app monitor "api"`},
		"absent destination": {[]string{`app_monitor_name = "web"`, `destination = "CloudWatch"`, `region = "us-east-1"`}, `app monitor "web" in us-east-1: the app monitor has no metrics destinations`},
		"absent ARN":         {[]string{`app_monitor_name = "web"`, `destination = "Evidently"`, `destination_arn = "` + arnB + `"`}, "the app monitor does not have this destination"},
		"several":            {[]string{`app_monitor_name = "web"`}, "web,CloudWatch@eu-west-1\nweb,Evidently," + arnA + "@eu-west-1"},
		"malformed name":     {[]string{`app_monitor_name = "my web"`}, `the identity of the metrics destination of app monitor "my web" in eu-west-1 means: "my web" is not the name of an app monitor`},
		"malformed kind":     {[]string{`app_monitor_name = "web"`, `destination = "cloudwatch"`}, `"cloudwatch" is not a destination; it must be CloudWatch or Evidently`},
		"malformed ARN":      {[]string{`app_monitor_name = "web"`, `destination_arn = "petfood"`}, `"petfood" is not an ARN`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newFake(t, inCloudWatch, inEvidently(arnA, roleA))
			env.RunWithIdentity(t, resource.TestStep{
				Config:      config(env, cloudWatch("test", web), importIdentity(test.identity...)),
				ExpectError: acctest.Saying(test.want),
			})
			wantWrites(t, env, 0, 0)
		})
	}
}
