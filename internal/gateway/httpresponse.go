package gateway

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
)

// response2 is a function's answer in format 2.0.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
type response2 struct {
	StatusCode      *statusCode            `json:"statusCode"`
	Headers         map[string]headerValue `json:"headers"`
	Cookies         []string               `json:"cookies"`
	Body            *string                `json:"body"`
	IsBase64Encoded bool                   `json:"isBase64Encoded"`
}

// The content types of answers that say none.
const (
	jsonType    = "application/json"
	httpType    = "text/plain;charset=utf-8"
	unknownType = "application/octet-stream"
)

// responseHTTP makes a response of the function's output, as an HTTP API does.
func (g *Gateway) responseHTTP(c *call, output []byte) (Response, error) {
	return c.response2(output, httpType)
}

// responseURL makes a response of the function's output, as a function's URL
// does.
func (g *Gateway) responseURL(c *call, output []byte) (Response, error) {
	response, err := c.response2(output, jsonType)
	for _, name := range remapResponse(response.Header) {
		g.warn("%s %s: the header %s arrives as %s%s, as Lambda has it", c.method, c.path, name, remappedPrefix, name)
	}
	return response, err
}

// response2 makes a response of an output in format 2.0. The body is decoded for
// all clients.
func (c *call) response2(output []byte, usual string) (Response, error) {
	var p response2
	err := json.Unmarshal(output, &p)
	if p.StatusCode == nil && !hasStatus(output) {
		p = inferred(output)
	} else if err != nil {
		return Response{}, err
	}
	if p.StatusCode == nil {
		return Response{}, errors.New("its statusCode is null")
	}
	if err := p.StatusCode.check(); err != nil {
		return Response{}, err
	}
	header := http.Header{}
	c.front.stamp(c, header)
	for _, name := range slices.Sorted(maps.Keys(p.Headers)) {
		if v := p.Headers[name]; !v.absent {
			header[name] = []string{v.text}
		}
	}
	if len(p.Cookies) > 0 {
		header[setCookie] = append(header[setCookie], p.Cookies...)
	}
	if err := checkHeader(header); err != nil {
		return Response{}, err
	}
	dropHops(header)
	return answered(*p.StatusCode, header, p.Body, p.IsBase64Encoded, usual)
}

const setCookie = "Set-Cookie"

// hasStatus reports whether an output is an object with a status.
func hasStatus(output []byte) bool {
	var p struct {
		StatusCode json.RawMessage `json:"statusCode"`
	}
	return json.Unmarshal(output, &p) == nil && p.StatusCode != nil
}

// inferred returns the answer that an output without a status stands for: it is
// itself the body, and a text is that without its quotes. Nobody asks whether it
// is JSON.
func inferred(output []byte) response2 {
	body := string(output)
	var text *string
	if json.Unmarshal(output, &text) == nil && text != nil {
		body = *text
	}
	return response2{StatusCode: new(statusCode(http.StatusOK)), Headers: map[string]headerValue{"Content-Type": {text: jsonType}}, Body: &body}
}

// dropHops deletes headers about the transfer of a message.
func dropHops(header http.Header) {
	maps.DeleteFunc(header, func(name string, _ []string) bool {
		key := http.CanonicalHeaderKey(name)
		return key == "Content-Length" || slices.Contains(hopByHop, key)
	})
}

// answered returns a response with a body that may be base64. A response with a
// body has a content type.
func answered(status statusCode, header http.Header, body *string, encoded bool, usual string) (Response, error) {
	response := Response{Status: int(status), Header: header}
	if body == nil {
		return response, nil
	}
	if contentType(header) == "" {
		header["Content-Type"] = []string{usual}
	}
	if !encoded {
		response.Body = []byte(*body)
		return response, nil
	}
	var err error
	response.Body, err = decodeBody(*body)
	return response, err
}
