package app

import "strings"

// DecodesBase64 reports whether a REST API decodes the base64 of a response for
// a client that sent this Accept header, "" for none. API Gateway does so if
// the first media type of the header is one of the API's binary types, and
// always if */* is one of them. Neither the header's other media types nor the
// type of the response count. Any other client gets the base64 as text.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
func DecodesBase64(binaryTypes []string, accept string) bool {
	first := mediaType(accept)
	for _, t := range binaryTypes {
		if t == "*/*" || first != "" && coversType(t, first) {
			return true
		}
	}
	return false
}

// mediaType returns the first media type of a header, without its parameters.
func mediaType(header string) string {
	if end := strings.IndexAny(header, ",;"); end >= 0 {
		header = header[:end]
	}
	return strings.TrimSpace(header)
}

// coversType reports whether a binary type, which can be of the form image/*,
// covers a media type.
func coversType(binary, t string) bool {
	if kind, ok := strings.CutSuffix(binary, "*"); ok && strings.HasSuffix(kind, "/") {
		return len(t) > len(kind) && strings.EqualFold(t[:len(kind)], kind)
	}
	return strings.EqualFold(binary, t)
}
