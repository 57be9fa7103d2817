package fakerum

import (
	"fmt"
	"slices"
)

// In returns the state that requests signed by accessKeyID for region see. It
// creates the state on first use.
func (s *state) In(accessKeyID, region string) *Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.account(accessKeyID, region)
}

// Alias makes requests signed by accessKeyID see the state of account. An
// account is a name, or the ID of an access key that has no alias. Without an
// alias, the account of a key has the key's ID as its name.
func (s *state) Alias(accessKeyID, account string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.aliases[accessKeyID] = account
}

// Seed creates app monitors in every account and region, later ones included.
func (s *state) Seed(monitors ...string) { s.seed(nil, monitors) }

// SeedCustom is Seed for app monitors that accept custom events. Otherwise an app monitor
// accepts none, as in AWS.
func (s *state) SeedCustom(monitors ...string) { s.seed(&customEvents{new("ENABLED")}, monitors) }

func (s *state) seed(events *customEvents, monitors []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range monitors {
		s.seeds = append(s.seeds, seed{name, events})
		for _, a := range s.accounts {
			a.seed(seed{name, events})
		}
	}
}

// Behave lets f change the switches. f must not call the service.
func (s *state) Behave(f func(*Behavior)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(&s.behavior)
}

// CreateMonitor creates an app monitor. It does not change an existing one.
func (a *Account) CreateMonitor(name string) {
	a.of.mu.Lock()
	defer a.of.mu.Unlock()
	a.seed(seed{name: name})
}

// DeleteMonitor deletes an app monitor, if it exists, with its destinations.
func (a *Account) DeleteMonitor(name string) {
	a.of.mu.Lock()
	defer a.of.mu.Unlock()
	a.deleteMonitor(name)
}

// Monitors returns the names of the app monitors, oldest first.
func (a *Account) Monitors() []string {
	a.of.mu.Lock()
	defer a.of.mu.Unlock()
	var names []string
	for _, m := range a.monitors {
		names = append(names, m.name)
	}
	return names
}

// PutDestination creates d, or changes the role if the destination exists. It
// panics if the app monitor does not exist, since that is a mistake in the test.
func (a *Account) PutDestination(monitor string, d Destination) {
	a.of.mu.Lock()
	defer a.of.mu.Unlock()
	m := a.findMonitor(monitor)
	if m == nil {
		panic(fmt.Sprintf("fakerum: PutDestination: account %s has no app monitor %q in %s", a.key.account, monitor, a.key.region))
	}
	a.putDestination(m, d)
}

// DeleteDestination deletes a destination, if it exists.
func (a *Account) DeleteDestination(monitor, destination, arn string) {
	a.of.mu.Lock()
	defer a.of.mu.Unlock()
	if m := a.findMonitor(monitor); m != nil {
		a.deleteDestination(m, destinationKey{destination, arn})
	}
}

// Destinations returns the destinations of an app monitor, oldest first. It
// returns none if the app monitor does not exist.
func (a *Account) Destinations(monitor string) []Destination {
	a.of.mu.Lock()
	defer a.of.mu.Unlock()
	m := a.findMonitor(monitor)
	if m == nil {
		return nil
	}
	var all []Destination
	for _, d := range m.destinations {
		all = append(all, d.Destination)
	}
	return all
}

// CreateDefinition adds a definition to a destination without checking it, and
// returns the new ID. It panics if the destination does not exist, since that is
// a mistake in the test.
func (a *Account) CreateDefinition(monitor, destination, arn string, d Definition) (id string) {
	a.of.mu.Lock()
	defer a.of.mu.Unlock()
	m, key := a.findMonitor(monitor), destinationKey{destination, arn}
	if m == nil || !m.hasDestination(key) {
		panic(fmt.Sprintf("fakerum: CreateDefinition: account %s has no destination %v of app monitor %q in %s", a.key.account, key, monitor, a.key.region))
	}
	return a.addDefinition(m, key, d.clone())
}

// UpdateDefinition replaces the definition that has d's ID. It panics if there
// is none, since that is a mistake in the test.
func (a *Account) UpdateDefinition(monitor, destination, arn string, d Definition) {
	a.of.mu.Lock()
	defer a.of.mu.Unlock()
	definitions := a.definitions(monitor, destination, arn)
	i := indexOf(definitions, d.ID)
	if i < 0 {
		panic(fmt.Sprintf("fakerum: UpdateDefinition: app monitor %q has no definition %q", monitor, d.ID))
	}
	definitions[i].Definition = d.clone()
}

// DeleteDefinition deletes a definition, if it exists.
func (a *Account) DeleteDefinition(monitor, destination, arn, id string) {
	a.of.mu.Lock()
	defer a.of.mu.Unlock()
	definitions := a.definitions(monitor, destination, arn)
	if i := indexOf(definitions, id); i >= 0 {
		a.findMonitor(monitor).definitions[destinationKey{destination, arn}] = slices.Delete(definitions, i, i+1)
	}
}

// Definitions returns the definitions of a destination, oldest first, as the
// client sent them, whatever the switches say. It also returns definitions that
// LeftDefinitions keeps after their destination is deleted.
func (a *Account) Definitions(monitor, destination, arn string) []Definition {
	a.of.mu.Lock()
	defer a.of.mu.Unlock()
	var all []Definition
	for _, d := range a.definitions(monitor, destination, arn) {
		all = append(all, d.clone())
	}
	return all
}
