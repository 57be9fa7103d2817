package tfresource

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/rumapi"
	"github.com/terraform-provider-rum/terraform-provider-rum/internal/validate"
)

var (
	// DestinationIDFormat is how errors spell the import ID of a destination.
	DestinationIDFormat = "MONITOR, " + strings.Join(IDForms(""), " or ") + ", each with an optional @REGION at the end"
	// DestinationIDMarkdown is how the docs spell the canonical ID of a destination.
	DestinationIDMarkdown = InMarkdown(IDForms("@REGION"))
)

// IDForms returns the forms of the import ID of a destination, one for each kind, with
// more at their end.
func IDForms(more string) (forms []string) {
	for _, kind := range rumapi.DestinationKinds() {
		form := "MONITOR," + kind
		if rumapi.HasARNs(kind) {
			form += ",ARN"
		}
		forms = append(forms, form+more)
	}
	return forms
}

// InMarkdown returns a list of choices for a description.
func InMarkdown(choices []string) string { return "`" + strings.Join(choices, "` or `") + "`" }

// FormatID returns the canonical import ID of a key, with more parts at its end. The
// ID ends in @REGION. It therefore means the same under every provider block, and an
// ARN that itself ends in something like @REGION comes back whole. FormatID leaves
// out parts that are "": an import that finds nothing has no destination, and a state
// that was moved from another provider has no region until its first refresh.
func FormatID(k rumapi.Key, more ...string) string {
	parts := append([]string{k.AppMonitorName, k.Destination, k.DestinationARN}, more...)
	id := strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), ",")
	if k.Region != "" {
		id += "@" + k.Region
	}
	return id
}

// SplitRegion splits an import ID into the part before @REGION and the region. The
// region is "" if there is none.
func SplitRegion(id string) (rest, region string) {
	if at := strings.LastIndex(id, "@"); at >= 0 && validate.IsRegion(id[at+1:]) {
		return id[:at], id[at+1:]
	}
	return id, ""
}

// ParseDestinationID reads the import ID of a destination. The key may be partial:
// what the ID leaves out is "". It returns an error for a text that is no import ID.
func ParseDestinationID(id string) (rumapi.Key, error) { return ParseKey(SplitRegion(id)) }

// ParseKey is ParseDestinationID for an ID that SplitRegion has split.
func ParseKey(rest, region string) (rumapi.Key, error) {
	k := rumapi.Key{Region: region}
	// Monitor names and destinations hold no comma; an ARN may.
	parts := strings.SplitN(rest, ",", 3)
	for i, field := range []*string{&k.AppMonitorName, &k.Destination, &k.DestinationARN}[:len(parts)] {
		if parts[i] == "" {
			return k, errors.New("a part of it is empty")
		}
		*field = parts[i]
	}
	if rumapi.HasARNs(k.Destination) && k.DestinationARN == "" {
		return k, fmt.Errorf("the ARN of the %s destination is missing", k.Destination)
	}
	return k, CheckKey(k)
}

// CheckKey returns an error for a key, partial or not, that no destination can have.
// Asking CloudWatch RUM for it would give a worse message.
func CheckKey(k rumapi.Key) error {
	switch {
	case !validate.IsAppMonitorName(k.AppMonitorName):
		return fmt.Errorf("%q is not the name of an app monitor", k.AppMonitorName)
	case k.Destination != "" && !slices.Contains(rumapi.DestinationKinds(), k.Destination):
		return fmt.Errorf("%q is not a destination; it must be %s", k.Destination, strings.Join(rumapi.DestinationKinds(), " or "))
	case k.Destination != "" && !rumapi.HasARNs(k.Destination) && k.DestinationARN != "":
		return fmt.Errorf("a %s destination has no ARN", k.Destination)
	case k.DestinationARN != "" && !validate.IsARN(k.DestinationARN):
		return fmt.Errorf("%q is not an ARN", k.DestinationARN)
	case k.Region != "" && !validate.IsRegion(k.Region):
		return fmt.Errorf("%q is not the name of a region", k.Region)
	}
	return nil
}
