//go:build unix

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// usage is what a provider used: the CPU time of all its processes together, and
// the memory of the largest.
type usage struct {
	cpu    time.Duration
	memory float64 // MB
}

// watch looks at the processes of a program until the function it returns is
// called. It sees nothing where there is no /proc.
func watch(program string) func() usage {
	stop, result := make(chan struct{}), make(chan usage)
	go func() {
		seen := map[string]usage{}
		for {
			look(program, seen)
			select {
			case <-stop:
				var all usage
				for _, u := range seen {
					all.cpu += u.cpu
					all.memory = max(all.memory, u.memory)
				}
				result <- all
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() usage { close(stop); return <-result }
}

// look notes what each process of a program has used so far.
func look(program string, seen map[string]usage) {
	processes, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return
	}
	for _, process := range processes {
		command, err := os.ReadFile(filepath.Join(process, "cmdline"))
		if err != nil || string(bytes.TrimRight(command, "\x00")) != program {
			continue
		}
		if u, ok := read(process); ok {
			seen[process] = u
		}
	}
}

// read is the usage of one process; proc(5) has the format.
func read(process string) (u usage, ok bool) {
	stat, err := os.ReadFile(filepath.Join(process, "stat"))
	if err != nil {
		return u, false
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return u, false
	}
	for _, ticks := range fields[11:13] { // utime and stime, in hundredths of a second
		n, err := strconv.Atoi(ticks)
		if err != nil {
			return u, false
		}
		u.cpu += time.Duration(n) * 10 * time.Millisecond
	}
	status, err := os.ReadFile(filepath.Join(process, "status"))
	if err != nil {
		return u, false
	}
	for line := range strings.Lines(string(status)) {
		if high, found := strings.CutPrefix(line, "VmHWM:"); found {
			kilobytes, err := strconv.Atoi(strings.Fields(high)[0])
			u.memory = float64(kilobytes) / 1024
			return u, err == nil
		}
	}
	return u, false
}
