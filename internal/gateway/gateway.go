package gateway

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/chalice-go/chalice/app"
)

// API is what a [Gateway] makes of an app. Model and Functions are required.
type API struct {
	Model     *app.Model
	Functions functions
	// Stage is the API's stage, which requests carry in their context; empty: api.
	Stage string
	// Log gets a line for what a client can't see, such as why a function
	// failed. nil: it is lost.
	Log func(line string)
}

// functions runs the Lambda functions of an app, several at a time. The error
// is that of the function, a [*FunctionError] where its type is known.
type functions interface {
	Invoke(ctx context.Context, function string, event []byte) ([]byte, error)
}

// FunctionError is an error as a function reports it to Lambda.
type FunctionError struct {
	Type    string
	Message string
}

// Error returns type and message.
func (e *FunctionError) Error() string { return e.Type + ": " + e.Message }

// Gateway is API Gateway in front of an app: a REST API with Lambda proxy
// integrations. It is an [http.Handler], for several requests at a time.
//
// It finds the route, answers browsers' questions about CORS, asks the
// authorizer, sends the function the same event that Lambda would get, and
// makes an HTTP response of what comes back. It has no caches, quotas, API keys
// or usage plans.
type Gateway struct {
	api         API
	matcher     *app.Matcher
	resources   map[string]*resource
	authorizers map[string]app.AuthorizerModel
	binary      []string
	said        sync.Map // warnings that were logged
}

// resource is a path of the API.
type resource struct {
	path    string
	methods map[string]app.RouteModel
	// corsMethods have CORS, in the order of declaration.
	corsMethods []string
	cors        []app.HeaderField
}

// New makes a gateway. It keeps the model, which must not change.
func New(api API) *Gateway {
	if api.Stage == "" {
		api.Stage = "api"
	}
	g := &Gateway{
		api:         api,
		resources:   map[string]*resource{},
		authorizers: map[string]app.AuthorizerModel{},
		binary:      api.Model.BinaryTypes(),
	}
	for _, r := range api.Model.Routes {
		g.add(r)
	}
	for _, a := range api.Model.Authorizers {
		g.authorizers[a.Name] = a
	}
	g.matcher = app.NewMatcher(slices.Collect(maps.Keys(g.resources)))
	return g
}

func (g *Gateway) add(r app.RouteModel) {
	at := g.resources[r.Path]
	if at == nil {
		at = &resource{path: r.Path, methods: map[string]app.RouteModel{}}
		g.resources[r.Path] = at
	}
	cors := g.api.Model.CORS(r)
	if cors != nil && at.cors == nil {
		at.cors = cors.Headers()
	}
	for _, method := range r.Methods {
		at.methods[method] = r
		if cors != nil {
			at.corsMethods = append(at.corsMethods, method)
		}
	}
}

// ServeHTTP answers a request.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	response := g.Handle(r)
	maps.Copy(w.Header(), response.Header) // not Set, which would change names
	w.WriteHeader(response.Status)
	w.Write(response.Body) // if the client is gone, nobody wants to know
}

// Handle gives the response to a request, as ServeHTTP writes it.
func (g *Gateway) Handle(r *http.Request) Response {
	c := newCall(r, g.api.Stage)
	response := g.handle(r, c)
	if response.Err != nil {
		g.log("%s %s: %v", c.method, c.path, response.Err)
	}
	return response.complete(c.method)
}

// handled are the methods that routes can have.
var handled = []string{"GET", "PUT", "POST", "HEAD", "DELETE", "PATCH", "OPTIONS"}

func (g *Gateway) handle(r *http.Request, c *call) Response {
	if !slices.Contains(handled, c.method) {
		return c.refuse(http.StatusNotImplemented, "NotImplementedException", `{"message": "Unsupported method"}`)
	}
	path, params, ok := g.matcher.Match(c.path)
	if !ok {
		return c.unknownPath()
	}
	c.resource, c.params = g.resources[path], params
	route, ok := c.resource.methods[c.method]
	if !ok && c.method == http.MethodOptions {
		return c.resource.preflight()
	}
	// The function itself answers methods that the path doesn't have.
	if ok && route.Authorizer != "" {
		if refusal := g.authorize(r.Context(), c, g.authorizers[route.Authorizer]); refusal != nil {
			return *refusal
		}
	}
	c.keyed = ok && route.APIKeyRequired
	return g.invoke(r, c)
}

// invoke sends the request to the function of the routes.
func (g *Gateway) invoke(r *http.Request, c *call) Response {
	body, tooLong, err := readBody(r.Body)
	if err != nil {
		response := c.refuse(http.StatusBadRequest, "BadRequestException", `{"message": "Bad Request"}`)
		response.Err = fmt.Errorf("read the request's body: %w", err)
		return response
	}
	if tooLong {
		return c.tooLong()
	}
	event, err := c.event(body, g.isBinary(body, c.headers))
	if err != nil {
		return c.failed(fmt.Errorf("write the event: %w", err))
	}
	if len(event) > maxEvent {
		return c.tooLong()
	}
	output, err := g.api.Functions.Invoke(r.Context(), app.RESTHandler, event)
	if err != nil {
		return c.failed(fmt.Errorf("%s failed: %w", app.RESTHandler, err))
	}
	response, err := parseResponse(output)
	if err != nil {
		return c.failed(fmt.Errorf("what %s returned is no response: %w", app.RESTHandler, err))
	}
	return response
}

// The sizes that API Gateway takes of a body, and Lambda of an event.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
const (
	maxBody  = 10 << 20
	maxEvent = 6 << 20
)

func readBody(body io.Reader) (data []byte, tooLong bool, err error) {
	if body == nil {
		return nil, false, nil
	}
	data, err = io.ReadAll(io.LimitReader(body, maxBody+1))
	return data, len(data) > maxBody, err
}

// isBinary reports whether a body is sent to the function in base64: one of a
// binary type, and what is no text.
func (g *Gateway) isBinary(body []byte, header http.Header) bool {
	contentType := header.Get("Content-Type")
	return contentType != "" && slices.ContainsFunc(g.binary, func(t string) bool {
		return t == "*/*" || strings.EqualFold(t, contentType)
	}) || !utf8.Valid(body)
}

// preflight answers a browser that asks what other origins may do.
func (at *resource) preflight() Response {
	header := http.Header{}
	for _, field := range at.cors {
		header[field.Name] = []string{field.Value}
	}
	methods := append(slices.Clone(at.corsMethods), http.MethodOptions)
	header["Access-Control-Allow-Methods"] = []string{strings.Join(methods, ",")}
	return Response{Status: http.StatusOK, Header: header}
}

// requestPath gives the path of a URL as it was sent, percent-encoded.
func requestPath(u *url.URL) string {
	if path := u.EscapedPath(); path != "" {
		return path
	}
	return "/"
}

func (g *Gateway) log(format string, args ...any) {
	if g.api.Log != nil {
		g.api.Log(fmt.Sprintf(format, args...))
	}
}

// warn logs a line the first time it comes up for an authorizer.
func (g *Gateway) warn(authorizer, line string) {
	if _, again := g.said.LoadOrStore(authorizer+"\n"+line, true); !again {
		g.log("authorizer %s: %s", authorizer, line)
	}
}
