package cfn

import (
	"strings"

	"github.com/chalice-go/chalice/internal/ordered"
)

// IsListType reports whether a parameter is a list.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
func IsListType(parameter *ordered.Object) bool {
	typ := parameter.Text("Type")
	return strings.Contains(typ, "List<") || strings.Contains(typ, "CommaDelimitedList")
}

// Dependencies lists the DependsOn of a resource.
func Dependencies(resource *ordered.Object) []string {
	var ids []string
	value, _ := resource.Get("DependsOn")
	switch value := value.(type) {
	case string:
		ids = []string{value}
	case []any:
		for _, v := range value {
			if id, ok := v.(string); ok {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// Alphanumeric takes from a text what no name of a parameter or output can
// have.
func Alphanumeric(s string) string {
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// TextSet is a list of distinct texts.
type TextSet struct {
	List []string
	has  map[string]bool
}

// Add adds texts that the list lacks.
func (s *TextSet) Add(texts ...string) {
	if s.has == nil {
		s.has = map[string]bool{}
	}
	for _, text := range texts {
		if !s.has[text] {
			s.List, s.has[text] = append(s.List, text), true
		}
	}
}
