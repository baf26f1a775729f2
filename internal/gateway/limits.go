package gateway

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// Limits of Lambda, on events and answers that aren't streamed, in bytes.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	maxEvent   = 6 << 20
	maxPayload = 6_291_556
)

// Limits of the fronts, on requests and on the time to an answer.
//   - https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
//   - https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
//   - https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
var (
	restLimits     = limits{header: 10_240, body: 10 << 20, event: maxEvent, answer: maxPayload, timeout: 29 * time.Second}
	httpLimits     = limits{header: 10_240, body: 10 << 20, event: maxEvent, answer: maxPayload, timeout: 30 * time.Second}
	urlLimits      = limits{body: maxEvent, event: maxEvent, answer: maxPayload}
	balancerLimits = limits{header: 64 << 10, body: 1 << 20, event: maxEvent, answer: 1 << 20}
)

// errTimeout is why a context ends when the front stops waiting.
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

// readBody reads a body of at most limit bytes.
func readBody(body io.Reader, limit int) (data []byte, tooLong bool, err error) {
	if body == nil {
		return nil, false, nil
	}
	data, err = io.ReadAll(io.LimitReader(body, int64(limit)+1))
	return data, len(data) > limit, err
}
