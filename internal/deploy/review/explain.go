package review

import (
	"fmt"

	packager "github.com/chalice-go/chalice/package"

	"github.com/chalice-go/chalice/app"
)

// Explain returns the origins of the resources of a package.
func Explain(out packager.Output) Origins {
	o := Origins{Resources: map[string]Origin{}, Functions: map[string]Function{}, Routes: map[string]*app.Source{}}
	for _, r := range out.Resources {
		o.Resources[r.ID] = Origin{r.Function, r.Source}
	}
	if out.Model == nil {
		return o
	}
	for _, name := range out.Model.FunctionNames() {
		f := Function{Needs: append(needs(out.Policies, name), allowed(out.Model, name)...)}
		if out.Stage != nil {
			f.PolicyFile = out.Stage.Function(name).PolicyFile
		}
		o.Functions[name] = f
	}
	for _, r := range out.Model.Routes {
		methods := r.Methods
		if len(methods) == 0 {
			methods = []string{"GET"}
		}
		for _, method := range methods {
			o.Routes[method+" "+r.Path] = r.Source
		}
	}
	return o
}

// needs returns what a function's source needs, with the calls that need it.
func needs(p *packager.Policies, function string) []Need {
	if p == nil || p.Functions[function] == nil {
		return nil
	}
	var all []Need
	for _, needed := range p.Functions[function].Needs {
		need := Need{Action: needed.Action}
		for _, c := range needed.Calls {
			need.Reasons = append(need.Reasons, fmt.Sprintf("%v %s", c.Source, c.Operation))
		}
		all = append(all, need)
	}
	return all
}

// allowed returns the actions that an app allows a function with app.Allow,
// with the places.
func allowed(m *app.Model, function string) []Need {
	var all []Need
	add := func(of string, source *app.Source, models []app.AllowModel) {
		if of != function {
			return
		}
		reason := "app.Allow"
		if source != nil {
			reason = fmt.Sprintf("%s:%d app.Allow", source.File, source.Line)
		}
		for _, allow := range models {
			for _, action := range allow.Actions {
				all = append(all, Need{action, []string{reason}})
			}
		}
	}
	for _, r := range m.Routes {
		add(app.RESTHandler, r.Source, r.Allow)
	}
	for _, a := range m.Authorizers {
		add(a.Name, a.Source, a.Allow)
	}
	for _, f := range m.Functions {
		add(f.FunctionName(), f.Source, f.Allow)
	}
	return all
}
