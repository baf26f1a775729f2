package cfn

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/chalice-go/chalice/internal/ordered"
	"github.com/chalice-go/chalice/internal/standin"
)

// FromConfig makes an Object of an intrinsic function as the configuration
// holds it.
func FromConfig(fn map[string]any) (*ordered.Object, error) {
	data, err := json.Marshal(fn)
	if err != nil {
		return nil, err
	}
	o := &ordered.Object{}
	return o, json.Unmarshal(data, o)
}

// Ref is CloudFormation's {"Ref": id}.
func Ref(id string) *ordered.Object { return ordered.New("Ref", id) }

// GetAtt is an attribute of a resource.
func GetAtt(id, attribute string) *ordered.Object {
	return ordered.New("Fn::GetAtt", []any{id, attribute})
}

// Sub is text with ${...} in it. Text of the user's must be passed through
// Literal first.
func Sub(text string) *ordered.Object { return SubWith(text, &ordered.Object{}) }

// SubWith is sub with variables of its own.
func SubWith(text string, variables *ordered.Object) *ordered.Object {
	text = tokensAsVariables(text, variables)
	if variables.Len() == 0 {
		return ordered.New("Fn::Sub", text)
	}
	return ordered.New("Fn::Sub", []any{text, variables})
}

// Literal makes text of the user's safe within Fn::Sub.
func Literal(s string) string { return strings.ReplaceAll(s, "${", "${!") }

// tokensAsVariables makes variables of stand-ins, and of tokens of the CDK's, in the
// text of an Fn::Sub: within it, they would be taken for names of resources.
func tokensAsVariables(text string, variables *ordered.Object) string {
	return standin.Each(text, func(match string) string {
		name := "Token" + strconv.Itoa(variables.Len()+1)
		variables.Add(name, match)
		return "${" + name + "}"
	})
}

// Join is CloudFormation's Fn::Join.
func Join(separator string, parts ...any) *ordered.Object {
	return ordered.New("Fn::Join", []any{separator, parts})
}

// Split is CloudFormation's Fn::Split.
func Split(separator string, text any) *ordered.Object {
	return ordered.New("Fn::Split", []any{separator, text})
}

// Select is an element of a list, which counts from 0.
func Select(index int, list any) *ordered.Object {
	return ordered.New("Fn::Select", []any{index, list})
}
