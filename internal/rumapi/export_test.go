package rumapi

// Partitions is each partition's expression for the names of its regions.
func Partitions() map[string]string {
	expressions := map[string]string{}
	for _, p := range partitions {
		expressions[p.name] = p.region.String()
	}
	return expressions
}

// NormalizeRetryAfter is what becomes of a Retry-After header.
var NormalizeRetryAfter = normalizeRetryAfter
