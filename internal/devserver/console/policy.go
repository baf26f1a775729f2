package console

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"

	packager "github.com/chalice-go/chalice/package"
)

// policies keeps the analysis of one generation: it takes seconds, and the
// source of a generation doesn't change.
type policies struct {
	mu         sync.Mutex
	generation int
	found      *packager.Policies
}

// grant is an action that a function may perform, and why.
type grant struct {
	Action    string   `json:"action"`
	Resources []string `json:"resources"`
	Reasons   []reason `json:"reasons"`
}

// reason is a call that needs an action, and the way from the function to the
// call.
type reason struct {
	Call string   `json:"call"` // file:line: operation
	Path []string `json:"path"`
}

// explained is the permissions of a function.
type explained struct {
	Grants   []grant  `json:"grants"`
	Warnings []string `json:"warnings"`
	// Own says why there are no grants: the user has written the policy.
	Own string `json:"own,omitempty"`
}

// policy returns the permissions that a function's source needs in AWS.
func (c *console) policy(r *http.Request) (any, error) {
	g, err := c.running()
	if err != nil {
		return nil, err
	}
	name, err := functionOf(r, g)
	if err != nil {
		return nil, err
	}
	found, err := c.policies.of(r.Context(), g.Number, g.Input())
	if err != nil {
		return nil, refuse(http.StatusConflict, "%w", err)
	}
	return explain(found, name), nil
}

func (p *policies) of(ctx context.Context, generation int, in packager.Input) (*packager.Policies, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil && p.generation == generation {
		return p.found, nil
	}
	found, err := packager.FindPolicies(ctx, in)
	if err == nil {
		p.found, p.generation = found, generation
	}
	return found, err
}

func explain(found *packager.Policies, function string) explained {
	e := explained{Grants: []grant{}, Warnings: []string{}}
	needs := found.Functions[function]
	if needs == nil {
		e.Own = "The configuration names a role or a policy file for this function, so none is generated."
		return e
	}
	for _, need := range needs.Needs {
		shown := grant{Action: need.Action, Resources: need.Resources, Reasons: []reason{}}
		for _, c := range need.Calls {
			shown.Reasons = append(shown.Reasons, reasonOf(c))
		}
		if shown.Resources == nil {
			shown.Resources = []string{"the app's own API"}
		}
		e.Grants = append(e.Grants, shown)
	}
	for _, w := range found.Warnings {
		if len(w.Functions) == 0 || slices.Contains(w.Functions, function) {
			e.Warnings = append(e.Warnings, w.Message)
		}
	}
	return e
}

func reasonOf(c packager.Call) reason {
	shown := reason{Call: fmt.Sprintf("%v: %s", c.Source, c.Operation), Path: []string{}}
	if c.AnyResource != "" {
		shown.Call += ", on any resource: " + c.AnyResource
	}
	for _, step := range c.Path {
		shown.Path = append(shown.Path, fmt.Sprintf("%v: %s", step.Source, step.Function))
	}
	return shown
}
