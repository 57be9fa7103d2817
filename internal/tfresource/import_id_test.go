package tfresource

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/validate"
)

const (
	featureARN = "arn:aws:evidently:eu-west-1:123456789012:project/petfood/feature/upsell"
	oddARN     = "arn:aws:evidently:eu-west-1:1:a,b@us-east-1" // ends in what could be a region
)

func TestDestinationIDsThereAndBack(t *testing.T) {
	tests := map[string]rumapi.Key{
		// The canonical ones, which are the resource's id.
		"web,CloudWatch@eu-west-1": {
			Region: "eu-west-1", AppMonitorName: "web", Destination: "CloudWatch",
		},
		"web,Evidently," + featureARN + "@eu-west-1": {
			Region: "eu-west-1", AppMonitorName: "web", Destination: "Evidently", DestinationARN: featureARN,
		},
		"web,Evidently," + oddARN + "@eu-west-1": {
			Region: "eu-west-1", AppMonitorName: "web", Destination: "Evidently", DestinationARN: oddARN,
		},
		"a.b-c_d#e,CloudWatch@us-gov-west-1": {
			Region: "us-gov-west-1", AppMonitorName: "a.b-c_d#e", Destination: "CloudWatch",
		},
		// A state that was moved from where regions were not recorded has these.
		"web,CloudWatch":              {AppMonitorName: "web", Destination: "CloudWatch"},
		"web,Evidently," + featureARN: {AppMonitorName: "web", Destination: "Evidently", DestinationARN: featureARN},
	}
	for id, key := range tests {
		t.Run(id, func(t *testing.T) {
			if got := FormatID(key); got != id {
				t.Errorf("the ID of %#v is %s, want %s", key, got, id)
			}
			if got, err := ParseDestinationID(id); err != nil || got != key {
				t.Errorf("got %#v, %v; want %#v", got, err, key)
			}
		})
	}
}

func TestPartialDestinationIDMeansAPartialKey(t *testing.T) {
	for id, want := range map[string]rumapi.Key{
		"web":           {AppMonitorName: "web"},
		"eu-west-1":     {AppMonitorName: "eu-west-1"}, // a monitor may be called that
		"web@eu-west-1": {Region: "eu-west-1", AppMonitorName: "web"},
		// What looks like a region at the end is one, even where it could be a part of the ARN.
		"web,Evidently," + oddARN: {
			Region: "us-east-1", AppMonitorName: "web", Destination: "Evidently",
			DestinationARN: strings.TrimSuffix(oddARN, "@us-east-1"),
		},
		// What does not look like a region is a part of the ARN.
		"web,Evidently," + featureARN + "@Ireland": {
			AppMonitorName: "web", Destination: "Evidently", DestinationARN: featureARN + "@Ireland",
		},
	} {
		t.Run(id, func(t *testing.T) {
			if got, err := ParseDestinationID(id); err != nil || got != want {
				t.Errorf("got %#v, %v; want %#v", got, err, want)
			}
		})
	}
}

func TestMalformedDestinationIDErrorSaysWhatIsWrong(t *testing.T) {
	for id, want := range map[string]string{
		"":                                       "a part of it is empty",
		",":                                      "a part of it is empty",
		"@eu-west-1":                             "a part of it is empty",
		"web,":                                   "a part of it is empty",
		"web,@eu-west-1":                         "a part of it is empty",
		",CloudWatch":                            "a part of it is empty",
		"web,CloudWatch,":                        "a part of it is empty",
		"web,Evidently,":                         "a part of it is empty",
		"web,Evidently,@eu-west-1":               "a part of it is empty",
		"web,,arn:aws:x:y:z:w":                   "a part of it is empty",
		"web,Evidently":                          "the ARN of the Evidently destination is missing",
		"web,Evidently@eu-west-1":                "the ARN of the Evidently destination is missing",
		"web,cloudwatch":                         `"cloudwatch" is not a destination; it must be CloudWatch or Evidently`,
		"web,CloudWatch@Ireland":                 `"CloudWatch@Ireland" is not a destination; it must be CloudWatch or Evidently`,
		"web,CloudWatch@":                        `"CloudWatch@" is not a destination; it must be CloudWatch or Evidently`,
		"web,CloudWatch @eu-west-1":              `"CloudWatch " is not a destination; it must be CloudWatch or Evidently`,
		"web, CloudWatch":                        `" CloudWatch" is not a destination; it must be CloudWatch or Evidently`,
		"web/CloudWatch":                         `"web/CloudWatch" is not the name of an app monitor`,
		"web@Ireland":                            `"web@Ireland" is not the name of an app monitor`,
		"web@":                                   `"web@" is not the name of an app monitor`,
		".web,CloudWatch":                        `".web" is not the name of an app monitor`,
		" web,CloudWatch":                        `" web" is not the name of an app monitor`,
		"web,CloudWatch," + featureARN:           "a CloudWatch destination has no ARN",
		"web,Evidently,upsell":                   `"upsell" is not an ARN`,
		"web,Evidently,xarn:a:b:c:d:e":           `"xarn:a:b:c:d:e" is not an ARN`,
		strings.Repeat("x", 256) + ",CloudWatch": "is not the name of an app monitor",
	} {
		t.Run(fmt.Sprintf("%q", id), func(t *testing.T) {
			if got, err := ParseDestinationID(id); err == nil || !strings.HasSuffix(err.Error(), want) {
				t.Errorf("got %#v, %v; want an error that ends in %q", got, err, want)
			}
		})
	}
}

// Every destination comes back from its ID.
func FuzzIDOfKey(f *testing.F) {
	f.Add("eu-west-1", "web", false, "")
	f.Add("eu-west-1", "web", true, featureARN)
	f.Add("us-gov-west-1", "a.b-c_d#e", true, oddARN)
	f.Add("a-b", "#", true, "arn:,:@:,:@:@a-b,@c-d")
	f.Add("a-b", "-", true, "arn:::::\xff")
	f.Fuzz(func(t *testing.T, region, monitor string, evidently bool, arn string) {
		key := rumapi.Key{Region: region, AppMonitorName: monitor, Destination: rumapi.CloudWatch}
		if evidently {
			key.Destination, key.DestinationARN = rumapi.Evidently, arn
		}
		if !validate.IsRegion(region) || !validate.IsAppMonitorName(monitor) || evidently && !validate.IsARN(arn) {
			return // no resource has it
		}
		if got, err := ParseDestinationID(FormatID(key)); err != nil || got != key {
			t.Errorf("got %#v, %v back from %q, want %#v", got, err, FormatID(key), key)
		}
	})
}

// Every import ID is refused or means one key. The ID of that key means it too.
func FuzzParseID(f *testing.F) {
	for _, id := range []string{
		"", "web", "web@eu-west-1", "web,CloudWatch", "web,CloudWatch@eu-west-1", "web,Evidently", "web,Evidently," + featureARN,
		"web,Evidently," + featureARN + "@eu-west-1", "web,Evidently," + oddARN, ",", "@", "@a-b", "web,,", "web@a-b@c-d", "web,CloudWatch,arn:::::",
	} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		key, err := ParseDestinationID(id)
		if err != nil {
			return
		}
		if err := CheckKey(key); err != nil {
			t.Errorf("%q means %#v, want a key that a destination can have: %v", id, key, err)
		}
		if key.Region != "" && !validate.IsRegion(key.Region) {
			t.Errorf("%q has the region %q, want the name of a region", id, key.Region)
		}
		if key.Destination == "" {
			if want := strings.TrimSuffix(key.AppMonitorName+"@"+key.Region, "@"); id != want {
				t.Errorf("%q means what %q means, want every key to have one ID", id, want)
			}
			return
		}
		if got := FormatID(key); got != id {
			t.Errorf("%q means %#v, whose ID is %q, want %q", id, key, got, id)
		}
	})
}

// Every identity is refused, or is partial, or has a key that comes back from its ID.
func FuzzIdentity(f *testing.F) {
	f.Add("", "web", "", "")
	f.Add("eu-west-1", "web", "CloudWatch", "")
	f.Add("eu-west-1", "web", "Evidently", featureARN)
	f.Add("us-east-1", "a.b-c_d#e", "Evidently", oddARN)
	f.Add("Ireland", "web", "CloudWatch", "")
	f.Add("eu-west-1,", "web@", "CloudWatch@a-b", "@")
	f.Fuzz(func(t *testing.T, region, monitor, destination, arn string) {
		id := NewKeyModel(rumapi.Key{Region: region, AppMonitorName: monitor, Destination: destination, DestinationARN: arn})
		key := id.Key()
		if CheckKey(key) != nil || key.Region == "" || key.Destination == "" || (key.Destination == rumapi.Evidently) != (key.DestinationARN != "") {
			return
		}
		if got, err := ParseDestinationID(FormatID(key)); err != nil || got != key {
			t.Errorf("got %#v, %v back from %q, want %#v", got, err, FormatID(key), key)
		}
	})
}
