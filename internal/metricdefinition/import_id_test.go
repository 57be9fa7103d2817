package metricdefinition

import (
	"strings"
	"testing"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
)

const arn = "arn:aws:evidently:eu-west-1:123456789012:project/shop/feature/a,b@eu-west-1"

func TestImportIDMeansOneKeyOrIsRefused(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]rumapi.DefinitionKey{
		"web,CloudWatch," + strings.Repeat("x", 255): {Key: rumapi.Key{AppMonitorName: "web", Destination: "CloudWatch"}, ID: strings.Repeat("x", 255)},
		"web,CloudWatch,x":                           {Key: rumapi.Key{AppMonitorName: "web", Destination: "CloudWatch"}, ID: "x"},
		"web,CloudWatch,x@us-east-1":                 {Key: rumapi.Key{Region: "us-east-1", AppMonitorName: "web", Destination: "CloudWatch"}, ID: "x"},
		"web,Evidently," + arn + ",x":                {Key: rumapi.Key{AppMonitorName: "web", Destination: "Evidently", DestinationARN: arn}, ID: "x"},
		"web,Evidently," + arn + ",x@us-gov-west-1":  {Key: rumapi.Key{Region: "us-gov-west-1", AppMonitorName: "web", Destination: "Evidently", DestinationARN: arn}, ID: "x"},
	} {
		if got, err := parseID(id); err != nil || got != want {
			t.Errorf("%s: got %+v, %v; want %+v", id, got, err, want)
		}
	}
	for _, id := range []string{
		"", "web", "eu-west-1", "web,CloudWatch", "web,CloudWatch,", ",CloudWatch,x", "web,,x", "web,S3,x", "web,Evidently,x", "web,Evidently,upsell,x",
		"web,Evidently," + arn + ",", "web,CloudWatch," + strings.Repeat("x", 256), ".web,CloudWatch,x", "web,CloudWatch,x,y",
	} {
		if got, err := parseID(id); err == nil {
			t.Errorf("%q: got %+v, want an error", id, got)
		}
	}
	// No ID has such a key, but an identity can have it.
	if err := checkKey(rumapi.DefinitionKey{Key: rumapi.Key{AppMonitorName: "web", Destination: "CloudWatch", DestinationARN: arn}, ID: "x"}); err == nil {
		t.Error("an ARN of CloudWatch: got no error, want one")
	}
}

// FuzzID checks that the key of an ID comes back from the ID that is made of the key.
func FuzzID(f *testing.F) {
	for _, seed := range []string{"web,CloudWatch,x", "web,Evidently," + arn + ",x@eu-west-1", "a#b,CloudWatch,010c9e15-0000@us-east-1", "@,,@"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		key, err := parseID(id)
		if err != nil {
			return
		}
		if key.Region == "" {
			key.Region = "eu-west-1"
		}
		if again, err := parseID(formatID(key)); err != nil || again != key {
			t.Errorf("%q means %+v; got %+v, %v back from %q", id, key, again, err, formatID(key))
		}
	})
}

// FuzzIdentity checks that the key of an accepted identity comes back from its ID.
func FuzzIdentity(f *testing.F) {
	f.Add("eu-west-1", "web", "CloudWatch", "", "x")
	f.Add("us-gov-west-1", "a#b", "Evidently", arn, "010c9e15-0000")
	f.Add("Ireland", "web", "CloudWatch", "", "x@eu-west-1")
	f.Add("eu-west-1,", "web@", "CloudWatch@a-b", "@", ",")
	f.Fuzz(func(t *testing.T, region, monitor, destination, arn, id string) {
		key := newIdentity(rumapi.DefinitionKey{
			Key: rumapi.Key{Region: region, AppMonitorName: monitor, Destination: destination, DestinationARN: arn}, ID: id,
		}).key()
		if checkKey(key) != nil || key.Region == "" {
			return
		}
		if got, err := parseID(formatID(key)); err != nil || got != key {
			t.Errorf("got %+v, %v back from %q, want %+v", got, err, formatID(key), key)
		}
	})
}
