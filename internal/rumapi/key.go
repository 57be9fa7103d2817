package rumapi

import (
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/rum/types"
)

// The kinds of destination, as the SDK's enum MetricDestination spells them.
const (
	CloudWatch = string(types.MetricDestinationCloudWatch)
	Evidently  = string(types.MetricDestinationEvidently)
)

type kind struct {
	name string
	// arns tells whether a destination of this kind must have an ARN, which tells it
	// from others of its kind, and a role. It must have neither otherwise.
	arns bool
}

// kinds has every kind of destination. To add one, add a row: checks, import IDs and
// descriptions follow. The kinds are not simply those of the enum, because the enum
// does not say what a kind needs. A test fails if the enum has another one.
var kinds = []kind{{CloudWatch, false}, {Evidently, true}}

// DestinationKinds returns the names of the kinds of destination.
func DestinationKinds() []string {
	names := make([]string, len(kinds))
	for i, kind := range kinds {
		names[i] = kind.name
	}
	return names
}

// HasARNs reports whether a destination of a kind must have an ARN and a role.
// Otherwise, it must have neither.
func HasARNs(name string) bool {
	return slices.ContainsFunc(kinds, func(k kind) bool { return k.name == name && k.arns })
}

// Key names one destination. A monitor may have several: Delete and the metric
// definition operations tell them apart by Destination and DestinationARN.
// DestinationARN is "" if there is none.
type Key struct {
	Region, AppMonitorName, Destination, DestinationARN string
}

// monitor names an app monitor.
type monitor struct{ region, name string }

func (k Key) monitor() monitor { return monitor{k.Region, k.AppMonitorName} }

// String describes the key in a sentence: `metrics destination CloudWatch of
// app monitor "web" in eu-west-1`.
func (k Key) String() string {
	if k.AppMonitorName == "" {
		return "app monitors in " + k.Region
	}
	s := "metrics destination"
	if k.Destination != "" {
		s += " " + k.Destination
	}
	if k.DestinationARN != "" {
		s += " " + k.DestinationARN
	}
	return fmt.Sprintf("%s of app monitor %q in %s", s, k.AppMonitorName, k.Region)
}

// DefinitionKey names one metric definition. The ID is the service's. A name is
// no key, since a destination may have several definitions of one name.
type DefinitionKey struct {
	Key
	ID string
}

// String describes the key in a sentence.
func (k DefinitionKey) String() string {
	return fmt.Sprintf("metric definition %s of the %s", k.ID, k.Key)
}

// pointer returns nil for "". The API's ARN pattern does not allow "", and the
// SDK would send it.
func pointer(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
