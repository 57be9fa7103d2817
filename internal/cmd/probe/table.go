package main

import (
	"fmt"
	"io"
	"strings"
)

// row is a question with the answers of the service and of the fake.
type row struct {
	question      string
	service, fake answer
	same          bool
	switches      string // those that make the fake answer the same; "" if none does, or none has to
}

// table prints rows as Markdown, and counts the different ones.
type table struct {
	w              io.Writer
	all, unlike    int
	withoutASwitch int
}

func newTable(w io.Writer) *table {
	fmt.Fprint(w, "| question | answer | the fake's default | | switch of the fake |\n|---|---|---|---|---|\n")
	return &table{w: w}
}

func (t *table) add(r row) {
	t.all++
	verdict, switches := "same", ""
	if !r.same {
		t.unlike++
		verdict, switches = "different", r.switches
		if switches == "" {
			t.withoutASwitch++
			switches = "none"
		}
	}
	fake := r.fake.String()
	if fake == r.service.String() {
		fake = "identical"
	}
	cells := []string{r.question, r.service.String(), fake, verdict, switches}
	for i := range cells {
		cells[i] = strings.NewReplacer("|", `\|`, "\n", " ").Replace(cells[i])
	}
	fmt.Fprintf(t.w, "| %s |\n", strings.Join(cells, " | "))
}

func (t *table) end() {
	fmt.Fprintf(t.w, "\n%d questions: %d answers are the same, %d are different. For %d of the different ones the fake has no switch.\n",
		t.all, t.all-t.unlike, t.unlike, t.withoutASwitch)
}
