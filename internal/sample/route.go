package sample

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/gateway"
)

// variable matches a parameter in a route's path, for which a request has a
// value.
var variable = regexp.MustCompile(`\{[^}]*\}`)

// exampleToken is a token in the form of JWTs, with the claims {"sub":"user"}.
const exampleToken = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c2VyIn0."

// hosts are the names by which clients call each front.
var hosts = [...]string{
	gateway.REST:         apiID + ".execute-api." + region + ".amazonaws.com",
	gateway.HTTP:         apiID + ".execute-api." + region + ".amazonaws.com",
	gateway.FunctionURL:  "7k3vq2wd5jx4m6ph8rty9zbnc1fgs0ua.lambda-url." + region + ".on.aws",
	gateway.LoadBalancer: "shop-1234567890." + region + ".elb.amazonaws.com",
}

func (o Options) front() gateway.Type { return gateway.TypeOf(o.APIType) }

// stage returns the stage of the front's API, empty for that of most.
func (o Options) stage() string {
	if o.front() == gateway.REST {
		return apiStage
	}
	return ""
}

// routeEvent returns the event of a request to a route.
func routeEvent(m *app.Model, route app.RouteModel, method string, o Options) ([]byte, error) {
	body := o.text("")
	if o.Body == nil && (method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch) {
		body = `{"key":"value"}`
	}
	r, err := http.NewRequest(method, "https://"+hosts[o.front()], strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	// The path isn't parsed, since a route's path can have characters that a URL's
	// can't.
	r.URL.Path = variable.ReplaceAllString(route.Path, "1")
	r.Header = http.Header{
		"Accept":            {"*/*"},
		"User-Agent":        {"Mozilla/5.0"},
		"X-Amzn-Trace-Id":   {"Root=1-69a7bc3f-0123456789abcdef01234567"},
		"X-Forwarded-For":   {"127.0.0.1"},
		"X-Forwarded-Port":  {"443"},
		"X-Forwarded-Proto": {"https"},
	}
	if body != "" {
		r.Header.Set("Content-Type", contentType(route))
	}
	if route.APIKeyRequired {
		r.Header.Set("X-Api-Key", "example-key")
	}
	for _, a := range m.Authorizers { // without a token the gateway makes up suitable claims
		if a.Name == route.Authorizer && (a.Type == app.BuiltinAuthorizerType || a.Type == app.CustomAuthorizerType) {
			r.Header.Set(cmp.Or(a.Header, "Authorization"), exampleToken)
		}
	}
	event, ok := gateway.Samples(o.front(), m, o.stage(), r)[app.RESTHandler]
	if !ok {
		return nil, fmt.Errorf("no request reaches %s %s", method, route.Path)
	}
	return event, nil
}

// contentType returns the first media type that the route takes.
func contentType(route app.RouteModel) string {
	if len(route.ContentTypes) > 0 && !strings.Contains(route.ContentTypes[0], "*") {
		return route.ContentTypes[0]
	}
	return "application/json"
}

// authorizerEvent returns the event of an authorizer, for a route that it
// protects, if there is one.
func authorizerEvent(m *app.Model, a app.AuthorizerModel, o Options) ([]byte, error) {
	token := o.text("allow")
	if strings.TrimSpace(token) == "" {
		return nil, errors.New("the body for an authorizer is its token, which API Gateway asks no authorizer about if it is blank")
	}
	route := app.RouteModel{Path: "/", Methods: []string{http.MethodGet}, Authorizer: a.Name}
	for _, r := range m.Routes {
		if r.Authorizer == a.Name && len(r.Methods) > 0 {
			route = r
			break
		}
	}
	lone := &app.Model{Name: m.Name, Routes: []app.RouteModel{route}, Authorizers: []app.AuthorizerModel{a}}
	r, err := http.NewRequest(route.Methods[0], "https://"+hosts[o.front()], nil)
	if err != nil {
		return nil, err
	}
	r.URL.Path = variable.ReplaceAllString(route.Path, "1")
	r.Header.Set(cmp.Or(a.Header, "Authorization"), token)
	event := gateway.Samples(o.front(), lone, o.stage(), r)[a.Name]
	if !json.Valid(event) {
		return nil, fmt.Errorf("no request reaches authorizer %s", a.Name)
	}
	return event, nil
}
