package app

import "slices"

// Model gives the app as plain data.
func (g *Registry) Model() *Model {
	g.model.Do(func() { g.modeled = g.describe() })
	return g.modeled
}

func (g *Registry) describe() *Model {
	m := &Model{Version: ModelVersion, Name: g.Name(), Debug: g.Debug(), API: g.describeAPI()}
	for _, r := range g.placed {
		m.Routes = append(m.Routes, g.describeRoute(r))
	}
	for _, a := range g.allAuthorizers {
		model := a.model
		model.Source = new(a.from.source())
		m.Authorizers = append(m.Authorizers, model)
	}
	for _, f := range g.functions {
		model := f.model
		model.Source = new(f.site.source())
		m.Functions = append(m.Functions, model)
	}
	return m
}

// describeAPI gives the settings that are not the default ones.
func (g *Registry) describeAPI() *APIModel {
	types := g.app.settings.binaryTypes
	if g.cors == nil && !types.given {
		return nil
	}
	return &APIModel{BinaryTypes: types.value, CORS: g.cors, Source: new(g.app.site.source())}
}

func (g *Registry) describeRoute(r *placedRoute) RouteModel {
	m := RouteModel{
		Path:           r.route.Path,
		Methods:        slices.Clone(r.route.Methods),
		Name:           r.route.Name,
		ContentTypes:   slices.Clone(r.route.ContentTypes),
		APIKeyRequired: r.apiKeyRequired,
		CORS:           r.cors,
		Doc:            r.doc,
		Handler:        r.symbol,
		Source:         new(r.site.source()),
		Allow:          r.allow,
	}
	if r.auth != nil && r.auth.base() != nil {
		m.Authorizer, _ = g.authorizerName(r.auth, r.at)
		m.Scopes = r.auth.routeScopes()
	}
	return m
}
