package packager

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/golist"
	"github.com/chalice-go/chalice/internal/policy"
	"github.com/chalice-go/chalice/internal/policy/arn"
	"github.com/chalice-go/chalice/internal/timing"
	"github.com/chalice-go/chalice/synth"
)

// FindPolicies finds what the functions of an app need. It builds the program,
// and writes nothing.
func FindPolicies(ctx context.Context, in Input) (*Policies, error) {
	found, _, err := inspect(ctx, in, func(b *build, ctx context.Context, c *compiler) (*Policies, error) {
		if b.noSource != nil {
			return nil, b.noSource
		}
		b.NoAnalysis = false
		analysis := b.beginAnalysis(ctx, c)
		defer analysis.stop()
		model, err := b.model(ctx, c)
		if err != nil {
			return nil, err
		}
		p, err := b.analyze(analysis, model)
		if err == nil {
			p.Warnings = slices.Concat(b.warnings, p.Warnings)
		}
		return p, err
	})
	return found, err
}

// generated reports whether a function has a role whose policy is generated.
func (b *build) generated(function string) bool {
	f := b.stage.Function(function)
	return f.RoleARN.IsZero() && f.PolicyFile == ""
}

// analysis is that of the source, under way; nil: there is none.
type analysis struct {
	*policy.Analysis
	program *compiled // that it is about
	ended   func()
}

func (a *analysis) stop() {
	if a != nil {
		a.Stop()
		a.ended()
	}
}

// beginAnalysis begins to look at the source, beside whatever comes next. It is about the
// program for Lambda.
func (b *build) beginAnalysis(ctx context.Context, c *compiler) *analysis {
	if b.NoAnalysis || b.noSource != nil {
		return nil
	}
	during, ended := timing.Start(ctx, "analyze what the functions may do")
	kept, err := policy.CacheDir()
	if err != nil || b.Force {
		kept = "" // a machine without a folder for it does without
	}
	t := lambda(b.stage.Architecture)
	digests := sync.OnceValue(func() map[string]string { return c.reading(ctx, t).digests() })
	in := policy.Input{
		Dir: b.project.dir, Env: b.project.env(t), BuildFlags: b.project.flags.of(b.variant), TempDir: c.folder, Cache: kept,
		Compiled: b.described(), Compiling: b.compilingImports(), Built: b.built(c),
		List: func(context.Context) (*golist.List, error) {
			r := c.reading(ctx, t) // which others may need who go on
			return r.list, r.err
		},
		Digest: func(file string) (digest string, known bool) {
			digest, known = digests()[file]
			return digest, known
		},
	}
	if b.Cache != "" {
		in.Content = func(since time.Time) string { return c.content(ctx, t, since) }
	}
	return &analysis{policy.Begin(during, in), c.compiled(t), sync.OnceFunc(ended)}
}

// built returns what waits for the compiling that fills Go's own cache, which the analysis
// reads; nil: there is no such thing.
func (b *build) built(c *compiler) func(context.Context) error {
	t := lambda(b.stage.Architecture)
	if !b.zips(t) {
		if t = here(); b.AppModel != "" {
			return nil
		}
	}
	return func(ctx context.Context) error {
		_, err := c.program(ctx, t)
		return err
	}
}

// analyze finds what those functions need whose policy is generated.
func (b *build) analyze(a *analysis, model *app.Model) (*Policies, error) {
	end := b.working("Finding out what the functions of " + b.appName() + " do in AWS")
	report, err := a.Finish(b.registrations(model))
	a.ended()
	end(err)
	if err != nil {
		return nil, fmt.Errorf("find out what the functions may do%s: %w", b.Names.Advice(" (", "NoAnalysis", " leaves that out)"), err)
	}
	a.program.analyzed = true
	p := &Policies{Functions: map[string]*FunctionPolicy{}, OwnRoles: b.stage.IAMRoles == config.RolePerFunction, needs: map[string]*policy.Needs{}}
	if slices.ContainsFunc(model.Functions, func(f app.FunctionModel) bool { return f.FunctionName() != f.Name }) {
		// The framework lets functions post to the connections of the app's websocket API.
		p.options.OwnConnections = true
	}
	warnings := report.Warnings
	for _, name := range slices.Sorted(maps.Keys(report.Functions)) {
		if !b.generated(name) {
			continue
		}
		p.needs[name] = report.Functions[name].Configure(variables(b.stage.Function(name)))
		statements, more := p.statements([]string{name})
		p.Functions[name] = functionPolicy(p.needs[name], statements)
		for _, w := range more {
			w.Functions = []string{name}
			warnings = append(warnings, w)
		}
	}
	for _, w := range policy.MergeWarnings(warnings) {
		p.Warnings = append(p.Warnings, Warning{PolicyWarning, w.String(), w.Functions})
	}
	return p, nil
}

// described is the target that the program was compiled for to describe itself, nil if
// it is also, or only, compiled for Lambda.
func (b *build) described() *policy.Target {
	if t := here(); b.TemplateOnly && b.AppModel == "" && t != lambda(b.stage.Architecture) {
		return &policy.Target{Env: b.project.env(t), Files: b.project.context(t)}
	}
	return nil
}

// compilingImports says that what the program imports is compiled for Lambda, where
// that hasn't been done before.
func (b *build) compilingImports() func() (end func(error)) {
	t := lambda(b.stage.Architecture)
	if b.zips(t) || b.AppModel == "" && t == here() {
		return nil
	}
	return func() func(error) {
		return b.working("Compiling what " + b.appName() + " imports for " + t.os + "/" + t.arch)
	}
}

// zips reports whether the program is compiled for a zip.
func (b *build) zips(t target) bool {
	r := b.records[t]
	return !b.TemplateOnly && (r == nil || r.Zip == nil)
}

// statements are what the policy says for some functions, or with no name for all of
// them.
func (p *Policies) statements(functions []string) ([]arn.Statement, []policy.Warning) {
	if len(functions) == 0 {
		functions = slices.Sorted(maps.Keys(p.needs))
	}
	var needs []*policy.Needs
	for _, name := range functions {
		needs = append(needs, p.needs[name])
	}
	return policy.Union(needs...).Statements(nil, p.options)
}

// variables are a function's environment, as the analysis takes it: strings, and intrinsics
// as a map[string]any.
func variables(f config.Function) map[string]any {
	all := map[string]any{}
	for name, value := range f.Environment {
		all[name] = value.Any()
	}
	return all
}

// policies finishes the analysis. Where there is no source, or that isn't wanted,
// there are none.
func (b *build) policies(a *analysis, model *app.Model) (*Policies, error) {
	if b.NoAnalysis || !slices.ContainsFunc(b.registrations(model), func(r policy.Registration) bool { return b.generated(r.Function) }) {
		return nil, nil
	}
	if b.noSource != nil {
		b.warn(PolicyWarning, "what the functions need in AWS isn't in their policies, since their source can't be looked at: %v%s",
			b.noSource, b.Names.Advice(" (", "NoAnalysis", " says that this is meant)"))
		return nil, nil
	}
	p, err := b.analyze(a, model)
	if err == nil {
		b.addWarnings(p.Warnings...)
	}
	return p, err
}

// fill puts the policies into what synthesis takes, by function.
func (p *Policies) fill(in *synth.Input) {
	if p == nil {
		return
	}
	in.Policies, in.ManagesConnections, in.AsksOfShifts = map[string][]synth.Statement{}, map[string]bool{}, map[string]bool{}
	for name, f := range p.Functions {
		own, _ := p.statements([]string{name})
		in.Policies[name], in.ManagesConnections[name], in.AsksOfShifts[name] = toSynth(own), f.connections, f.shift
	}
}

// registrations lists where the app's handlers were registered, by the functions that
// they run in: behind a URL, the authorizers of routes run in that of the routes, with
// its variables.
func (b *build) registrations(m *app.Model) []policy.Registration {
	var all []policy.Registration
	add := func(function, handler string, source *app.Source) {
		r := policy.Registration{Function: function, Handler: handler}
		if source != nil {
			r.File, r.Line = source.File, source.Line
		}
		all = append(all, r)
	}
	for _, r := range m.Routes {
		add(app.RESTHandler, r.Handler, r.Source)
	}
	connect := m.ConnectAuthorizer()
	for i, a := range m.Authorizers {
		if a.Type != app.BuiltinAuthorizerType {
			continue
		}
		within := b.stage.APIType == config.FunctionURL
		if within && m.Protects(a.Name) {
			add(app.RESTHandler, a.Handler, a.Source)
		}
		if !within || connect == &m.Authorizers[i] {
			add(a.Name, a.Handler, a.Source)
		}
	}
	for _, f := range m.Functions {
		add(f.FunctionName(), f.Handler, f.Source)
		all[len(all)-1].Checks = f.TrafficHook
		if f.Poison != "" {
			add(f.FunctionName(), f.Poison, f.Source)
			all[len(all)-1].Decides = true
		}
	}
	return all
}

// toSynth translates statements, since internal/policy and synth don't know
// each other.
func toSynth(statements []arn.Statement) []synth.Statement {
	var all []synth.Statement
	for _, s := range statements {
		t := synth.Statement{Sid: s.Sid, Actions: s.Actions, Condition: s.Condition.Object(func(r arn.Resource) any { return joined(r) })}
		for _, r := range s.Resources {
			t.Resources = append(t.Resources, joined(r))
		}
		all = append(all, t)
	}
	return all
}

func joined(r arn.Resource) synth.Joined {
	parts := make(synth.Joined, len(r))
	for i, p := range r {
		switch p.Kind {
		case arn.Text:
			parts[i] = p.Text
		case arn.Partition:
			parts[i] = synth.OwnPartition
		case arn.Region:
			parts[i] = synth.OwnRegion
		case arn.AccountID:
			parts[i] = synth.OwnAccount
		case arn.Value:
			parts[i] = p.Value
		}
	}
	return parts
}
