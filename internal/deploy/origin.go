package deploy

import (
	"fmt"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/deploy/review"
)

// origins say why the stack has what it has: where resources are registered, and
// what in the source needs a permission.
func (r *run) origins() review.Origins {
	o := review.Origins{Resources: map[string]review.Origin{}, Functions: map[string]review.Function{}}
	for _, resource := range r.out.Resources {
		o.Resources[resource.ID] = review.Origin{Function: resource.Function, Source: resource.Source}
	}
	allowed := allowances(r.out.Model)
	for _, name := range r.out.Model.FunctionNames() {
		f := review.Function{PolicyFile: r.out.Stage.Function(name).PolicyFile, Needs: allowed[name]}
		f.Needs = append(f.Needs, r.needs(name)...)
		o.Functions[name] = f
	}
	return o
}

// needs are what the source of a function shows that it needs.
func (r *run) needs(function string) []review.Need {
	if r.out.Policies == nil || r.out.Policies.Functions[function] == nil {
		return nil
	}
	var all []review.Need
	for _, action := range r.out.Policies.Functions[function].Actions {
		need := review.Need{Action: action.Name}
		for _, reason := range action.Reasons {
			need.Reasons = append(need.Reasons, fmt.Sprintf("%s:%d %s", reason.File, reason.Line, reason.Operation))
		}
		all = append(all, need)
	}
	return all
}

// allowances are what registrations allow by hand, by the function's name.
func allowances(m *app.Model) map[string][]review.Need {
	all := map[string][]review.Need{}
	add := func(function string, allow []app.AllowModel, source *app.Source) {
		for _, a := range allow {
			for _, action := range a.Actions {
				need := review.Need{Action: action}
				if source != nil {
					need.Reasons = []string{fmt.Sprintf("%s:%d app.Allow", source.File, source.Line)}
				}
				all[function] = append(all[function], need)
			}
		}
	}
	for _, r := range m.Routes {
		add(config.APIHandler, r.Allow, r.Source)
	}
	for _, a := range m.Authorizers {
		add(a.Name, a.Allow, a.Source)
	}
	for _, f := range m.Functions {
		add(f.FunctionName(), f.Allow, f.Source)
	}
	return all
}
