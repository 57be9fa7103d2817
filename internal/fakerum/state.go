package fakerum

import (
	"fmt"
	"slices"
	"time"
)

// Behavior holds the switches for what AWS does not document. The zero value
// of each is what the documentation suggests most.
type Behavior struct {
	OmitAbsent      bool           // ListRumMetricsDestinations omits absent members; else it gives ""
	DeleteAbsentOK  bool           // deleting an absent destination answers 200; else 404
	RefuseEvidently bool           // Put with Evidently answers 400; else it is accepted
	KeepRole        bool           // a Put without IamRoleArn keeps the role that was there; else it clears it
	CloudWatchARNs  CloudWatchARNs // what becomes of a DestinationArn and an IamRoleArn that come with CloudWatch
	NewestFirst     bool           // lists go from the newest to the oldest; else from the oldest to the newest
	PageSize        int            // the most a page holds, whatever maxResults says; 0 is no bound
	LastToken       LastToken      // how the last page says that it is the last
	MonitorState    string         // the State of every app monitor; "" is CREATED
	BareMonitors    bool           // GetAppMonitor and ListAppMonitors give an app monitor's name and nothing else, all of it being optional in the model; else all there is
	KeepOrphans     bool           // a monitor that is created again has the destinations and definitions its namesake was deleted with; else none
	OneWriteAtATime bool           // a write to an app monitor during another one answers 409; else both are done
	SessionDuration time.Duration  // how long the credentials of an assumed role last; 0 is as long as was asked for

	FillDefaults            bool            // extended metrics are given back with Namespace AWS/RUM and, where they have none, UnitLabel Count; else as they came
	RewritePatterns         bool            // an EventPattern is given back as another text of the same JSON; else byte for byte
	KeepMembers             bool            // UpdateRumMetricDefinition keeps members that the request leaves out; else it clears them
	EmptyWithoutDestination bool            // an absent destination has no definitions to BatchGet, BatchDelete and Update; else they answer that it is absent
	LeftDefinitions         LeftDefinitions // what becomes of the definitions of a destination that is deleted
	SeveralOperands         bool            // in the EventPattern of a custom metric an operator may have several operands, as in {"numeric": [">", 5]}; else every array has one value

	// RejectDefinition, when it gives a code, has BatchCreate and BatchDelete
	// report d in their Errors, and Update answer 400. It is asked about what
	// keeps the documented rules, in BatchDelete about definitions that exist.
	// It must not call the service.
	RejectDefinition func(operation string, d Definition) (code, message string)
}

// CloudWatchARNs is what becomes of a DestinationArn and an IamRoleArn that
// come with Destination CloudWatch, against the documentation's advice.
type CloudWatchARNs int

// The answers to such a Put.
const (
	ARNsRefused CloudWatchARNs = iota // 400
	ARNsIgnored                       // as if they had not been sent
	ARNsKept                          // a part of the destination, as with Evidently
)

// LeftDefinitions is what becomes of the definitions of a destination that is
// deleted.
type LeftDefinitions int

// The fates of such definitions.
const (
	DefinitionsDropped LeftDefinitions = iota // they are gone for good
	DefinitionsReturn                         // they are out of sight until the destination is put again
	DefinitionsStay                           // they can be read, changed and deleted as if the destination were there
)

// LastToken is how the last page of a list says that it is the last.
type LastToken int

// The ways to end a list.
const (
	TokenAbsent   LastToken = iota // there is no NextToken
	TokenEmpty                     // NextToken is ""
	TokenRepeated                  // NextToken is the token the page was asked with, for ever; absent when there was none
)

// Behave has f change the switches. f must not call the service.
func (s *Service) Behave(f func(*Behavior)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(&s.behavior)
}

type accountKey struct{ account, region string }

// Account is the state of one account in one region, for tests to set up, to
// look at and to change behind a client's back. None of its methods counts as
// a request.
type Account struct {
	service  *Service
	key      accountKey
	monitors []*monitor
	orphans  map[string]metrics // by the name of a monitor that was deleted
	sequence int64              // of what was added last
}

// Destination is a metrics destination, "" standing for what is absent.
type Destination struct{ Destination, DestinationARN, IAMRoleARN string }

type monitor struct {
	sequence int64
	name, id string
	created  time.Time
	modified time.Time
	settings settings
	metrics
}

// metrics is what an app monitor sends where.
type metrics struct {
	destinations []destination
	definitions  map[destinationKey][]definition // also of destinations that are gone; see Behavior.LeftDefinitions
}

// destinationKey is what AWS knows a destination of an app monitor by.
type destinationKey struct{ destination, arn string }

type destination struct {
	sequence int64
	Destination
}

type definition struct {
	sequence int64
	Definition
}

func (d Destination) key() destinationKey { return destinationKey{d.Destination, d.DestinationARN} }

// In returns the state that requests signed by accessKeyID for region see. It
// comes into being when it is first asked for.
func (s *Service) In(accessKeyID, region string) *Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.account(accessKeyID, region)
}

// Alias makes requests signed by accessKeyID see the state of account: a name,
// or the access key ID of a key that has no alias of its own. Without an alias
// a key's account is named like the key.
func (s *Service) Alias(accessKeyID, account string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.aliases[accessKeyID] = account
}

// Seed creates app monitors in every account and region: in those that exist,
// and in those to come at their start.
func (s *Service) Seed(monitors ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seeds = append(s.seeds, monitors...)
	for _, a := range s.accounts {
		a.seed(monitors)
	}
}

// account is In for those who hold the lock.
func (s *Service) account(accessKeyID, region string) *Account {
	key := accountKey{account: s.accountOf(accessKeyID), region: region}
	a, ok := s.accounts[key]
	if !ok {
		a = s.newAccount(key)
		s.accounts[key] = a
	}
	return a
}

func (s *Service) newAccount(key accountKey) *Account {
	a := &Account{service: s, key: key, orphans: map[string]metrics{}}
	a.seed(s.seeds)
	return a
}

func (s *Service) accountOf(accessKeyID string) string {
	if alias, ok := s.aliases[accessKeyID]; ok {
		return alias
	}
	return accessKeyID
}

// CreateMonitor creates an app monitor; one that exists stays as it is.
func (a *Account) CreateMonitor(name string) {
	a.service.mu.Lock()
	defer a.service.mu.Unlock()
	a.seed([]string{name})
}

// DeleteMonitor deletes an app monitor and its destinations, if it is there.
func (a *Account) DeleteMonitor(name string) {
	a.service.mu.Lock()
	defer a.service.mu.Unlock()
	a.delete(name)
}

// Monitors returns the names of the app monitors, oldest first.
func (a *Account) Monitors() []string {
	a.service.mu.Lock()
	defer a.service.mu.Unlock()
	var names []string
	for _, m := range a.monitors {
		names = append(names, m.name)
	}
	return names
}

// PutDestination creates d, or gives it d's role when it is there. It panics
// when there is no such monitor: that is a mistake in the test.
func (a *Account) PutDestination(monitor string, d Destination) {
	a.service.mu.Lock()
	defer a.service.mu.Unlock()
	m := a.find(monitor)
	if m == nil {
		panic(fmt.Sprintf("fakerum: PutDestination: account %s has no app monitor %q in %s", a.key.account, monitor, a.key.region))
	}
	a.put(m, d)
}

// DeleteDestination deletes a destination, if it is there.
func (a *Account) DeleteDestination(monitor, destination, arn string) {
	a.service.mu.Lock()
	defer a.service.mu.Unlock()
	if m := a.find(monitor); m != nil {
		a.deleteDestination(m, destinationKey{destination, arn})
	}
}

// Destinations returns the destinations of a monitor, oldest first; none when
// there is no such monitor.
func (a *Account) Destinations(monitor string) []Destination {
	a.service.mu.Lock()
	defer a.service.mu.Unlock()
	m := a.find(monitor)
	if m == nil {
		return nil
	}
	var all []Destination
	for _, d := range m.destinations {
		all = append(all, d.Destination)
	}
	return all
}

// CreateDefinition adds a definition to a destination as it is, whether the
// service would take it or not, and returns its ID. It panics when there is no
// such destination: that is a mistake in the test.
func (a *Account) CreateDefinition(monitor, destination, arn string, d Definition) (id string) {
	a.service.mu.Lock()
	defer a.service.mu.Unlock()
	m, key := a.find(monitor), destinationKey{destination, arn}
	if m == nil || !m.has(key) {
		panic(fmt.Sprintf("fakerum: CreateDefinition: account %s has no destination %v of app monitor %q in %s", a.key.account, key, monitor, a.key.region))
	}
	return a.define(m, key, d.clone())
}

// UpdateDefinition replaces the definition that has d's ID. It panics when
// there is none: that is a mistake in the test.
func (a *Account) UpdateDefinition(monitor, destination, arn string, d Definition) {
	a.service.mu.Lock()
	defer a.service.mu.Unlock()
	definitions := a.definitions(monitor, destination, arn)
	i := indexOf(definitions, d.ID)
	if i < 0 {
		panic(fmt.Sprintf("fakerum: UpdateDefinition: app monitor %q has no definition %q", monitor, d.ID))
	}
	definitions[i].Definition = d.clone()
}

// DeleteDefinition deletes a definition, if it is there.
func (a *Account) DeleteDefinition(monitor, destination, arn, id string) {
	a.service.mu.Lock()
	defer a.service.mu.Unlock()
	definitions := a.definitions(monitor, destination, arn)
	if i := indexOf(definitions, id); i >= 0 {
		a.find(monitor).definitions[destinationKey{destination, arn}] = slices.Delete(definitions, i, i+1)
	}
}

// Definitions returns the definitions of a destination, oldest first, as they
// were sent and whatever the switches say; also those it left when it was
// deleted.
func (a *Account) Definitions(monitor, destination, arn string) []Definition {
	a.service.mu.Lock()
	defer a.service.mu.Unlock()
	var all []Definition
	for _, d := range a.definitions(monitor, destination, arn) {
		all = append(all, d.clone())
	}
	return all
}

// The methods below want the service's lock held.

func (a *Account) seed(names []string) {
	for _, name := range names {
		if a.find(name) == nil {
			a.create(name, settings{Domain: new("example.com")})
		}
	}
}

func (a *Account) create(name string, with settings) *monitor {
	now := time.Now()
	m := &monitor{sequence: a.next(), name: name, id: newUUID(), created: now, modified: now, settings: with.withDefaults()}
	if orphan, ok := a.orphans[name]; ok && a.service.behavior.KeepOrphans {
		m.metrics = orphan
	} else {
		m.definitions = map[destinationKey][]definition{}
	}
	a.monitors = append(a.monitors, m)
	return m
}

func (a *Account) delete(name string) {
	m := a.find(name)
	if m == nil {
		return
	}
	a.orphans[name] = m.metrics
	a.monitors = slices.DeleteFunc(a.monitors, func(other *monitor) bool { return other == m })
}

func (a *Account) find(name string) *monitor {
	for _, m := range a.monitors {
		if m.name == name {
			return m
		}
	}
	return nil
}

// definitions are none when there is no such monitor.
func (a *Account) definitions(monitor, destination, arn string) []definition {
	m := a.find(monitor)
	if m == nil {
		return nil
	}
	return m.definitions[destinationKey{destination, arn}]
}

// put is an upsert on the key AWS has for a destination.
func (a *Account) put(m *monitor, d Destination) {
	if i := m.index(d.key()); i >= 0 {
		m.destinations[i].IAMRoleARN = d.IAMRoleARN
		return
	}
	m.destinations = append(m.destinations, destination{sequence: a.next(), Destination: d})
}

// deleteDestination reports whether there was such a destination.
func (a *Account) deleteDestination(m *monitor, key destinationKey) bool {
	i := m.index(key)
	if i < 0 {
		return false
	}
	m.destinations = slices.Delete(m.destinations, i, i+1)
	if a.service.behavior.LeftDefinitions == DefinitionsDropped {
		delete(m.definitions, key)
	}
	return true
}

// define adds d, under a new ID that it returns.
func (a *Account) define(m *monitor, key destinationKey, d Definition) string {
	d.ID = newUUID()
	m.definitions[key] = append(m.definitions[key], definition{sequence: a.next(), Definition: d})
	return d.ID
}

// next numbers what is added. Page tokens hold these numbers, so that a page
// goes on at the right place even when the list has changed meanwhile.
func (a *Account) next() int64 {
	a.sequence++
	return a.sequence
}

func (a *Account) clone() *Account {
	c := *a
	c.monitors = make([]*monitor, len(a.monitors))
	for i, m := range a.monitors {
		c.monitors[i] = m.clone()
	}
	return &c
}

func (m *monitor) index(key destinationKey) int {
	return slices.IndexFunc(m.destinations, func(d destination) bool { return d.key() == key })
}

func (m *monitor) has(key destinationKey) bool { return m.index(key) >= 0 }

func (m *monitor) clone() *monitor {
	c := *m
	c.destinations = slices.Clone(m.destinations)
	c.definitions = map[destinationKey][]definition{}
	for key, definitions := range m.definitions {
		c.definitions[key] = slices.Clone(definitions)
	}
	return &c
}
