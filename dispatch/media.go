package dispatch

import (
	"slices"
	"strings"
)

// mediaTypes are the media types with which headers are compared, in the
// reference's way: weights don't count, and parameters are compared as if they
// were types.
type mediaTypes struct {
	any   bool // */* is among them
	types []string
	kinds []string // image/ of image/*, which API Gateway takes as a binary type
}

func newMediaTypes(types []string) mediaTypes {
	m := mediaTypes{any: slices.Contains(types, "*/*"), types: types}
	for _, t := range types {
		if kind, ok := strings.CutSuffix(t, "/*"); ok && kind != "*" {
			m.kinds = append(m.kinds, kind+"/")
		}
	}
	return m
}

// match reports whether a header such as Accept or Content-Type names one of
// the types, or */*.
func (m mediaTypes) match(header string) bool {
	if m.any || slices.Contains(m.types, header) || strings.Contains(header, "*/*") {
		return true
	}
	for header != "" {
		piece := header
		if end := strings.IndexAny(header, ",;"); end >= 0 {
			piece, header = header[:end], header[end+1:]
		} else {
			header = ""
		}
		piece = strings.TrimSpace(piece)
		for _, t := range m.types {
			if strings.EqualFold(piece, t) {
				return true
			}
		}
		for _, kind := range m.kinds {
			if len(piece) > len(kind) && strings.EqualFold(piece[:len(kind)], kind) {
				return true
			}
		}
	}
	return false
}
