package synth

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/ordered"
)

// crossOrigin is what an HTTP API tells browsers of other origins, or that the
// program does.
type crossOrigin struct {
	API   *app.HTTPCORS // nil: the program answers
	Asked []string      // paths whose preflight requests are the program's
	why   string        // they are; empty: they aren't, or no route has CORS
	open  []app.RouteModel
}

func newCrossOrigin(m *app.Model) crossOrigin {
	c := crossOrigin{}
	if c.API, c.why = m.HTTPCORS(); c.API == nil {
		c.Asked = m.PreflightPaths()
		return c
	}
	for _, r := range m.Routes {
		if m.CORS(r) == nil {
			c.open = append(c.open, r)
		}
	}
	return c
}

// maxRemembered is how long the answer of an HTTP API to a preflight request can
// be remembered, in seconds: a day, which is also the most that any browser does.
// https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid.html
const maxRemembered = 86400

// configuration is the CORS configuration of the API, which its document has as
// all else of it: only so is it there when the document is a file of its own.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-cors-configuration.html
func (c crossOrigin) configuration() *ordered.Object {
	o := ordered.New(
		"allowOrigins", ordered.Texts(c.API.Origins()),
		"allowMethods", ordered.Texts(c.API.Methods),
		"allowHeaders", ordered.Texts(eachName(c.API.Allowed())),
	)
	if len(c.API.ExposeHeaders) > 0 {
		o.Add("exposeHeaders", ordered.Texts(eachName(c.API.ExposeHeaders)))
	}
	if c.API.MaxAge != nil {
		o.Add("maxAge", min(*c.API.MaxAge, maxRemembered))
	}
	if c.API.AllowCredentials {
		o.Add("allowCredentials", true)
	}
	return o
}

// eachName returns names of headers, of which an element can have several with
// commas between them.
func eachName(names []string) []string {
	var each []string
	for _, element := range names {
		for name := range strings.SplitSeq(element, ",") {
			if name = strings.TrimSpace(name); !slices.Contains(each, name) {
				each = append(each, name)
			}
		}
	}
	return each
}

// warnings tell what isn't as each route says it, since an HTTP API has one
// configuration or none.
func (c crossOrigin) warnings() []Warning {
	var message string
	switch {
	case c.why != "":
		message = "pages of other origins can't read the errors of the HTTP API itself, such as a 401 of an authorizer: they have no CORS headers, " +
			"since the program answers for CORS where the routes can't share one configuration (" + c.why + "). " +
			"Give all routes with CORS the same origins, without patterns, or set api_type to rest, which has them on its errors"
	case len(c.open) > 0:
		message = "pages of the origins that CORS allows can read the answers of " + listed(c.open) +
			" as well, which has no CORS: an HTTP API has one configuration for all routes. Where that isn't meant, add app.NoCORS()"
	default:
		return nil
	}
	return []Warning{{Function: app.RESTHandler, Message: message}}
}

// listed names up to three routes, with their places.
func listed(routes []app.RouteModel) string {
	const most = 3
	var names []string
	for _, r := range routes {
		name := r.Path
		if r.Source != nil {
			name += fmt.Sprintf(" (%v)", r.Source)
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if more := len(names) - most; more > 0 {
		names = append(names[:most], fmt.Sprintf("%d more", more))
	}
	return strings.Join(names, ", ")
}
