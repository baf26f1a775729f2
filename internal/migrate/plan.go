package migrate

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// plan is a Go program in the making.
type plan struct {
	*description
	names   *namer
	lines   []string // of newApp
	stubs   []stub
	notes   []note // of what isn't carried over
	refused []note // of what chalice or AWS won't take

	shadow      *shadow
	receivers   map[int]string // the variables of blueprints
	authorizers map[string]*declared
	functions   map[int]*registered // of builtin authorizers, by their handlers
	last        int                 // the blueprint of the last line
}

// stub is a Go function in place of a Python one.
type stub struct {
	name, kind, does string
	registered       string // the name under which it was
	handler          int
}

// declared is an authorizer that isn't a function.
type declared struct {
	name string // of its variable
	make func() app.Authorizer
}

// registered is a line of newApp that can get a variable once somebody uses its result.
type registered struct {
	line, in int
	name     string
	call     call
}

// shadow is what the calls do when they are made here.
type shadow struct {
	app        *app.App
	blueprints map[int]*app.Blueprint
	builtin    map[int]*app.BuiltinAuth
	others     map[string]app.Authorizer
}

func newShadow(name string, options []app.Option) *shadow {
	return &shadow{app.New(name, options...), map[int]*app.Blueprint{}, map[int]*app.BuiltinAuth{}, map[string]app.Authorizer{}}
}

func (sh *shadow) blueprint(number int) *app.Blueprint {
	if sh.blueprints[number] == nil {
		sh.blueprints[number] = app.NewBlueprint()
	}
	return sh.blueprints[number]
}

// registrar is the app, or one of its blueprints.
func (sh *shadow) registrar(in int) registrar {
	if in < 0 {
		return sh.app
	}
	return sh.blueprint(in)
}

// newPlan makes a program of a description.
func newPlan(d *description) (*plan, error) {
	steps, notes, err := d.story()
	if err != nil {
		return nil, err
	}
	p := &plan{
		description: d, names: newNamer(), notes: notes, last: -1,
		receivers: map[int]string{-1: "a"}, authorizers: map[string]*declared{}, functions: map[int]*registered{},
	}
	settings := p.settings()
	p.shadow = newShadow(d.Name, settings.values)
	p.lines = append(p.lines, "a := "+settings.write("app.New", quote(d.Name)))
	var problems []error
	for _, s := range steps {
		if err := p.step(s, settings.values); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", d.place(s.Site), err))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	p.refuseAll(steps)
	return p, nil
}

// settings are the options of the app as a whole.
func (p *plan) settings() (o options[app.Option]) {
	if p.Debug {
		o.add(app.Debug(), "app.Debug()")
	}
	if !slices.Equal(p.BinaryTypes, app.DefaultBinaryTypes()) {
		o.add(app.BinaryTypes(p.BinaryTypes...), "app.BinaryTypes(%s)", quoteAll(p.BinaryTypes))
	}
	if p.CORS != nil {
		config, code := p.CORS.config()
		if code == "" {
			o.add(app.DefaultCORS(), "app.DefaultCORS()")
		} else {
			o.add(app.DefaultCORS(config), "app.DefaultCORS(%s)", code)
		}
	}
	return o
}

// step adds what one step becomes.
func (p *plan) step(s step, settings []app.Option) error {
	do, ok := calls[s.Type]
	if !ok {
		p.note(s.Site, "%s of %s, which this chalice has no counterpart of", s.Type, s.Name)
		return nil
	}
	receiver := p.receiver(s.in)
	if s.in != p.last {
		p.lines, p.last = append(p.lines, ""), s.in
	}
	c, err := do(p, s)
	if err != nil || c.do == nil {
		return err
	}
	p.lines = append(p.lines, receiver+"."+c.code)
	if s.Type == "authorizer" {
		p.functions[s.Handler] = &registered{line: len(p.lines) - 1, in: s.in, call: c}
	}
	c.do(p.shadow.registrar(s.in), p.shadow)
	p.alone(s, c, settings)
	return nil
}

func (p *plan) note(where, format string, args ...any) {
	p.notes = append(p.notes, note{where, fmt.Sprintf(format, args...)})
}

// receiver is the variable of the app or a blueprint, which is declared at its first use.
func (p *plan) receiver(in int) string {
	if p.receivers[in] == "" {
		b := p.Blueprints[in]
		p.receivers[in] = p.names.name(b.Name, "blueprint")
		if file, _, _ := strings.Cut(b.Site, ":"); file != "" {
			p.lines = append(p.lines, "", strings.TrimSuffix(comment(" ", "The blueprint of "+file+"."), "\n"))
		}
		p.lines, p.last = append(p.lines, p.receivers[in]+" := app.NewBlueprint()"), in
	}
	return p.receivers[in]
}

// stub returns the Go function for a step's handler, which is the same for all steps of
// one kind that have that handler.
func (p *plan) stub(s step, does string) string {
	for _, other := range p.stubs {
		if other.handler == s.Handler && forms[other.kind] == forms[s.Type] {
			return other.name
		}
	}
	registered := s.Name
	if registered == "" {
		registered = p.Handlers[s.Handler].Function
	}
	name := p.names.name(p.Handlers[s.Handler].Function, "handler")
	p.stubs = append(p.stubs, stub{name, s.Type, does, registered, s.Handler})
	return name
}

// file is the Go file for the handlers of a Python module.
func (h handler) file() string {
	if h.Module == "app" || h.File == "" {
		return "handlers.go"
	}
	name := strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' {
			return c
		}
		return -1
	}, strings.ToLower(path.Ext("." + h.Module)[1:]))
	if name = strings.Trim(name, "_"); name == "" {
		return "handlers.go"
	}
	// The end keeps Go from taking a name such as report_linux for a platform's.
	return name + "_handlers.go"
}
