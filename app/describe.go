package app

import "slices"

// Model returns the app as plain data.
func (g *Registry) Model() *Model {
	g.model.Do(func() {
		g.modeled = g.describe(func(s site) *Source { return new(s.source()) })
		for _, describe := range [...]func(*Registry, *Model){g.parts.serving, g.parts.operations} {
			if describe != nil {
				describe(g, g.modeled)
			}
		}
	})
	return g.modeled
}

// describe makes the model; where says where things were registered.
func (g *Registry) describe(where func(site) *Source) *Model {
	m := &Model{Version: ModelVersion, Name: g.Name(), Debug: g.Debug(), API: g.describeAPI(where)}
	for _, r := range g.placed {
		m.Routes = append(m.Routes, g.describeRoute(r, where))
	}
	for _, a := range g.allAuthorizers {
		model := a.model
		model.Source = where(a.from.site)
		m.Authorizers = append(m.Authorizers, model)
	}
	for _, f := range g.functions {
		model := f.model
		model.Source = where(f.site)
		if f.auth != nil {
			model.Authorizer, _ = g.parts.auth.name(g, f.auth, f.at)
		}
		m.Functions = append(m.Functions, model)
	}
	return m
}

// describeAPI returns the settings that are not the default ones.
func (g *Registry) describeAPI(where func(site) *Source) *APIModel {
	types := g.app.settings.binaryTypes
	if g.cors == nil && !types.given {
		return nil
	}
	return &APIModel{BinaryTypes: types.value, CORS: g.cors, Source: where(g.app.site)}
}

func (g *Registry) describeRoute(r *placedRoute, where func(site) *Source) RouteModel {
	m := RouteModel{
		Path:           r.route.Path,
		Methods:        append([]string{}, r.route.Methods...), // not nil: that stands for GET
		Name:           r.route.Name,
		ContentTypes:   slices.Clone(r.route.ContentTypes),
		APIKeyRequired: r.apiKeyRequired,
		Streams:        r.route.Streams,
		CORS:           r.cors,
		Doc:            r.doc,
		Handler:        r.symbol,
		Source:         where(r.site),
		Allow:          r.allow,
	}
	if r.at.via != nil {
		m.Via = where(*r.at.via)
	}
	if r.auth != nil && r.auth.base() != nil {
		m.Authorizer, _ = g.parts.auth.name(g, r.auth, r.at)
		m.Scopes = r.auth.routeScopes()
	}
	return m
}
