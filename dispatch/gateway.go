package dispatch

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// asGateway does for an HTTP API, a function's URL or a load balancer what a
// REST API does before it invokes the function: it refuses paths without a
// route, and refuses a request for a route with an authorizer if none was asked.
func (h *rest) asGateway(ctx context.Context, r *app.Request) (answer reply, done bool) {
	at := h.resources[r.Path()]
	if at == nil {
		answer = errorReply(404, "NotFoundError", "Not found: "+r.Path())
		answer.cors = h.unrouted(r)
		return answer, true
	}
	if h.protector == nil {
		return reply{}, false
	}
	return h.protector.refuse(ctx, r)
}

// enter prepares a request that doesn't come from a REST API, before any code of
// the app runs but its authorizers: see [protector].
func (h *rest) enter(ctx context.Context, r *app.Request) (asked *app.Request, answer reply, refused bool) {
	if h.protector != nil {
		r, answer, refused = h.protector.enter(ctx, r)
	}
	if r.Source() == app.HTTPAPI1 && !refused { // otherwise the refusal says it
		h.format.Do(func() {
			slog.WarnContext(ctx, "the HTTP API sends payload format 1.0, with which no route that has an authorizer "+
				"can be called: set the payload format of its integration to 2.0")
		})
	}
	return r, answer, refused
}

// fields returns all values of all headers, in order of their names.
func fields(answer *reply) (names []string, values map[string][]string) {
	values = map[string][]string{}
	add := func(name string, more ...string) {
		values[name] = append(values[name], more...)
	}
	for _, field := range answer.cors {
		if !has(&answer.Response, field.Name) {
			add(field.Name, field.Value)
		}
	}
	for _, name := range sortedKeys(answer.Headers) {
		add(name, answer.Headers[name])
	}
	for _, name := range sortedKeys(answer.MultiValueHeaders) {
		add(name, answer.MultiValueHeaders[name]...)
	}
	return sortedKeys(values), values
}

// appendHTTPAPIResponse writes a response in format 2.0, that of HTTP APIs and
// functions' URLs. The format has no lists of values: cookies have a member of
// their own, and the values of other headers are joined by commas.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
func appendHTTPAPIResponse(dst []byte, answer *reply, b body) []byte {
	names, values := fields(answer)
	var cookies []string
	dst = append(dst, `{"headers":{`...)
	start := len(dst)
	for _, name := range names {
		if isCookie(name) {
			cookies = append(cookies, values[name]...)
			continue
		}
		dst = appendText(appendName(dst, start, name), strings.Join(values[name], ", "))
	}
	if !hasContentType(names) {
		// Without a Content-Type these gateways send text/plain or octet-stream.
		dst = appendText(appendName(dst, start, "Content-Type"), jsonType)
	}
	dst = append(dst, '}', ',')
	if len(cookies) > 0 {
		dst = append(appendTexts(append(dst, `"cookies":`...), cookies), ',')
	}
	dst = append(strconv.AppendInt(append(dst, `"statusCode":`...), int64(status(answer)), 10), ',')
	return append(b.append(dst), '}')
}

// setCookie is the header that a response has once for each cookie.
const setCookie = "Set-Cookie"

func isCookie(name string) bool { return strings.EqualFold(name, setCookie) }

// typed returns a response with a content type. An HTTP API needs one also in
// the form of a REST API's responses.
func typed(answer *reply) *reply {
	if _, given := contentTypeOf(&answer.Response); given {
		return answer
	}
	named := *answer
	if named.Headers = maps.Clone(answer.Headers); named.Headers == nil {
		named.Headers = map[string]string{}
	}
	named.Headers["Content-Type"] = jsonType
	return &named
}

func hasContentType(names []string) bool { return slices.ContainsFunc(names, isContentType) }

func isContentType(name string) bool { return strings.EqualFold(name, "Content-Type") }

// appendLoadBalancerResponse writes a response in the form of Application Load
// Balancers, which take their headers as lists or as single values.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
func appendLoadBalancerResponse(dst []byte, answer *reply, b body, lists bool) []byte {
	names, values := fields(answer)
	if !hasContentType(names) {
		names = append(names, "Content-Type")
		values["Content-Type"] = []string{jsonType}
	}
	if lists {
		dst = append(dst, `{"multiValueHeaders":{`...)
	} else {
		dst = append(dst, `{"headers":{`...)
	}
	start := len(dst)
	cookie := "" // Cookies can't be joined, so without lists there is one.
	for _, name := range names {
		switch {
		case lists:
			dst = appendTexts(appendName(dst, start, name), values[name])
		case isCookie(name):
			cookie = values[name][len(values[name])-1]
		default:
			dst = appendText(appendName(dst, start, name), strings.Join(values[name], ", "))
		}
	}
	if cookie != "" {
		dst = appendText(appendName(dst, start, setCookie), cookie)
	}
	code := strconv.Itoa(status(answer))
	dst = append(append(append(dst, `},"statusCode":`...), code...), `,"statusDescription":`...)
	dst = append(appendText(dst, strings.TrimSpace(code+" "+reason(status(answer)))), ',')
	return append(b.append(dst), '}')
}

// reasons are the usual descriptions of statuses, which a load balancer requires. A map
// would be filled by each program that starts.
var reasons = [...]struct {
	status int
	text   string
}{
	{200, "OK"}, {201, "Created"}, {202, "Accepted"}, {204, "No Content"}, {206, "Partial Content"},
	{301, "Moved Permanently"}, {302, "Found"}, {303, "See Other"}, {304, "Not Modified"},
	{307, "Temporary Redirect"}, {308, "Permanent Redirect"}, {400, "Bad Request"},
	{401, "Unauthorized"}, {403, "Forbidden"}, {404, "Not Found"}, {405, "Method Not Allowed"},
	{408, "Request Timeout"}, {409, "Conflict"}, {410, "Gone"}, {413, "Content Too Large"},
	{415, "Unsupported Media Type"}, {422, "Unprocessable Content"}, {429, "Too Many Requests"},
	{500, "Internal Server Error"}, {502, "Bad Gateway"}, {503, "Service Unavailable"},
	{504, "Gateway Timeout"},
}

// reason returns the description of a status, "" if it is a rare one.
func reason(status int) string {
	for _, row := range reasons {
		if row.status == status {
			return row.text
		}
	}
	return ""
}
