//go:build profile

package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"time"
)

// A provider built with -tags profile, which a release is not, leaves profiles
// in the directory that RUM_PROFILE names: for each of its processes what the
// CPU did, second by second (PID-*.cpu), and the heap when it held most
// (PID.heap). CONTRIBUTING.md says how to look at them.
func init() {
	dir := os.Getenv("RUM_PROFILE")
	if dir == "" {
		return
	}
	name := filepath.Join(dir, fmt.Sprint(os.Getpid()))
	go func() {
		var most uint64
		for second := 0; ; second++ {
			if err := profile(fmt.Sprintf("%s-%03d.cpu", name, second), func(f *os.File) error {
				if err := pprof.StartCPUProfile(f); err != nil {
					return err
				}
				time.Sleep(time.Second)
				pprof.StopCPUProfile()
				return nil
			}); err != nil {
				log.Print(err)
				return
			}
			runtime.GC() // the heap profile is as of the last one
			var m runtime.MemStats
			if runtime.ReadMemStats(&m); m.HeapAlloc <= most {
				continue
			}
			most = m.HeapAlloc
			if err := profile(name+".heap", func(f *os.File) error { return pprof.WriteHeapProfile(f) }); err != nil {
				log.Print(err)
				return
			}
		}
	}()
}

func profile(name string, write func(*os.File) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		return err
	}
	return f.Close()
}
