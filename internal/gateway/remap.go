package gateway

import (
	"net/http"
	"slices"
	"strings"
)

// Headers that API Gateway doesn't pass on as they are.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
var (
	// droppedByREST are headers that don't reach the function.
	droppedByREST = []string{
		"Connection", "Content-Md5", "Expect", "Max-Forwards", "Proxy-Authenticate", "Server", "Te", "Trailer",
		"Transfer-Encoding", "Upgrade", "Www-Authenticate",
	}
	// hopByHop are headers about a connection, which end where it does.
	hopByHop = []string{"Connection", "Keep-Alive", "Te", "Trailer", "Transfer-Encoding", "Upgrade"}
	// remapped are headers that reach the client under another name.
	remapped = []string{
		"authorization", "connection", "content-length", "content-md5", "date", "expect", "host", "max-forwards",
		"proxy-authenticate", "server", "trailer", "upgrade", "user-agent", "www-authenticate",
	}
	// droppedFromResponse are headers about the transfer of a message, which isn't
	// the function's business.
	droppedFromResponse = []string{"keep-alive", "te", "transfer-encoding"}
)

const remappedPrefix = "x-amzn-Remapped-"

// remapResponse renames and deletes the headers that the client doesn't get as
// the function set them, and returns their names.
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
