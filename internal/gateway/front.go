package gateway

import (
	"net/http"
	"slices"
	"time"

	"github.com/chalice-go/chalice/app"
)

// Type is what stands in front of an app.
type Type int

// The types of fronts.
const (
	// REST is an API Gateway REST API.
	REST Type = iota
	// HTTP is an API Gateway HTTP API with payload format 2.0.
	HTTP
	// FunctionURL is the URL of the function of the routes.
	FunctionURL
	// LoadBalancer is an Application Load Balancer whose target is the function of
	// the routes.
	LoadBalancer
)

// String returns what AWS calls it, such as "HTTP API".
func (t Type) String() string { return fronts[t].name }

// TypeOf returns the type of front that a configuration's api_type asks for,
// REST if it is none.
func TypeOf(apiType string) Type { return max(0, Type(slices.Index(apiTypes, apiType))) }

// apiTypes are the types by their names in configurations.
var apiTypes = []string{REST: "rest", HTTP: "http", FunctionURL: "function_url"}

// front is what a type of front does in its own way.
type front struct {
	name   string // as AWS calls it
	waiter string // who waits for the function, in messages
	limits limits
	// takes reports whether it takes a request's method at all.
	takes    func(method string) bool
	refusals refusals
	// stamp adds the headers that all of its answers have.
	stamp func(c *call, header http.Header)
	// typed: its refusals have the header x-amzn-ErrorType.
	typed bool
	// dropped are the headers that don't reach the function.
	dropped []string
	// route finds where a request goes. It returns the response to a request that
	// doesn't reach the function.
	route func(g *Gateway, c *call) *Response
	// binary reports whether the function gets a body as base64.
	binary func(g *Gateway, c *call, body []byte) bool
	// event returns the event for the function, a value whose JSON it is.
	event func(c *call, body []byte, binary bool) any
	// read makes a response of the function's output.
	read func(g *Gateway, c *call, output []byte) (Response, error)
}

var fronts = [...]front{
	REST: {
		name: "REST API", waiter: "API Gateway", limits: restLimits, takes: hasRoutes,
		refusals: restRefusals, stamp: stampREST, typed: true, dropped: droppedByREST,
		route: (*Gateway).routeREST, binary: (*Gateway).isBinary, event: (*call).restEvent, read: (*Gateway).response,
	},
	HTTP: {
		name: "HTTP API", waiter: "API Gateway", limits: httpLimits, takes: anyMethod,
		refusals: httpRefusals, stamp: stampHTTP, dropped: hopByHop,
		route: (*Gateway).routeHTTP, binary: isNoText, event: (*call).httpEvent, read: (*Gateway).responseHTTP,
	},
	FunctionURL: {
		name: "function URL", waiter: "the function URL", limits: urlLimits, takes: anyMethod,
		refusals: urlRefusals, stamp: stampREST, typed: true, dropped: hopByHop,
		route: (*Gateway).routeURL, binary: isNoText, event: (*call).urlEvent, read: (*Gateway).responseURL,
	},
	LoadBalancer: {
		name: "load balancer", waiter: "the load balancer", limits: balancerLimits, takes: notTrace,
		refusals: balancerRefusals, stamp: stampBalancer,
		route: (*Gateway).routeBalancer, binary: isPacked, event: (*call).balancerEvent, read: (*Gateway).responseBalancer,
	},
}

// limits are in bytes, 0: none, but for the time that a front waits for an
// answer; 0: as long as the function may take.
type limits struct {
	header, body, event, answer int
	timeout                     time.Duration
}

// handled are the methods that a route can have.
var handled = []string{"GET", "PUT", "POST", "HEAD", "DELETE", "PATCH", "OPTIONS"}

func hasRoutes(method string) bool { return slices.Contains(handled, method) }

func anyMethod(string) bool { return true }

// notTrace: a load balancer answers TRACE with status 405.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
func notTrace(method string) bool { return method != http.MethodTrace }

// stampREST adds what clients of REST APIs and of functions' URLs call the
// request by.
func stampREST(c *call, header http.Header) { header["x-amzn-RequestId"] = []string{c.id} }

func stampHTTP(c *call, header http.Header) { header["Apigw-Requestid"] = []string{c.gatewayID()} }

func stampBalancer(_ *call, header http.Header) { header["Server"] = []string{"awselb/2.0"} }

// routeREST finds the method of a resource.
func (g *Gateway) routeREST(c *call) *Response {
	if !g.find(c) {
		return new(c.unknownMethod())
	}
	route, ok := c.resource.methods[c.method]
	if !ok {
		if preflight := c.resource.preflight; preflight != nil && c.method == http.MethodOptions {
			return new(preflightResponse(preflight))
		}
		if g.cors.asks(c) {
			return nil
		}
		return new(c.unknownMethod())
	}
	c.route = &route
	return nil
}

// routeURL sends every request to the function, which finds the route. A URL
// has an authorizer, IAM, if all routes have it.
func (g *Gateway) routeURL(c *call) *Response {
	g.findForLog(c)
	if a, ok := g.signedByAll(); ok {
		g.standIn(a, "the caller is a made-up one")
		c.signed = true
	}
	return nil
}

func (g *Gateway) routeBalancer(c *call) *Response {
	g.findForLog(c)
	return nil
}

// findForLog finds the resource that the function will find, so that a line of
// the log can say where its route is registered.
func (g *Gateway) findForLog(c *call) {
	path, _, _ := g.matcher.Match(c.path)
	c.resource = g.resources[path]
}

// signedByAll returns the IAM authorizer of an app all of whose routes have it.
func (g *Gateway) signedByAll() (signed app.AuthorizerModel, ok bool) {
	for _, r := range g.api.Model.Routes {
		a := g.authorizers[r.Authorizer]
		if a.Type != app.IAMAuthorizerType {
			return app.AuthorizerModel{}, false
		}
		signed = a
	}
	return signed, len(g.api.Model.Routes) > 0
}
