package metricdefinition

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/validate"
)

const (
	// idFormat is how an import ID is spelled in errors and tests alike.
	idFormat = "MONITOR,CloudWatch,ID or MONITOR,Evidently,ARN,ID, each with an optional @REGION at the end"
	// idMarkdown is how a canonical ID is spelled in the docs.
	idMarkdown = "`MONITOR,CloudWatch,ID@REGION` or `MONITOR,Evidently,ARN,ID@REGION`"
)

// formatID is the canonical import ID of a key, which is the resource's id. It
// ends in @REGION, so that it means the same under every provider block.
func formatID(k rumapi.DefinitionKey) string {
	parts := []string{k.AppMonitorName, k.Destination}
	if k.DestinationARN != "" {
		parts = append(parts, k.DestinationARN)
	}
	return strings.Join(append(parts, k.ID), ",") + "@" + k.Region
}

// parseID reads an import ID; a region that it leaves out is "". It returns an
// error for what is no import ID.
func parseID(id string) (rumapi.DefinitionKey, error) {
	var k rumapi.DefinitionKey
	rest := id
	if at := strings.LastIndex(id, "@"); at >= 0 && validate.IsRegion(id[at+1:]) {
		rest, k.Region = id[:at], id[at+1:]
	}
	// Monitor names, destinations and IDs hold no comma; an ARN may.
	parts := strings.SplitN(rest, ",", 3)
	if len(parts) < 3 {
		return k, errors.New("it has too few parts")
	}
	k.AppMonitorName, k.Destination, k.ID = parts[0], parts[1], parts[2]
	if k.Destination == rumapi.Evidently {
		comma := strings.LastIndex(k.ID, ",")
		if comma < 0 {
			return k, errors.New("the ARN of the Evidently destination is missing")
		}
		k.DestinationARN, k.ID = k.ID[:comma], k.ID[comma+1:]
	}
	return k, checkKey(k)
}

// checkKey returns an error for a key that no definition can have.
func checkKey(k rumapi.DefinitionKey) error {
	switch {
	case !validate.IsAppMonitorName(k.AppMonitorName):
		return fmt.Errorf("%q is not the name of an app monitor", k.AppMonitorName)
	case !slices.Contains(rumapi.DestinationKinds(), k.Destination):
		return fmt.Errorf("%q is not a destination; there are %s", k.Destination, strings.Join(rumapi.DestinationKinds(), " and "))
	case k.Destination == rumapi.CloudWatch && k.DestinationARN != "":
		return errors.New("a CloudWatch destination has no ARN")
	case k.Destination == rumapi.Evidently && !validate.IsARN(k.DestinationARN):
		return fmt.Errorf("%q is not an ARN", k.DestinationARN)
	case k.ID == "" || len(k.ID) > 255 || strings.Contains(k.ID, ","):
		return fmt.Errorf("%q is not the ID of a metric definition", k.ID)
	case k.Region != "" && !validate.IsRegion(k.Region):
		return fmt.Errorf("%q is not the name of a region", k.Region)
	}
	return nil
}
