package gateway

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/jwt"
)

// API is the configuration of a [Gateway]. Model and Functions are required.
type API struct {
	// Type is what stands in front of the app.
	Type      Type
	Model     *app.Model
	Functions functions
	// Stage is the API's stage, which the events' contexts have; empty: api for a
	// REST API, $default for an HTTP API. The others have none.
	Stage string
	// MultiValueHeaders makes a load balancer send and take headers and query
	// parameters as lists.
	MultiValueHeaders bool
	// StagePath makes the gateway also take paths with the stage in front, as in
	// the URL of a deployed API: /api/users for /users. If a route matches the
	// path as it is, that route wins.
	StagePath bool
	// StageVariables are the stage's, which events have.
	StageVariables map[string]string
	// APIKeys are the keys that a route with a required key accepts. If there are
	// none, it accepts every key.
	APIKeys []string
	// Keys are those by which tokens are checked; nil: each issuer is asked for its
	// own. If they were given, a REST API checks the tokens of Cognito as well.
	Keys *jwt.Keys
	// AskPools has a REST API ask Cognito for the keys of user pools, and check
	// their tokens if Cognito has some.
	AskPools bool
	// Timeout is how long a function may take; 0: as long as in AWS, where a REST
	// API waits for 29 seconds, an HTTP API for 30, and the others as long as the
	// function may run.
	Timeout time.Duration
	// Now is the clock of the authorizers' cache; nil: [time.Now].
	Now func() time.Time
	// Log gets a line for what a client can't see, such as why a function failed,
	// and where its route is registered. nil: the line is lost.
	Log func(line string)
	// Warn gets a line, the first time only, about a difference between this
	// gateway and AWS, or about what surprises in AWS. nil: Log gets it.
	Warn func(line string)
}

// functions runs the Lambda functions of an app, several at a time. Invoke
// returns when the context ends, even if the function goes on. Any other error
// is the function's, a [*FunctionError] if its type is known.
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

// Gateway is what AWS has in front of an app: an API of API Gateway, with Lambda
// proxy integrations, a function's URL, or a load balancer. It is an
// [http.Handler], and answers several requests at a time.
//
// It finds the route, answers preflight requests, asks the authorizer, requires
// an API key if the route does, sends the function the same event that it would
// get in Lambda, and makes an HTTP response of the function's answer. It has no
// quotas, and no cache but that of authorizers' answers.
type Gateway struct {
	api         API
	front       *front
	matcher     *app.Matcher
	resources   map[string]*resource
	authorizers map[string]app.AuthorizerModel
	answers     *answerCache
	keys        *jwt.Keys
	sampling    bool // tokens aren't checked; see Samples
	binary      mediaTypes
	cors        crossOrigin
	routes      []httpRoute // of an HTTP API
	said        sync.Map    // warnings that were given
}

// New makes a gateway. It keeps the model, which must not change.
func New(api API) *Gateway {
	if api.Stage == "" {
		api.Stage = defaultStages[api.Type]
	}
	front := &fronts[api.Type]
	if api.Keys == nil {
		api.Keys = jwt.NewKeys(api.Now)
	}
	if api.Timeout == 0 {
		api.Timeout = front.limits.timeout
	}
	if api.Now == nil {
		api.Now = time.Now
	}
	g := &Gateway{
		api:         api,
		front:       front,
		resources:   resourcesOf(api.Model),
		authorizers: map[string]app.AuthorizerModel{},
		answers:     newAnswerCache(api.Now),
		keys:        api.Keys,
		binary:      newMediaTypes(api.Model.BinaryTypes()),
		cors:        crossOriginOf(api.Type, api.Model),
	}
	for _, a := range api.Model.Authorizers {
		g.authorizers[a.Name] = a
	}
	g.matcher = app.NewMatcher(slices.Collect(maps.Keys(g.resources)))
	if api.Type == HTTP {
		g.routes = httpRoutes(g.resources, g.cors.asked)
	}
	return g
}

// ServeHTTP answers a request.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if g.Handle(r).WriteTo(w) != nil {
		panic(http.ErrAbortHandler)
	}
}

// Handle returns the response to a request, as ServeHTTP writes it. The caller has
// to read or close its stream, if it has one.
func (g *Gateway) Handle(r *http.Request) Response {
	c := g.newCall(r)
	response := g.handle(r, c)
	if response.Err != nil {
		g.log("%s %s: %v%s", c.method, c.path, response.Err, c.registered())
	}
	return response.complete(c.method)
}

func (g *Gateway) newCall(r *http.Request) *call {
	c := newCall(r, g.api.Stage)
	c.front, c.api, c.cors = g.front, &g.api, &g.cors
	return c
}

func (g *Gateway) handle(r *http.Request, c *call) Response {
	if preflight := g.cors.preflight(c); preflight != nil {
		return *preflight
	}
	response := g.answer(r, c)
	g.cors.override(c, &response)
	return response
}

func (g *Gateway) answer(r *http.Request, c *call) Response {
	if !g.front.takes(c.method) {
		return c.refuse(unsupportedMethod)
	}
	if limit := g.front.limits.header; limit > 0 && headerSize(c.headers) > limit {
		return c.refuse(headersTooLong)
	}
	if response := g.front.route(g, c); response != nil {
		return *response
	}
	if c.route != nil {
		if refusal := g.admit(r.Context(), c, *c.route); refusal != nil {
			return *refusal
		}
	}
	return g.invoke(r, c)
}

// admit asks the route's authorizer, and for a key where the route needs one.
// It returns nil if the request may go on, and otherwise the response.
func (g *Gateway) admit(ctx context.Context, c *call, route app.RouteModel) *Response {
	if route.Authorizer != "" {
		if refusal := g.authorize(ctx, c, route); refusal != nil {
			return refusal
		}
	}
	if route.APIKeyRequired {
		if !g.takesKey(c.headers.Get("X-Api-Key")) {
			return new(c.forbidden())
		}
		c.keyed = true
	}
	return nil
}

// takesKey reports whether an API key is accepted.
func (g *Gateway) takesKey(key string) bool {
	return key != "" && (len(g.api.APIKeys) == 0 || slices.Contains(g.api.APIKeys, key))
}

// invoke sends the request to the function of the routes.
func (g *Gateway) invoke(r *http.Request, c *call) Response {
	limits := g.front.limits
	body, tooLong, err := readBody(r.Body, limits.body)
	if err != nil {
		response := c.refuse(badRequest)
		response.Err = fmt.Errorf("read the request's body: %w", err)
		return response
	}
	if tooLong {
		return c.refuse(requestTooLong)
	}
	event, err := c.event(body, g.front.binary(g, c, body))
	if err != nil {
		return c.failed(fmt.Errorf("write the event: %w", err))
	}
	if len(event) > limits.event {
		return c.refuse(requestTooLong)
	}
	if g.streams(c) {
		return g.stream(r.Context(), c, event)
	}
	output, err := g.call(r.Context(), app.RESTHandler, event)
	if err != nil {
		return g.noAnswer(c, app.RESTHandler, err)
	}
	response, err := g.read(c, output)
	if err != nil {
		return c.failed(fmt.Errorf("what %s returned is no response: %w", app.RESTHandler, err))
	}
	return response
}

// read makes a response of the output of the routes' function.
func (g *Gateway) read(c *call, output []byte) (Response, error) {
	if limit := g.front.limits.answer; len(output) > limit {
		return Response{}, fmt.Errorf("it is larger than the %d bytes that %s takes", limit, g.front.taker())
	}
	return g.front.read(g, c, output)
}

// taker returns who limits answers, in messages.
func (f *front) taker() string {
	if f.limits.answer < maxPayload {
		return f.waiter
	}
	return "Lambda"
}

// call invokes a function, and waits as long as the front does. The error is
// the function's own, or errTimeout, perhaps with what took so long.
func (g *Gateway) call(ctx context.Context, function string, event []byte) ([]byte, error) {
	if g.api.Timeout == 0 {
		return g.api.Functions.Invoke(ctx, function, event)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, g.api.Timeout, errTimeout)
	defer cancel()
	output, err := g.api.Functions.Invoke(ctx, function, event)
	switch {
	case context.Cause(ctx) != errTimeout:
		return output, err
	case errors.Is(err, errTimeout):
		return nil, err
	}
	return nil, errTimeout
}

// noAnswer returns the response to a request whose function didn't answer.
func (g *Gateway) noAnswer(c *call, function string, err error) Response {
	if errors.Is(err, errTimeout) {
		return c.timedOut(g.failure(function, err))
	}
	return c.failed(g.failure(function, err))
}

// failure returns an error that says why a function didn't answer.
func (g *Gateway) failure(function string, err error) error {
	switch {
	case err == errTimeout:
		return fmt.Errorf("%s took longer than the %v that %s waits", function, g.api.Timeout, g.front.waiter)
	case errors.Is(err, errTimeout):
		return fmt.Errorf("%s did not get the event within %v: %w", function, g.api.Timeout, err)
	}
	return fmt.Errorf("%s failed: %w", function, err)
}

// isBinary reports whether a REST API sends a body as base64: if it is of a
// binary type, or isn't text.
func (g *Gateway) isBinary(c *call, body []byte) bool {
	contentType := c.headers.Get("Content-Type")
	return contentType != "" && g.binary.has(contentType) || !utf8.Valid(body)
}

// requestPath returns the path of a URL as it was sent, percent-encoded.
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

// warn logs a line the first time it comes up.
func (g *Gateway) warn(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	if _, again := g.said.LoadOrStore(line, true); again {
		return
	}
	if g.api.Warn != nil {
		g.api.Warn(line)
		return
	}
	g.log("%s", line)
}
