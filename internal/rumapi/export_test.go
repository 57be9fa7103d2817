package rumapi

// Partitions returns the expression that each partition has for the names of its
// regions.
func Partitions() map[string]string {
	expressions := map[string]string{}
	for _, p := range partitions {
		expressions[p.name] = p.region.String()
	}
	return expressions
}

// NormalizeRetryAfter changes a Retry-After header before the SDK reads it.
var NormalizeRetryAfter = normalizeRetryAfter

// Echoed returns the definition of an answer that rejects d and shows it as it was sent.
func Echoed(d Definition) Definition {
	sent := d.request()
	return newRejected(d.Key, &sent)
}
