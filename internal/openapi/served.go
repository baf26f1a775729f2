package openapi

import (
	"fmt"
	"slices"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/apidoc"
)

// Served returns the document that a route of the app answers with, as JSON; nil: no route
// does. Its server is relative to the route.
func Served(m *app.Model, s *config.Stage, c Comments) ([]byte, error) {
	i := slices.IndexFunc(m.Routes, func(r app.RouteModel) bool { return r.ServesOpenAPI })
	if i < 0 {
		return nil, nil
	}
	return JSON(m, s, c, apidoc.Root(m.Routes[i].Path))
}

// JSON returns the document as JSON, with one server.
func JSON(m *app.Model, s *config.Stage, c Comments, server string) ([]byte, error) {
	document, err := Build(m, s, c, []Server{{URL: server}}, V31)
	if err != nil {
		return nil, fmt.Errorf("make the OpenAPI document: %w", err)
	}
	return document.MarshalJSON()
}
