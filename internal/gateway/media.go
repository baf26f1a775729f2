package gateway

import (
	"net/http"
	"slices"
	"strings"
)

// mediaTypes are an API's binary media types, in lower case.
type mediaTypes []string

func newMediaTypes(types []string) mediaTypes {
	lower := make(mediaTypes, len(types))
	for i, t := range types {
		lower[i] = strings.ToLower(t)
	}
	return lower
}

// all reports whether everything counts as binary.
func (m mediaTypes) all() bool { return slices.Contains(m, "*/*") }

// has reports whether a type is one of them. Parameters of the type, such as
// the boundary of a form's parts, don't matter.
func (m mediaTypes) has(mediaType string) bool {
	return m.all() || slices.Contains(m, strings.ToLower(bareType(mediaType)))
}

// bareType returns a media type without its parameters.
func bareType(mediaType string) string {
	bare, _, _ := strings.Cut(mediaType, ";")
	return strings.TrimSpace(bare)
}

// firstAccepted returns the type by which API Gateway decides whether a client
// gets bytes, see [app.DecodesBase64]. It is empty if the client accepts no
// type in particular.
func firstAccepted(header http.Header) string {
	first, _, _ := strings.Cut(header.Get("Accept"), ",")
	return bareType(first)
}
