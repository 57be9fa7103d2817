package provider

import (
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

// underWay is the number of requests to AWS that have no answer yet.
var underWay atomic.Int64

const (
	// terminationGrace is how long requests have after the CLI is gone. A write has as
	// long after an interrupt.
	terminationGrace = 5 * time.Second
	parentPoll       = 100 * time.Millisecond
)

// OutliveSIGTERM makes the process ignore SIGTERM while its parent, the CLI, lives.
// systemd and CI send the signal to the CLI and to its providers. The CLI then stops them
// gracefully, and needs the answer of each write for its state; the plugin library
// ignores Ctrl-C for the same reason. Once the parent is gone, the process exits
// when its requests are answered, terminationGrace later at most.
//
// Before a SIGTERM nothing looks for the parent. Windows sends the signal when a session
// ends, and ends the process itself.
func OutliveSIGTERM() {
	parent := os.Getppid()
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM)
	go func() {
		<-terminated
		for os.Getppid() == parent {
			time.Sleep(parentPoll)
		}
		for end := time.Now().Add(terminationGrace); underWay.Load() > 0 && time.Now().Before(end); {
			time.Sleep(parentPoll)
		}
		os.Exit(1)
	}()
}
