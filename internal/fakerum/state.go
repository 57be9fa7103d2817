package fakerum

import (
	"slices"
	"sync"
	"time"
)

// state is what the service knows. Its methods without a capital need the lock.
type state struct {
	mu       sync.Mutex
	behavior Behavior
	accounts map[accountKey]*Account
	aliases  map[string]string // access key ID -> account
	secrets  map[string]string // access key ID -> secret
	roles    []AssumedRole
	seeds    []seed
}

func newState() state {
	return state{accounts: map[accountKey]*Account{}, aliases: map[string]string{}, secrets: map[string]string{}}
}

// Account is the state of one account in one region. Tests use it to set up and
// check the state, and to change the state without the client. None of its
// methods counts as a request.
type Account struct {
	of       *state
	key      accountKey
	monitors []*monitor
	orphans  map[string]metrics // by the name of the deleted app monitor
	sequence int64              // of the newest item
}

type accountKey struct{ account, region string }

// Destination is a metrics destination. "" stands for an absent member.
type Destination struct{ Destination, DestinationARN, IAMRoleARN string }

type monitor struct {
	sequence int64
	name, id string
	created  time.Time
	modified time.Time
	settings settings
	metrics
}

// metrics has the destinations and definitions of an app monitor.
type metrics struct {
	destinations []destination
	definitions  map[destinationKey][]definition // also of deleted destinations; see Behavior.LeftDefinitions
}

// destinationKey identifies a destination of an app monitor, as in AWS.
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

// AssumedRole has the parameters of one AssumeRole or AssumeRoleWithWebIdentity,
// and the credentials in its answer.
type AssumedRole struct {
	Operation         string
	CallerAccessKeyID string // signed the request; "" for a web identity
	RoleARN           string
	SessionName       string
	ExternalID        string
	SourceIdentity    string
	WebIdentityToken  string
	Policy            string
	PolicyARNs        []string
	Tags              map[string]string
	TransitiveTagKeys []string
	Duration          time.Duration // from the request, or the default

	AccessKeyID, SecretAccessKey, SessionToken string
	Expiration                                 time.Time
}

// The functions below need the service's lock.

// account returns the state that In returns.
func (s *state) account(accessKeyID, region string) *Account {
	key := accountKey{account: s.accountOf(accessKeyID), region: region}
	a, ok := s.accounts[key]
	if !ok {
		a = s.newAccount(key)
		s.accounts[key] = a
	}
	return a
}

func (s *state) newAccount(key accountKey) *Account {
	a := &Account{of: s, key: key, orphans: map[string]metrics{}}
	a.seed(s.seeds...)
	return a
}

func (s *state) accountOf(accessKeyID string) string {
	if alias, ok := s.aliases[accessKeyID]; ok {
		return alias
	}
	return accessKeyID
}

// seed is an app monitor that every account and region has.
type seed struct {
	name   string
	events *customEvents // nil for the default
}

func (a *Account) seed(seeds ...seed) {
	for _, s := range seeds {
		if a.findMonitor(s.name) == nil {
			a.createMonitor(s.name, settings{Domain: new("example.com"), CustomEvents: s.events})
		}
	}
}

func (a *Account) createMonitor(name string, requested settings) *monitor {
	now := time.Now()
	m := &monitor{sequence: a.nextSequence(), name: name, id: newUUID(), created: now, modified: now, settings: requested.withDefaults()}
	if orphan, ok := a.orphans[name]; ok && a.of.behavior.KeepOrphans {
		m.metrics = orphan
	} else {
		m.definitions = map[destinationKey][]definition{}
	}
	a.monitors = append(a.monitors, m)
	return m
}

func (a *Account) deleteMonitor(name string) {
	m := a.findMonitor(name)
	if m == nil {
		return
	}
	a.orphans[name] = m.metrics
	a.monitors = slices.DeleteFunc(a.monitors, func(other *monitor) bool { return other == m })
}

// findMonitor returns nil if the app monitor does not exist.
func (a *Account) findMonitor(name string) *monitor {
	for _, m := range a.monitors {
		if m.name == name {
			return m
		}
	}
	return nil
}

// definitions returns none if the app monitor does not exist.
func (a *Account) definitions(monitor, destination, arn string) []definition {
	m := a.findMonitor(monitor)
	if m == nil {
		return nil
	}
	return m.definitions[destinationKey{destination, arn}]
}

// putDestination creates d, or changes the role if the destination exists.
func (a *Account) putDestination(m *monitor, d Destination) {
	if i := m.destinationIndex(d.key()); i >= 0 {
		m.destinations[i].IAMRoleARN = d.IAMRoleARN
		return
	}
	m.destinations = append(m.destinations, destination{sequence: a.nextSequence(), Destination: d})
}

// deleteDestination reports whether the destination existed.
func (a *Account) deleteDestination(m *monitor, key destinationKey) bool {
	i := m.destinationIndex(key)
	if i < 0 {
		return false
	}
	m.destinations = slices.Delete(m.destinations, i, i+1)
	if a.of.behavior.LeftDefinitions == DefinitionsDropped {
		delete(m.definitions, key)
	}
	return true
}

// addDefinition adds d under a new ID and returns the ID.
func (a *Account) addDefinition(m *monitor, key destinationKey, d Definition) string {
	d.ID = newUUID()
	m.definitions[key] = append(m.definitions[key], definition{sequence: a.nextSequence(), Definition: d})
	return d.ID
}

// nextSequence returns the number of the next item. Page tokens contain these
// numbers, so that the next page starts at the right item even if the list has
// changed.
func (a *Account) nextSequence() int64 {
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

// destinationIndex returns -1 if the destination does not exist.
func (m *monitor) destinationIndex(key destinationKey) int {
	return slices.IndexFunc(m.destinations, func(d destination) bool { return d.key() == key })
}

func (m *monitor) hasDestination(key destinationKey) bool { return m.destinationIndex(key) >= 0 }

func (m *monitor) clone() *monitor {
	c := *m
	c.destinations = slices.Clone(m.destinations)
	c.definitions = map[destinationKey][]definition{}
	for key, definitions := range m.definitions {
		c.definitions[key] = slices.Clone(definitions)
	}
	return &c
}

// indexOf returns -1 if no definition has this ID.
func indexOf(definitions []definition, id string) int {
	return slices.IndexFunc(definitions, func(d definition) bool { return d.ID == id })
}
