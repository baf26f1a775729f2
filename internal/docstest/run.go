package docstest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// run is a page at work.
type run struct {
	page     *Page
	env      *Environment
	home     string    // what readers see as /home/you
	endpoint *endpoint // nil: there is no AWS
	front    *front    // of what is deployed there
	shell    *shell
	local    *background // nil: there is none
	others   []*background
	ports    ports
	sources  sources // of the project that local mode has, as it last had them
	project  string  // of local mode
	seen     int     // lines that it had printed then
	unvetted unvetted
	last     string // the last command's output
	skipped  bool   // the last command didn't run
	edits    []edit
	errs     []error
}

// edit replaces lines of a page, counted from 1.
type edit struct {
	from, to int // to is behind the last one
	lines    []string
}

// Run runs a page, and returns what isn't as the page has it, each mistake with its line;
// and the page's text as it would be right, as far as that is about output.
func Run(ctx context.Context, e *Environment, page *Page, dir string) (mended string, err error) {
	r := &run{page: page, env: e, home: filepath.Join(dir, "you"), ports: ports{}}
	files := filepath.Join(dir, "outputs")
	for _, folder := range []string{r.home, files} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return "", err
		}
	}
	// What a page installs comes before what is there already.
	path := strings.Join([]string{filepath.Join(r.home, "go", "bin"), e.bin, os.Getenv("PATH")}, string(filepath.ListSeparator))
	env := append(slices.Clone(e.variables), "HOME="+r.home, "TMPDIR="+dir, "PATH="+path)
	if e.Python != "" && page.needsAWS() {
		variables, err := r.openAWS()
		defer r.closeAWS()
		if err != nil {
			return "", err
		}
		env = append(env, variables...)
	}
	start := r.home
	if page.Folder != "" {
		start = filepath.Join(r.home, "chalice", page.Folder)
		if err := copyCheckout(e.checkout, filepath.Join(r.home, "chalice")); err != nil {
			return "", err
		}
	}
	if r.shell, err = startShell(start, files, env); err != nil {
		return "", err
	}
	defer r.shell.close()
	defer r.stop()
	for _, b := range page.Blocks {
		if !r.block(ctx, b) {
			break
		}
	}
	r.vet(ctx)
	return r.mended(), errors.Join(r.errs...)
}

// openAWS starts an AWS for the page, and returns the variables by which it is found.
func (r *run) openAWS() (variables []string, err error) {
	if r.endpoint, err = startEndpoint(r.env.Python, r.env.checkout); err != nil {
		return nil, err
	}
	if r.front, err = startFront(); err != nil {
		return nil, err
	}
	return append(r.endpoint.variables, frontVariable+"="+r.front.address), nil
}

func (r *run) closeAWS() {
	r.front.close()
	r.endpoint.close()
}

func (r *run) stop() {
	for _, b := range append(r.others, r.local) {
		if b != nil {
			b.stop()
		}
	}
}

// failf reports a mistake in a line of the page.
func (r *run) failf(line int, format string, args ...any) {
	r.errs = append(r.errs, fmt.Errorf("%s:%d: "+format, append([]any{r.page.Path, line}, args...)...))
}

// block does what a block says, and reports whether the page can go on: after a command
// that failed, what follows would fail as well.
func (r *run) block(ctx context.Context, b Block) bool {
	switch {
	case b.Title != "" && b.Title != localTitle:
		return r.write(ctx, b)
	case b.Title == localTitle:
		r.shows(ctx, b)
	case b.Language == "console":
		return r.console(ctx, b)
	case slices.Contains([]string{"go", "json", "yaml"}, b.Language) && !r.page.Reference:
		r.excerpt(ctx, b)
	}
	return true
}

func (r *run) console(ctx context.Context, b Block) bool {
	all := steps(b)
	if len(all) == 0 {
		r.failf(b.Line, "the console has no command: commands start with \"$ \"")
	}
	for _, s := range all {
		if !r.step(ctx, s) || !r.reloaded(ctx, s.line) {
			return false
		}
	}
	r.unvetted.shown(all, r.env)
	return true
}

// step runs a command, and reports whether it did what it should, if not what it printed.
func (r *run) step(ctx context.Context, s step) bool {
	if r.skipped = !r.env.runs(s.command); r.skipped {
		return true
	}
	if runsOn.MatchString(s.command) {
		return r.background(ctx, s)
	}
	command := s.command
	if asks.MatchString(command) && !strings.Contains(command, "--yes") && !s.mayFail() {
		command = asks.ReplaceAllString(command, "$0 --yes") // a reader answers at the terminal
	}
	output, status, err := r.do(ctx, command)
	if err != nil {
		r.failf(s.line, "%s: %v\n%s", s.command, err, output)
		return false
	}
	r.last = output
	got := printed(output)
	if status != 0 && !s.mayFail() {
		r.failf(s.line, "%s: exit status %d\n%s", s.command, status, output)
		return false
	}
	r.compare(s, got)
	return r.deployed(ctx, s)
}

// do runs a command that ends.
func (r *run) do(ctx context.Context, command string) (output string, status int, err error) {
	if isForAWS(command) {
		dir, _, err := r.shell.place(ctx)
		if err != nil {
			return "", 0, err
		}
		restore, err := here(dir)
		defer restore()
		if err != nil {
			return "", 0, err
		}
	}
	output, status, err = r.shell.run(ctx, r.ports.inside(command))
	return r.outside(output), status, err
}

var asks = regexp.MustCompile(`^chalice (deploy|delete)\b`)

// deployed lets the front know what was deployed.
func (r *run) deployed(ctx context.Context, s step) bool {
	if !isDeploy.MatchString(s.command) || !isForAWS(s.command) || s.mayFail() {
		return true
	}
	dir, env, err := r.shell.place(ctx)
	if err == nil {
		err = r.front.deployed(ctx, s.command, dir, env)
	}
	if err != nil {
		r.failf(s.line, "%v", err)
		return false
	}
	return true
}

// compare compares an output with what the page shows.
func (r *run) compare(s step, got []string) {
	if matches(s.shown, got) {
		return
	}
	r.edits = append(r.edits, edit{s.first, s.first + len(s.shown), mended(s.shown, got)})
	if len(s.shown) == 0 {
		r.failf(s.line, "%s: the page shows no output, but this is printed:\n%s", s.command, strings.Join(got, "\n"))
		return
	}
	r.failf(s.line, "%s: the page shows\n%s\nand this is printed:\n%s", s.command, strings.Join(s.shown, "\n"), strings.Join(got, "\n"))
}

// outside returns an output as readers would see it.
func (r *run) outside(output string) string {
	return r.ports.outside(strings.ReplaceAll(output, r.home, "/home/you"))
}

// mended returns the page with the edits.
func (r *run) mended() string {
	text := slices.Clone(r.page.Lines)
	for _, e := range slices.Backward(r.edits) {
		indent := ""
		for _, b := range r.page.Blocks {
			if b.Line <= e.from {
				indent = b.Indent
			}
		}
		for i := range e.lines {
			e.lines[i] = strings.TrimRight(indent+e.lines[i], " ")
		}
		text = slices.Replace(text, e.from-1, e.to-1, e.lines...)
	}
	return strings.Join(text, "\n") + "\n"
}
