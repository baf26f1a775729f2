package app

import "strings"

// Header returns the value of a header, "" if the request doesn't have it. Case
// doesn't matter in names; of names that differ in case only, the last one
// counts.
func (r *Request) Header(name string) string {
	value, _ := r.LookupHeader(name)
	return value
}

// LookupHeader returns the value of a header, and reports whether the request
// has it.
func (r *Request) LookupHeader(name string) (string, bool) {
	raw := ""
	switch {
	case r.listed:
		raw = r.findHeader(name)
	case strings.EqualFold(name, "Content-Type"):
		raw = r.part(r.contentType)
	default:
		if strings.EqualFold(name, "Cookie") {
			if cookies, ok := r.cookieHeader(); ok {
				return cookies, true
			}
		}
		raw = r.findHeader(name)
	}
	if raw == `"application/json"` { // which most requests with a body have
		return "application/json", true
	}
	return text(raw), raw != ""
}

func (r *Request) findHeader(name string) string {
	return r.headerValue(lastHeader(r.allHeaders(), name))
}

// lastHeader returns the JSON of a header among the JSON of all, the last one of names
// that differ in case only.
func lastHeader(headers, name string) (found string) {
	o := object{data: headers}
	for o.next() {
		if v := o.value(); strings.EqualFold(o.key, name) {
			found = v
		}
	}
	return found
}

// allHeaders returns the JSON of the headers, as the event has them.
func (r *Request) allHeaders() string { return r.part(r.headers) }

// headerValue decodes a header's value, the last one if there are several.
func (r *Request) headerValue(raw string) string {
	if raw == "" || raw[0] != '[' {
		return raw
	}
	last := ""
	l := list{data: raw}
	for l.next() {
		last = l.value()
	}
	return last
}

// Headers returns the values of all headers by their names in lower case. It is
// never nil.
func (r *Request) Headers() map[string]string {
	found := map[string]string{}
	o := object{data: r.allHeaders()}
	for o.next() {
		v := o.value()
		found[strings.ToLower(o.name())] = text(r.headerValue(v))
	}
	if cookies, ok := r.cookieHeader(); ok {
		found["cookie"] = cookies
	}
	return found
}
