package cfn

import (
	"slices"
	"strings"

	"github.com/chalice-go/chalice/internal/ordered"
)

// IsListType reports whether a parameter is a list.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
func IsListType(parameter *ordered.Object) bool {
	typ, _ := ordered.Get[string](parameter, "Type")
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

// AppendNew appends a text to a list that lacks it.
func AppendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
