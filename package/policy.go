package packager

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/policy"
	"github.com/chalice-go/chalice/internal/policy/arn"
	"github.com/chalice-go/chalice/synth"
)

// Policies are what the app's functions need for the calls that they make, as
// their source shows.
type Policies struct {
	// Functions are those whose policy is generated, by their names in Lambda.
	// Environment variables have the values that the stage gives them.
	Functions map[string]*policy.Needs
	// Warnings tell what the analysis could not see, or not narrow.
	Warnings []policy.Warning

	// ownConnections: the app has a websocket API, to whose connections the
	// framework lets functions post.
	ownConnections bool
}

// Statements are what the policy says for some functions, or with no name for
// all of them, beside what the framework itself needs. A name has to be one of
// Functions.
func (p *Policies) Statements(functions ...string) []arn.Statement {
	statements, _ := p.statements(functions)
	return statements
}

// Resources returns what a function may do an action on. There are none where the
// framework has the statement: for the connections of the app's own API.
func (p *Policies) Resources(function, action string) []string {
	var all []string
	for _, s := range p.Statements(function) {
		if slices.Contains(s.Actions, action) {
			for _, r := range s.Resources {
				all = append(all, r.String())
			}
		}
	}
	return all
}

func (p *Policies) statements(functions []string) ([]arn.Statement, []policy.Warning) {
	if len(functions) == 0 {
		functions = slices.Sorted(maps.Keys(p.Functions))
	}
	var needs []*policy.Needs
	for _, name := range functions {
		needs = append(needs, p.Functions[name])
	}
	var options policy.StatementOptions
	if p.ownConnections {
		options.Except = []string{"execute-api:ManageConnections"}
	}
	return policy.Union(needs...).Statements(nil, options)
}

// FindPolicies finds what the functions of an app need. It builds the program,
// and writes nothing.
func FindPolicies(ctx context.Context, in Input) (*Policies, error) {
	return inspect(ctx, in, func(b *build, ctx context.Context, c *compiler) (*Policies, error) {
		if b.noSource != nil {
			return nil, b.noSource
		}
		model, err := b.model(ctx, c)
		if err != nil {
			return nil, err
		}
		return b.findPolicies(ctx, c, model)
	})
}

// generated tells whether a function has a role whose policy is generated.
func (b *build) generated(function string) bool {
	f := b.stage.Function(function)
	return f.RoleARN.IsZero() && f.PolicyFile == ""
}

// findPolicies analyzes the source for the functions whose policy is generated.
func (b *build) findPolicies(ctx context.Context, c *compiler, model *app.Model) (*Policies, error) {
	kept, err := policy.CacheDir()
	if err != nil {
		kept = "" // a machine without a folder for it does without
	}
	report, err := policy.Analyze(ctx, policy.Input{
		Dir: b.project.dir, Env: b.project.env(lambda(b.stage.Architecture)), BuildFlags: b.project.flags.build(),
		Registrations: registrations(model), TempDir: c.folder, Cache: kept,
	})
	if err != nil {
		return nil, fmt.Errorf("find out what the functions may do%s: %w", b.Names.Advice(" (", "NoAnalysis", " leaves that out)"), err)
	}
	p := &Policies{
		Functions: map[string]*policy.Needs{}, Warnings: report.Warnings,
		ownConnections: slices.ContainsFunc(model.Functions, func(f app.FunctionModel) bool { return f.FunctionName() != f.Name }),
	}
	for _, name := range slices.Sorted(maps.Keys(report.Functions)) {
		if !b.generated(name) {
			continue
		}
		p.Functions[name] = report.Functions[name].Configure(variables(b.stage.Function(name)))
		_, warnings := p.statements([]string{name})
		p.Warnings = append(p.Warnings, warnings...)
	}
	p.Warnings = policy.MergeWarnings(p.Warnings)
	return p, nil
}

// variables gives a function's environment to the analysis: strings, and intrinsics
// as a map[string]any.
func variables(f config.Function) map[string]any {
	all := map[string]any{}
	for name, value := range f.Environment {
		all[name] = value.Any()
	}
	return all
}

// policies gives synthesis what the source shows, and prints warnings. Where
// there is no source, or that isn't wanted, in stays as it is, and there are none.
func (b *build) policies(ctx context.Context, c *compiler, in *synth.Input) (*Policies, error) {
	if b.NoAnalysis || !slices.ContainsFunc(registrations(in.Model), func(r policy.Registration) bool { return b.generated(r.Function) }) {
		return nil, nil
	}
	if b.noSource != nil {
		b.warn("what the functions need in AWS isn't in their policies, since their source can't be looked at: %v%s",
			b.noSource, b.Names.Advice(" (", "NoAnalysis", " says that this is meant)"))
		return nil, nil
	}
	// Compiling fills Go's own cache, which the analysis reads. A program that is
	// kept need not be compiled.
	if !b.TemplateOnly && b.Cache == "" {
		if _, err := c.program(ctx, lambda(b.stage.Architecture)); err != nil {
			return nil, err
		}
	}
	p, err := b.findPolicies(ctx, c, in.Model)
	if err != nil {
		return nil, err
	}
	in.Policies, in.ManagesConnections = map[string][]synth.Statement{}, map[string]bool{}
	for name, needs := range p.Functions {
		in.ManagesConnections[name] = needs.Connections
		in.Policies[name] = toSynth(p.Statements(name))
	}
	for _, w := range p.Warnings {
		b.warn("%s", w)
	}
	return p, nil
}

// registrations lists where the app's handlers were registered.
func registrations(m *app.Model) []policy.Registration {
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
	for _, a := range m.Authorizers {
		if a.Type == app.BuiltinAuthorizerType {
			add(a.Name, a.Handler, a.Source)
		}
	}
	for _, f := range m.Functions {
		add(f.FunctionName(), f.Handler, f.Source)
	}
	return all
}

// toSynth translates statements, since internal/policy and synth don't know
// each other.
func toSynth(statements []arn.Statement) []synth.Statement {
	var all []synth.Statement
	for _, s := range statements {
		t := synth.Statement{Sid: s.Sid, Actions: s.Actions, Condition: s.Condition}
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
