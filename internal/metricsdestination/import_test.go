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

// The forms of an import ID, as an error shows them.
const forms = "An import ID is MONITOR, MONITOR,CloudWatch or MONITOR,Evidently,ARN, each with an optional @REGION at the end."

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
		"the only one, Evidently": {
			resource: evidently("test", web, arnA, roleA),
			ids:      []string{"web", "web@eu-west-1", "web,Evidently," + arnA, "web,Evidently," + arnA + "@eu-west-1"},
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
			env := newFake(t)
			for _, d := range test.others {
				env.Account.PutDestination(web, d)
			}
			steps := []resource.TestStep{{
				Config:        config(env, test.resource),
				PostApplyFunc: env.Fake.ForgetRequests,
			}}
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

// importCommand returns a step in which an import into the resource "test" by ID
// fails with an error that has a text.
func importCommand(env *acctest.Env, id, want string) resource.TestStep {
	return resource.TestStep{
		Config:       config(env, cloudWatch("test", web)),
		ResourceName: address, ImportState: true, ImportStateId: id,
		ExpectError: acctest.Saying(want),
	}
}

// importFails checks that an import by ID fails with an error that has a text, both
// by the command and by a block.
func importFails(t *testing.T, env *acctest.Env, id, want string) {
	t.Helper()
	env.Run(t,
		importCommand(env, id, want),
		resource.TestStep{
			Config:      config(env, cloudWatch("test", web), fmt.Sprintf("import {\n  to = %s\n  id = %q\n}", address, id)),
			ExpectError: acctest.Saying(want),
		},
	)
}

func TestImportOfMalformedIDShowsTheForms(t *testing.T) {
	t.Parallel()
	for _, id := range []string{
		",CloudWatch", "web,", "web,CloudWatch,", "my web", ".web,CloudWatch", "@eu-west-1",
		"web,cloudwatch", "web,Evidently", "web,Evidently@eu-west-1", "web,Evidently,petfood", "web/CloudWatch",
		"web@Ireland",
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			env := newFake(t)
			env.Run(t, importCommand(env, id, fmt.Sprintf("which destination the ID %q means", id)), importCommand(env, id, forms))
			if requests := env.Fake.Requests(); len(requests) > 0 {
				t.Errorf("the service received %d requests, want none: %v", len(requests), requests)
			}
		})
	}
}

func TestImportOfSeveralListsTheirIDs(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	for _, d := range []fakerum.Destination{inCloudWatch, inEvidently(arnA, roleA), inEvidently(arnB, roleB)} {
		env.Account.PutDestination(web, d)
	}
	all := strings.Join([]string{
		"could be any of 3. Say which one is meant: in an import with its full ID, in a data source with destination and destination_arn.",
		"web,CloudWatch@eu-west-1",
		"web,Evidently," + arnA + "@eu-west-1",
		"web,Evidently," + arnB + "@eu-west-1",
	}, "\n")
	for _, id := range []string{"web", "web@eu-west-1"} {
		t.Run(id, func(t *testing.T) { importFails(t, env, id, all) })
	}
	wantWrites(t, env, 0, 0)
}

func TestImportOfAnAbsentDestinationSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	const ofOther = "Cannot import the metrics destination %s of app monitor \"other\" in eu-west-1: the app monitor does not have this destination.\n" +
		"If it is in another region, end the import ID in @REGION, or set region in the identity.\n" +
		"It has:\nother,Evidently," + arnA + "@eu-west-1"
	for id, want := range map[string]string{
		"web":                      "of app monitor \"web\" in eu-west-1: the app monitor has no metrics destinations.",
		"web,CloudWatch":           "of app monitor \"web\" in eu-west-1: the app monitor has no metrics destinations.",
		"web,CloudWatch@eu-west-1": "of app monitor \"web\" in eu-west-1: the app monitor has no metrics destinations.",
		"api":                      `eu-west-1 has no app monitor "api". The data source rum_app_monitors lists those that it has.`,
		"api,CloudWatch@us-east-1": `us-east-1 has no app monitor "api".`,
		"other,CloudWatch":         fmt.Sprintf(ofOther, "CloudWatch"),
		"other,Evidently," + arnB:  fmt.Sprintf(ofOther, "Evidently "+arnB),
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			env := newFake(t)
			env.In(acctest.OtherRegion).PutDestination(web, inCloudWatch)
			env.Account.CreateMonitor("other")
			env.Account.PutDestination("other", inEvidently(arnA, roleA))
			importFails(t, env, id, want)
			wantWrites(t, env, 0, 0)
		})
	}
}

func TestImportThatCannotReadNamesThePermission(t *testing.T) {
	t.Parallel()
	env := newFake(t)
	env.Account.PutDestination(web, inCloudWatch)
	env.Fake.Inject(fakerum.Fault{Operation: fakerum.OpListRumMetricsDestinations, Status: http.StatusForbidden, Code: "AccessDeniedException"})
	importFails(t, env, "web,CloudWatch", "The caller needs the IAM action rum:ListRumMetricsDestinations")
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
			env := newFake(t)
			env.Account.PutDestination(web, test.have)
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
			env := newFake(t)
			env.Account.PutDestination(web, inCloudWatch)
			env.Account.PutDestination(web, inEvidently(arnA, roleA))
			env.RunWithIdentity(t, resource.TestStep{
				Config:      config(env, cloudWatch("test", web), importIdentity(test.identity...)),
				ExpectError: acctest.Saying(test.want),
			})
			wantWrites(t, env, 0, 0)
		})
	}
}
