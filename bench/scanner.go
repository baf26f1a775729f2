package bench

import (
	"bytes"
	"context"
	"errors"
)

// scanner is the fastest way to answer: it reads the event once, from quote to
// quote, takes resource path and method from the request context, and writes
// the answer. It knows a single route, and doesn't check the event.
type scanner struct{}

var errUnknown = errors.New("the event is not the one that this handler knows")

func (scanner) Invoke(_ context.Context, event []byte) ([]byte, error) {
	path, method := scan(event)
	if string(path) != "/hello" || string(method) != "GET" {
		return nil, errUnknown
	}
	answer := make([]byte, 0, 128)
	answer = append(answer, `{"headers":{"Content-Type":"application/json"},"multiValueHeaders":{},"statusCode":200,"body":"`...)
	answer = append(answer, `{\"hello\":\"world\"}`...)
	return append(answer, `"}`...), nil
}

// scan reads an event. It looks for members at depth 2, within requestContext.
func scan(event []byte) (path, method []byte) {
	var name []byte // the last string, which is a name if a colon follows
	var top []byte  // the name at depth 1
	var key []byte
	depth := 0
	for i := 0; i < len(event); i++ {
		switch event[i] {
		case '"':
			end := endOfString(event, i+1)
			if end < 0 {
				return nil, nil
			}
			name = event[i+1 : end]
			i = end
			if depth == 2 && string(top) == "requestContext" {
				switch string(key) {
				case "resourcePath":
					path, key = name, nil
				case "httpMethod":
					method, key = name, nil
				}
			}
		case ':':
			if key = name; depth == 1 {
				top = name
			}
		case ',':
			key = nil
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
	}
	if depth != 0 {
		return nil, nil
	}
	return path, method
}

// endOfString returns the position of a string's closing quote.
func endOfString(event []byte, start int) int {
	for at := start; ; {
		n := bytes.IndexByte(event[at:], '"')
		if n < 0 {
			return -1
		}
		at += n
		escapes := 0
		for event[at-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return at
		}
		at++
	}
}
