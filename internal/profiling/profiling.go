//go:build !profile

// Package profiling writes profiles of a provider that is built with the tag
// profile. A release is built without it.
package profiling

// Start does nothing without the tag profile.
func Start() {}
