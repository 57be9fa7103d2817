//go:build unix

package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/terraform-provider-rum/terraform-provider-rum/internal/fakerum"
)

// play tells and does a step. It returns an error if the step has another result than
// it says.
func (s *stage) play(ctx context.Context, step step) error {
	if step.text != "" {
		s.printf("\n%s\n", step.text)
	}
	for _, a := range step.do {
		if err := a.perform(ctx, s); err != nil {
			return err
		}
	}
	got, want := held(s.account), sorted(append(step.holds, foreign))
	title := "CloudWatch RUM now holds:"
	if slices.Equal(got, s.shown) {
		title = "CloudWatch RUM holds the same as before."
	}
	s.show(title, got)
	if !slices.Equal(got, want) {
		return fmt.Errorf("CloudWatch RUM should hold:\n\n%s", table(want))
	}
	return nil
}

// action is a part of a step.
type action interface {
	perform(ctx context.Context, s *stage) error
}

// meanwhile is a change that others make in CloudWatch RUM.
type meanwhile struct {
	tells string
	do    func(*fakerum.Account)
}

func (m meanwhile) perform(_ context.Context, s *stage) error {
	m.do(s.account)
	s.show(m.tells, held(s.account))
	return nil
}

// edit replaces lines of a file of the configuration. The file must have them once.
type edit struct{ file, old, new string }

func (e edit) perform(_ context.Context, s *stage) error {
	path := filepath.Join(s.work, e.file)
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if n := strings.Count(string(content), e.old+"\n"); n != 1 {
		return fmt.Errorf("%s should have this once, and has it %d times:\n\n%s", e.file, n, e.old)
	}
	s.printf("\n%s\n\n%s", e.file, difference(e.old, e.new))
	return os.WriteFile(path, []byte(strings.Replace(string(content), e.old+"\n", e.new+"\n", 1)), 0o600)
}

// command is a command of the CLI, and the result that it must have.
type command struct {
	args   string
	fails  bool
	says   []string // parts of the output, however the CLI breaks it into lines
	writes string   // the API calls that change something
}

func (c command) perform(ctx context.Context, s *stage) error {
	args := strings.Fields(c.args)
	s.printf("\n$ %s %s\n\n", s.name, typed(args))
	s.service.ForgetRequests()
	output, err := s.process(ctx, s.cli, args...).CombinedOutput()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	calls, writes := count(s.service.Requests())
	output = fmt.Appendf(output, "\nAPI calls: %s\n", calls)
	s.printf("%s", indent(s.relevant(string(output))))

	var problem string
	said := strings.Join(strings.Fields(string(output)), " ")
	missing := slices.IndexFunc(c.says, func(text string) bool { return !strings.Contains(said, text) })
	switch {
	case (err != nil) != c.fails:
		problem = fmt.Sprintf("ended with %v", err)
	case missing >= 0:
		problem = fmt.Sprintf("should say %q", c.says[missing])
	case writes != c.writes:
		problem = fmt.Sprintf("should change things by %q, not by %q", c.writes, writes)
	default:
		return nil
	}
	s.printf("\nAll that it printed:\n\n%s", output)
	return fmt.Errorf("%s %s %s", s.name, c.args, problem)
}

// reads matches the operations that change nothing.
var reads = regexp.MustCompile(`^(List|Get|BatchGet)`)

// count counts requests by their operations. It returns the counts of all operations,
// and of those that change something.
func count(requests []fakerum.Request) (calls, writes string) {
	counts := map[string]int{}
	for _, r := range requests {
		counts[r.Operation]++
	}
	var all, changing []string
	for _, operation := range slices.Sorted(maps.Keys(counts)) {
		n := fmt.Sprintf("%d %s", counts[operation], operation)
		all = append(all, n)
		if !reads.MatchString(operation) {
			changing = append(changing, n)
		}
	}
	return cmp.Or(strings.Join(all, ", "), "none"), strings.Join(changing, ", ")
}
