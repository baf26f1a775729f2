package openapi

import (
	"strings"

	"github.com/chalice-go/chalice/app"
	"github.com/chalice-go/chalice/internal/ordered"
)

// headerMeanings says what the headers of CORS tell a browser.
// https://fetch.spec.whatwg.org/#http-responses
var headerMeanings = map[string]string{
	"Access-Control-Allow-Origin":      "Origin whose pages may read the response.",
	"Access-Control-Allow-Headers":     "Headers that pages of the origin may send.",
	"Access-Control-Allow-Methods":     "Methods that pages of the origin may use.",
	"Access-Control-Expose-Headers":    "Headers of the response that pages of the origin may read.",
	"Access-Control-Allow-Credentials": "Whether pages of the origin may send cookies and the like.",
	"Access-Control-Max-Age":           "For how many seconds a browser may remember this.",
	"Vary":                             "Headers of the request on which the response depends.",
}

// corsHeaders are the headers of a route's responses by which pages of other origins may
// read them.
func (b *builder) corsHeaders(r *app.RouteModel) *ordered.Object {
	cors := b.model.CORS(*r)
	if cors == nil {
		return nil
	}
	// One that answers have only for origins that are allowed is asked for with one of them.
	origin := strings.ReplaceAll(cors.Origins()[0], "*", "www")
	return b.headerReferences(cors.HeadersFor(origin))
}

// refusalHeaders are the headers of what the API answers by itself.
func (b *builder) refusalHeaders() *ordered.Object {
	return b.headerReferences(b.model.ErrorCORS().Headers("https://www.example.com"))
}

// headerReferences has the document know headers, and refers to them.
func (b *builder) headerReferences(fields []app.HeaderField) *ordered.Object {
	headers := &ordered.Object{}
	for _, f := range fields {
		component := strings.ReplaceAll(f.Name, "-", "")
		if b.headers.Index(component) < 0 {
			header := &ordered.Object{}
			addText(header, "description", headerMeanings[f.Name])
			header.Add("schema", ordered.New("type", "string"))
			b.headers.Add(component, header)
		}
		headers.Set(f.Name, ordered.New("$ref", "#/components/headers/"+component))
	}
	return headers
}

// withHeaders adds headers to a response that doesn't have them. Names of headers have
// no case.
func withHeaders(response, headers *ordered.Object) {
	if headers.Len() == 0 {
		return
	}
	own := response.Child("headers")
	known := map[string]bool{}
	for _, name := range own.Keys() {
		known[strings.ToLower(name)] = true
	}
	for _, h := range headers.Members {
		if !known[strings.ToLower(h.Key)] {
			own.Add(h.Key, h.Value)
		}
	}
}
