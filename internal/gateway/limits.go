package gateway

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// Limits of API Gateway, on a request and on the time to an answer, and of
// Lambda, on events and answers. Sizes are in bytes.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	maxHeader          = 10_240 // all names and values
	maxBody            = 10 << 20
	maxEvent           = 6 << 20
	maxPayload         = 6_291_556
	integrationTimeout = 29 * time.Second
)

// errTimeout is why a context ends when API Gateway stops waiting.
var errTimeout = errors.New("API Gateway waits no longer")

func headerSize(header http.Header) int {
	size := 0
	for name, values := range header {
		for _, value := range values {
			size += len(name) + len(value)
		}
	}
	return size
}

func readBody(body io.Reader) (data []byte, tooLong bool, err error) {
	if body == nil {
		return nil, false, nil
	}
	data, err = io.ReadAll(io.LimitReader(body, maxBody+1))
	return data, len(data) > maxBody, err
}
