package fakerum

import "time"

// Behavior has a switch for each thing that AWS does not document, or was seen to do
// otherwise than it documents. The zero value of a switch is what AWS was seen to do,
// and otherwise the answer that the documentation suggests most.
type Behavior struct {
	// OmitAbsent makes ListRumMetricsDestinations omit absent members. Otherwise it
	// returns "" for them.
	OmitAbsent bool

	// DeleteAbsentOK makes the delete of an absent destination answer 200. Otherwise
	// it answers 404.
	DeleteAbsentOK bool

	// RefuseEvidently makes a Put with Evidently answer 400. Otherwise the service
	// accepts it.
	RefuseEvidently bool

	// KeepRole makes a Put without IamRoleArn keep the existing role. Otherwise the
	// Put clears it.
	KeepRole bool

	// IgnoreCloudWatchARNs makes a Put with CloudWatch ignore a DestinationArn and an
	// IamRoleArn. Otherwise it answers 400: the documentation says to send neither.
	IgnoreCloudWatchARNs bool

	// NewestFirst makes lists start with the newest item. Otherwise they start with
	// the oldest.
	NewestFirst bool

	// PageSize limits the items of a page, whatever maxResults says. 0 is no limit.
	PageSize int

	// LastToken says how a client recognizes the last page.
	LastToken LastToken

	// MonitorState is the State of every app monitor. "" stands for CREATED.
	MonitorState string

	// BareMonitors makes GetAppMonitor and ListAppMonitors return only the name of
	// an app monitor: every other member is optional in the model. Otherwise they
	// return all members.
	BareMonitors bool

	// KeepOrphans gives a new app monitor the destinations and definitions of the
	// deleted one of the same name. Otherwise it starts empty.
	KeepOrphans bool

	// OneWriteAtATime makes a write answer 409 while another write to the same app
	// monitor is in flight. Otherwise the service does both.
	OneWriteAtATime bool

	// SessionDuration is how long the credentials of an assumed role last. 0 stands
	// for the duration that the request asks for.
	SessionDuration time.Duration

	// FillDefaults makes the service return an extended metric with the Namespace
	// AWS/RUM, and with the UnitLabel Count if it has none. Otherwise it returns
	// what the client sent.
	FillDefaults bool

	// RewritePatterns makes the service return an EventPattern as a different text of
	// the same JSON. Otherwise it returns the pattern byte for byte.
	RewritePatterns bool

	// KeepMembers makes UpdateRumMetricDefinition keep the members that the request
	// leaves out. Otherwise it clears them.
	KeepMembers bool

	// EmptyWithoutDestination makes BatchGet, BatchDelete and Update treat an absent
	// destination as one without definitions. Otherwise they answer 404.
	EmptyWithoutDestination bool

	// LeftDefinitions says what happens to the definitions of a deleted destination.
	LeftDefinitions LeftDefinitions

	// SingleValues rejects a custom metric whose EventPattern has an array with any
	// other number of values than one, as the API reference says. Otherwise the
	// service accepts several values.
	SingleValues bool

	// RejectDefinition rejects single definitions. If it returns a code, BatchCreate
	// and BatchDelete report d in their Errors, and Update answers 400. BatchCreate
	// and Update ask it about definitions that keep the documented rules, and
	// BatchDelete about definitions that exist. It must not call the service.
	RejectDefinition func(operation string, d Definition) (code, message string)
}

// LeftDefinitions says what happens to the definitions of a deleted destination.
type LeftDefinitions int

// The default is the first.
const (
	DefinitionsDropped LeftDefinitions = iota // they are deleted
	DefinitionsReturn                         // they are hidden until a Put creates the destination again
	DefinitionsStay                           // clients can read, change and delete them as before
)

// LastToken says how a client recognizes the last page of a list.
type LastToken int

// The default is the first.
const (
	TokenAbsent   LastToken = iota // the page has no NextToken
	TokenEmpty                     // NextToken is ""
	TokenRepeated                  // NextToken is the token of the request; a request without a token gets none
)
