package policy

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"time"

	"github.com/chalice-go/chalice/internal/policy/callgraph"
	"github.com/chalice-go/chalice/internal/policy/functions"
	"github.com/chalice-go/chalice/internal/policy/parallel"
	"github.com/chalice-go/chalice/internal/policy/source"
	"github.com/chalice-go/chalice/internal/policy/ssaform"
	"github.com/chalice-go/chalice/internal/timing"
)

// Analyze finds what the functions of an app need. An error means that there
// was nothing to analyze; what is merely unclear is a warning.
func Analyze(ctx context.Context, in Input) (*Report, error) {
	a := Begin(ctx, in)
	defer a.Stop()
	return a.Finish(in.Registrations)
}

// Analysis is an analysis under way, of which as much is done as nobody needs the
// registrations for.
type Analysis struct {
	ctx    context.Context
	cancel context.CancelFunc
	in     Input
	began  time.Time
	done   chan struct{} // closed when what follows is there

	outline *source.Outline
	content string    // the key of the content, empty if nothing is kept
	like    *likeness // of an analysis that would say the same; nil: there is none
	program *source.Program
	form    *ssaform.Program
	formErr error // why there is no form
	err     error
}

// Begin starts an analysis without the registrations, which [Analysis.Finish] gets. It
// goes on beside the caller until that, or until [Analysis.Stop].
func Begin(ctx context.Context, in Input) *Analysis {
	a := &Analysis{in: in, began: time.Now(), done: make(chan struct{})}
	a.ctx, a.cancel = context.WithCancel(ctx)
	a.in.Registrations = nil
	go func() {
		defer close(a.done)
		a.err = a.begin()
	}()
	return a
}

// begin looks at the program, and reads it unless there is nothing to find, or a report
// is kept.
func (a *Analysis) begin() error {
	if a.content = knownKey(a.in, time.Time{}); a.content != "" && hasReport(a.in.Cache, a.content) {
		return nil
	}
	return a.look()
}

// look finds the packages, and reads them unless there is nothing to find, or a report is
// kept.
func (a *Analysis) look() (err error) {
	_, looked := timing.Start(a.ctx, "find the packages")
	a.outline, err = a.find()
	looked()
	if err != nil || !a.outline.CallsAWS() {
		return err
	}
	if a.content == "" {
		_, compared := timing.Start(a.ctx, "look for a report on the same source")
		a.content = contentKey(a.in, a.outline)
		kept := hasReport(a.in.Cache, a.content)
		compared()
		if kept {
			return nil
		}
	}
	if a.keepsLike() {
		_, compared := timing.Start(a.ctx, "look for a report on source like it")
		a.like = a.findLike()
		compared()
		if a.like != nil {
			return nil
		}
	}
	return a.read()
}

// find finds the packages.
func (a *Analysis) find() (*source.Outline, error) {
	in := a.in
	config := source.Config{
		Dir: in.Dir, Package: in.Package, Env: in.Env, BuildFlags: in.BuildFlags, TempDir: in.TempDir, Cache: in.Cache,
		Compiled: in.Compiled, Compiling: in.Compiling, Built: in.Built,
	}
	if in.List != nil {
		var err error
		if config.List, err = in.List(a.ctx); err != nil {
			return nil, err
		}
	}
	return source.Look(a.ctx, config)
}

// read reads the program, and makes its SSA form beside that.
func (a *Analysis) read() (err error) {
	defer a.failed(&err)
	_, loaded := timing.Start(a.ctx, "load the packages, with types")
	a.program, err = a.outline.Load(a.ctx)
	loaded()
	if err != nil {
		return err
	}
	parallel.Do(2, func(i int) {
		if i == 0 {
			_, made := timing.Start(a.ctx, "make the SSA form")
			defer made()
			a.form, a.formErr = buildForm(a.program)
			return
		}
		_, read := timing.Start(a.ctx, "read the source")
		defer read()
		a.program.Read()
		a.program.ReadHandlers()
	})
	return nil
}

// Finish ends an analysis, given which Lambda function each registration belongs to. It is
// called once.
func (a *Analysis) Finish(registrations []Registration) (*Report, error) {
	<-a.done
	if a.err != nil {
		return nil, a.err
	}
	c := openCache(a.in.Cache, a.content, registrations)
	if report := c.read(); report != nil {
		return report, nil
	}
	report := a.like.report(a.in.Cache, registrations)
	if report == nil {
		var err error
		if report, err = a.report(registrations); err != nil {
			return nil, err
		}
	}
	if known := knownKey(a.in, a.began); known == "" && a.in.Content == nil || known == a.content {
		c.write(report)
		if a.keepsLike() {
			a.keepLike(c)
		}
	}
	return report, nil
}

// report makes the report.
func (a *Analysis) report(registrations []Registration) (*Report, error) {
	if a.outline == nil {
		if err := a.look(); err != nil {
			return nil, err
		}
	}
	if len(registrations) > 0 && !a.outline.CallsAWS() {
		return nothing(registrations), nil
	}
	if a.program == nil {
		if err := a.read(); err != nil {
			return nil, err
		}
	}
	return a.analyze(registrations)
}

// Stop ends an analysis that nobody waits for, or that is finished.
func (a *Analysis) Stop() {
	a.cancel()
	<-a.done
}

// nothing is the report of a program that can't call AWS.
func nothing(registrations []Registration) *Report {
	r := &Report{Functions: map[string]*Needs{}}
	for _, reg := range registrations {
		r.Functions[reg.Function] = &Needs{}
	}
	return r
}

// failed makes an error of a mistake of the analysis itself, which shouldn't keep anyone
// from deploying.
func (a *Analysis) failed(err *error) {
	if v := recover(); v != nil {
		*err = fmt.Errorf("analyze %s: the analysis failed, which is a bug in it; give the permissions by hand: %s",
			a.outline.Main.ImportPath, source.Failure(v, debug.Stack()))
	}
}

// analyze finds what the functions of a program need: its Lambda functions, what each of
// them runs, and what the calls in that need.
func (a *Analysis) analyze(registrations []Registration) (report *Report, err error) {
	defer a.failed(&err)
	p := a.program
	_, found := timing.Start(a.ctx, "find the functions")
	app := functions.Find(p, registrations)
	graph := callgraph.New(p, app)
	if a.formErr != nil {
		p.Warn(Warning{Kind: source.WarnAnalysis, Message: "values can't be followed, so actions can be too many and resources are any: " + a.formErr.Error()})
	} else {
		graph.FollowValues(a.form)
	}
	found()
	_, named := timing.Start(a.ctx, "find what the functions reach, and which resources")
	defer named()
	report = &Report{Functions: map[string]*Needs{}}
	for _, name := range slices.Sorted(maps.Keys(app.ByName)) {
		reached := graph.Of(app.ByName[name])
		report.Functions[name] = needs(p, name, reached, a.form)
	}
	report.Warnings = MergeWarnings(p.Warnings)
	return report, nil
}

// buildForm makes the SSA form of a program, or says why it can't.
func buildForm(p *source.Program) (form *ssaform.Program, err error) {
	defer func() {
		if v := recover(); v != nil {
			form, err = nil, errors.New(source.Failure(v, debug.Stack()))
		}
	}()
	if form, err = ssaform.Build(p.Fset, p.Sources); err == nil {
		form.Texts = p.Texts
	}
	return form, err
}
