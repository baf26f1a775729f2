package migrate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/scaffold"
	"github.com/chalice-go/chalice/internal/shellenv"
)

// DefaultTimeout is how long an app can take to be imported.
const DefaultTimeout = 30 * time.Second

// Input says what to migrate, and where to. App and Out are required.
type Input struct {
	App     string        // the folder of the Python project
	Out     string        // the folder to write to: not there, or empty
	Stage   string        // whose variables the app sees; empty: config.DefaultStage, or else the first
	Python  string        // empty: the app's own, the active one, or the system's
	Timeout time.Duration // for importing the app; 0: DefaultTimeout
	PassEnv []string      // names of variables of the shell that the app sees
	// AllowOutput lets the app print to standard output while it is imported.
	AllowOutput bool

	Source string           // as in scaffold.Input
	Build  *debug.BuildInfo // of the running command; nil: unknown
	// Release is the version that the running command is a release of, if it was built to
	// be downloaded; empty: Build says.
	Release string

	// Running is told what is about to run. It can be nil.
	Running func(Running)
}

// Running is a run of the user's Python.
type Running struct {
	Python string // the interpreter
	File   string // what it imports
	Region string // the AWS region that the app sees
	Limit  time.Duration
}

// Result is what [Run] has written.
type Result struct {
	scaffold.Project
	// Handlers is how many functions are to be written.
	Handlers int
	// LeftOut is what isn't carried over, and ToMend what chalice or AWS refuses, a line
	// for each.
	LeftOut, ToMend []string
	// Printed is the end of what the app printed, each line after a newline and a tab.
	Printed string
}

// Run writes a Go project of an app that is written in Python. If it fails, nothing is
// written.
func Run(ctx context.Context, in Input) (Result, error) {
	file, err := in.appFile()
	if err != nil {
		return Result{}, err
	}
	if _, _, err := vacant(in.Out); err != nil {
		return Result{}, err
	}
	s, err := readSettings(in.App)
	if err != nil {
		return Result{}, err
	}
	if in.Stage, err = s.stage(in.Stage); err != nil {
		return Result{}, err
	}
	d, said, err := in.describe(ctx, file, s)
	if err != nil {
		return Result{}, err
	}
	if said.standard != "" && !in.AllowOutput {
		return Result{}, fmt.Errorf("%s prints while it is imported, which an app that is deployed does at each start: take that away, or allow it with --allow-output. The last that it printed:%s", file, said.standard)
	}
	p, err := newPlan(d)
	if err != nil {
		return Result{}, err
	}
	p.noteVariables(in.Stage, in.given(s))
	result, files, err := in.files(ctx, p, s)
	if err != nil {
		return Result{}, err
	}
	result.Printed = said.all
	return result, write(in.Out, files)
}

// appFile is the module of the app.
func (in Input) appFile() (string, error) {
	info, err := os.Stat(in.App)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("there is no folder %s", in.App)
	case err != nil:
		return "", fmt.Errorf("look at %s: %w", in.App, reasonOf(err))
	case !info.IsDir():
		return "", fmt.Errorf("%s is a file: name the folder that has app.py", in.App)
	}
	if file, ok := module(in.App); ok {
		return file, nil
	}
	return "", fmt.Errorf("%s has no app.py: name the folder of an app for Chalice for Python%s", in.App, elsewhere(in.App))
}

// module is the app's module in a folder, as Python finds it.
func module(dir string) (file string, ok bool) {
	for _, name := range []string{"app.py", filepath.Join("app", "__init__.py")} {
		file := filepath.Join(dir, name)
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
			return file, true
		}
	}
	return "", false
}

// elsewhere asks for an app in a folder below, as a project for the CDK has it.
func elsewhere(dir string) string {
	found, _ := filepath.Glob(filepath.Join(dir, "*", filepath.FromSlash(config.File)))
	for _, file := range found {
		if below := filepath.Dir(filepath.Dir(file)); below != dir {
			if _, ok := module(below); ok {
				return "; did you mean " + below + "?"
			}
		}
	}
	return ""
}

// describe has Python describe the app.
func (in Input) describe(ctx context.Context, file string, s *settings) (*description, printed, error) {
	python, err := findPython(in.App, in.Python)
	if err != nil {
		return nil, printed{}, err
	}
	passed, err := in.passed()
	if err != nil {
		return nil, printed{}, err
	}
	project, err := filepath.Abs(in.App)
	if err != nil {
		return nil, printed{}, err
	}
	r := run{python, project, in.App, s.variables(in.Stage), passed, cmp.Or(in.Timeout, DefaultTimeout)}
	if in.Running != nil {
		in.Running(Running{Python: python, File: file, Region: region(), Limit: r.limit})
	}
	return r.describe(ctx)
}

// given are the variables that the app has from its configuration and by --env.
func (in Input) given(s *settings) map[string]string {
	variables := withoutCredentials(s.variables(in.Stage))
	passed, _ := in.passed() // which was fine before
	for _, variable := range passed {
		name, value, _ := strings.Cut(variable, "=")
		if _, ofStage := variables[name]; !ofStage {
			variables[name] = value
		}
	}
	return variables
}

// passed are the variables of the shell that the app sees.
func (in Input) passed() ([]string, error) {
	for _, name := range in.PassEnv {
		if ofCredentials(name) {
			return nil, fmt.Errorf("--env %s says who calls AWS, or where that is, and the app calls nobody here: leave it out", name)
		}
	}
	return shellenv.Named("--env", in.PassEnv)
}

// files are all files of the project.
func (in Input) files(ctx context.Context, p *plan, s *settings) (Result, map[string][]byte, error) {
	name := scaffold.Fit(moduleName(p.Name))
	shared, project, err := scaffold.Shared(ctx, scaffold.Input{Dir: name, Source: in.Source, Build: in.Build, Release: in.Release})
	if err != nil {
		return Result{}, nil, err
	}
	files, err := p.goFiles(s.usual())
	if err != nil {
		return Result{}, nil, err
	}
	maps.Copy(files, shared)
	maps.Copy(files, s.carryOver(name, p.shadow.app.Describe().FunctionNames()))
	notes, refused := append(p.notes, s.notes...), append(p.refused, s.refused...)
	python, requirements := others(in.App)
	files["MIGRATING.md"] = p.report(notes, refused, python, requirements)
	files["README.md"] = p.readme(s.usual())
	project.Dir = in.Out
	return Result{Project: project, Handlers: len(p.stubs), LeftOut: texts(notes), ToMend: texts(refused)}, files, nil
}
