package dispatch

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
	"unsafe"

	"github.com/chalice-go/chalice/app"
)

// body is the body of a response as it is sent: text, or bytes in base64.
type body struct {
	text   string
	data   []byte // instead of text
	isData bool
	base64 bool
}

// buffers hold the JSON of bodies until it is written as a text within the
// output.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// maxPooled is the size in bytes of the largest buffer that is used again.
const maxPooled = 64 << 10

// encode writes a response in the form that the source of the request expects.
// If the body can't be written, the handler is at fault, and the answer has
// status 500.
func (h *rest) encode(ctx context.Context, r *app.Request, answer *reply) ([]byte, error) {
	buffer := buffers.Get().(*[]byte)
	b, err := h.body((*buffer)[:0], answer)
	if err == errStreamBody {
		err = h.wholeStream(r)
	}
	if err != nil {
		failed := h.failure(ctx, r, err)
		answer = &failed
		if b, err = h.body((*buffer)[:0], answer); err != nil {
			return nil, err
		}
	}
	h.warn(ctx, r, answer, b)
	out := slices.Grow[[]byte](nil, b.size()+headerSize(answer))
	switch r.Source() {
	case app.HTTPAPI1:
		out = appendRESTResponse(out, typed(answer), b)
	case app.RESTAPI:
		out = appendRESTResponse(out, answer, b)
	case app.HTTPAPI:
		out = appendHTTPAPIResponse(out, answer, b)
	case app.LoadBalancer:
		out = appendLoadBalancerResponse(out, answer, b, r.MultiValueHeaders())
	}
	if _, own := answer.Body.([]byte); b.isData && !own && cap(b.data) <= maxPooled {
		*buffer = b.data[:0] // appending may have allocated a larger one
	}
	buffers.Put(buffer)
	return sizedFor(ctx, r, out)
}

// body returns the response's body as it is sent. Under a binary type it is
// base64, whether it is text or bytes. An error means that no gateway would
// take the response.
func (h *rest) body(buffer []byte, answer *reply) (body, error) {
	if err := checkStatus(answer); err != nil {
		return body{}, err
	}
	b, err := content(buffer, answer.Body)
	if err != nil {
		return body{}, err
	}
	contentType, given := contentTypeOf(&answer.Response)
	binary := h.emptyBinary
	if given {
		binary = h.binary.match(contentType)
	}
	b.base64 = b.base64 || binary
	return b, nil
}

func checkStatus(answer *reply) error {
	if s := status(answer); s < 200 || s > 599 {
		return fmt.Errorf("status %d is none of a response: gateways answer with status 502 instead, and take 200 to 599", s)
	}
	return nil
}

// errStreamBody is the error of a stream that is to be sent as a whole.
var errStreamBody = errors.New("the body is a stream")

// content encodes the value of a body. Valid UTF-8 can be sent as text; other
// bytes are sent as base64.
func content(buffer []byte, value any) (body, error) {
	switch v := value.(type) {
	case string:
		return body{text: v, base64: !utf8.ValidString(v)}, nil
	case []byte:
		return body{data: v, isData: true, base64: !utf8.Valid(v)}, nil
	case app.StreamBody:
		return body{}, errStreamBody
	case map[string]any, map[string]string, []any, app.ErrorBody:
	default:
		if err := checkBody(value); err != nil {
			return body{}, err
		}
	}
	data, err := appendJSON(buffer, value)
	return body{data: data, isData: true}, err
}

// checkBody refuses values whose JSON isn't what their author means.
func checkBody(value any) error {
	switch value.(type) {
	case io.Reader:
		return fmt.Errorf("a %T can't be sent: read it, and return its bytes, or copy it with app.Stream", value)
	case func(io.Writer) error:
		return fmt.Errorf("a %T is no body: return app.Stream(contentType, it), or make it an app.StreamBody", value)
	}
	t := reflect.TypeOf(value)
	if t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t != nil && strings.HasSuffix(t.PkgPath(), "aws-lambda-go/events") && strings.HasSuffix(t.Name(), "Response") {
		return fmt.Errorf("a %T is no response here: return a *app.Response", value)
	}
	return nil
}

// size estimates how long the body will be in the output.
func (b body) size() int {
	n := len(b.text) + len(b.data)
	if b.base64 {
		return base64.StdEncoding.EncodedLen(n) + len(`,"isBase64Encoded":true`)
	}
	return n + n/8
}

// append writes those members of the output that are about the body.
func (b body) append(dst []byte) []byte {
	dst = append(dst, `"body":`...)
	switch {
	case b.base64:
		data := b.data
		if !b.isData {
			data = []byte(b.text)
		}
		dst = append(dst, '"')
		dst = base64.StdEncoding.AppendEncode(dst, data)
		return append(dst, `","isBase64Encoded":true`...)
	case b.isData:
		return appendText(dst, unsafe.String(unsafe.SliceData(b.data), len(b.data))) // read in place
	}
	return appendText(dst, b.text)
}

// headerSize estimates how long the output without the body will be.
func headerSize(answer *reply) int {
	n := len(`{"headers":{},"multiValueHeaders":{},"statusCode":200,"body":""}`)
	for name, value := range answer.Headers {
		n += len(name) + len(value) + 8
	}
	for name, values := range answer.MultiValueHeaders {
		n += len(name) + 8
		for _, value := range values {
			n += len(value) + 4
		}
	}
	for _, field := range answer.cors {
		n += len(field.Name) + len(field.Value) + 8
	}
	return n
}

// appendRESTResponse writes a response in the form of API Gateway's REST APIs.
func appendRESTResponse(dst []byte, answer *reply, b body) []byte {
	dst = append(dst, `{"headers":{`...)
	dst = appendFields(dst, answer, len(dst))
	dst = append(dst, `},"multiValueHeaders":{`...)
	start := len(dst)
	for _, name := range sortedKeys(answer.MultiValueHeaders) {
		dst = appendName(dst, start, name)
		dst = appendTexts(dst, answer.MultiValueHeaders[name])
	}
	dst = append(dst, `},"statusCode":`...)
	dst = strconv.AppendInt(dst, int64(status(answer)), 10)
	dst = append(dst, ',')
	return append(b.append(dst), '}')
}

func status(answer *reply) int {
	if answer.StatusCode == 0 {
		return 200
	}
	return answer.StatusCode
}

// appendFields writes the headers with a single value, and those of CORS that
// the handler hasn't set.
func appendFields(dst []byte, answer *reply, start int) []byte {
	for _, field := range answer.cors {
		if !has(&answer.Response, field.Name) {
			dst = appendText(appendName(dst, start, field.Name), field.Value)
		}
	}
	if len(answer.Headers) == 0 {
		return dst
	}
	for _, name := range sortedKeys(answer.Headers) {
		dst = appendText(appendName(dst, start, name), answer.Headers[name])
	}
	return dst
}

// appendName writes the name of an object's member, after a comma if it isn't
// the first: start is where the object's members start.
func appendName(dst []byte, start int, name string) []byte {
	if len(dst) > start {
		dst = append(dst, ',')
	}
	return append(appendText(dst, name), ':')
}

func appendTexts(dst []byte, values []string) []byte {
	dst = append(dst, '[')
	for i, value := range values {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendText(dst, value)
	}
	return append(dst, ']')
}

// sortedKeys returns the keys of a map in order, so that equal responses have
// equal bytes.
func sortedKeys[V any](m map[string]V) []string {
	if len(m) == 0 {
		return nil
	}
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
