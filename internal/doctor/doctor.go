// Package doctor looks at what a project needs in order to be developed and deployed,
// and says what to do about what is missing.
//
//	Input --Examine--> a Finding for each thing that was looked at
package doctor

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/child"
	"github.com/chalice-go/chalice/internal/deploy/account"
)

// Input says what to look at.
type Input struct {
	ProjectDir string
	Stage      string
	Version    string // of the command, without v; "0.0.0-devel" for one of a checkout
	Account    account.Options
}

// State is how something is.
type State string

// The states of findings.
const (
	Good    State = "good"
	Note    State = "note"    // worth knowing; nothing is stopped by it
	Problem State = "problem" // a deployment fails because of it
)

// Finding is what was found of one thing.
type Finding struct {
	What   string `json:"what"` // in a word or two
	State  State  `json:"state"`
	Text   string `json:"text"`
	Advice string `json:"advice,omitempty"` // what to do; empty: nothing
}

// Examine looks at everything, and returns what it has found in a fixed order. Nothing
// is changed. What depends on something that is missing isn't looked at.
func Examine(ctx context.Context, in Input) []Finding {
	e := &examination{in: in}
	if !e.folder() {
		return e.found
	}
	e.goCommand(ctx)
	e.module(ctx)
	e.configuration()
	e.callAWS(ctx)
	e.tools(ctx)
	return e.found
}

// examination is a look at everything.
type examination struct {
	in    Input
	found []Finding
	stage *config.Stage // nil: the configuration is wrong

	goTooOld bool // the go command does nothing for the module
}

func (e *examination) good(what, text string) { e.add(what, Good, text, "") }

func (e *examination) note(what, text, advice string) { e.add(what, Note, text, advice) }

func (e *examination) problem(what, text, advice string) { e.add(what, Problem, text, advice) }

func (e *examination) add(what string, state State, text, advice string) {
	e.found = append(e.found, Finding{What: what, State: state, Text: text, Advice: advice})
}

// patience is how long one command may take.
const patience = 15 * time.Second

// output runs a command in the project, and returns what it writes without white space
// around.
func (e *examination) output(ctx context.Context, name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var out, failed strings.Builder
	c := exec.Command(name, args...)
	c.Dir, c.Stdout, c.Stderr = e.in.ProjectDir, &out, &failed
	err := child.Run(ctx, c, time.Second)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return "", fmt.Errorf("it hasn't ended after %s", patience)
	}
	if err != nil {
		return "", &commandError{err, strings.TrimSpace(failed.String())}
	}
	return strings.TrimSpace(out.String()), nil
}

// commandError is why a command failed.
type commandError struct {
	err  error
	said string
}

// Error returns the last line that the command wrote or, if it wrote none, how it ended.
func (e *commandError) Error() string {
	lines := strings.Split(e.said, "\n")
	if last := lines[len(lines)-1]; last != "" {
		return last
	}
	return e.err.Error()
}

func (e *commandError) Unwrap() error { return e.err }
