package metricsdestination

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/validate"
)

// idFormat is how an import ID is spelled in docs, errors and tests alike.
const idFormat = "MONITOR, MONITOR,CloudWatch or MONITOR,Evidently,ARN, each with an optional @REGION at the end"

// idMarkdown is how a canonical ID is spelled in the docs.
const idMarkdown = "`MONITOR,CloudWatch@REGION` or `MONITOR,Evidently,ARN@REGION`"

// formatID is the canonical import ID of a key, which is the resource's id. It
// ends in @REGION, so that it means the same under every provider block and an
// ARN that itself ends in something like @REGION comes back whole. Only a state
// that was moved from where regions were not recorded has none, until it is
// read for the first time.
func formatID(k rumapi.Key) string {
	parts := []string{k.AppMonitorName, k.Destination, k.DestinationARN}
	missing := func(part string) bool { return part == "" } // even the destination, of an import that finds nothing
	id := strings.Join(slices.DeleteFunc(parts, missing), ",")
	if k.Region != "" {
		id += "@" + k.Region
	}
	return id
}

// parseID reads an import ID. The key it returns may be partial: what the ID
// leaves out is "". It returns an error for what is no import ID; whether what
// it names exists is found out by looking it up.
func parseID(id string) (rumapi.Key, error) {
	var k rumapi.Key
	rest := id
	if at := strings.LastIndex(id, "@"); at >= 0 && validate.IsRegion(id[at+1:]) {
		rest, k.Region = id[:at], id[at+1:]
	}
	// Monitor names and destinations hold no comma; an ARN may.
	parts := strings.SplitN(rest, ",", 3)
	for i, into := range []*string{&k.AppMonitorName, &k.Destination, &k.DestinationARN}[:len(parts)] {
		if parts[i] == "" {
			return k, errors.New("a part of it is empty")
		}
		*into = parts[i]
	}
	if k.Destination == rumapi.Evidently && k.DestinationARN == "" {
		return k, errors.New("the ARN of the Evidently destination is missing")
	}
	return k, checkKey(k)
}

// checkKey returns an error for a key, partial or not, that no destination can
// have: asking CloudWatch RUM for it would only give a worse message.
func checkKey(k rumapi.Key) error {
	switch {
	case !validate.IsAppMonitorName(k.AppMonitorName):
		return fmt.Errorf("%q is not the name of an app monitor", k.AppMonitorName)
	case k.Destination != "" && !slices.Contains(rumapi.DestinationKinds(), k.Destination):
		return fmt.Errorf("%q is not a destination; there are %s", k.Destination, strings.Join(rumapi.DestinationKinds(), " and "))
	case k.Destination == rumapi.CloudWatch && k.DestinationARN != "":
		return errors.New("a CloudWatch destination has no ARN")
	case k.DestinationARN != "" && !validate.IsARN(k.DestinationARN):
		return fmt.Errorf("%q is not an ARN", k.DestinationARN)
	case k.Region != "" && !validate.IsRegion(k.Region):
		return fmt.Errorf("%q is not the name of a region", k.Region)
	}
	return nil
}
