package migrate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/awsrules"
)

// alone makes a call in an app of its own, to find what is wrong with it.
func (p *plan) alone(s step, c call, settings []app.Option) {
	if s.Type == stepBlueprint || s.Type == "middleware" {
		return
	}
	alone := newShadow(p.Name, settings)
	known := map[string]bool{} // of its authorizer, which is told where that is
	if a := s.Authorizer; a != nil && p.functions[a.Function] != nil && a.Kind == "builtin" {
		auth := newShadow(p.Name, settings)
		for _, sh := range []*shadow{auth, alone} {
			p.functions[a.Function].call.do(sh.app, sh)
		}
		for _, m := range mistakes(auth.app.Describe()) {
			known[m.Message] = true
		}
	}
	c.do(alone.app, alone)
	p.refuse(s.Site, alone.app, known)
}

// refuse notes what chalice, or AWS, will not take of one registration, which is all that
// an app has but for what is known.
func (p *plan) refuse(where string, a *app.App, known map[string]bool) {
	for _, m := range mistakes(a.Describe()) {
		if !known[m.Message] {
			p.mend(where, m.Message)
		}
	}
}

// refuseAll notes what of the registrations doesn't go together.
func (p *plan) refuseAll(steps []step) {
	model := p.shadow.app.Describe()
	p.place(model, steps)
	for _, m := range mistakes(model) {
		// What the app itself says of two registrations has our own places, and what
		// is said of the model has those in Python.
		if !strings.Contains(m.Message, "internal/migrate/") {
			where := m.File
			if strings.HasPrefix(where, "internal/migrate/") {
				where = ""
			} else if m.Line > 0 {
				where = fmt.Sprintf("%s:%d", m.File, m.Line)
			}
			p.mend(where, m.Message)
		}
	}
}

func mistakes(model *app.Model) app.Mistakes {
	return slices.Concat(model.Mistakes, model.Check(), awsrules.Check(model), awsrules.CheckREST(model.Routes))
}

// mend notes a mistake, unless it is known.
func (p *plan) mend(where, message string) {
	if !slices.ContainsFunc(p.refused, func(n note) bool { return n.text == message && (where == "" || n.where == where) }) {
		p.refused = append(p.refused, note{where, message})
	}
}

// place gives the parts of the model the places in Python, as far as each step has become
// one part.
func (p *plan) place(model *app.Model, steps []step) {
	var routes, functions []string
	var add func(in int)
	add = func(in int) {
		for _, s := range steps {
			switch {
			case s.in != in || s.Type == "authorizer" || s.Type == "middleware":
			case s.Type == stepBlueprint:
				add(s.Blueprint)
			case s.Type == "route":
				routes = append(routes, s.Site)
			case calls[s.Type] != nil:
				functions = append(functions, s.Site)
			}
		}
	}
	add(-1)
	for i := range model.Routes {
		model.Routes[i].Source = source(routes, i, len(model.Routes))
	}
	for i := range model.Functions {
		model.Functions[i].Source = source(functions, i, len(model.Functions))
	}
	for i := range model.Authorizers {
		model.Authorizers[i].Source = nil
	}
}

// source is the place of a part, nil if it can't be told.
func source(sites []string, i, of int) *app.Source {
	if len(sites) != of {
		return nil
	}
	file, line, _ := strings.Cut(sites[i], ":")
	number, err := strconv.Atoi(line)
	if err != nil {
		return nil
	}
	return &app.Source{File: file, Line: number}
}
