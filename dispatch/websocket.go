package dispatch

import (
	"context"

	"github.com/chalice-go/chalice/app"
)

// onlyStatus is the answer that tells API Gateway that all went well.
const onlyStatus = `{"statusCode":200}`

// asSocketResponse writes a handler's result in the form that API Gateway
// expects.
func asSocketResponse(_ context.Context, result any, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	if v, ok := asResponse(result); ok && v != nil {
		return encodeSocketResponse(v)
	}
	if result == nil {
		return []byte(onlyStatus), nil
	}
	data, err := appendJSON(nil, result)
	if err != nil {
		return nil, err
	}
	return withStatus(data)
}

// withStatus adds a status to an object that has none. For any other value it
// returns a response with only a status.
func withStatus(data []byte) ([]byte, error) {
	if len(data) <= len("{}") || data[0] != '{' {
		return []byte(onlyStatus), nil
	}
	for name := range app.Members(string(data)) {
		if name == "statusCode" {
			return data, nil
		}
	}
	return append(data[:len(data)-1], `,"statusCode":200}`...), nil
}

// encodeSocketResponse writes a response. Binary types don't matter.
func encodeSocketResponse(v *app.Response) ([]byte, error) {
	c, err := content(nil, v.Body)
	if err != nil {
		return nil, err
	}
	return appendRESTResponse(nil, &reply{Response: *v}, c), nil
}
