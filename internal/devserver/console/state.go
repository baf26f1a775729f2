package console

import (
	"net/http"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/config"
	"github.com/chalice-go/chalice/internal/devserver"
)

// state is what the page shows of the app.
type state struct {
	Build devserver.Build `json:"build"`
	URL   string          `json:"url"`
	// Front is what is in front of the routes, such as "HTTP API", and FrontURL
	// where it is.
	Front    string `json:"front,omitempty"`
	FrontURL string `json:"front_url,omitempty"`
	Stage    string `json:"stage"`
	// The following is missing until the app has been built once.
	App         string       `json:"app,omitempty"`
	Generation  int          `json:"generation,omitempty"`
	Routes      []route      `json:"routes"`
	Functions   []function   `json:"functions"`
	Authorizers []authorizer `json:"authorizers"`
	Settings    []setting    `json:"settings"`
	Own         []own        `json:"own"`
}

type route struct {
	Methods    []string `json:"methods"`
	Path       string   `json:"path"`
	Name       string   `json:"name"`
	Function   string   `json:"function"`
	Authorizer string   `json:"authorizer,omitempty"`
	Scopes     []string `json:"scopes,omitempty"`
	CORS       string   `json:"cors,omitempty"` // the origins that are allowed
	APIKey     bool     `json:"api_key,omitempty"`
	Doc        string   `json:"doc,omitempty"`
	Source     string   `json:"source,omitempty"` // file:line
}

type function struct {
	Name      string   `json:"name"`
	Kind      string   `json:"kind"`
	Triggers  []string `json:"triggers"`
	Options   []string `json:"options"`   // of the source, if Lambda polls that
	Memory    int      `json:"memory"`    // MB
	Timeout   int      `json:"timeout"`   // seconds
	Variables []string `json:"variables"` // names only
	Source    string   `json:"source,omitempty"`
}

type authorizer struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Source string `json:"source,omitempty"`
}

// setting is a value of the configuration. For environment variables the value
// is left out.
type setting struct {
	Function string `json:"function,omitempty"`
	Key      string `json:"key"`
	Value    any    `json:"value"`
	Hidden   bool   `json:"hidden,omitempty"`
	From     string `json:"from"`
}

type own struct {
	Prefix string `json:"prefix"`
	Name   string `json:"name"`
}

// state returns the app as of its last successful build: an app whose source
// doesn't compile anymore is shown as it was.
func (c *console) state(*http.Request) (any, error) {
	s := state{
		Build: c.server.Journal().Build(), URL: c.server.URL(), Stage: c.server.Options().Stage,
		Routes: []route{}, Functions: []function{}, Authorizers: []authorizer{}, Settings: []setting{}, Own: []own{},
	}
	for _, m := range c.server.Own() {
		s.Own = append(s.Own, own{m.Prefix, m.Name})
	}
	if g := c.server.Last(); g != nil {
		s.App, s.Generation = g.Model.Name, g.Number
		if len(g.Model.Routes) > 0 {
			s.Front, s.FrontURL = g.Front().String(), c.server.URL()+g.StagePrefix()+"/"
		}
		s.Routes = append(s.Routes, routes(g.Model)...)
		s.Functions = append(s.Functions, functions(g)...)
		for _, a := range g.Model.Authorizers {
			s.Authorizers = append(s.Authorizers, authorizer{a.Name, string(a.Type), place(a.Source)})
		}
		for _, v := range g.Stage.Settings() {
			s.Settings = append(s.Settings, newSetting(g.Stage.File(), v))
		}
	}
	return s, nil
}

func routes(m *app.Model) []route {
	var all []route
	for _, r := range m.Routes {
		shown := route{
			Methods: r.Methods, Path: r.Path, Name: r.Name, Function: app.RESTHandler,
			Authorizer: r.Authorizer, Scopes: r.Scopes, APIKey: r.APIKeyRequired, Doc: r.Doc, Source: place(r.Source),
		}
		if cors := m.CORS(r); cors != nil {
			shown.CORS = strings.Join(cors.Origins(), ", ")
		}
		all = append(all, shown)
	}
	return all
}

func functions(g *devserver.Generation) []function {
	var all []function
	for _, name := range g.Model.FunctionNames() {
		f := g.Stage.Function(name)
		kind, triggers, options := triggersOf(g, name)
		shown := function{
			Name: name, Kind: kind, Triggers: triggers, Options: append([]string{}, options...), Memory: f.MemorySize, Timeout: f.Timeout,
			Variables: []string{}, Source: place(g.Model.FunctionSource(name)),
		}
		for _, v := range g.Variables(name) {
			shown.Variables = append(shown.Variables, v.Name)
		}
		all = append(all, shown)
	}
	return all
}

func newSetting(file string, s config.Setting) setting {
	shown := setting{Function: s.Function, Key: s.Key, Value: s.Value}
	if isVariable(s.Key) {
		shown.Value, shown.Hidden = nil, true
	}
	switch s.From {
	case config.FromFile:
		shown.From = app.Source{File: file, Line: s.Line}.String()
	case config.FromOverrides:
		shown.From = "command line"
	case config.FromDefault:
		shown.From = "default"
	}
	return shown
}

func place(s *app.Source) string {
	if s == nil {
		return ""
	}
	return s.String()
}

// variable is an environment variable of a function, with its value.
type variable struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	From  string `json:"from"`
	Unset bool   `json:"unset,omitempty"`
}

// variables returns the values of a function's environment variables.
func (c *console) variables(r *http.Request) (any, error) {
	g := c.server.Last()
	name, err := functionOf(r, g)
	if err != nil {
		return nil, err
	}
	all := []variable{}
	for _, v := range g.Variables(name) {
		all = append(all, variable(v))
	}
	return all, nil
}
