package metricdefinition

import (
	"errors"
	"fmt"
	"strings"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/tfresource"
)

var (
	// idFormat is how errors spell an import ID.
	idFormat = strings.Join(tfresource.IDForms(",ID"), " or ") + ", each with an optional @REGION at the end"
	// idMarkdown is how the docs spell a canonical ID.
	idMarkdown = tfresource.InMarkdown(tfresource.IDForms(",ID@REGION"))
)

// formatID returns the canonical import ID of a key, which is the resource's id.
func formatID(k rumapi.DefinitionKey) string { return tfresource.FormatID(k.Key, k.ID) }

// parseID reads an import ID: that of the destination, with the ID of the definition
// before its region. A region that the ID leaves out is "". It returns an error for a
// text that is no import ID.
func parseID(id string) (k rumapi.DefinitionKey, err error) {
	rest, region := tfresource.SplitRegion(id)
	if strings.Count(rest, ",") < 2 {
		return k, errors.New("it has too few parts")
	}
	comma := strings.LastIndex(rest, ",") // the ID of a definition holds none
	k.ID = rest[comma+1:]
	if k.Key, err = tfresource.ParseKey(rest[:comma], region); err != nil {
		return k, err
	}
	return k, checkKey(k)
}

// checkKey returns an error for a key that no definition can have.
func checkKey(k rumapi.DefinitionKey) error {
	switch {
	case k.Destination == "":
		return errors.New("its destination is empty")
	case rumapi.HasARNs(k.Destination) && k.DestinationARN == "":
		return fmt.Errorf("the ARN of the %s destination is missing", k.Destination)
	case k.ID == "" || len(k.ID) > 255 || strings.Contains(k.ID, ","):
		return fmt.Errorf("%q is not the ID of a metric definition", k.ID)
	}
	return tfresource.CheckKey(k.Key)
}
