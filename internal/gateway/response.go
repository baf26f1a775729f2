package gateway

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/chalice-go/chalice/app"
)

// Response is the gateway's answer to a request.
type Response struct {
	Status int
	// Header has the names as the function spelled them.
	Header http.Header
	Body   []byte
	// Stream is the body of a response that comes piece by piece, nil for others.
	// An error of it, but [io.EOF], means that the response ended in the middle.
	Stream io.ReadCloser
	// Err is why the gateway itself answers. The client isn't told.
	Err error
}

// proxyResponse is what a function returns.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
type proxyResponse struct {
	StatusCode        *statusCode              `json:"statusCode"`
	Headers           map[string]headerValue   `json:"headers"`
	MultiValueHeaders map[string][]headerValue `json:"multiValueHeaders"`
	Body              *string                  `json:"body"`
	IsBase64Encoded   bool                     `json:"isBase64Encoded"`
}

// statusCode is a number, or the text of one.
type statusCode int

// UnmarshalJSON reads either form.
func (s *statusCode) UnmarshalJSON(data []byte) error {
	text, _ := scalar(data)
	n, err := strconv.Atoi(text)
	if err != nil {
		return fmt.Errorf("its statusCode is %s", data)
	}
	*s = statusCode(n)
	return nil
}

// headerValue is a text. Numbers and booleans count as their text, and null
// means that the header is absent.
type headerValue struct {
	text   string
	absent bool
}

// UnmarshalJSON reads a value that isn't an object or a list.
func (v *headerValue) UnmarshalJSON(data []byte) error {
	text, ok := scalar(data)
	if !ok {
		return errors.New("a header's value is an object or a list")
	}
	*v = headerValue{text, isNull(data)}
	return nil
}

// scalar returns the text of a JSON value that isn't an object or a list.
func scalar(data []byte) (text string, ok bool) {
	data = bytes.TrimSpace(data)
	if len(data) == 0 || data[0] == '{' || data[0] == '[' {
		return "", false
	}
	if data[0] == '"' {
		return text, json.Unmarshal(data, &text) == nil
	}
	return string(data), true
}

func isNull(data []byte) bool { return string(bytes.TrimSpace(data)) == "null" }

// response makes a response of the function's output, as a REST API does.
func (g *Gateway) response(c *call, output []byte) (Response, error) {
	p, err := parseResponse(output)
	if err != nil {
		return Response{}, err
	}
	header, err := p.header()
	if err != nil {
		return Response{}, err
	}
	for _, name := range remapResponse(header) {
		g.warn("%s %s: the header %s arrives as %s%s, as API Gateway has it", c.method, c.resource.path, name, remappedPrefix, name)
	}
	response := Response{Status: int(*p.StatusCode), Header: header}
	if p.Body == nil {
		return response, nil
	}
	if contentType(header) == "" {
		header["Content-Type"] = []string{"application/json"}
	}
	response.Body, err = g.body(c, p, contentType(header))
	return response, err
}

// body returns the body for the client. API Gateway decodes base64 only for a
// client whose first accepted type is a binary one.
func (g *Gateway) body(c *call, p *proxyResponse, contentType string) ([]byte, error) {
	if !p.IsBase64Encoded {
		return []byte(*p.Body), nil
	}
	if !app.DecodesBase64(g.binary, c.headers.Get("Accept")) {
		accepted := firstAccepted(c.headers)
		what := "the client's Accept starts with " + accepted
		if accepted == "" {
			what = "the client sends no Accept"
		}
		g.warn("%s %s: the body, of type %s, arrives as base64 text, as API Gateway has it: %s, which is none of the API's binary types; with app.BinaryTypes(\"*/*\") all clients get bytes",
			c.method, c.resource.path, contentType, what)
		return []byte(*p.Body), nil
	}
	return decodeBody(*p.Body)
}

func decodeBody(body string) ([]byte, error) {
	decoded, err := base64.StdEncoding.DecodeString(body)
	if err != nil {
		return nil, fmt.Errorf("its body is no base64: %w", err)
	}
	return decoded, nil
}

// parseResponse parses the output of a function.
func parseResponse(output []byte) (*proxyResponse, error) {
	var p *proxyResponse
	if err := json.Unmarshal(output, &p); err != nil {
		return nil, err
	}
	if p == nil || p.StatusCode == nil {
		return nil, errors.New("it has no statusCode")
	}
	return p, p.StatusCode.check()
}

// check refuses statuses that no response has. After a 1xx another response has
// to follow, and there is none.
func (s statusCode) check() error {
	if s < 200 || s > 599 {
		return fmt.Errorf("its statusCode is %d", s)
	}
	return nil
}

// header merges the single values and the lists of values, as API Gateway does:
// a value that is in both is sent once.
func (p *proxyResponse) header() (http.Header, error) {
	header := http.Header{}
	for _, name := range slices.Sorted(maps.Keys(p.Headers)) {
		if v := p.Headers[name]; !v.absent && !slices.Contains(p.MultiValueHeaders[name], v) {
			header[name] = append(header[name], v.text)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.MultiValueHeaders)) {
		for _, v := range p.MultiValueHeaders[name] {
			if !v.absent {
				header[name] = append(header[name], v.text)
			}
		}
	}
	return header, checkHeader(header)
}

// checkHeader refuses what HTTP doesn't allow, and leaves one content type.
func checkHeader(header http.Header) error {
	for name, values := range header {
		if err := checkField(name, values); err != nil {
			return err
		}
	}
	oneContentType(header)
	return nil
}

// checkField refuses what HTTP doesn't allow as a header.
func checkField(name string, values []string) error {
	if name == "" || strings.ContainsFunc(name, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune("\"(),/:;<=>?@[\\]{}", r)
	}) {
		return fmt.Errorf("%q can't be the name of a header", name)
	}
	for _, value := range values {
		if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
			return fmt.Errorf("header %s has a control character in its value, %q", name, value)
		}
	}
	return nil
}

// oneContentType changes the header's name to net/http's spelling, since
// net/http would add a second one otherwise, and keeps a single value.
func oneContentType(header http.Header) {
	value := contentType(header)
	maps.DeleteFunc(header, func(name string, _ []string) bool { return strings.EqualFold(name, "Content-Type") })
	if value != "" {
		header["Content-Type"] = []string{value}
	}
}

// contentType returns the last value of the header, however it is spelled.
func contentType(header http.Header) (value string) {
	for _, name := range slices.Sorted(maps.Keys(header)) {
		if values := header[name]; strings.EqualFold(name, "Content-Type") && len(values) > 0 {
			value = values[len(values)-1]
		}
	}
	return value
}

// complete makes the response one that HTTP allows for the request's method.
func (r Response) complete(method string) Response {
	if r.Status == http.StatusNoContent || r.Status == http.StatusNotModified {
		r.Body = nil // and no length, which would be wrong
		return r.withoutStream()
	}
	if r.Stream != nil {
		if method == http.MethodHead {
			return r.withoutStream()
		}
		return r // nobody knows its length yet
	}
	r.Header["Content-Length"] = []string{strconv.Itoa(len(r.Body))}
	if method == http.MethodHead {
		r.Body = nil
	}
	return r
}

// withoutStream returns the response without the body that it can't have.
func (r Response) withoutStream() Response {
	if r.Stream != nil {
		r.Stream.Close()
		r.Stream = nil
	}
	return r
}
