package gateway

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// crossOrigin is what a front itself tells browsers of other origins. What it
// doesn't, the program does.
type crossOrigin struct {
	// errors is what a REST API's own errors tell.
	errors *app.ErrorCORS
	// api is what every answer of an HTTP API tells.
	api *app.HTTPCORS
	// asked are the paths whose preflight requests are the program's.
	asked []string
}

func crossOriginOf(t Type, m *app.Model) crossOrigin {
	switch t {
	case REST:
		return crossOrigin{errors: m.ErrorCORS(), asked: m.OwnPreflights()}
	case HTTP:
		if api, _ := m.HTTPCORS(); api != nil {
			return crossOrigin{api: api}
		}
		return crossOrigin{asked: m.PreflightPaths()}
	}
	return crossOrigin{} // the others pass on everything, and add nothing to their own errors
}

// asks reports whether a request is a preflight request that the program answers.
func (x *crossOrigin) asks(c *call) bool {
	return c.method == http.MethodOptions && slices.Contains(x.asked, c.resource.path)
}

// refused adds the headers of CORS to an error of the front's own.
func (x *crossOrigin) refused(c *call, header http.Header) {
	for _, field := range x.errors.Headers(c.headers.Get("Origin")) {
		header[field.Name] = []string{field.Value}
	}
}

// preflight answers a preflight request as an HTTP API does that has CORS, nil if
// it is none.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
func (x *crossOrigin) preflight(c *call) *Response {
	asked := c.headers.Get("Access-Control-Request-Method")
	if x.api == nil || c.method != http.MethodOptions || asked == "" || c.headers.Get("Origin") == "" {
		return nil
	}
	response := &Response{Status: http.StatusNoContent, Header: http.Header{}}
	c.front.stamp(c, response.Header)
	if !x.allow(c, response.Header) {
		return response
	}
	response.Header["Access-Control-Allow-Methods"] = []string{strings.Join(x.api.Methods, ",")}
	response.Header["Access-Control-Allow-Headers"] = []string{strings.Join(x.api.Allowed(), ",")}
	if x.api.MaxAge != nil {
		response.Header["Access-Control-Max-Age"] = []string{strconv.Itoa(*x.api.MaxAge)}
	}
	return response
}

// override replaces the CORS headers of any answer by those that an HTTP API has:
// what the function says of it doesn't count.
func (x *crossOrigin) override(c *call, response *Response) {
	if x.api == nil {
		return
	}
	maps.DeleteFunc(response.Header, func(name string, _ []string) bool {
		return strings.HasPrefix(strings.ToLower(name), "access-control-")
	})
	if x.allow(c, response.Header) && len(x.api.ExposeHeaders) > 0 {
		response.Header["Access-Control-Expose-Headers"] = []string{strings.Join(x.api.ExposeHeaders, ",")}
	}
}

// allow names the request's origin, if it is one of those that are allowed, and
// reports whether it is.
func (x *crossOrigin) allow(c *call, header http.Header) bool {
	origin := c.headers.Get("Origin")
	for _, allowed := range x.api.Origins() {
		if origin == "" || allowed != origin && allowed != "*" {
			continue
		}
		header["Access-Control-Allow-Origin"] = []string{allowed}
		if x.api.AllowCredentials {
			header["Access-Control-Allow-Credentials"] = []string{"true"}
		}
		return true
	}
	return false
}
