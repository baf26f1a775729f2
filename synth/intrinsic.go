package synth

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
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

// cdkToken matches a token of the CDK's, also in literal text. The CDK replaces
// the plain form, ${Token[TOKEN.1]}, wherever it finds it when it synthesizes.
var cdkToken = regexp.MustCompile(`\$\{!?Token\[[A-Za-z0-9:._-]+\]\}`)

// tokensAsVariables makes variables of the CDK's tokens in the text of an
// Fn::Sub: within it, the CDK would take them for names of resources.
func tokensAsVariables(text string, variables *Object) string {
	return cdkToken.ReplaceAllStringFunc(text, func(match string) string {
		name := "Token" + strconv.Itoa(variables.Len()+1)
		variables.add(name, strings.Replace(match, "!", "", 1))
		return "${" + name + "}"
	})
}

// withoutTokens gives text to check, in which tokens of the CDK's are words.
func withoutTokens(s string) string { return cdkToken.ReplaceAllString(s, "token") }

// join is CloudFormation's Fn::Join.
func join(separator string, parts ...any) *Object {
	return object("Fn::Join", []any{separator, parts})
}
