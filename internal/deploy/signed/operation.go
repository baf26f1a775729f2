package signed

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/encoding/httpbinding"
)

// JSON calls an operation of a service with [Service.Target]: it sends in, and decodes
// the answer into out, both by encoding/json. Both are pointers to structs.
func (c *Client) JSON(ctx context.Context, operation string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("%s %s: %w", c.service.ID, operation, err)
	}
	return c.call(ctx, operation, in, request{
		method: http.MethodPost, body: body,
		header: map[string]string{
			"Content-Type": "application/x-amz-json-" + c.service.Version,
			"X-Amz-Target": c.service.Target + "." + operation,
		},
		read: func(body []byte) error { return json.Unmarshal(body, out) },
	})
}

// Get calls an operation that is a GET of a path, given by its parts, and returns what
// it gets.
func (c *Client) Get(ctx context.Context, operation string, path []string, query url.Values) (body []byte, err error) {
	var escaped strings.Builder
	for _, part := range path {
		escaped.WriteString("/" + httpbinding.EscapePath(part, true))
	}
	err = c.call(ctx, operation, nil, request{
		method: http.MethodGet, path: escaped.String(), query: query,
		header: map[string]string{"Accept": "application/json"}, // which API Gateway wants whatever it is that it sends
		read:   func(got []byte) error { body = got; return nil },
	})
	return body, err
}

// failure returns AWS's error. The code is in a header or in the body, the message in
// the body. What stands between us and AWS answers without either: then the status is
// all there is.
func failure(status int, kind string, body []byte) error {
	var said struct {
		Type    string `json:"__type"`
		Code    string
		Message string
	}
	_ = json.Unmarshal(body, &said) // what is no JSON says nothing
	e := &smithy.GenericAPIError{Message: said.Message, Fault: smithy.FaultClient}
	if status >= http.StatusInternalServerError {
		e.Fault = smithy.FaultServer
	}
	for _, code := range []string{kind, said.Type, said.Code} {
		if e.Code = bare(code); e.Code != "" {
			break
		}
	}
	return e
}

// bare returns an error's code without what protocols put around it:
// aws.protocoltests#FooError:http://internal.amazon.com/coral/ is FooError.
func bare(code string) string {
	code, _, _ = strings.Cut(code, ":")
	return strings.TrimSpace(code[strings.LastIndexByte(code, '#')+1:])
}
