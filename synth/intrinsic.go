package synth

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/chalice-go/chalice/internal/standin"
)

// intrinsicObject makes an Object of an intrinsic function as the configuration
// holds it.
func intrinsicObject(fn map[string]any) (*Object, error) {
	data, err := json.Marshal(fn)
	if err != nil {
		return nil, err
	}
	o := &Object{}
	return o, json.Unmarshal(data, o)
}

// ref is CloudFormation's {"Ref": id}.
func ref(id string) *Object { return object("Ref", id) }

// getAtt is an attribute of a resource.
func getAtt(id, attribute string) *Object {
	return object("Fn::GetAtt", []any{id, attribute})
}

// sub is text with ${...} in it. Text of the user's must be passed through
// literal first.
func sub(text string) *Object { return subWith(text, &Object{}) }

// subWith is sub with variables of its own.
func subWith(text string, variables *Object) *Object {
	text = tokensAsVariables(text, variables)
	if variables.Len() == 0 {
		return object("Fn::Sub", text)
	}
	return object("Fn::Sub", []any{text, variables})
}

// literal makes text of the user's safe within Fn::Sub.
func literal(s string) string { return strings.ReplaceAll(s, "${", "${!") }

// tokensAsVariables makes variables of stand-ins, and of tokens of the CDK's, in the
// text of an Fn::Sub: within it, they would be taken for names of resources.
func tokensAsVariables(text string, variables *Object) string {
	return standin.Each(text, func(match string) string {
		name := "Token" + strconv.Itoa(variables.Len()+1)
		variables.add(name, match)
		return "${" + name + "}"
	})
}

// withoutTokens gives text to check, in which stand-ins and tokens are words.
func withoutTokens(s string) string { return standin.Each(s, func(string) string { return "token" }) }

// join is CloudFormation's Fn::Join.
func join(separator string, parts ...any) *Object {
	return object("Fn::Join", []any{separator, parts})
}
