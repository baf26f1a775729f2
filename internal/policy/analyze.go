package policy

import (
	"context"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"

	"github.com/chalice-go/chalice/internal/policy/callgraph"
	"github.com/chalice-go/chalice/internal/policy/functions"
	"github.com/chalice-go/chalice/internal/policy/source"
	"github.com/chalice-go/chalice/internal/policy/ssaform"
	"github.com/chalice-go/chalice/internal/timing"
)

// Analyze finds what the functions of an app need. An error means that there
// was nothing to analyze; what is merely unclear is a warning.
func Analyze(ctx context.Context, in Input) (*Report, error) {
	_, looked := timing.Start(ctx, "find the packages")
	o, err := source.Look(ctx, source.Config{Dir: in.Dir, Package: in.Package, Env: in.Env, BuildFlags: in.BuildFlags, TempDir: in.TempDir,
		Compiled: in.Compiled, Compiling: in.Compiling})
	looked()
	if err != nil {
		return nil, err
	}
	if len(in.Registrations) > 0 && !o.CallsAWS() {
		return nothing(in.Registrations), nil
	}
	_, compared := timing.Start(ctx, "look for a report on the same source")
	c := openCache(in, o)
	kept := c.read()
	compared()
	if kept != nil {
		return kept, nil
	}
	_, loaded := timing.Start(ctx, "load the packages, with types")
	p, err := o.Load()
	loaded()
	if err != nil {
		return nil, err
	}
	report, err := safeAnalyze(ctx, p, in.Registrations)
	if err != nil {
		return nil, err
	}
	c.write(report)
	return report, nil
}

// nothing is the report of a program that can't call AWS.
func nothing(registrations []Registration) *Report {
	r := &Report{Functions: map[string]*Needs{}}
	for _, reg := range registrations {
		r.Functions[reg.Function] = &Needs{}
	}
	return r
}

// safeAnalyze makes an error of a mistake of the analysis itself, which
// shouldn't keep anyone from deploying.
func safeAnalyze(ctx context.Context, p *source.Program, registrations []Registration) (r *Report, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("analyze %s: the analysis failed, which is a bug in it; give the permissions by hand: %v at %s", p.Main.PkgPath, v, source.PanicPlace(debug.Stack()))
		}
	}()
	return analyze(ctx, p, registrations), nil
}

// analyze finds what the functions of a program need: it reads the program, finds its
// Lambda functions, what each of them runs, and what the calls in that need.
func analyze(ctx context.Context, p *source.Program, registrations []Registration) *Report {
	_, read := timing.Start(ctx, "read the source")
	p.Read()
	p.ReadHandlers()
	read()
	_, found := timing.Start(ctx, "find what the functions reach")
	app := functions.Find(p, registrations)
	graph := callgraph.New(p, app)
	found()
	_, followed := timing.Start(ctx, "follow values")
	form, err := buildForm(p)
	if err != nil {
		p.Warn(Warning{Kind: source.WarnAnalysis, Message: "values can't be followed, so actions can be too many and resources are any: " + err.Error()})
	} else {
		graph.FollowValues(form)
	}
	followed()
	_, named := timing.Start(ctx, "find which resources the calls name")
	defer named()
	report := &Report{Functions: map[string]*Needs{}}
	for _, name := range slices.Sorted(maps.Keys(app.ByName)) {
		reached := graph.Of(app.ByName[name])
		report.Functions[name] = needs(p, name, reached, form)
	}
	report.Warnings = MergeWarnings(p.Warnings)
	return report
}

// buildForm makes the SSA form of a program, or says why it can't.
func buildForm(p *source.Program) (form *ssaform.Program, err error) {
	defer func() {
		if v := recover(); v != nil {
			form, err = nil, fmt.Errorf("%v at %s", v, source.PanicPlace(debug.Stack()))
		}
	}()
	return ssaform.Build(p.Fset, p.Sources)
}
