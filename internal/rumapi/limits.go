package rumapi

import "time"

const (
	// remembered is how long a list answers further readers after it arrived. The
	// CLI works on few resources at a time (-parallelism, 10 by default), so the
	// readers of one monitor come in waves. This is long enough for all waves of a
	// refresh, and short beside the time between reading a plan and applying it.
	remembered = 15 * time.Second

	// The wait before the second try is at most firstBackoff. It doubles with each
	// further try, up to maxBackoff.
	firstBackoff = 200 * time.Millisecond
	maxBackoff   = 20 * time.Second
	// maxRetryAfter bounds what a Retry-After header can ask for: a plan that stands
	// still for an hour helps nobody.
	maxRetryAfter = time.Minute
	// maxUnanswered bounds the tries at a host where nothing answers: a wrong
	// endpoint or a missing network is likelier than a hiccup. It also bounds the
	// tries of a BatchCreate whose answers get lost.
	maxUnanswered = 5

	// If another change of the same monitor takes longer than maxConflict, waiting
	// does not help.
	maxConflict     = time.Minute
	maxConflictWait = 5 * time.Second

	// interruptGrace is how long a request may go on after the run was
	// interrupted, so that the state knows what became of it.
	interruptGrace = 5 * time.Second
)
