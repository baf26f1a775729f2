package app

import (
	"iter"
	"strings"
	"unicode/utf8"
)

// AnyMethod makes a route take all methods that [Methods] can name. If both
// options are given, Methods counts. With CORS it leaves out OPTIONS, which API
// Gateway answers.
func AnyMethod() RouteOption {
	return routeOption(func(s *settings) { s.anyMethod = true })
}

// anyMethod returns the methods of a route with [AnyMethod].
func anyMethod(cors *CORSConfig) []string {
	if cors == nil {
		return knownMethods
	}
	methods := make([]string, 0, len(knownMethods))
	for _, m := range knownMethods {
		if m != "OPTIONS" {
			methods = append(methods, m)
		}
	}
	return methods
}

// AllHeaders returns all values of all headers, in the order and with the names
// in which they came. A header that has several values occurs several times.
func (r *Request) AllHeaders() iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		// One copy for all, so that what is kept of it keeps no whole event.
		o := object{data: strings.Clone(r.valuesOfHeaders())}
		for o.next() {
			name := o.key
			if !utf8.ValidString(name) {
				name = o.name()
			}
			raw := o.value()
			if isText(raw) {
				if !yield(name, sharedText(raw)) {
					return
				}
				continue
			}
			for l := (list{data: raw}); l.next(); {
				if !yield(name, sharedText(l.value())) {
					return
				}
			}
		}
		if cookies, ok := r.cookieHeader(); ok {
			yield("cookie", cookies)
		}
	}
}

// valuesOfHeaders returns the JSON of the headers, with lists of values if the
// event has them.
func (r *Request) valuesOfHeaders() string {
	if r.other == nil {
		if multi := member(r.raw, "multiValueHeaders"); isObject(multi) {
			return multi
		}
	}
	return r.allHeaders()
}

// RawQuery returns the query of the URL as it was sent, if the source passes it
// on: an HTTP API and a function's URL do. For others it returns "", and there
// is [Request.QueryParams].
func (r *Request) RawQuery() string {
	if r.other == nil {
		return ""
	}
	return text(r.other.query)
}
