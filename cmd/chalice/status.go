package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/deploy"
	"github.com/chalice-go/chalice/internal/deploy/record"
	"github.com/chalice-go/chalice/internal/deploy/terminal"
)

func statusCommand() *cobra.Command {
	var in deploy.Input
	var asJSON bool
	c := &cobra.Command{
		Use:   "status",
		Short: "Show how what is deployed of a stage is",
		Long: `status shows the stack of the stage and its state, what isn't as it was deployed
from here, and the functions with their last change, and their errors and throttles
of the last hour. Of a function with versions it shows the one that is called, and while
traffic is shifted how much of it goes to which.`,
		Example: `  chalice status
  chalice status --stage prod --json`,
		Args: wantArgs(),
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := deploy.GetStatus(c.Context(), in)
			if s == nil || s.Now == nil {
				return err
			}
			if asJSON {
				e := json.NewEncoder(c.OutOrStdout())
				e.SetEscapeHTML(false)
				e.SetIndent("", "  ")
				if failed := e.Encode(statusDocument(s)); failed != nil {
					return failed
				}
				return err
			}
			showStatus(newScreen(c, false), s)
			return errors.Join(err, printDrift(c.OutOrStdout(), s.Drift))
		},
	}
	stageFlags(c, &in)
	c.Flags().BoolVar(&asJSON, "json", false, "print it as JSON")
	return c
}

// showStatus prints a status for people.
func showStatus(screen *terminal.Screen, s *deploy.Status) {
	tone := terminal.Good
	if !s.Healthy() {
		tone = terminal.Bad
	}
	rows := [][]terminal.Cell{
		{{Text: "stack"}, {Text: s.Now.Name}},
		{{Text: "state"}, {Text: s.Now.Status, Tone: tone}},
		{{Text: "account"}, {Text: s.Account + ", " + s.Region}},
		{{Text: "changed"}, {Text: moment(s.Changed())}},
	}
	if s.Now.Reason != "" {
		rows = append(rows, []terminal.Cell{{Text: "reason"}, {Text: s.Now.Reason, Tone: tone}})
	}
	for _, u := range s.URLs {
		rows = append(rows, []terminal.Cell{{Text: u.Front}, {Text: u.URL}})
	}
	screen.Table(terminal.Table{Title: "Stage " + s.Stage, Columns: []string{"", ""}, Rows: rows})
	screen.Table(functionTable(s))
	if s.Uncounted != nil {
		screen.Note("calls, errors and throttles of the last hour are unknown: " + s.Uncounted.Error())
	}
}

// printDrift prints what isn't as it was deployed, in full.
func printDrift(w io.Writer, drift []string) error {
	if len(drift) == 0 {
		return nil
	}
	lines := []string{"What isn't as it was deployed:"}
	for _, d := range drift {
		lines = append(lines, "  ! "+d)
	}
	return printLines(w, lines...)
}

// functionTable is the table of a stage's functions.
func functionTable(s *deploy.Status) terminal.Table {
	t := terminal.Table{Title: "Functions", Columns: []string{"function", "state", "changed", "calls", "errors", "throttles"}}
	called := slices.ContainsFunc(s.Functions, func(f deploy.FunctionStatus) bool { return f.Live != nil })
	if called { // by an alias
		t.Columns = slices.Insert(t.Columns, 2, config.LiveAlias)
	}
	count := func(n int, tone terminal.Tone) terminal.Cell {
		switch {
		case s.Uncounted != nil:
			return terminal.Cell{Text: "?", Tone: terminal.Faint}
		case n == 0:
			tone = terminal.Plain
		}
		return terminal.Cell{Text: fmt.Sprint(n), Tone: tone}
	}
	for _, f := range s.Functions {
		state, changed := terminal.Cell{Text: "gone", Tone: terminal.Bad}, ""
		if f.Now != nil {
			state, changed = terminal.Cell{Text: f.State()}, moment(f.Now.Modified)
			if f.Now.State != "Active" || f.OtherCode {
				state.Tone = terminal.Warn
			}
		}
		row := []terminal.Cell{
			{Text: f.Function}, state, {Text: changed}, count(f.Activity.Invocations, terminal.Plain),
			count(f.Activity.Errors, terminal.Bad), count(f.Activity.Throttles, terminal.Warn),
		}
		if called {
			row = slices.Insert(row, 2, liveCell(f))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// liveCell is which version of a function is called. It stands out if that isn't the one
// that the stack has published, or not all of them.
func liveCell(f deploy.FunctionStatus) terminal.Cell {
	if f.Live == nil {
		return terminal.Cell{}
	}
	c := terminal.Cell{Text: f.Live.Traffic()}
	if f.Live.Shifting() || f.Published != "" && f.Live.Version != f.Published {
		c.Tone = terminal.Warn
	}
	return c
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

// statusJSON is a status as a document.
type statusJSON struct {
	Stage     string            `json:"stage"`
	Stack     string            `json:"stack"`
	StackID   string            `json:"stack_id"`
	Status    string            `json:"status"`
	Reason    string            `json:"reason,omitempty"`
	Healthy   bool              `json:"healthy"`
	Account   string            `json:"account"`
	Region    string            `json:"region"`
	Changed   time.Time         `json:"changed"`
	Deployed  *time.Time        `json:"deployed,omitempty"` // from here
	URLs      []record.URL      `json:"urls"`
	Outputs   map[string]string `json:"outputs"`
	Differs   []string          `json:"differs"`
	Functions []functionJSON    `json:"functions"`
}

type functionJSON struct {
	Function  string     `json:"function"`
	Name      string     `json:"name"`
	State     string     `json:"state"`
	Changed   *time.Time `json:"changed,omitempty"`
	SHA256    string     `json:"sha256,omitempty"`
	OtherCode bool       `json:"other_code"`
	Live      *liveJSON  `json:"live,omitempty"` // of a function that is called by an alias
	LastHour  *hourJSON  `json:"last_hour"`      // null: unknown
}

type liveJSON struct {
	Version   string             `json:"version"`
	Shift     map[string]float64 `json:"shift,omitempty"`     // parts of the traffic, from 0 to 1, that go to other versions
	Published string             `json:"published,omitempty"` // by the stack
}

type hourJSON struct {
	Invocations int `json:"invocations"`
	Errors      int `json:"errors"`
	Throttles   int `json:"throttles"`
}

func statusDocument(s *deploy.Status) statusJSON {
	d := statusJSON{
		Stage: s.Stage, Stack: s.Now.Name, StackID: s.Now.ID, Status: s.Now.Status, Reason: s.Now.Reason, Healthy: s.Healthy(),
		Account: s.Account, Region: s.Region, Changed: s.Changed(), URLs: s.URLs, Outputs: s.Outputs,
		Differs: append([]string{}, s.Drift...), Functions: []functionJSON{},
	}
	if s.Record != nil {
		d.Deployed = &s.Record.Deployed
	}
	for _, f := range s.Functions {
		one := functionJSON{Function: f.Function, Name: f.Name, State: f.State(), OtherCode: f.OtherCode}
		if s.Uncounted == nil {
			one.LastHour = &hourJSON{f.Activity.Invocations, f.Activity.Errors, f.Activity.Throttles}
		}
		if f.Live != nil {
			one.Live = &liveJSON{f.Live.Version, f.Live.Shift, f.Published}
		}
		if f.Now != nil {
			one.Changed, one.SHA256 = &f.Now.Modified, f.Now.Digest
		}
		d.Functions = append(d.Functions, one)
	}
	return d
}
