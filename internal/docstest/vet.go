package docstest

import (
	"context"
	"regexp"
	"slices"
	"strings"
)

// unvetted is what a page has written in Go that nothing has compiled since. Files may only
// compile together, so that this is asked when the page goes on to others.
type unvetted struct {
	line  int  // of the last block; 0: there is none
	tests bool // some of it is tests, which only Go's own commands compile
	stale bool // the page has shown commands since
}

var (
	compiles      = regexp.MustCompile(`\b(go (build|run)|chalice (deploy|describe|diff|gen-policy|graph|invoke|local|openapi|package|validate))\b`)
	compilesTests = regexp.MustCompile(`\bgo (test|vet)\b`)
)

func (u *unvetted) written(b Block) {
	*u = unvetted{line: b.Line, tests: u.tests || strings.HasSuffix(b.Title, "_test.go")}
}

// shown takes note of commands that went as the page has them. One that fails may do so
// because the program isn't right, which the page then shows.
func (u *unvetted) shown(commands []step, e *Environment) {
	u.stale = u.line != 0
	if slices.ContainsFunc(commands, func(s step) bool {
		return e.runs(s.command) && (s.mayFail() || compilesTests.MatchString(s.command) || !u.tests && compiles.MatchString(s.command))
	}) {
		*u = unvetted{}
	}
}

// vet has Go check what nothing has compiled.
func (r *run) vet(ctx context.Context) {
	line := r.unvetted.line
	r.unvetted = unvetted{}
	if line == 0 || len(r.errs) > 0 {
		return
	}
	if output, status, err := r.shell.run(ctx, "go vet ./..."); err != nil || status != 0 {
		r.failf(line, "the program above doesn't pass go vet: %s", r.outside(output))
	}
}
