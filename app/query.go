package app

import "strings"

// Query returns the value of a query parameter, the last one if there are
// several, "" if there is none.
func (r *Request) Query(name string) string {
	value, _ := r.LookupQuery(name)
	return value
}

// LookupQuery returns the last value of a query parameter, and reports whether
// there is one.
func (r *Request) LookupQuery(name string) (string, bool) {
	return lastOf(r.QueryAll(name))
}

// lastOf returns the last of some values, and reports whether there is one.
func lastOf(values []string) (string, bool) {
	if len(values) == 0 {
		return "", false
	}
	return values[len(values)-1], true
}

// QueryAll returns all values of a query parameter, nil if there are none.
func (r *Request) QueryAll(name string) []string {
	if !r.restForm() {
		return r.QueryParams()[name]
	}
	return oneOrMore(member(r.part(r.query), name))
}

// QueryParams returns all values of all query parameters, nil if the request has
// no query.
func (r *Request) QueryParams() map[string][]string {
	if !r.restForm() {
		return r.other.queryParams(r)
	}
	return r.decodedQuery()
}

// decodedQuery returns the query if the event has it as an object.
func (r *Request) decodedQuery() map[string][]string { return queryObject(r.part(r.query)) }

// queryObject decodes a query that is an object, nil if it is none.
func queryObject(query string) map[string][]string {
	if !isObject(query) {
		return nil
	}
	found := map[string][]string{}
	o := object{data: query}
	for o.next() {
		v := o.value()
		found[o.name()] = oneOrMore(v)
	}
	return found
}

// oneOrMore decodes a string or a list of strings.
func oneOrMore(raw string) []string {
	if isText(raw) {
		return []string{text(raw)}
	}
	return texts(raw)
}

// ParseQuery decodes a URL's query. Unlike net/url it accepts everything: text
// that isn't a valid encoding stays as it is, and ; separates nothing.
func ParseQuery(query string) map[string][]string {
	found := map[string][]string{}
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name = unescapeQuery(name)
		found[name] = append(found[name], unescapeQuery(value))
	}
	return found
}
