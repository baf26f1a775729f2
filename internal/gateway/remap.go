package gateway

import (
	"net/http"
	"slices"
	"strings"
)

// Headers that API Gateway keeps to itself.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
var (
	// droppedFromRequest don't reach the function.
	droppedFromRequest = []string{
		"Connection", "Content-Md5", "Expect", "Max-Forwards", "Proxy-Authenticate", "Server", "Te", "Trailer",
		"Transfer-Encoding", "Upgrade", "Www-Authenticate",
	}
	// remapped arrive at the client under another name.
	remapped = []string{
		"authorization", "connection", "content-length", "content-md5", "date", "expect", "host", "max-forwards",
		"proxy-authenticate", "server", "trailer", "upgrade", "user-agent", "www-authenticate",
	}
	// droppedFromResponse are of a message on the wire, of which a function
	// knows nothing.
	droppedFromResponse = []string{"keep-alive", "te", "transfer-encoding"}
)

const remappedPrefix = "x-amzn-Remapped-"

// dropFromRequest deletes what the function doesn't get.
func dropFromRequest(header http.Header) {
	for _, name := range droppedFromRequest {
		delete(header, name)
	}
}

// remapResponse renames and deletes what the client doesn't get as the function
// said it, and returns the names that changed.
func remapResponse(header http.Header) (changed []string) {
	for name, values := range header {
		lower := strings.ToLower(name)
		if slices.Contains(droppedFromResponse, lower) {
			delete(header, name)
		}
		if slices.Contains(remapped, lower) {
			delete(header, name)
			header[remappedPrefix+name] = values
			changed = append(changed, name)
		}
	}
	slices.Sort(changed)
	return changed
}
