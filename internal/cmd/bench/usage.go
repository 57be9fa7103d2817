//go:build unix

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// usage is the CPU time of all processes of a provider together, and the memory of the
// largest one. It is zero where nothing was measured.
type usage struct {
	cpu    time.Duration
	memory float64 // MB
}

// cpuCell returns the CPU time for a table.
func (u usage) cpuCell() string {
	if u == (usage{}) {
		return notMeasured
	}
	return fmt.Sprintf("%.2f s", u.cpu.Seconds())
}

// memoryCell returns the memory for a table.
func (u usage) memoryCell() string {
	if u == (usage{}) {
		return notMeasured
	}
	return fmt.Sprintf("%.0f MB", u.memory)
}

// watch begins to measure the processes of a program. It returns a function that stops
// and returns the usage, which is zero where there is no /proc.
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

// look puts into seen what each process of a program has used so far.
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

// read reads the usage of one process from files in the format of proc(5).
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
