//go:build profile

// Package profiling writes profiles of a provider that is built with the tag
// profile. A release is built without it.
package profiling

import (
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"time"
)

// Start begins to write profiles to the directory that RUM_PROFILE names, and does
// nothing without that variable. Each process writes a CPU profile for each second
// (PID-*.cpu), and a profile of the heap when it was largest (PID.heap).
// CONTRIBUTING.md says how to look at them. Profiling goes on until the process ends
// or a profile cannot be written.
func Start() {
	dir := os.Getenv("RUM_PROFILE")
	if dir == "" {
		return
	}
	go func() {
		if err := record(filepath.Join(dir, fmt.Sprint(os.Getpid()))); err != nil {
			log.Print(err)
		}
	}()
}

// record writes profiles to files whose names begin with prefix.
func record(prefix string) error {
	var largest uint64
	for second := 0; ; second++ {
		if err := write(fmt.Sprintf("%s-%03d.cpu", prefix, second), recordSecond); err != nil {
			return err
		}
		runtime.GC() // the heap profile is as of the last collection
		var m runtime.MemStats
		if runtime.ReadMemStats(&m); m.HeapAlloc <= largest {
			continue
		}
		largest = m.HeapAlloc
		if err := write(prefix+".heap", pprof.WriteHeapProfile); err != nil {
			return err
		}
	}
}

func recordSecond(w io.Writer) error {
	if err := pprof.StartCPUProfile(w); err != nil {
		return err
	}
	time.Sleep(time.Second)
	pprof.StopCPUProfile()
	return nil
}

func write(name string, profile func(io.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(profile(f), f.Close())
}
